package authn_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func TestRefusesWhatIsNoSessionTokenOfThisInstance(t *testing.T) {
	t.Parallel()
	b := newBench(t, "dev", nil)
	other := newBench(t, "prod", nil)
	for _, row := range []struct{ name, token, reason string }{
		{"no signature at all", b.Tokens["alg_none"], "token-invalid-algorithm"},
		{"a signature by HMAC with the public key", b.Tokens["alg_hs256"], "token-invalid-algorithm"},
		{"a token of another instance", other.Tokens["valid"], "token-invalid-signature"},
		{"a token made from a JWT template", b.Tokens["template"], "token-type-mismatch"},
		{"a machine's token", b.Tokens["m2m_jwt"], "token-type-mismatch"},
		{"an OAuth access token", b.Tokens["oauth_jwt"], "token-type-mismatch"},
		{"a handshake token", b.Handshakes["ok"], "token-verification-failed"},
		{"a key id that does not exist, with a wrong key", b.Tokens["wrong_key"], "token-invalid-signature"},
		{"a payload that was changed", b.Tokens["payload_flipped"], "token-invalid-signature"},
		{"an algorithm that Clerk's keys are not for", b.Tokens["alg_rs512"], "token-verification-failed"},
		{"no expiry", b.Tokens["no_exp"], "token-verification-failed"},
		{"no session", b.Tokens["valid_no_sid"], "ginclerk-session-id-missing"},
		{"no azp where parties are configured", b.Tokens["valid_no_azp"], "token-invalid-authorized-parties"},
		{"three words", "not.a.token", "token-invalid"},
		{"a very long token", strings.Repeat("a", 1<<20), "token-invalid"},
	} {
		if row.token == "" {
			t.Fatalf("%s: no such recorded token", row.name)
		}
		t.Run(row.name+", as bearer", func(t *testing.T) {
			t.Parallel()
			r := navigation("/")
			r.Header.Set("Authorization", "Bearer "+row.token)
			refused(t, b.decide(r), row.reason)
		})
	}
}

// A machine's token is recognized with and without padding, in every place of a request. Clerk's code takes one with padding for a
// user's.
func TestAMachineIsNoUserWithOrWithoutPadding(t *testing.T) {
	t.Parallel()
	everything := func(o *authn.Options) {
		o.UnsafeSkipIssuer, o.UnsafeAllowMissingSessionID, o.AuthorizedParties = true, true, nil
	}
	for _, instance := range []string{"dev", "prod"} {
		for _, name := range []string{"m2m_jwt", "m2m_jwt_nocat", "oauth_jwt", "oauth_jwt_long"} {
			for _, padding := range []string{"", "=", "=="} {
				b := newBench(t, instance, everything)
				raw := b.Tokens[name] + padding
				if b.Tokens[name] == "" {
					t.Fatalf("no recorded token %s", name)
				}
				asBearer := navigation("/")
				asBearer.Header.Set("Authorization", "Bearer "+raw)
				for where, r := range map[string]*http.Request{
					"as bearer":           asBearer,
					"as a cookie":         navigation("/", "__clerk_db_jwt=dvb_1; __client_uat=1; __session="+raw),
					"as a quoted cookie":  navigation("/", "__clerk_db_jwt=dvb_1; __client_uat=1; __session=\""+raw+"\""),
					"as an escaped one":   navigation("/", "__clerk_db_jwt=dvb_1; __client_uat=1; __session="+url.QueryEscape(raw)),
					"as a handshake":      navigation("/?__clerk_handshake="+url.QueryEscape(raw), "__clerk_db_jwt=dvb_1"),
					"as a handshake left": navigation("/", "__clerk_db_jwt=dvb_1; __clerk_handshake="+raw),
				} {
					for _, accepts := range []authn.Accepts{{}, authn.AcceptOneOf(authn.SessionToken, authn.APIKey)} {
						state := b.Authenticate(authn.Request{HTTP: r, Accepts: accepts})
						if state.Status == authn.SignedIn {
							t.Errorf("%s: %s%s %s, accepting %s: signed in as %v", instance, name, padding, where, accepts, state.Claims)
						}
					}
				}
				machine := b.Authenticate(authn.Request{HTTP: asBearer, Accepts: authn.AcceptAny()})
				if machine.TokenType == authn.SessionToken || machine.Claims != nil {
					t.Errorf("%s: %s%s is taken for a %s", instance, name, padding, machine.TokenType)
				}
			}
		}
	}
}

