package clients_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// pathClaims is the page with the claims that the application reads in the session token.
const pathClaims = "/claims"

// showClaims shows the claims of the session token that the application has accepted.
func showClaims(c *gin.Context) {
	if claims := ginclerk.From(c).Claims; claims != nil {
		c.JSON(http.StatusOK, claims.Raw())
		return
	}
	c.JSON(http.StatusOK, nil)
}

func TestClerkJSReverifiesAndImpersonates(t *testing.T) {
	playScenes(t, []sceneRow{
		{"verifies the first factor again with a password", testReverifyPassword},
		{"verifies the first factor again with an e-mail code", testReverifyEmailCode},
		{"signs in and verifies again with a second factor", testSecondFactor},
		{"impersonates by a ticket", testImpersonation},
		{"impersonates by the actor token's URL", testImpersonationByURL},
	})
}

// wantClaim fails unless the page's next token and the server's page have the value of a claim.
func (sc scene) wantClaim(name string, want any) {
	sc.t.Helper()
	token := claimsOf(sc.t, evaluate[string](sc.t, sc.js, `return await Clerk.session.getToken()`))
	if diff := cmp.Diff(want, token[name]); diff != "" {
		sc.t.Errorf("clerk-js's token: %s (-want +got):\n%s", name, diff)
	}
	sc.beside.visit(sc.t, pathClaims)
	var claims map[string]any
	if err := json.Unmarshal([]byte(evaluate[string](sc.t, sc.beside, `return document.body.textContent`)), &claims); err != nil {
		sc.t.Fatal(err)
	}
	if diff := cmp.Diff(want, claims[name]); diff != "" {
		sc.t.Errorf("the server: %s (-want +got):\n%s", name, diff)
	}
}

// pass advances the clocks of the server, the application and the page, so that no old token stays valid.
func (sc scene) pass(minutes int) {
	sc.t.Helper()
	d := time.Duration(minutes) * time.Minute
	sc.js.site.clock.Advance(d)
	evaluate[string](sc.t, sc.js, `
		shiftedBy += `+strconv.FormatInt(d.Milliseconds(), 10)+`;
		return await Clerk.session.getToken({ skipCache: true })`)
}

func testReverifyPassword(sc scene) {
	t, js := sc.t, sc.js
	ada := js.password(t, "ada@example.com")
	sc.pass(12)
	sc.wantClaim("fva", []any{12.0, -1.0})
	started := evaluate[[]string](t, js, `
		const v = await Clerk.session.startVerification({ level: 'first_factor' });
		return [v.status, v.level, v.session.id, ...v.supportedFirstFactors.map(f => f.strategy)]`)
	if want := []string{"needs_first_factor", "first_factor", ada, "password", "email_code"}; !slices.Equal(started, want) {
		t.Errorf("startVerification: %q, want %q", started, want)
	}
	wrong := evaluate[string](t, js, `
		return await Clerk.session.attemptFirstFactorVerification({ strategy: 'password', password: 'wrong' })
			.then(v => v.status, e => e.errors[0].code)`)
	if wrong != "form_password_incorrect" {
		t.Errorf("a wrong password: %q", wrong)
	}
	sc.wantClaim("fva", []any{12.0, -1.0})
	password := seeded(t, js.site.clerk, "ada@example.com").Password
	done := evaluate[[]any](t, js, `
		const v = await Clerk.session.attemptFirstFactorVerification({ strategy: 'password', password: `+quoted(t, password)+` });
		return [v.status, v.firstFactorVerification.status, Clerk.session.factorVerificationAge]`)
	if diff := cmp.Diff([]any{"complete", "verified", []any{0.0, -1.0}}, done); diff != "" {
		t.Errorf("attempt (-want +got):\n%s", diff)
	}
	evaluate[string](t, js, `return await Clerk.session.getToken({ skipCache: true })`)
	sc.wantClaim("fva", []any{0.0, -1.0})
	sc.pass(3)
	sc.wantClaim("fva", []any{3.0, -1.0})
	wantBoth(t, js, sc.beside, "ada@example.com", ada)
}

