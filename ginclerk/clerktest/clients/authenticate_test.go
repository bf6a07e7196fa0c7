package clients_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

func production(c *clerktest.Config) { c.Type = instance.Production }

func development(c *clerktest.Config) { c.Type = instance.Development }

func TestNodeAuthenticatesCookies(t *testing.T) {
	inBothKinds(t, func(c kindCase) {
		t, v, s, srv := c.t, c.visitor, c.session, c.clerk
		for range 2 {
			v.open(t, appOrigin+"/dashboard").wantSignedIn(t, s)
		}
		if fetched := srv.Calls()["GET /v1/jwks"]; fetched != 1 {
			t.Errorf("the keys were fetched %d times, want once: they come over the network, and are kept", fetched)
		}
	})
}

func TestNodeAuthenticatesBearers(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv, other := clerktest.New(t), clerktest.New(t)
	n := startNode(t, packages, srv)
	s := signIn(t, srv.NewBrowser(), "ada@example.com")
	foreign := signIn(t, other.NewBrowser(), "ada@example.com")
	for _, row := range []struct {
		name   string
		token  string
		reason string // empty: signed in
	}{
		{"a fresh token", minted(t, srv, s, clerktest.TokenOptions{}), ""},
		{"an expired token", minted(t, srv, s, clerktest.TokenOptions{Lifetime: -time.Hour}), "session-token-expired"},
		{"a token that names no key", minted(t, srv, s, clerktest.TokenOptions{NoKeyID: true}), "jwk-kid-mismatch"},
		{"a token of another instance", minted(t, other, foreign, clerktest.TokenOptions{}), "jwk-kid-mismatch"},
	} {
		t.Run(row.name, func(t *testing.T) {
			request := map[string]any{"url": appOrigin + "/api", "method": http.MethodGet, "headers": map[string]string{
				"authorization": "Bearer " + row.token,
			}}
			got := call[state](t, n, "authenticateRequest", request, map[string]any{})
			switch {
			case row.reason == "":
				got.wantSignedIn(t, s)
			case got.Status != "signed-out" || !strings.HasPrefix(got.Reason, row.reason):
				t.Errorf("%+v, want signed out for %s", got, row.reason)
			}
		})
	}
}

func TestNodeRefreshes(t *testing.T) {
	inBothKinds(t, func(c kindCase) {
		t, v, s, srv := c.t, c.visitor, c.session, c.clerk
		old := minted(t, srv, s, clerktest.TokenOptions{Lifetime: -time.Hour, AuthorizedParty: appOrigin})
		for cookie := range v.cookies {
			if strings.HasPrefix(cookie, instance.CookieSession) {
				v.cookies[cookie] = old
			}
		}
		v.open(t, appOrigin+"/dashboard").wantSignedIn(t, s)
		if n := srv.Calls()["POST /v1/sessions/{session_id}/refresh"]; n != 1 {
			t.Errorf("%d refreshes, want one", n)
		}
		if fresh := claimsOf(t, v.cookies[instance.CookieSession]); fresh["azp"] != appOrigin || fresh["sid"] != s.ID {
			t.Errorf("the new token says %v", fresh)
		}
		v.open(t, appOrigin+"/dashboard").wantSignedIn(t, s)
		if n := srv.Calls()["POST /v1/sessions/{session_id}/refresh"]; n != 1 {
			t.Errorf("the new token was refreshed again")
		}
	})
}

func TestNodeHandshakes(t *testing.T) {
	inBothKinds(t, func(c kindCase) {
		t, v, s, srv, name := c.t, c.visitor, c.session, c.clerk, c.kind
		back := v.follow(t, v.open(t, appOrigin+"/dashboard?tab=2"))
		resolved := v.open(t, back)
		resolved.wantSignedIn(t, s)
		if clean := resolved.location(); name == "development" && clean != appOrigin+"/dashboard?tab=2" {
			t.Errorf("the handshake leads to %s", clean)
		}
		v.open(t, appOrigin+"/dashboard?tab=2").wantSignedIn(t, s)
		for _, operation := range []string{"GET /v1/client/handshake", "GET /v1/clients/handshake_payload"} {
			if n := srv.Calls()[operation]; n != 1 {
				t.Errorf("%d calls of %s, want one: the nonce has to go with its answer", n, operation)
			}
		}
	}, instance.CookieSession, instance.CookieRefresh)
}

func TestNodeHandshakesWithNewBrowsers(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	v := &visitor{node: startNode(t, packages, srv), srv: srv, cookies: map[string]string{}}
	first := v.open(t, appOrigin+"/")
	if first.Reason != "dev-browser-missing" {
		t.Errorf("reason %s, want dev-browser-missing", first.Reason)
	}
	v.open(t, v.follow(t, first))
	if v.cookies[instance.CookieDevBrowser] == "" {
		t.Error("the handshake brought no dev browser")
	}
	if last := v.open(t, appOrigin+"/"); last.Status != "signed-out" || last.Reason != "session-token-and-uat-missing" {
		t.Errorf("%+v, want signed out", last)
	}
}

func minted(t *testing.T, srv *clerktest.Server, s clerktest.Session, o clerktest.TokenOptions) string {
	t.Helper()
	token, err := srv.MintToken(s.ID, o)
	if err != nil {
		t.Fatal(err)
	}
	return token
}