func refused(t *testing.T, state *authn.State, reason string) {
	t.Helper()
	if state.Status == authn.SignedIn || state.Claims != nil || state.Token != "" {
		t.Fatalf("status %s, want refused with %s", state.Status, reason)
	}
	if string(state.Reason) != reason {
		t.Errorf("reason %q, want %q", state.Reason, reason)
	}
}

func TestIgnoresATokenInTheQuery(t *testing.T) {
	t.Parallel()
	b := newBench(t, "prod", nil)
	refused(t, b.decide(navigation("/?__session="+b.Tokens["valid"])), "session-token-and-uat-missing")
}

func TestBelievesNeitherOfTwoAuthorizationHeaders(t *testing.T) {
	t.Parallel()
	b := newBench(t, "prod", nil)
	r := navigation("/")
	r.Header["Authorization"] = []string{"Bearer " + b.Tokens["valid"], "Bearer " + b.Tokens["valid"]}
	refused(t, b.decide(r), "session-token-and-uat-missing")
}

func TestIgnoresForwardedHeaders(t *testing.T) {
	t.Parallel()
	b := newBench(t, "dev", nil)
	r := navigation("/dash")
	r.Header.Set("X-Forwarded-Host", "evil.example")
	r.Header.Set("X-Forwarded-Proto", "http")
	if location := b.decide(r).Location(); strings.Contains(location, "evil.example") {
		t.Errorf("the handshake leads to %s", location)
	}
}

func TestAsksForAnIssuerOfThisInstance(t *testing.T) {
	t.Parallel()
	b := newBench(t, "dev", nil)
	r := navigation("/")
	r.Header.Set("Authorization", "Bearer "+b.Tokens["iss_other"])
	if state := b.decide(r); state.Status == authn.SignedIn {
		t.Error("a token of another issuer is accepted")
	}
}

func TestEndsARedirectLoop(t *testing.T) {
	t.Parallel()
	b := newBench(t, "dev", nil)
	for count, want := range map[string]authn.Status{
		"0": "handshake", "2": "handshake", "3": "signed-out", "03": "signed-out", "4": "signed-out", "1e99": "signed-out",
		"-7": "handshake", "12abc": "handshake", "NaN": "handshake",
	} {
		state := b.decide(navigation("/", "__clerk_redirect_count="+count))
		if state.Status != want {
			t.Errorf("after %s redirects: %s, want %s", count, state.Status, want)
		}
		if want == "signed-out" && !errors.Is(state.Err, authn.ErrRedirectLoop) {
			t.Errorf("after %s redirects: %v, want ErrRedirectLoop", count, state.Err)
		}
	}
}

func TestSetsOnlyClerksOwnCookies(t *testing.T) {
	t.Parallel()
	in := newBench(t, "dev", nil)
	own := "__session=" + in.Tokens["valid"] + "; Path=/; SameSite=Lax"
	backend := &fakeBackend{setCookie: []string{
		"admin=1; Path=/",
		"__Host-ginclerk_flash=x; Path=/; Secure",
		"__session_other=x; Path=/",
		"__client_uat=1\r\nSet-Cookie: admin=1",
		"__client_uat=1; Path=/; X-Evil=1",
		own,
	}}
	b := newBench(t, "dev", func(o *authn.Options) { o.Backend = backend })
	state := b.decide(navigation("/?__clerk_handshake_nonce=n", "__clerk_db_jwt=dvb_1"))
	if diff := cmp.Diff([]string{own}, state.Header["Set-Cookie"]); diff != "" {
		t.Errorf("Set-Cookie (-want +got)\n%s", diff)
	}
	if state.Status != authn.SignedIn {
		t.Errorf("status %s (%s, %v)", state.Status, state.Reason, state.Err)
	}
}

