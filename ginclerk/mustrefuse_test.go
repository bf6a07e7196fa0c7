package ginclerk_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// forger makes tokens of a session that is all right, but for one thing.
type forger struct {
	t       *testing.T
	app     *app
	session clerktest.Session
}

func (f forger) mint(o clerktest.TokenOptions) string {
	f.t.Helper()
	return f.app.mint(f.t, f.session.ID, o)
}

// TestMustRefuse holds what would be the worst bug of all, each as a request to a guarded route of an application that
// fetches its keys.
func TestMustRefuse(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		forge  func(forger) string
		reason string
	}{
		{"a token without a signature", func(f forger) string {
			return resign(f.t, f.mint(clerktest.TokenOptions{}), "none", nil)
		}, "token-invalid-algorithm"},
		{"an HMAC with the public key", func(f forger) string {
			return resign(f.t, f.mint(clerktest.TokenOptions{}), "HS256", []byte(f.app.server.JWTKey()))
		}, "token-invalid-algorithm"},
		{"a key id of another instance", func(f forger) string {
			return newApp(f.t).token(f.t, bob)
		}, "jwk-kid-mismatch"},
		{"another issuer", func(f forger) string {
			return f.mint(clerktest.TokenOptions{Claims: map[string]any{"iss": "https://clerk.evil.example"}})
		}, "token-invalid-issuer"},
		{"a token made from a JWT template", func(f forger) string {
			return f.mint(clerktest.TokenOptions{Template: "billing"})
		}, "token-type-mismatch"},
		{"a machine's token", func(f forger) string {
			return f.mint(clerktest.TokenOptions{Claims: map[string]any{"sub": "mch_1"}})
		}, "token-type-mismatch"},
		{"a machine's token with padding behind it", func(f forger) string {
			return f.mint(clerktest.TokenOptions{Claims: map[string]any{"sub": "mch_1"}}) + "="
		}, "token-type-mismatch"},
		{"a machine's token with more padding", func(f forger) string {
			return f.mint(clerktest.TokenOptions{Claims: map[string]any{"sub": "mch_1"}}) + "===="
		}, "token-type-mismatch"},
		{"an empty authorized party", func(f forger) string {
			return f.mint(clerktest.TokenOptions{Claims: map[string]any{"azp": ""}})
		}, "token-invalid-authorized-parties"},
		{"no authorized party", func(f forger) string {
			return f.mint(clerktest.TokenOptions{Claims: map[string]any{"azp": nil}})
		}, "token-invalid-authorized-parties"},
		{"a token that names no session", func(f forger) string {
			return f.mint(clerktest.TokenOptions{Claims: map[string]any{"sid": nil}})
		}, "ginclerk-session-id-missing"},
		{"a token that never expires", func(f forger) string {
			return f.mint(clerktest.TokenOptions{Claims: map[string]any{"exp": nil}})
		}, "token-verification-failed"},
		{"a token that lives for years", func(f forger) string {
			return f.mint(clerktest.TokenOptions{Lifetime: 1000 * time.Hour})
		}, "ginclerk-token-lifetime"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.guarded(a.clerk.RequireSession())
			got := a.ask(http.MethodGet, "/guarded", program, bearer(row.forge(forger{t, a, a.session(t, bob, clerktest.SessionOptions{})}))).wantStatus(t, http.StatusUnauthorized)
			if reason := got.Header().Get("X-Clerk-Auth-Reason"); reason != row.reason {
				t.Errorf("reason %q, want %q", reason, row.reason)
			}
		})
	}
}

// What a machine's token is, it is in every place where a token may be.
func TestMustRefuseAMachinesTokenWhereverItIsPresented(t *testing.T) {
	t.Parallel()
	a := newApp(t, configured(func(c *ginclerk.Config) { c.Unsafe.AllowMissingSessionID = true }))
	a.guarded(a.clerk.RequireSession())
	a.engine.GET("/both", a.clerk.RequireToken(ginclerk.SessionToken, ginclerk.APIKey), whoami)
	session := a.session(t, bob, clerktest.SessionOptions{})
	suffix := a.clerk.PublishableKey().CookieSuffix()
	raw := a.mint(t, session.ID, clerktest.TokenOptions{Claims: map[string]any{
		"sub": "mch_1", "handshake": []string{"__client=stolen; Path=/", "__refresh_" + suffix + "=stolen; Path=/", "__session=" + a.token(t, bob)},
	}})
	for _, padding := range []string{"", "=", "=="} {
		for where, options := range map[string][]option{
			"as bearer":             {bearer(raw + padding), program},
			"as bearer of a page":   {bearer(raw + padding), navigation},
			"as a cookie":           {withCookie("__session", raw+padding), navigation},
			"as the other cookie":   {withCookie("__session_"+suffix, raw+padding), withCookie("__client_uat_"+suffix, "1"), navigation},
			"as a handshake":        {query("__clerk_handshake=" + queryEscape(raw+padding)), navigation},
			"as a handshake cookie": {withCookie("__clerk_handshake", raw+padding), navigation},
			"to renew a session":    {withCookie("__session", raw+padding), withCookie("__refresh_"+suffix, "r"), ownForm},
		} {
			options = append(options, withCookie("__client_uat", "1"), withCookie("__clerk_db_jwt", "dvb"))
			for _, target := range []string{"/guarded", "/both"} {
				got := a.ask(http.MethodGet, target, options...).wantRan(t, false)
				for name := range got.setCookies() {
					if name == "__client" || strings.HasPrefix(name, "__refresh") || strings.HasPrefix(name, "__session") {
						t.Errorf("%s%s: it sets %s", where, padding, name)
					}
				}
			}
		}
	}
}

