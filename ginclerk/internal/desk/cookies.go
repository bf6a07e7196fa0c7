package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// A browser has one cookie for each of its forms that wait. Responses overtake each other: with one cookie for all forms, each
// response would undo what the others wrote.
const (
	cookieSeparator = "."
	maxCookies      = 64 // more are not looked at
)

// ticket is what a browser's cookie says about a form.
type ticket struct {
	id string
	// secret owns the form where nobody knows who has sent it; else it is empty.
	secret string
}

// ticketsOf reads the cookies of a request. A cookie whose name is not its form's is not ours.
func ticketsOf(v visit.Visit) []ticket {
	prefix := visit.Form.Name("")
	if !v.HasCookie(prefix) {
		return nil
	}
	var tickets []ticket
	for _, cookie := range v.Request.Cookies() {
		handle, ours := strings.CutPrefix(cookie.Name, prefix)
		if !ours || len(tickets) == maxCookies {
			continue
		}
		id, secret, _ := strings.Cut(cookie.Value, cookieSeparator)
		if handleOf(id) == handle {
			tickets = append(tickets, ticket{id: id, secret: secret})
		}
	}
	return tickets
}

// keep returns the cookie with which a browser knows the form for as long as the form waits.
func (t ticket) keep(v visit.Visit) *http.Cookie {
	value := t.id
	if t.secret != "" {
		value += cookieSeparator + t.secret
	}
	return v.Keep(visit.Form, handleOf(t.id), value)
}

// drop returns the cookie that has a browser forget the form.
func (t ticket) drop(v visit.Visit) *http.Cookie { return v.Drop(visit.Form, handleOf(t.id)) }

// owners returns who may own the form as far as a request knows: the user who is signed in, and the browser with this cookie.
func (t ticket) owners(signedIn forms.Owner) []forms.Owner {
	owners := make([]forms.Owner, 0, 2)
	if signedIn != (forms.Owner{}) {
		owners = append(owners, signedIn)
	}
	if t.secret != "" {
		owners = append(owners, forms.Browser(t.secret))
	}
	return owners
}

// handleOf tells forms apart on a page without telling their ids.
func handleOf(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:8])
}
