package ginclerk_test

import (
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// twins are two applications on one embedded Clerk, which differ in one thing: the first remembers verified tokens.
type twins struct {
	remembering, forgetting *app

	session clerktest.Session
	shared  *revocation.Set // which both and their replica ask
}

// sharedKeyID is the id of the key of every embedded Clerk of these tests, so that keys can take each other's place.
const sharedKeyID = "ins_shared"

const sessionRevoked = string(reason.SessionRevoked)

func newTwins(t *testing.T, change func(*ginclerk.Config)) twins {
	t.Helper()
	w := twins{}
	var config ginclerk.Config
	w.remembering = newApp(t, production(), setup{clerk: func(c *clerktest.Config) { c.KeyID = sharedKeyID }, config: func(c *ginclerk.Config) {
		w.shared = revocation.NewSet(c.Now)
		c.Stores.Revocations = w.shared
		if change != nil {
			change(c)
		}
		config = *c
	}})
	config.Tokens.Remembered = -1
	forgetting := *w.remembering
	forgetting.engine, forgetting.clerk = gin.New(), newClerk(t, config)
	w.forgetting = &forgetting
	for _, a := range w.both() {
		a.guarded(a.clerk.RequireSession())
		a.engine.GET("/m2m", a.clerk.RequireToken(ginclerk.M2MToken), whoCalls)
		a.engine.GET("/oauth", a.clerk.RequireToken(ginclerk.OAuthToken), whoCalls)
		a.engine.GET("/any", a.clerk.RequireToken(), whoCalls)
	}
	w.session = w.remembering.session(t, bob, clerktest.SessionOptions{})
	return w
}

func (w twins) both() []*app { return []*app{w.remembering, w.forgetting} }

// mint makes a token that outlives the keys.
func (w twins) mint(t *testing.T, claims map[string]any) string {
	t.Helper()
	return w.remembering.mint(t, w.session.ID, clerktest.TokenOptions{Lifetime: 4 * time.Hour, Claims: claims})
}

// ask sends a request to both again and again. Both must answer alike each time: with this status and, unless it is empty, this reason.
func (w twins) ask(t *testing.T, target string, status int, because string, options ...option) {
	t.Helper()
	for range 3 {
		got, want := w.remembering.ask(http.MethodGet, target, options...), w.forgetting.ask(http.MethodGet, target, options...)
		got.wantStatus(t, status)
		said := got.Header().Get("X-Clerk-Auth-Reason")
		if because != "" && said != because {
			t.Errorf("reason %q, want %q", said, because)
		}
		if got.Code != want.Code || got.Body.String() != want.Body.String() || said != want.Header().Get("X-Clerk-Auth-Reason") {
			t.Errorf("it answers %d %q %.200s; without a memory %d %q %.200s",
				got.Code, said, got.Body, want.Code, want.Header().Get("X-Clerk-Auth-Reason"), want.Body)
		}
	}
}

// cookiesOf are those of a browser with these session tokens.
func cookiesOf(a *app, tokens ...string) option {
	return func(r *http.Request) {
		fetched(r)
		suffix := "_" + a.clerk.PublishableKey().CookieSuffix()
		r.Header.Set("Cookie", "__client_uat=1; __client_uat"+suffix+"=1")
		for _, raw := range tokens {
			withCookie("__session", raw)(r)
			withCookie("__session"+suffix, raw)(r)
		}
	}
}

// wants is what comes of a request with a token that was accepted before.
type wants struct {
	status int
	reason string // with a bearer token; empty for a request that is accepted
}

func accepted() wants { return wants{http.StatusOK, ""} }

func refused(because string) wants { return wants{http.StatusUnauthorized, because} }

// step is what happens after a token was accepted, and what comes of the next requests with it.
type step struct {
	name string
	do   func(*testing.T, twins)
	want wants
}

// TestARememberedTokenIsDecidedAboutAnew: whatever happens after a token was accepted counts at the next request.
func TestARememberedTokenIsDecidedAboutAnew(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]step{
		"its key is withdrawn": {
			{"while the key set is used", publish(nil), accepted()},
			{"when it is fetched again", advance(keysForgotten), refused("jwk-kid-mismatch")},
		},
		"another key has its key's id": {
			{"while the key set is used", publish(func(c *clerktest.Config) { c.KeyID = sharedKeyID }), accepted()},
			{"when it is fetched again", advance(keysForgotten), refused("token-invalid-signature")},
		},
		"its key is withdrawn and comes back": {
			{"withdrawn", both(publish(nil), advance(keysForgotten)), refused("jwk-kid-mismatch")},
			{"published again", both(clearFaults, advance(keysForgotten)), accepted()},
			{"withdrawn again", both(publish(nil), advance(keysForgotten)), refused("jwk-kid-mismatch")},
		},
		"Clerk can't be reached": {
			{"for a while", both(unavailable(true), advance(keysForgotten/2)), accepted()},
			{"for longer than keys are used", advance(keysForgotten/2 + time.Minute), wants{http.StatusServiceUnavailable, ""}},
			{"until it is back", both(unavailable(false), advance(time.Minute)), accepted()},
		},
		"its time is over": {
			{"but for the skew of clocks", advance(4*time.Hour + 4*time.Second), accepted()},
			{"with the skew", advance(time.Second), refused("session-token-expired-refresh-non-eligible-no-refresh-cookie")},
			{"and the clock goes back", advance(-time.Minute), accepted()},
			{"and the clock goes back behind its beginning", advance(-5 * time.Hour), refused("session-token-nbf")},
		},
		"the application revokes its session": {
			{"", eachDoes(func(t *testing.T, a *app, w twins) {
				t.Helper()
				must(t, a.clerk.Revoke(t.Context(), revocation.Entry{SessionID: w.session.ID}))
			}), refused(sessionRevoked)},
		},
		"the application revokes another session": {
			{"", eachDoes(func(t *testing.T, a *app, _ twins) {
				t.Helper()
				must(t, a.clerk.Revoke(t.Context(), revocation.Entry{SessionID: "sess_other"}))
			}), accepted()},
		},
		"the application revokes all that its user has": {
			{"before it was issued", eachDoes(func(t *testing.T, a *app, w twins) {
				t.Helper()
				must(t, a.clerk.Revoke(t.Context(), revocation.Entry{UserID: w.session.UserID, IssuedBefore: a.clock.Now().Add(-time.Hour)}))
			}), accepted()},
			{"so far", eachDoes(func(t *testing.T, a *app, w twins) {
				t.Helper()
				must(t, a.clerk.Revoke(t.Context(), revocation.Entry{UserID: w.session.UserID, IssuedBefore: a.clock.Now().Add(time.Second)}))
			}), refused(sessionRevoked)},
		},
		"its user signs it out": {
			{"", func(t *testing.T, w twins) {
				t.Helper()
				must(t, w.forgetting.clerk.Sessions().Revoke(t.Context(), w.session.UserID, w.session.ID))
			}, refused(sessionRevoked)},
		},
		"a replica that shares the revocations signs it out": {
			{"", func(t *testing.T, w twins) {
				t.Helper()
				config := configFor(w.remembering.server)
				config.Stores.Revocations = w.shared
				must(t, newClerk(t, config).Sessions().Revoke(t.Context(), w.session.UserID, w.session.ID))
			}, refused(sessionRevoked)},
		},
		"a webhook says that it has ended": {
			{"but has not come yet", func(t *testing.T, w twins) {
				t.Helper()
				listen(t, w)
			}, accepted()},
			{"and comes", func(t *testing.T, w twins) {
				t.Helper()
				must(t, w.remembering.server.RevokeSession(w.session.ID))
				must(t, w.remembering.server.DeliverWebhooks(t.Context()))
			}, refused(sessionRevoked)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTwins(t, nil)
			raw := w.mint(t, nil)
			w.ask(t, "/guarded", http.StatusOK, "", program, bearer(raw))
			w.ask(t, "/guarded", http.StatusOK, "", cookiesOf(w.remembering, raw))
			for _, s := range steps {
				s.do(t, w)
				w.ask(t, "/guarded", s.want.status, s.want.reason, program, bearer(raw))
				w.ask(t, "/guarded", s.want.status, "", cookiesOf(w.remembering, raw))
				w.ask(t, "/guarded", s.want.status, "", cookiesOf(w.remembering, raw, raw))
				if t.Failed() {
					t.Fatalf("when that happens: %s", s.name)
				}
			}
		})
	}
}

