package visit

import (
	"cmp"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
)

// Cookie is a cookie that ginclerk keeps in browsers. Of those with an id or a place in their name, a browser can have several.
type Cookie int

// All cookies of ginclerk.
const (
	Selection    Cookie = iota // the session that the browser has switched to
	Account                    // an account that the browser uses below a path of its own, by its number
	Flash                      // the result of an action, for the next page
	SignOut                    // the job that may end the session that started it
	Form                       // a form that waits to be sent, by its handle
	Handshake                  // a handshake that the browser was sent on, by its id
	Answered                   // how many handshakes in a row a page has seen, by its place
	SignIns                    // how often the browser was sent to sign in, and from where
	SessionEnded               // another browser ended the session
	Freshened                  // a page has had its token renewed because it was too old, by its place
	Verified                   // what a person has proved just now
)

// What a browser keeps in SessionEnded: how the session ended.
const (
	EndedSomehow   = "1"
	EndedBySignOut = "signed-out" // from another device, or by an administrator
	EndedByTime    = "expired"
)

// about is what a cookie is called and how long it lives.
type about struct {
	name   string // with an id or a place behind it where several are called
	life   time.Duration
	secret bool // sealed, or an id that nothing else may learn: for this host alone, over https alone, not for scripts
}

// about returns the one list of names and lives. The number of an account lives as long as browsers keep a cookie at all: tabs may be open for so long,
// and it must not become another account's. A selection lives as long as its session and
// a week, a proof as long as it has to be enough and ten minutes at most.
func (c Cookie) about() about {
	switch c {
	case Selection:
		return about{"__Host-ginclerk_selection", 7 * 24 * time.Hour, true}
	case Account:
		return about{"__Host-ginclerk_account_", 400 * 24 * time.Hour, true}
	case Flash:
		return about{"__Host-ginclerk_flash", 2 * time.Minute, true}
	case SignOut:
		return about{"__Host-ginclerk_sign_out", time.Hour, true}
	case Form:
		return about{"__Host-ginclerk_forms_", time.Hour, true}
	case Handshake:
		return about{"__Host-ginclerk_handshake_", 5 * time.Minute, true}
	case Answered:
		return about{"__ginclerk_answered_", 10 * time.Second, false}
	case SignIns:
		return about{"__ginclerk_sign_in_redirects", 10 * time.Second, false}
	case SessionEnded:
		return about{"__ginclerk_session_ended", time.Minute, false}
	case Freshened:
		return about{"__ginclerk_freshened_", 30 * time.Second, false}
	case Verified:
		return about{"__ginclerk_verified", 10 * time.Minute, false}
	default:
		return about{}
	}
}

// Name is what the cookie is called; id is empty for those of which a browser has one.
func (c Cookie) Name(id string) string { return c.about().name + id }

// PlainName is what the cookie is called where browsers drop cookies with the prefix __Host-, as on plain http.
func (c Cookie) PlainName(id string) string {
	return "__" + strings.TrimPrefix(strings.TrimPrefix(c.about().name, "__Host-"), "__") + id
}

// Life is how long a browser keeps the cookie.
func (c Cookie) Life() time.Duration { return c.about().life }

// IsOwnCookie reports whether ginclerk has given a cookie its name.
func IsOwnCookie(name string) bool {
	return strings.HasPrefix(strings.TrimPrefix(name, "__Host-"), "ginclerk_") || strings.HasPrefix(name, "__ginclerk_")
}

// Cookie returns the value of a cookie; "" without it. Of several the last that has a value counts: browsers send those with longer
// paths first, and ginclerk's have the path "/". Most requests have none of ginclerk's, and may have thousands of others: Cookie
// parses them only where the name is in the header.
func (v Visit) Cookie(name string) string {
	if !v.HasCookie(name) {
		return ""
	}
	for _, found := range slices.Backward(v.Request.CookiesNamed(name)) {
		if found.Value != "" {
			return found.Value
		}
	}
	return ""
}

// Kept returns the value of one of ginclerk's cookies; "" without it.
func (v Visit) Kept(c Cookie, id string) string { return v.Cookie(c.Name(id)) }

// HasCookie is a quick look for a cookie whose name begins so.
func (v Visit) HasCookie(prefix string) bool {
	if v.keepsNothing && (prefix == instance.CookieRedirectCount || IsOwnCookie(prefix)) {
		return false
	}
	for _, header := range v.Request.Header["Cookie"] {
		if strings.Contains(header, prefix) {
			return true
		}
	}
	return false
}

// lookForCookies looks once for the cookies that guards ask for again and again: the header may be long, and most browsers have none.
func (v *Visit) lookForCookies() {
	switch headers := v.Request.Header["Cookie"]; {
	case len(headers) == 0:
		v.cookies, v.keepsNothing = "", true
	case len(headers) > 1:
		v.cookies, v.keepsNothing = "", false
	case v.cookies != headers[0]:
		v.cookies = headers[0]
		v.keepsNothing = !namesKept(v.cookies)
	}
}

// namesKept reports whether a header Cookie names a cookie of ginclerk, or the one that counts handshakes.
func namesKept(header string) bool {
	for more := true; more; {
		var entry string
		entry, header, more = strings.Cut(header, ";")
		entry = strings.TrimLeft(entry, " \t")
		if IsOwnCookie(entry) || strings.HasPrefix(entry, instance.CookieRedirectCount) {
			return true
		}
	}
	return false
}

// Keep returns the cookie that has a browser keep a value for as long as the cookie lives.
func (v Visit) Keep(c Cookie, id, value string) *http.Cookie {
	return v.KeepFor(c, id, value, c.Life())
}

// KeepFor is [Visit.Keep] for another time.
func (v Visit) KeepFor(c Cookie, id, value string, life time.Duration) *http.Cookie {
	return v.cookie(c, id, value, int(life.Seconds()))
}

// Drop returns the cookie that has a browser forget what it keeps.
func (v Visit) Drop(c Cookie, id string) *http.Cookie { return v.cookie(c, id, "", -1) }

func (v Visit) cookie(c Cookie, id, value string, maxAge int) *http.Cookie {
	if !c.about().secret {
		return v.Plain(c.Name(id), value, maxAge)
	}
	// No script, no other host and no plain connection gets to see it (RFC 6265bis, section 4.1.3.2).
	return &http.Cookie{
		Name: c.Name(id), Value: value, Path: "/", MaxAge: maxAge, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// Plain returns a cookie that is no secret and has to work on plain http, too. It is for this application alone, as other
// applications may be on the same origin. A negative maxAge, in seconds, drops it.
func (v Visit) Plain(name, value string, maxAge int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // G124: Secure wherever the application is served over https
		Name: name, Value: value, Path: cmp.Or(v.OuterBasePath(), "/"), MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.Origin.Secure(),
	}
}

// DropsHostCookies reports whether a browser drops cookies that begin with __Host- on the request's origin.
func (v Visit) DropsHostCookies() bool {
	return !v.Origin.IsZero() && !v.Origin.Secure() && !v.Origin.Loopback()
}

// Place names the page of a request in the names of cookies, without telling its address.
func (v Visit) Place() string { return PlaceOf(v.AccountPart() + sentpath.Of(v.Request.URL)) }

// PlaceOf is [Visit.Place] for a path.
func PlaceOf(path string) string {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(path)) // a hash never fails
	return strconv.FormatUint(uint64(hash.Sum32()), 36)
}
