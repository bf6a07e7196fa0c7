package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// below serves the demo below a path, like http.StripPrefix in a program with other handlers.
func (a *webapp) below(t *testing.T, prefix string) *webapp {
	t.Helper()
	server := httptest.NewServer(http.StripPrefix(prefix, a.app.front))
	t.Cleanup(server.Close)
	return &webapp{origin: server.URL, clerk: a.clerk, client: a.client, app: a.app}
}

// The links of the demo's pages stay in the application when a proxy removes a prefix from its paths.
func TestPagesBelowAPathLeadBelowIt(t *testing.T) {
	t.Parallel()
	const prefix = "/app"
	a := startWebapp(t)
	guest, _, admin := visitors()
	for _, row := range []struct {
		path string
		who  person
	}{
		{"/", guest},
		{"/", admin},
		{"/dashboard", admin},
		{"/admin", admin},
		{"/unauthorized", admin},
		{notesPath, admin},
		{dangerPath, admin},
		{livePath, admin},
		{"/nowhere", admin},
	} {
		t.Run(row.path+" for "+row.who.email, func(t *testing.T) {
			t.Parallel()
			header := byBrowser(t, a, row.who)
			page := a.below(t, prefix).do(t, http.MethodGet, prefix+row.path, header)
			addresses := addressesIn(t, page.body)
			if len(addresses) == 0 {
				t.Fatalf("%s names no address:\n%s", page.summary(t, a.origin), page.body)
			}
			for _, address := range addresses {
				if address != prefix && !strings.HasPrefix(address, prefix+"/") { // a cookie has the path of the application itself
					t.Errorf("the page leads out of the application, to %s", address)
				}
				if strings.HasPrefix(address, prefix+prefix) {
					t.Errorf("the page has the prefix twice, in %s", address)
				}
				if back := returnOf(t, address); back != "" && !strings.HasPrefix(back, prefix+"/") {
					t.Errorf("%s returns out of the application, to %s", address, back)
				}
			}
		})
	}
}

// Redirects stay below the prefix, too.
func TestRedirectsBelowAPathLeadBelowIt(t *testing.T) {
	t.Parallel()
	const prefix = "/app"
	a := startWebapp(t)
	below := a.below(t, prefix)
	_, member, _ := visitors()
	header := byBrowser(t, a, member)
	for _, row := range []struct {
		name string
		got  answer
		want string
	}{
		{"a note that is kept", below.post(t, prefix+notesPath, header, url.Values{"text": {"milk"}}), "303 /app/notes"},
		{"a note that is refused", below.post(t, prefix+notesPath, header, url.Values{"text": {""}}), "303 /app/notes"},
		{"notes that are deleted", below.post(t, prefix+dangerPath, header, nil), "303 /app/notes"},
		{"the icon", below.do(t, http.MethodGet, prefix+iconPath, nil), "302 /app/static/favicon.svg"},
	} {
		if got := row.got.summary(t, below.origin); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}

// addressesIn returns every path of this host that a page links to, loads or passes to a script.
func addressesIn(t *testing.T, page string) []string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for n := range doc.Descendants() {
		for _, attribute := range n.Attr {
			if strings.HasPrefix(attribute.Val, "/") {
				found = append(found, attribute.Val)
			}
		}
	}
	return found
}

// returnOf returns the path that a sign-in link returns to.
func returnOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	back, err := url.Parse(u.Query().Get("redirect_url"))
	if err != nil {
		t.Fatal(err)
	}
	return back.Path
}
