package ginclerk

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
)

// A browser has one cookie for each of its forms that wait. Responses overtake each other: a list in one cookie, which each
// of them writes anew, would lose what the others wrote.
const (
	formCookieSeparator = "."
	maxFormCookies      = 64 // more are not looked at
)

// keptForm is what a browser knows of a form.
type keptForm struct {
	id string
	// secret owns the form where nobody's name is known; else empty.
	secret string
}

// keptForms reads the cookies. Those whose name is not their form's are not ours.
func (k *Clerk) keptForms(c *gin.Context) []keptForm {
	var kept []keptForm
	for _, cookie := range c.Request.Cookies() {
		handle, ours := strings.CutPrefix(cookie.Name, visit.Form.Name(""))
		if !ours || len(kept) == maxFormCookies {
			continue
		}
		id, secret, _ := strings.Cut(cookie.Value, formCookieSeparator)
		if formHandle(id) == handle {
			kept = append(kept, keptForm{id: id, secret: secret})
		}
	}
	return kept
}

// keepForm has the browser know a form for as long as it waits.
func (k *Clerk) keepForm(c *gin.Context, form keptForm) {
	value := form.id
	if form.secret != "" {
		value += formCookieSeparator + form.secret
	}
	setCookie(c, k.visit(c).Keep(visit.Form, formHandle(form.id), value))
}

func (k *Clerk) forgetForm(c *gin.Context, id string) {
	setCookie(c, k.visit(c).Drop(visit.Form, formHandle(id)))
}

// owners are who may own the form as far as a request knows: whoever is signed in, and whoever holds this cookie.
func (f keptForm) owners(signedIn forms.Owner) []forms.Owner {
	owners := make([]forms.Owner, 0, 2)
	if signedIn != (forms.Owner{}) {
		owners = append(owners, signedIn)
	}
	if f.secret != "" {
		owners = append(owners, forms.Browser(f.secret))
	}
	return owners
}

// formHandle tells forms apart on a page without telling their ids.
func formHandle(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:8])
}
