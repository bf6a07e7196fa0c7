package ginclerk_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// Operations that outsiders can cause.
const (
	operationNonce   = "GET /v1/clients/handshake_payload"
	operationRefresh = "POST /v1/sessions/{session_id}/refresh"
	operationAPIKey  = "POST /api_keys/verify"
)

// limitedByClerk has the embedded Clerk count requests as Clerk does: a hundred in ten seconds.
func limitedByClerk() setup { return setup{clerk: func(c *clerktest.Config) { c.RateLimits = true }} }

// outsider is somebody who sends what only Clerk can tell from something good.
type outsider struct {
	name      string
	operation string
	// most is how many questions to Clerk it may cause in Clerk's ten seconds, however many it sends.
	most int
	send func(t *testing.T, a *app, i int)
}

// outsiders are ways to have Clerk asked without being signed in. Each sends something else every time, unless the name says so.
func outsiders(t *testing.T, a *app) []outsider {
	t.Helper()
	v := a.visitor(t, bob) // whose tokens expire
	token := a.token(t, mia)
	returning := sync.OnceValues(func() (address string, jar option) { // of a browser that has just been sent on a handshake
		sent := a.visitor(t)
		clear(sent.cookies)
		begun := sent.ask(http.MethodGet, "/guarded", navigation).wantStatus(t, http.StatusTemporaryRedirect)
		back, err := url.Parse(begun.location(t).Query().Get("redirect_url"))
		if err != nil {
			t.Fatal(err)
		}
		return back.RequestURI(), sent.jar()
	})
	nonce := func(value string, options ...option) {
		address, jar := returning()
		a.ask(http.MethodGet, address+"&__clerk_handshake_nonce="+value, append(options, jar, navigation)...)
	}
	key := func(value string, options ...option) {
		a.ask(http.MethodGet, "/keys", append(options, program, bearer(value))...)
	}
	address := func(i int) option { return from(fmt.Sprintf("203.0.%d.%d:1", i/250, i%250)) }
	return []outsider{
		{"one made-up nonce", operationNonce, 1, func(*testing.T, *app, int) { nonce("x") }},
		{"one made-up nonce from everywhere", operationNonce, 1, func(_ *testing.T, _ *app, i int) { nonce("y", address(i)) }},
		{"made-up nonces", operationNonce, 10, func(_ *testing.T, _ *app, i int) { nonce("n" + strconv.Itoa(i)) }},
		{"made-up nonces from everywhere", operationNonce, 10, func(_ *testing.T, _ *app, i int) { nonce("m"+strconv.Itoa(i), address(i)) }},
		{"one made-up API key", operationAPIKey, 1, func(*testing.T, *app, int) { key("ak_x") }},
		{"made-up API keys", operationAPIKey, 10, func(_ *testing.T, _ *app, i int) { key("ak_" + strconv.Itoa(i)) }},
		{"made-up API keys from everywhere", operationAPIKey, 10, func(_ *testing.T, _ *app, i int) { key("ak_a"+strconv.Itoa(i), address(i)) }},
		{"made-up M2M tokens", "POST /m2m_tokens/verify", 10, func(_ *testing.T, _ *app, i int) { key("mt_" + strconv.Itoa(i)) }},
		{"made-up OAuth tokens", "POST /oauth_applications/access_tokens/verify", 10, func(_ *testing.T, _ *app, i int) { key("oat_" + strconv.Itoa(i)) }},
		{"one made-up refresh token", operationRefresh, 1, func(*testing.T, *app, int) { v.withRefreshToken("x") }},
		{"made-up refresh tokens", operationRefresh, 3, func(_ *testing.T, _ *app, i int) { v.withRefreshToken("x" + strconv.Itoa(i)) }},
		{"made-up key ids", operationKeys, 2, func(t *testing.T, a *app, i int) {
			t.Helper()
			a.ask(http.MethodGet, "/guarded", program, bearer(withKeyID(t, token, "ins_"+strconv.Itoa(i))))
		}},
	}
}

// withRefreshToken asks with a session token that has expired and a refresh token that somebody made up.
func (v *visitor) withRefreshToken(refresh string) {
	v.app.ask(http.MethodGet, "/guarded", navigation, func(r *http.Request) {
		for name, value := range v.cookies {
			if len(name) > 9 && name[:9] == "__refresh" {
				value = refresh
			}
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	})
}

// withKeyID is a token that names another signing key.
func withKeyID(t *testing.T, token, keyID string) string {
	t.Helper()
	_, rest, _ := strings.Cut(token, ".")
	header, err := json.Marshal(map[string]string{"alg": "RS256", "typ": "JWT", "kid": keyID})
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(header) + "." + rest
}

// budgeted is an application on a development instance whose limit is real, with keys that are loaded.
func budgeted(t *testing.T) *app {
	t.Helper()
	a := newApp(t, limitedByClerk())
	a.guarded(a.clerk.RequireSession())
	a.engine.GET("/keys", a.clerk.RequireToken(), whoCalls)
	a.ask(http.MethodGet, "/", program, bearer(a.token(t, ada))).wantSignedIn(t, a.userID(t, ada))
	return a
}

// TestOutsidersDoNotSpendClerksBudget: a thousand requests of each kind, and a signed-in user's token is renewed all the same.
func TestOutsidersDoNotSpendClerksBudget(t *testing.T) {
	t.Parallel()
	for i := range outsiders(t, budgeted(t)) {
		a := budgeted(t)
		row := outsiders(t, a)[i]
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			v := a.visitor(t, ada)
			a.clock.Advance(2 * time.Minute)
			before := a.server.Calls()[row.operation]
			for i := range 1000 {
				row.send(t, a, i)
			}
			if got := a.server.Calls()[row.operation] - before; got > row.most || got == 0 {
				t.Errorf("Clerk was asked %d times, want 1 to %d", got, row.most)
			}
			v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
		})
	}
}