func testReverifyEmailCode(sc scene) {
	t, js := sc.t, sc.js
	js.password(t, "ada@example.com")
	sc.pass(20)
	got := evaluate[[]string](t, js, `
		const started = await Clerk.session.startVerification({ level: 'second_factor' });
		const factor = started.supportedFirstFactors.find(f => f.strategy === 'email_code');
		const prepared = await Clerk.session.prepareFirstFactorVerification(factor);
		const wrong = await Clerk.session.attemptFirstFactorVerification({ strategy: 'email_code', code: '111111' })
			.then(v => v.status, e => e.errors[0].code);
		const done = await Clerk.session.attemptFirstFactorVerification({ strategy: 'email_code', code: '424242' });
		await Clerk.session.getToken({ skipCache: true });
		return [started.status, prepared.firstFactorVerification.strategy, wrong, done.status]`)
	if want := []string{"needs_first_factor", "email_code", "form_code_incorrect", "complete"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	sc.wantClaim("fva", []any{0.0, -1.0})
}

func testSecondFactor(sc scene) {
	t, js := sc.t, sc.js
	added, err := js.site.clerk.AddUser(clerktest.User{Email: "tess@example.com", Password: "correct horse", TOTP: true, BackupCodes: []string{"spare"}})
	if err != nil {
		t.Fatal(err)
	}
	got := evaluate[[]string](t, js, `
		const begun = await Clerk.client.signIn.create({ identifier: 'tess@example.com', password: `+quoted(t, added.Password)+` });
		const before = [begun.status, ...begun.supportedSecondFactors.map(f => f.strategy)];
		const done = await begun.attemptSecondFactor({ strategy: 'totp', code: '424242' });
		await Clerk.setActive({ session: done.createdSessionId });
		return [...before, done.status]`)
	if want := []string{"needs_second_factor", "totp", "backup_code", "complete"}; !slices.Equal(got, want) {
		t.Errorf("sign-in: %q, want %q", got, want)
	}
	sc.wantClaim("fva", []any{0.0, 0.0})
	sc.pass(15)
	got = evaluate[[]string](t, js, `
		const started = await Clerk.session.startVerification({ level: 'second_factor' });
		const done = await Clerk.session.attemptSecondFactorVerification({ strategy: 'backup_code', code: 'spare' });
		await Clerk.session.getToken({ skipCache: true });
		return [started.status, done.status]`)
	if want := []string{"needs_second_factor", "complete"}; !slices.Equal(got, want) {
		t.Errorf("reverification: %q, want %q", got, want)
	}
	sc.wantClaim("fva", []any{15.0, 0.0})
}

// actorToken creates an actor token for support to impersonate Ada, like an application's server.
func (sc scene) actorToken() (token, url string) {
	sc.t.Helper()
	n := startNode(sc.t, installed(sc.t), sc.js.site.clerk)
	made := call[struct{ Token, URL string }](sc.t, n, "actorTokens.create", map[string]any{
		"userId": seeded(sc.t, sc.js.site.clerk, "ada@example.com").ID, "actor": map[string]any{"sub": "user_support"},
		"expiresInSeconds": 600, "sessionMaxDurationInSeconds": 600,
	})
	return made.Token, made.URL
}

func testImpersonation(sc scene) {
	t, js := sc.t, sc.js
	token, _ := sc.actorToken()
	id := evaluate[string](t, js, `
		const signIn = await Clerk.client.signIn.create({ strategy: 'ticket', ticket: `+quoted(t, token)+` });
		await Clerk.setActive({ session: signIn.createdSessionId });
		return signIn.createdSessionId;`)
	sc.wantImpersonated(id)
	sc.pass(2) // after that the token is a new one
	sc.wantImpersonated(id)
	again := evaluate[string](t, js, `
		await Clerk.signOut(() => {});
		return await Clerk.client.signIn.create({ strategy: 'ticket', ticket: `+quoted(t, token)+` }).then(s => s.status, e => e.errors[0].code)`)
	if again != "actor_token_already_used_code" {
		t.Errorf("the same ticket again: %s", again)
	}
}

func (sc scene) wantImpersonated(id string) {
	sc.t.Helper()
	wantBoth(sc.t, sc.js, sc.beside, "ada@example.com", id)
	if got := evaluate[string](sc.t, sc.js, `return Clerk.session.actor?.sub ?? ''`); got != "user_support" {
		sc.t.Errorf("session.actor: %q", got)
	}
	sc.wantClaim("act", map[string]any{"sub": "user_support"})
}

// testImpersonationByURL opens the actor token's URL from the Backend API in the tab beside clerk-js, and then checks clerk-js.
func testImpersonationByURL(sc scene) {
	t, js := sc.t, sc.js
	_, address := sc.actorToken()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	to, err := response.Location()
	if err != nil || to.Scheme+"://"+to.Host != js.site.origin {
		t.Fatalf("the URL leads to %v (%v), want the application", to, err)
	}
	sc.beside.visit(t, to.RequestURI())
	js.load(t)
	sc.wantImpersonated(js.clerkJS(t).Current)
}
