package clients_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// kindCase is a signed-in visitor of one kind of instance.
type kindCase struct {
	t       *testing.T
	visitor *visitor
	browser *clerktest.Browser
	session clerktest.Session
	kind    string
	clerk   *clerktest.Server
}

// inBothKinds runs a test in development and in production. The visitor's browser lacks the named cookies.
func inBothKinds(t *testing.T, run func(kindCase), without ...string) {
	t.Helper()
	packages := installed(t)
	t.Parallel()
	for name, kind := range map[string]func(*clerktest.Config){"development": development, "production": production} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t, kind)
			b := srv.NewBrowser()
			s := signIn(t, b, "ada@example.com")
			v := newVisitor(t, startNode(t, packages, srv), srv, b, without...)
			run(kindCase{t: t, visitor: v, browser: b, session: s, kind: name, clerk: srv})
		})
	}
}

func TestNodeHandshakesByToken(t *testing.T) {
	inBothKinds(t, func(c kindCase) {
		t, v, s, kind := c.t, c.visitor, c.session, c.kind
		asked := v.handshake(t, appOrigin+"/dashboard?tab=2")
		back := v.followAs(t, asked, "token")
		if carried := strings.Contains(back, instance.CookieHandshake+"="); carried != (kind == "development") {
			t.Errorf("the token is in the address: %v", carried)
		}
		resolved := v.open(t, back)
		resolved.wantSignedIn(t, s)
		if clean := resolved.location(); kind == "development" && clean != appOrigin+"/dashboard?tab=2" {
			t.Errorf("the handshake leads to %s", clean)
		}
		v.open(t, appOrigin+"/dashboard?tab=2").wantSignedIn(t, s)
		if n := v.srv.Calls()["GET /v1/clients/handshake_payload"]; n != 0 {
			t.Errorf("%d calls for a payload, want none: the token has it", n)
		}
	})
}

func TestNodeRefusesForeignHandshakeTokens(t *testing.T) {
	inBothKinds(t, func(c kindCase) {
		t, v, s, kind := c.t, c.visitor, c.session, c.kind
		template := minted(t, v.srv, s, clerktest.TokenOptions{Template: "billing", Claims: map[string]any{
			"handshake": []string{"__session=injected; Path=/"},
		}})
		if kind == "production" {
			v.cookies[instance.CookieHandshake] = template
			v.open(t, appOrigin+"/").wantSignedIn(t, s) // by the earlier cookies
			return
		}
		headers := map[string]string{"accept": "text/html", "sec-fetch-dest": "document", "cookie": v.header()}
		request := map[string]any{"url": appOrigin + "/?__clerk_handshake=" + template, "method": "GET", "headers": headers}
		if r := v.node.try(t, "authenticateRequest", request, map[string]any{"proxyUrl": v.node.frontend}); r.Error == nil {
			t.Errorf("the token of a template was taken for a handshake: %s", r.Value)
		}
	})
}

func TestNodeIgnoresUnknownHandshakes(t *testing.T) {
	inBothKinds(t, func(c kindCase) {
		t, v, s := c.t, c.visitor, c.session
		v.cookies[instance.CookieHandshakeNonce] = "unknown"
		if got := v.open(t, appOrigin+"/"); got.Status != "signed-out" || got.Reason != "session-token-missing" {
			t.Errorf("an unknown nonce: %s, %s", got.Status, got.Reason)
		}
		delete(v.cookies, instance.CookieHandshakeNonce)
		v.open(t, appOrigin+"/").wantSignedIn(t, s)
	})
}

// Each row removes something, and a handshake restores it.
func TestNodeRestoresMissingCookiesByHandshake(t *testing.T) {
	session := func(token string) func(map[string]string) {
		return func(cookies map[string]string) {
			for name := range cookies {
				if strings.HasPrefix(name, instance.CookieSession) {
					cookies[name] = token
				}
			}
		}
	}
	without := func(prefixes ...string) func(map[string]string) {
		return func(cookies map[string]string) {
			maps.DeleteFunc(cookies, func(name, _ string) bool {
				for _, prefix := range prefixes {
					if strings.HasPrefix(name, prefix) {
						return true
					}
				}
				return false
			})
		}
	}
	inBothKinds(t, func(c kindCase) {
		t, v, s, kind := c.t, c.visitor, c.session, c.kind
		now := v.srv.Clock().Now().Unix()
		token := func(claims map[string]any) string {
			claims["azp"] = appOrigin
			return minted(t, v.srv, s, clerktest.TokenOptions{Claims: claims})
		}
		expired := minted(t, v.srv, s, clerktest.TokenOptions{Lifetime: -time.Hour})
		whole := maps.Clone(v.cookies)
		for _, row := range []struct {
			reason, path string
			change       func(map[string]string)
			headers      map[string]string
		}{
			{"client-uat-but-no-session-token", "/", without(instance.CookieSession, instance.CookieRefresh), nil},
			{"session-token-but-no-client-uat", "/", without(instance.CookieClientUAT), nil},
			{"session-token-iat-before-client-uat", "/", session(token(map[string]any{"iat": now - 3600})), nil},
			{"session-token-nbf", "/", session(token(map[string]any{"nbf": now + 600})), nil},
			{"session-token-iat-in-the-future", "/", session(token(map[string]any{"iat": now + 600})), nil},
			{"session-token-expired-refresh-non-eligible-no-refresh-cookie", "/", func(cookies map[string]string) {
				session(expired)(cookies)
				without(instance.CookieRefresh)(cookies)
			}, nil},
			{"session-token-expired-refresh-refresh_token_invalid", "/", func(cookies map[string]string) {
				session(expired)(cookies)
				for name := range cookies {
					if strings.HasPrefix(name, instance.CookieRefresh) {
						cookies[name] = "made-up"
					}
				}
			}, nil},
			{"primary-domain-cross-origin-sync", "/", without("-"), map[string]string{"referer": "https://elsewhere.example/"}},
			{"dev-browser-missing", "/", without(instance.CookieDevBrowser), nil},
			{"dev-browser-sync", "/?__clerk_db_jwt=" + whole[instance.CookieDevBrowser], without(instance.CookieDevBrowser), nil},
		} {
			if kind == "production" && strings.HasPrefix(row.reason, "dev-browser") {
				continue
			}
			v.cookies, v.headers = maps.Clone(whole), row.headers
			row.change(v.cookies)
			asked := v.open(t, appOrigin+row.path)
			if asked.Status != "handshake" || asked.Reason != row.reason {
				t.Errorf("%s: %s, %s", row.reason, asked.Status, asked.Reason)
				continue
			}
			back := v.follow(t, asked)
			v.headers = nil
			resolved := v.open(t, back)
			if row.reason == "dev-browser-missing" { // a new browser, without a signed-in user
				if resolved.Status != "signed-out" {
					t.Errorf("%s: %s, want signed out", row.reason, resolved.Status)
				}
				continue
			}
			resolved.wantSignedIn(t, s)
			v.open(t, appOrigin+"/").wantSignedIn(t, s)
		}
	})
}