// TestAllOutsidersTogether leave most of Clerk's budget to others.
func TestAllOutsidersTogether(t *testing.T) {
	t.Parallel()
	a := budgeted(t)
	all := outsiders(t, a)
	users := make([]*visitor, 50)
	for i := range users {
		users[i] = a.visitor(t, ada)
	}
	a.clock.Advance(2 * time.Minute)
	var running sync.WaitGroup
	for _, row := range all {
		running.Go(func() {
			for i := range 200 {
				row.send(t, a, i)
			}
		})
	}
	running.Wait()
	for _, v := range users {
		v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, ada))
	}
}

// gate holds questions about API keys back.
type gate struct {
	asked   atomic.Int32
	arrived chan struct{}
	open    chan struct{}
}

func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/api_keys/verify") {
		if g.asked.Add(1) == 1 {
			close(g.arrived)
		}
		<-g.open
	}
	return http.DefaultTransport.RoundTrip(r)
}

// TestEqualQuestionsAreAskedOnce while the answer is under way. Who comes when it is there asks again.
func TestEqualQuestionsAreAskedOnce(t *testing.T) {
	t.Parallel()
	g := &gate{arrived: make(chan struct{}), open: make(chan struct{})}
	a := newApp(t, configured(func(c *ginclerk.Config) { c.ClerkAPI.HTTPClient = &http.Client{Transport: g} }))
	a.engine.GET("/keys", a.clerk.RequireToken(ginclerk.APIKey), whoCalls)
	key, err := a.server.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.APIKey, Subject: a.userID(t, ada)})
	if err != nil {
		t.Fatal(err)
	}
	var ready, running sync.WaitGroup
	for range 50 {
		ready.Add(1)
		running.Go(func() {
			ready.Done()
			a.ask(http.MethodGet, "/keys", program, bearer(key.Secret)).wantStatus(t, http.StatusOK)
		})
	}
	ready.Wait()
	<-g.arrived
	close(g.open)
	running.Wait()
	if got := g.asked.Load(); got > 25 {
		t.Errorf("Clerk was asked %d times by 50 requests at once", got)
	}
}

// TestGoodTokensAreNoOutsiders: what Clerk knows is asked for as often as it is used, whatever strangers do.
func TestGoodTokensAreNoOutsiders(t *testing.T) {
	t.Parallel()
	a := budgeted(t)
	key, err := a.server.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.APIKey, Subject: a.userID(t, ada)})
	if err != nil {
		t.Fatal(err)
	}
	good := func() *answer { return a.ask(http.MethodGet, "/keys", program, bearer(key.Secret)) }
	for range 20 {
		good().wantStatus(t, http.StatusOK)
	}
	for i := range 500 {
		a.ask(http.MethodGet, "/keys", program, bearer("ak_"+strconv.Itoa(i)))
	}
	good().wantStatus(t, http.StatusOK)
	if err := a.server.RevokeMachineToken(key.ID); err != nil {
		t.Fatal(err)
	}
	good().wantStatus(t, http.StatusUnauthorized)
}

// TestOutsidersAreForgotten when Clerk's period is over: what they could not ask, others can.
func TestOutsidersAreForgotten(t *testing.T) {
	t.Parallel()
	a := budgeted(t)
	key, err := a.server.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.APIKey, Subject: a.userID(t, ada)})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		a.ask(http.MethodGet, "/keys", program, bearer("ak_"+strconv.Itoa(i)))
	}
	a.ask(http.MethodGet, "/keys", program, bearer(key.Secret)).wantStatus(t, http.StatusServiceUnavailable)
	a.ask(http.MethodGet, "/keys", program, bearer(key.Secret), from("203.0.113.7:1")).wantStatus(t, http.StatusOK)
	a.clock.Advance(10 * time.Second)
	a.ask(http.MethodGet, "/keys", program, bearer(key.Secret)).wantStatus(t, http.StatusOK)
}

