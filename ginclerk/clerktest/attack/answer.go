package attack

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// turnedAway reports whether an answer is that of a guard.
func (a answer) turnedAway() bool {
	switch a.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return a.panicked == nil && !a.hijacked
	}
	return a.toSignIn() || a.kept()
}

// rejected reports whether a request was refused as it stood, whoever sent it.
func (a answer) rejected() bool {
	switch a.status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge,
		http.StatusRequestURITooLong, http.StatusUnsupportedMediaType, http.StatusRequestHeaderFieldsTooLarge:
		return a.panicked == nil && !a.hijacked
	}
	return a.turnedAway()
}

// toSignIn recognizes the redirects of guards by their return address.
func (a answer) toSignIn() bool {
	if a.status < http.StatusMultipleChoices || a.status >= http.StatusBadRequest {
		return false
	}
	to, err := url.Parse(a.header.Get("Location"))
	return err == nil && to.Query().Get("redirect_url") != ""
}

// kept reports whether a guard has kept a form until the user signs in.
func (a answer) kept() bool {
	return a.status == http.StatusSeeOther && slices.ContainsFunc(a.cookies(), func(c *http.Cookie) bool {
		return strings.HasPrefix(c.Name, "__Host-ginclerk_forms_") && c.Value != ""
	})
}

func (a answer) cookies() []*http.Cookie { return (&http.Response{Header: a.header}).Cookies() }

// html reports whether a browser shows the body as a page.
func (a answer) html() bool {
	kind := a.header.Get("Content-Type")
	return strings.Contains(kind, "html") || kind == "" && a.body != "" || strings.Contains(kind, "xml")
}

// tells reports whether the answer names somebody whom strangers don't read of there.
func (a answer) tells(of *person, except answer) bool {
	return slices.ContainsFunc(of.names(), func(name string) bool { return a.says(name) && !except.says(name) })
}

// says reports whether a text is in the body or in a header that a script reads.
func (a answer) says(text string) bool {
	if strings.Contains(a.body, text) {
		return true
	}
	for name, values := range a.header {
		if name != "Set-Cookie" && slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, text) }) {
			return true
		}
	}
	return false
}

// keeps reports whether a shared cache may keep the answer for others (RFC 9111), as far as its header tells.
func (a answer) keeps() bool {
	control := strings.ToLower(strings.Join(a.header.Values("Cache-Control"), ","))
	if strings.Contains(control, "no-store") || strings.Contains(control, "private") || strings.Contains(control, "no-cache") {
		return false
	}
	return strings.Contains(control, "public") || strings.Contains(control, "max-age") || strings.Contains(control, "s-maxage") ||
		a.header.Get("Expires") != "" || a.header.Get("Last-Modified") != ""
}

// private reports whether the answer says that no shared cache may keep it.
func (a answer) private() bool {
	control := strings.ToLower(strings.Join(a.header.Values("Cache-Control"), ","))
	return strings.Contains(control, "no-store") || strings.Contains(control, "private")
}