// keysForgotten is when a key set is used no more even if its next fetch is slow: after its lifetime, and the time that it is kept during
// an outage.
const keysForgotten = jwks.DefaultLifetime + jwks.DefaultStaleFor

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func both(first, second func(*testing.T, twins)) func(*testing.T, twins) {
	return func(t *testing.T, w twins) {
		t.Helper()
		first(t, w)
		second(t, w)
	}
}

func advance(d time.Duration) func(*testing.T, twins) {
	return func(_ *testing.T, w twins) { w.remembering.clock.Advance(d) }
}

func unavailable(on bool) func(*testing.T, twins) {
	return func(_ *testing.T, w twins) { w.remembering.server.SetUnavailable(on) }
}

func clearFaults(_ *testing.T, w twins) { w.remembering.server.ClearFaults() }

// publish has Clerk publish the key of another instance in place of its own.
func publish(change func(*clerktest.Config)) func(*testing.T, twins) {
	return func(t *testing.T, w twins) {
		t.Helper()
		other := newApp(t, setup{clerk: change})
		for other.server.JWTKey() == w.remembering.server.JWTKey() { // embedded Clerks take their keys from a small pool
			other = newApp(t, setup{clerk: change})
		}
		w.remembering.server.Fail(clerktest.Fault{Operation: operationKeys, Body: publishedKeys(t, other)})
	}
}