func TestAHandshakeWithATokenOfAnotherClassDoesNotSignIn(t *testing.T) {
	t.Parallel()
	in := newBench(t, "dev", nil)
	for _, name := range []string{"template", "m2m_jwt", "alg_none"} {
		backend := &fakeBackend{setCookie: []string{"__session=" + in.Tokens[name]}}
		b := newBench(t, "dev", func(o *authn.Options) { o.Backend = backend })
		if state := b.decide(navigation("/?__clerk_handshake_nonce=n", "__clerk_db_jwt=dvb_1")); state.Status == authn.SignedIn {
			t.Errorf("%s: signed in", name)
		}
	}
}

func TestReportsWhatCouldNotBeReached(t *testing.T) {
	t.Parallel()
	down := &fakeBackend{err: fmt.Errorf("%w: connection refused", authn.ErrUnreachable)}
	b := newBench(t, "dev", func(o *authn.Options) { o.Backend = down })
	expired := b.signedInCookies("expired") + "; __refresh_" + b.key.CookieSuffix() + "=r"
	for name, request := range map[string]*http.Request{
		"a refresh":        navigation("/", expired),
		"a nonce exchange": navigation("/?__clerk_handshake_nonce=n", "__clerk_db_jwt=dvb_1"),
	} {
		state := b.decide(request)
		if state.Status == authn.SignedIn || !errors.Is(state.Upstream, authn.ErrUnreachable) {
			t.Errorf("%s: status %s, Upstream %v", name, state.Status, state.Upstream)
		}
	}
	refusing := newBench(t, "dev", func(o *authn.Options) { o.Backend = &fakeBackend{err: recordedError{code: "session_not_found"}} })
	if state := refusing.decide(navigation("/", expired)); state.Upstream != nil {
		t.Errorf("a refusal counts as an outage: %v", state.Upstream)
	}
}

func TestRenewsOnAnyMethodWhenAsked(t *testing.T) {
	t.Parallel()
	in := newBench(t, "dev", nil)
	backend := &fakeBackend{setCookie: []string{"__session=" + in.Tokens["valid"] + "; Path=/"}}
	b := newBench(t, "dev", func(o *authn.Options) { o.Backend = backend })
	r := navigation("/form", b.signedInCookies("expired")+"; __refresh_"+b.key.CookieSuffix()+"=rtok")
	r.Method = http.MethodPost
	r.Header.Set("X-Internal", "secret")
	r.Header.Set("User-Agent", "Firefox")
	refused(t, b.decide(r), "session-token-expired-refresh-non-eligible-non-get")

	state := b.Renew(authn.Request{HTTP: r})
	if state.Status != authn.SignedIn || state.Token != in.Tokens["valid"] {
		t.Fatalf("status %s (%s, %v)", state.Status, state.Reason, state.Err)
	}
	if diff := cmp.Diff(map[string][]string{
		"Accept": {"text/html"}, "Sec-Fetch-Dest": {"document"}, "User-Agent": {"Firefox"},
	}, backend.refreshed.RequestHeaders); diff != "" {
		t.Errorf("headers passed on (-want +got)\n%s", diff)
	}
	refused(t, b.Renew(authn.Request{HTTP: navigation("/", b.signedInCookies("expired"))}),
		"session-token-expired-refresh-non-eligible-no-refresh-cookie")
}

func TestHandshakeURLLeavesTheOldTokenOut(t *testing.T) {
	t.Parallel()
	b := newBench(t, "dev", func(o *authn.Options) { o.ProxyURL = "/__clerk" })
	location, err := b.HandshakeURL(authn.Request{HTTP: navigation("/x", b.signedInCookies("valid"))}, ownOrigin+"/done", "why")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	if u.Host != "app.example.com" || u.Path != "/__clerk/v1/client/handshake" || query.Has("__session") ||
		query.Get("redirect_url") != ownOrigin+"/done" || query.Get("__clerk_hs_reason") != "why" || query.Get("__clerk_db_jwt") != "dvb_1" {
		t.Errorf("handshake at %s", location)
	}
}

