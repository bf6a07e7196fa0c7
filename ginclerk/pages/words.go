package pages

import (
	"cmp"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// browserOf names a browser with its major version, such as "Chrome 128"; empty if Clerk does not know it.
func browserOf(d session.Device) string {
	major, _, _ := strings.Cut(d.BrowserVersion, ".")
	if d.Browser == "" || major == "" {
		return d.Browser
	}
	return d.Browser + " " + major
}

// label names an account in one word.
func label(p session.Profile) string {
	return cmp.Or(p.Email, cmp.Or(p.Name, p.UserID))
}