// TestALimitByAddressDecidesBeforeClerkIsAsked, wherever it stands, unless something in front has asked already.
func TestALimitByAddressDecidesBeforeClerkIsAsked(t *testing.T) {
	t.Parallel()
	policy := func(name string, limit int64) ratelimit.Policy {
		return ratelimit.Policy{Name: name, Limit: limit, Window: time.Minute}
	}
	for _, row := range []struct {
		name   string
		limits []ginclerk.Limit
	}{
		{"by address", []ginclerk.Limit{{Policy: policy("a", 3), Key: ginclerk.ByAddress}}},
		{"by route", []ginclerk.Limit{{Policy: policy("a", 3), Key: ginclerk.ByRoute}}},
		{"by a header", []ginclerk.Limit{{Policy: policy("a", 3), Key: func(c *gin.Context) string { return c.GetHeader("Accept") }}}},
		{"by address and caller", []ginclerk.Limit{{Policy: policy("a", 3), Key: ginclerk.ByAddress}, {Policy: policy("b", 100)}}},
		{"by caller and address", []ginclerk.Limit{{Policy: policy("b", 100), Key: ginclerk.ByCaller}, {Policy: policy("a", 3), Key: ginclerk.ByAddress}}},
		{"by address, with one by user in shadow", []ginclerk.Limit{
			{Policy: policy("a", 3), Key: ginclerk.ByAddress}, {Policy: policy("b", 100), Key: ginclerk.BySession, Shadow: true},
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			guard, err := a.clerk.RateLimits(ginclerk.LimitOptions{}, row.limits...)
			if err != nil {
				t.Fatal(err)
			}
			a.engine.Use(guard, a.clerk.Attach())
			a.engine.GET("/keys", a.clerk.RequireToken(), whoCalls)
			key, err := a.server.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.APIKey, Subject: a.userID(t, ada)})
			if err != nil {
				t.Fatal(err)
			}
			for i := range 10 {
				want := http.StatusOK
				if i >= 3 {
					want = http.StatusTooManyRequests
				}
				a.ask(http.MethodGet, "/keys", program, bearer(key.Secret)).wantStatus(t, want)
			}
			if got := a.server.Calls()[operationAPIKey]; got != 3 {
				t.Errorf("Clerk was asked %d times, want 3", got)
			}
		})
	}
}

// TestALimitThatAsksWhoItIsWaitsForThat: whichever of its functions asks, by whichever way.
func TestALimitThatAsksWhoItIsWaitsForThat(t *testing.T) {
	t.Parallel()
	signedIn := func(c *gin.Context) bool { return ginclerk.From(c).SignedIn() }
	for name, limit := range map[string]ginclerk.Limit{
		"its key": {Key: ginclerk.BySession},
		"its key, by the request's context": {Key: func(c *gin.Context) string {
			return ginclerk.FromContext(c.Request.Context()).UserID + "x"
		}},
		"whom it leaves out": {Key: ginclerk.ByAddress, Skip: func(c *gin.Context) bool { return !signedIn(c) }},
		"how much it allows": {Key: ginclerk.ByAddress, Allow: func(c *gin.Context) int64 {
			if signedIn(c) {
				return 2
			}
			return 0
		}},
		"what a request costs": {Key: ginclerk.ByAddress, Cost: func(c *gin.Context) int64 {
			if signedIn(c) {
				return 1
			}
			return 100
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			limit.Policy = ratelimit.Policy{Name: "two", Limit: 2, Window: time.Minute}
			guard, err := a.clerk.RateLimits(ginclerk.LimitOptions{}, limit)
			if err != nil {
				t.Fatal(err)
			}
			a.engine.GET("/", guard, whoami)
			m := a.member(t, ada)
			for _, want := range []int{http.StatusOK, http.StatusOK, http.StatusTooManyRequests} {
				m.get("/").wantStatus(t, want)
			}
		})
	}
}

// TestAFewOutsidersKeepNobodyElseOut: two addresses that never stop leave room for the first question of everybody else.
func TestAFewOutsidersKeepNobodyElseOut(t *testing.T) {
	t.Parallel()
	a := budgeted(t)
	key, err := a.server.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.APIKey, Subject: a.userID(t, ada)})
	if err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		a.clock.Advance(11 * time.Minute) // the key is no longer one that was good a moment ago
		for i := range 40 {
			a.ask(http.MethodGet, "/keys", program, bearer(fmt.Sprintf("ak_%d_%d", round, i)), from(fmt.Sprintf("203.0.113.%d:1", i%2)))
		}
		a.ask(http.MethodGet, "/keys", program, bearer(key.Secret), from("198.51.100.7:1")).wantStatus(t, http.StatusOK)
	}
}

// TestAFewOutsidersKeepNobodyFromSigningIn: the same for a browser that comes back from a handshake.
func TestAFewOutsidersKeepNobodyFromSigningIn(t *testing.T) {
	t.Parallel()
	a := budgeted(t)
	a.clerk.MountProxy(a.engine)
	v := a.visitor(t, ada)
	dropRefresh(v)
	a.clock.Advance(2 * time.Minute)
	for i := range 40 {
		a.ask(http.MethodGet, "/keys", program, bearer("ak_"+strconv.Itoa(i)), from(fmt.Sprintf("203.0.113.%d:1", i%2)))
	}
	v.arrive(t, "/guarded", from("198.51.100.7:1")).wantSignedIn(t, a.userID(t, ada))
}
