package main_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
)

// browser keeps cookies and follows redirects.
type browser struct{ jar http.CookieJar }

func newBrowser(t *testing.T) browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return browser{jar}
}

// open returns the address and the page at the end of the redirects.
func (b browser) open(t *testing.T, address string) (at, page string) {
	t.Helper()
	return b.navigate(t, http.MethodGet, address, nil)
}

// signIn fills in the forms of the sign-in page at an address.
func (b browser) signIn(t *testing.T, address, email, password string) (at, page string) {
	t.Helper()
	at, _ = b.navigate(t, http.MethodPost, address, url.Values{"identifier": {email}})
	return b.navigate(t, http.MethodPost, at, url.Values{"password": {password}})
}

// maxHops is more redirects than any honest way has.
const maxHops = 12

func (b browser) navigate(t *testing.T, method, address string, form url.Values) (at, page string) {
	t.Helper()
	for range maxHops {
		got := exchange(t, b.jar, method, address, form, map[string]string{
			"Accept": "text/html", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin",
		})
		if got.location == "" {
			return address, got.text
		}
		if got.status == http.StatusSeeOther || got.status == http.StatusFound {
			method, form = http.MethodGet, nil
		}
		address = got.location
	}
	t.Fatalf("the redirects have no end; the last leads to %s", address)
	return "", ""
}

// passwordOf returns the password of an account that the program prints.
func (p *process) passwordOf(t *testing.T, email string) (password string) {
	t.Helper()
	until(t, func() bool {
		for line := range strings.Lines(p.stderr.String()) {
			if fields := strings.Fields(line); len(fields) == 2 && fields[0] == email && strings.HasSuffix(line, "\n") {
				password = fields[1]
			}
		}
		return password != ""
	})
	return password
}