func TestOnlyKnownSatellitesGetTheDevBrowser(t *testing.T) {
	t.Parallel()
	b := newBench(t, "dev", func(o *authn.Options) { o.SatelliteOrigins = []string{"https://satellite.example"} })
	known := b.decide(navigation("/?__clerk_redirect_url=https%3A%2F%2Fsatellite.example%2Fx", "__clerk_db_jwt=dvb_1"))
	if !strings.HasPrefix(known.Location(), "https://satellite.example/x?__clerk_db_jwt=dvb_1") {
		t.Errorf("a known satellite: %s", known.Location())
	}
	stranger := b.decide(navigation("/?__clerk_redirect_url=https%3A%2F%2Fevil.example%2Fx", "__clerk_db_jwt=dvb_1"))
	if strings.HasPrefix(stranger.Location(), "https://evil.example") {
		t.Errorf("a stranger is sent the dev browser: %s", stranger.Location())
	}
}

func TestNewReportsEveryProblem(t *testing.T) {
	t.Parallel()
	_, err := authn.New(authn.Options{Satellite: &authn.Satellite{}, OrganizationSync: authn.OrganizationSync{OrganizationPatterns: []string{"/("}}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"publishable key", "Backend", "Domain or a ProxyURL", "organization sync", "Keys"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not mention %q:\n%v", want, err)
		}
	}
}

func TestWithoutPartiesTokensOfAnyPartyPass(t *testing.T) {
	t.Parallel()
	b := newBench(t, "dev", func(o *authn.Options) { o.AuthorizedParties = nil })
	r := navigation("/")
	r.Header.Set("Authorization", "Bearer "+b.Tokens["valid_no_azp"])
	state := b.decide(r)
	if state.Status != authn.SignedIn || state.Claims.SessionStatus != token.SessionActive {
		t.Errorf("status %s (%s, %v)", state.Status, state.Reason, state.Err)
	}
}

func TestARenewalKeepsSessionAndUser(t *testing.T) {
	t.Parallel()
	in := newBench(t, "dev", nil)
	for _, name := range []string{"valid_custom", "valid_org_b", "valid"} {
		backend := &fakeBackend{setCookie: []string{"__session=" + in.Tokens[name] + "; Path=/"}}
		b := newBench(t, "dev", func(o *authn.Options) { o.Backend = backend })
		got := claimsOf(t, in.Tokens[name])
		// A token of another session, otherwise right.
		other := "eyJhbGciOiJSUzI1NiJ9.eyJzaWQiOiJzZXNzX290aGVyIiwic3ViIjoidXNlcl9vdGhlciJ9.AA"
		r := navigation("/", "__clerk_db_jwt=dvb_1; __client_uat=1; __session="+other+"; __refresh_"+b.key.CookieSuffix()+"=r")
		if state := b.Renew(authn.Request{HTTP: r}); state.Status == authn.SignedIn {
			t.Errorf("%s: a token of sess_other was renewed to one of %v", name, got["sid"])
		}
	}
}

func claimsOf(t *testing.T, raw string) map[string]any {
	t.Helper()
	unverified, err := token.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	return unverified.Claims().Raw()
}

func TestTellsClerkTheAddressThatTheCallerTrusts(t *testing.T) {
	t.Parallel()
	in := newBench(t, "dev", nil)
	backend := &fakeBackend{setCookie: []string{"__session=" + in.Tokens["valid"] + "; Path=/"}}
	b := newBench(t, "dev", func(o *authn.Options) { o.Backend = backend })
	r := navigation("/", b.signedInCookies("expired")+"; __refresh_"+b.key.CookieSuffix()+"=r")
	r.Header.Set("X-Forwarded-For", "192.0.2.66")
	r.Header.Set("X-Real-Ip", "192.0.2.66")
	b.Authenticate(authn.Request{HTTP: r, Client: address("198.51.100.7")})
	if diff := cmp.Diff([]string{"198.51.100.7"}, backend.refreshed.RequestHeaders["X-Forwarded-For"]); diff != "" {
		t.Errorf("X-Forwarded-For (-want +got)\n%s", diff)
	}
	if claimed := backend.refreshed.RequestHeaders["X-Real-Ip"]; claimed != nil {
		t.Errorf("X-Real-Ip: %v", claimed)
	}
}

// address is a client whose address is known.
type address string

func (a address) ClientIP() string { return string(a) }