func eachDoes(do func(*testing.T, *app, twins)) func(*testing.T, twins) {
	return func(t *testing.T, w twins) {
		t.Helper()
		for _, a := range w.both() {
			do(t, a, w)
		}
	}
}

// listen has an application receive Clerk's webhooks.
func listen(t *testing.T, w twins) {
	t.Helper()
	var receiver http.Handler
	endpoint := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { receiver.ServeHTTP(rw, r) }))
	t.Cleanup(endpoint.Close)
	added, err := w.remembering.server.AddWebhook(endpoint.URL)
	must(t, err)
	watch.Know("the secret of the webhook", added.SigningSecret)
	receiver, err = webhook.New(webhook.Config{Secrets: []string{added.SigningSecret}, Revocations: w.remembering.clerk, Now: w.remembering.clock.Now})
	must(t, err)
}

// TestARememberedTokenIsHeldAgainstWhatIsAskedOfIt: another part of the application, which asks less or something else of a token, has
// accepted it before.
func TestARememberedTokenIsHeldAgainstWhatIsAskedOfIt(t *testing.T) {
	t.Parallel()
	ofMachine := func(kind clerktest.MachineTokenKind, claims map[string]any) func(*testing.T, twins) string {
		return func(t *testing.T, w twins) string {
			t.Helper()
			subject := ""
			if kind == clerktest.OAuthToken {
				subject = w.session.UserID
			}
			issued, err := w.remembering.server.CreateMachineToken(clerktest.MachineToken{Kind: kind, Subject: subject, Claims: claims, JWT: true})
			must(t, err)
			return issued.Secret
		}
	}
	ofSession := func(claims map[string]any) func(*testing.T, twins) string {
		return func(t *testing.T, w twins) string {
			t.Helper()
			return w.mint(t, claims)
		}
	}
	sentTwice := func(a *app, raw string) option { return cookiesOf(a, raw, raw) } // which are compared, whatever their issuer
	asBearer := func(_ *app, raw string) option { return bearer(raw) }
	for _, row := range []struct {
		name   string
		change func(*ginclerk.Config)
		mint   func(*testing.T, twins) string
		before string // the route whose requests come first
		how    func(*app, string) option
		first  int // their status
		then   string
		want   wants
	}{
		{
			"a token of another issuer, which a browser had in two cookies", nil, ofSession(map[string]any{"iss": "https://clerk.evil.example"}),
			"/guarded", sentTwice, http.StatusUnauthorized, "/guarded", refused("token-invalid-issuer"),
		},
		{
			"a token for another audience, which a browser had in two cookies",
			func(c *ginclerk.Config) { c.Tokens.Audiences = []string{"api.example.com"} }, ofSession(map[string]any{"aud": "other.example.com"}),
			"/guarded", sentTwice, http.StatusUnauthorized, "/guarded", refused("token-verification-failed"),
		},
		{
			"a token for the right audience", func(c *ginclerk.Config) { c.Tokens.Audiences = []string{"api.example.com"} }, ofSession(map[string]any{"aud": "api.example.com"}),
			"/guarded", asBearer, http.StatusOK, "/guarded", accepted(),
		},
		{
			"a token for another party", nil, ofSession(map[string]any{"azp": evilOrigin}),
			"/guarded", sentTwice, http.StatusUnauthorized, "/guarded", refused("token-invalid-authorized-parties"),
		},
		{
			"a token that lives longer than is allowed", func(c *ginclerk.Config) { c.Tokens.MaxLifetime = time.Hour }, ofSession(nil),
			"/guarded", sentTwice, http.StatusUnauthorized, "/guarded", refused("ginclerk-token-lifetime"),
		},
		{
			"a machine's token, as a session", nil, ofMachine(clerktest.M2MToken, nil),
			"/m2m", asBearer, http.StatusOK, "/guarded", refused("token-type-mismatch"),
		},
		{
			"a machine's token with a session's id, as a session", nil, ofMachine(clerktest.M2MToken, map[string]any{"sid": "sess_1", "azp": ownOrigin}),
			"/m2m", asBearer, http.StatusOK, "/guarded", refused("token-type-mismatch"),
		},
		{
			"an OAuth token with a session's id, as a session", nil, ofMachine(clerktest.OAuthToken, map[string]any{"sid": "sess_1", "azp": ownOrigin}),
			"/oauth", asBearer, http.StatusOK, "/guarded", refused("token-type-mismatch"),
		},
		{
			"an OAuth token, as a machine's", nil, ofMachine(clerktest.OAuthToken, nil),
			"/oauth", asBearer, http.StatusOK, "/m2m", refused("token-type-mismatch"),
		},
		{
			"a machine's token, as an OAuth token", nil, ofMachine(clerktest.M2MToken, nil),
			"/any", asBearer, http.StatusOK, "/oauth", refused("token-type-mismatch"),
		},
		{
			"a session's token, as a machine's", nil, ofSession(nil),
			"/guarded", asBearer, http.StatusOK, "/m2m", refused("token-type-mismatch"),
		},
		{
			"a session's token, as an OAuth token", nil, ofSession(nil),
			"/guarded", asBearer, http.StatusOK, "/oauth", refused("token-type-mismatch"),
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newTwins(t, row.change)
			raw := row.mint(t, w)
			w.ask(t, row.before, row.first, "", program, row.how(w.remembering, raw))
			w.ask(t, row.then, row.want.status, row.want.reason, program, bearer(raw))
			w.ask(t, row.before, row.first, "", program, row.how(w.remembering, raw))
			w.ask(t, row.then, row.want.status, row.want.reason, program, bearer(raw))
			if row.then == "/guarded" {
				w.ask(t, "/guarded", row.want.status, "", cookiesOf(w.remembering, raw))
			}
		})
	}
}

