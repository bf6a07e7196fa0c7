package main

import (
	"net/http"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/tokenendpoint"
)

// Scripts of the demo's own pages get the browser's token, and can call other programs with it.
func TestTokenEndpoint(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	script := byBrowser(t, a, member)
	script.Set("Sec-Fetch-Dest", "empty")
	script.Set("Accept", "*/*")
	if got := a.send(t, tokenendpoint.DefaultPath, script, "{}"); got.status != http.StatusForbidden {
		t.Errorf("a request without the header that only scripts send: %s, want 403", got.summary(t, a.origin))
	}
	script.Set(tokenendpoint.RequestHeader, tokenendpoint.RequestValue)
	got := a.send(t, tokenendpoint.DefaultPath, script, "{}")
	if got.status != http.StatusOK || got.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%s with Cache-Control %q, want a token that no cache keeps", got.summary(t, a.origin), got.header.Get("Cache-Control"))
	}
	token, _ := got.json(t)["token"].(string)
	answer := a.do(t, http.MethodGet, protectedPath, http.Header{"Authorization": {"Bearer " + token}})
	if answer.status != http.StatusOK || answer.json(t)["email"] != member.email {
		t.Errorf("with the token: %s, want the user", answer.summary(t, a.origin))
	}
	for name, header := range map[string]http.Header{
		"another site": {"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}},
		"a template":   {},
	} {
		asks := script.Clone()
		for key := range header {
			asks.Set(key, header.Get(key))
		}
		if got := a.send(t, tokenendpoint.DefaultPath, asks, `{"template":"billing"}`); got.status != http.StatusForbidden {
			t.Errorf("%s: %s, want 403", name, got.summary(t, a.origin))
		}
	}
}

func TestTokenEndpointIsLimited(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	script := byBrowser(t, a, member)
	script.Set(tokenendpoint.RequestHeader, tokenendpoint.RequestValue)
	for i := range 16 {
		want := http.StatusOK
		if i == 15 {
			want = http.StatusTooManyRequests
		}
		if got := a.send(t, tokenendpoint.DefaultPath, script, "{}"); got.status != want {
			t.Fatalf("request %d: %s, want %d", i+1, got.summary(t, a.origin), want)
		}
	}
}

// Other sites can't use up the limit for the scripts of the demo's own pages.
func TestOtherSitesCantUseUpTheTokenLimit(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	script := byBrowser(t, a, member)
	script.Set(tokenendpoint.RequestHeader, tokenendpoint.RequestValue)
	foreign := script.Clone()
	foreign.Set("Origin", "https://evil.example")
	foreign.Set("Sec-Fetch-Site", "same-site")
	for range 31 {
		if got := a.send(t, tokenendpoint.DefaultPath, foreign, "{}"); got.status != http.StatusForbidden {
			t.Fatalf("from another site: %s, want 403", got.summary(t, a.origin))
		}
	}
	if got := a.send(t, tokenendpoint.DefaultPath, script, "{}"); got.status != http.StatusOK {
		t.Errorf("from an own page: %s, want 200", got.summary(t, a.origin))
	}
}