// The two checks that Clerk leaves off can be left off, by names that say the danger, and New says so.
func TestUnsafeOptionsAcceptWhatTheySay(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(*ginclerk.Config)
		claims map[string]any
	}{
		"Unsafe.SkipIssuer":            {func(c *ginclerk.Config) { c.Unsafe.SkipIssuer = true }, map[string]any{"iss": "https://clerk.evil.example"}},
		"Unsafe.AllowMissingSessionID": {func(c *ginclerk.Config) { c.Unsafe.AllowMissingSessionID = true }, map[string]any{"sid": nil}},
	} {
		a := newApp(t, configured(row.change))
		a.guarded(a.clerk.RequireSession())
		token := a.mint(t, a.session(t, bob, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{Claims: row.claims})
		a.ask(http.MethodGet, "/guarded", program, bearer(token)).wantStatus(t, http.StatusOK)
		if a.log.count(name+"=true") != 1 {
			t.Errorf("%s: New does not say so", name)
		}
	}
}

func TestMustRefuseATokenInTheQuery(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	for _, name := range []string{"__session", "token", "access_token", "__clerk_session"} {
		a.ask(http.MethodGet, "/guarded?"+name+"="+a.token(t, bob), program).wantStatus(t, http.StatusUnauthorized)
	}
}

func TestMustRefuseTwoAuthorizationHeaders(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	token := "Bearer " + a.token(t, bob)
	a.ask(http.MethodGet, "/guarded", program, added("Authorization", token), added("Authorization", token)).
		wantStatus(t, http.StatusUnauthorized)
}

func TestMustRefuseAnExpiredTokenHoweverOftenItIsUsed(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.RequireSession())
	token := bearer(a.token(t, bob))
	for range 6 { // 60 seconds, and 5 of clock skew
		a.ask(http.MethodGet, "/guarded", program, token).wantStatus(t, http.StatusOK)
		a.clock.Advance(10 * time.Second)
	}
	a.clock.Advance(6 * time.Second)
	a.ask(http.MethodGet, "/guarded", program, token).wantStatus(t, http.StatusUnauthorized)
}

// rotated asks another instance for the key set once the key was withdrawn: it has another key, and the old one no more.
type rotated struct {
	next      http.RoundTripper
	withdrawn *atomic.Bool
	address   string
}

func (w rotated) RoundTrip(r *http.Request) (*http.Response, error) {
	if !w.withdrawn.Load() || !strings.HasSuffix(r.URL.Path, "/v1/jwks") {
		return w.next.RoundTrip(r)
	}
	published, err := http.NewRequestWithContext(r.Context(), http.MethodGet, w.address+"/.well-known/jwks.json", nil)
	if err != nil {
		return nil, err
	}
	return w.next.RoundTrip(published)
}

func TestMustRefuseAWithdrawnKeyWithinItsLifetime(t *testing.T) {
	t.Parallel()
	withdrawn, other := &atomic.Bool{}, clerktest.New(t)
	a := newApp(t, configured(func(c *ginclerk.Config) {
		c.ClerkAPI.HTTPClient = &http.Client{Transport: rotated{next: http.DefaultTransport, withdrawn: withdrawn, address: other.FrontendURL()}}
	}))
	a.guarded(a.clerk.RequireSession())
	session := a.session(t, bob, clerktest.SessionOptions{})
	token := bearer(a.mint(t, session.ID, clerktest.TokenOptions{Lifetime: time.Hour}))
	a.ask(http.MethodGet, "/guarded", program, token).wantStatus(t, http.StatusOK)
	withdrawn.Store(true)
	refused := false
	for range 6 { // it is used every minute, which must not keep it alive
		a.clock.Advance(time.Minute)
		refused = a.ask(http.MethodGet, "/guarded", program, token).Code != http.StatusOK
	}
	if !refused {
		t.Error("a key that was withdrawn six minutes ago is still believed")
	}
}

// resign replaces a token's signature, and the algorithm that it names.
func resign(t *testing.T, raw, algorithm string, secret []byte) string {
	t.Helper()
	parts := strings.Split(raw, ".")
	text, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		t.Fatal(err)
	}
	var head map[string]any
	if err := json.Unmarshal(text, &head); err != nil {
		t.Fatal(err)
	}
	head["alg"] = algorithm
	if text, err = json.Marshal(head); err != nil {
		t.Fatal(err)
	}
	signed := base64.RawURLEncoding.EncodeToString(text) + "." + parts[1]
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