// TestARevocationCountsForEveryRequestAfterIt: requests with a remembered token come all the time, and the token is revoked meanwhile.
func TestARevocationCountsForEveryRequestAfterIt(t *testing.T) {
	t.Parallel()
	w := newTwins(t, nil)
	raw := w.mint(t, nil)
	w.ask(t, "/guarded", http.StatusOK, "", program, bearer(raw))
	var over atomic.Bool
	var requests sync.WaitGroup
	begun := make(chan struct{}, 4)
	for range cap(begun) {
		requests.Go(func() {
			for i := range 60 {
				if i == 20 {
					begun <- struct{}{}
				}
				before := over.Load()
				got := w.remembering.ask(http.MethodGet, "/guarded", program, bearer(raw))
				if before && got.Code != http.StatusUnauthorized || got.Code != http.StatusUnauthorized && got.Code != http.StatusOK {
					t.Errorf("status %d, revoked before: %t", got.Code, before)
				}
			}
		})
	}
	<-begun
	must(t, w.remembering.clerk.Revoke(t.Context(), revocation.Entry{SessionID: w.session.ID}))
	over.Store(true)
	requests.Wait()
	w.ask(t, "/guarded", http.StatusUnauthorized, sessionRevoked, program, bearer(raw))
}

// TestAnyNumberOfTokensMayBeRemembered: New never panics, and the number decides about no request.
func TestAnyNumberOfTokensMayBeRemembered(t *testing.T) {
	t.Parallel()
	for _, number := range []int{math.MinInt, -1, 1, 17, 1 << 50, math.MaxInt} {
		w := newTwins(t, func(c *ginclerk.Config) { c.Tokens.Remembered = number })
		raw := w.mint(t, nil)
		w.ask(t, "/guarded", http.StatusOK, "", program, bearer(raw))
		advance(4*time.Hour+time.Minute)(t, w)
		w.ask(t, "/guarded", http.StatusUnauthorized, "", program, bearer(raw))
	}
}

// TestWhatIsNearlyARememberedTokenIsDecidedAboutAlone: its spellings are as good as they are without a memory, and forgeries are refused.
func TestWhatIsNearlyARememberedTokenIsDecidedAboutAlone(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		header func(raw string) string
		want   wants
	}{
		"itself":                                 {func(raw string) string { return "Bearer " + raw }, accepted()},
		"with padding behind it":                 {func(raw string) string { return "Bearer " + raw + "==" }, accepted()},
		"with padding behind its header":         {func(raw string) string { return "Bearer " + strings.Replace(raw, ".", "=.", 1) }, refused("token-invalid-signature")},
		"with the scheme in lower case":          {func(raw string) string { return "bearer " + raw }, accepted()},
		"with blanks around it":                  {func(raw string) string { return " Bearer  " + raw + " " }, accepted()},
		"with a tab in front":                    {func(raw string) string { return "Bearer \t" + raw }, refused("token-invalid")},
		"without the scheme":                     {func(raw string) string { return raw }, accepted()},
		"with unused bits in its signature":      {func(raw string) string { return "Bearer " + withUnusedBits(raw) }, refused("token-invalid")},
		"with another signature":                 {func(raw string) string { return "Bearer " + raw[:len(raw)-8] + "AAAAAAAA" }, refused("token-invalid-signature")},
		"without a signature":                    {func(raw string) string { return "Bearer " + raw[:strings.LastIndexByte(raw, '.')+1] }, refused("token-invalid-signature")},
		"without its last part":                  {func(raw string) string { return "Bearer " + raw[:strings.LastIndexByte(raw, '.')] }, refused("token-invalid")},
		"with one part more":                     {func(raw string) string { return "Bearer " + raw + "." }, refused("token-invalid")},
		"with a letter more in front":            {func(raw string) string { return "Bearer e" + raw }, refused("token-invalid")},
		"twice, with a comma between them":       {func(raw string) string { return "Bearer " + raw + "," + raw }, refused("token-invalid")},
		"twice, one behind the other":            {func(raw string) string { return "Bearer " + raw + raw }, refused("token-invalid")},
		"under another scheme":                   {func(raw string) string { return "Basic " + raw }, refused("")},
		"with a percent sign that is encoded":    {func(raw string) string { return "Bearer " + strings.Replace(raw, ".", "%2E", 1) }, refused("token-invalid")},
		"with a line separator of Unicode in it": {func(raw string) string { return "Bearer " + raw + "\u2028" }, refused("token-invalid")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTwins(t, nil)
			raw := w.mint(t, nil)
			for range 2 {
				w.ask(t, "/guarded", http.StatusOK, "", program, bearer(raw))
				w.ask(t, "/guarded", row.want.status, row.want.reason, program, header("Authorization", row.header(raw)))
			}
		})
	}
}

// withUnusedBits sets the bits of the last character that base64 does not use: the bytes of the signature stay the same. The signature
// of a key with 2048 bits has 342 characters, and the last one has four such bits.
func withUnusedBits(raw string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, raw[len(raw)-1])
	return raw[:len(raw)-1] + string(alphabet[last|1])
}
