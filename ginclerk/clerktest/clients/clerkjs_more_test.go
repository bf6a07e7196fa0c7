package clients_test

import (
	"slices"
	"testing"
	"time"
)

// testTicket creates the ticket like an application's server.
func testTicket(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	n := startNode(t, installed(t), js.site.clerk)
	grace := seeded(t, js.site.clerk, "grace@example.com")
	ticket := call[struct {
		Token string `json:"token"`
	}](t, n, "signInTokens.createSignInToken", map[string]any{"userId": grace.ID, "expiresInSeconds": 600})
	use := `const signIn = await Clerk.client.signIn.create({ strategy: 'ticket', ticket: ` + quoted(t, ticket.Token) + ` });`
	session := evaluate[string](t, js, use+`
		await Clerk.setActive({ session: signIn.createdSessionId });
		return signIn.createdSessionId;`)
	wantBoth(t, js, beside, "grace@example.com", session)
	evaluate[bool](t, js, `await Clerk.signOut(() => {}); return true`)
	again := evaluate[string](t, js, `try { `+use+` return signIn.status } catch (e) { return String(e.status) }`)
	if again != "400" {
		t.Errorf("the same ticket again: %s, want an error 400", again)
	}
	wantBoth(t, js, beside, "")
}

func testSignUp(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	session := evaluate[string](t, js, `
		const signUp = await Clerk.client.signUp.create({
			emailAddress: 'new@example.com', password: 'a long enough password', firstName: 'Nia', lastName: 'New',
		});
		await signUp.prepareEmailAddressVerification({ strategy: 'email_code' });
		const done = await signUp.attemptEmailAddressVerification({ code: '424242' });
		await Clerk.setActive({ session: done.createdSessionId });
		return done.createdSessionId;`)
	wantBoth(t, js, beside, "new@example.com", session)
}

// testMinute advances the clocks of the server, the application and the page. Cookies use the browser's own clock.
func testMinute(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	ada := js.password(t, "ada@example.com")
	first := evaluate[string](t, js, `return await Clerk.session.getToken()`)
	const minute = 61 * time.Second
	js.pass(t, minute)
	next := evaluate[string](t, js, `return await Clerk.session.getToken()`)
	before, _ := claimsOf(t, first)["iat"].(float64)
	after, _ := claimsOf(t, next)["iat"].(float64)
	if after-before < minute.Seconds() {
		t.Errorf("the token is %v s newer than the one before, want at least %v", after-before, minute.Seconds())
	}
	wantBoth(t, js, beside, "ada@example.com", ada)
}

func testOrganizations(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	js.password(t, "grace@example.com")
	slugs := evaluate[[]string](t, js, `
		return (await Clerk.user.getOrganizationMemberships()).data.map(m => m.organization.slug).sort()`)
	if !slices.Equal(slugs, []string{"acme", "globex"}) {
		t.Errorf("getOrganizationMemberships: %v, want acme and globex", slugs)
	}
	acme, err := js.site.clerk.OrganizationID("acme")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ argument, want string }{{quoted(t, acme), acme}, {"null", ""}, {`"acme"`, acme}} {
		got := evaluate[string](t, js, `await Clerk.setActive({ organization: `+row.argument+` }); return Clerk.organization?.id ?? ''`)
		if got != row.want {
			t.Errorf("setActive with organization %s: clerk-js has %q", row.argument, got)
		}
		token := claimsOf(t, evaluate[string](t, js, `return await Clerk.session.getToken()`))
		if organization, _ := token["o"].(map[string]any); (organization["id"] == acme) != (row.want == acme) {
			t.Errorf("setActive with organization %s: the token says %v", row.argument, organization)
		}
		beside.visit(t, "/")
		if got := evaluate[string](t, beside, `return document.body.dataset.organization`); got != row.want {
			t.Errorf("setActive with organization %s: the server has %q", row.argument, got)
		}
	}
}

func testReading(sc scene) {
	t, js := sc.t, sc.js
	dana := js.password(t, "dana@example.com")
	sessions := evaluate[[]string](t, js, `return (await Clerk.user.getSessions()).map(s => s.id)`)
	if len(sessions) != 5 || !slices.Contains(sessions, dana) {
		t.Errorf("user.getSessions: %v, want five with %s", sessions, dana)
	}
	names := evaluate[[]string](t, js, `return [
		(await Clerk.user.reload()).firstName, (await Clerk.session.reload()).status, (await Clerk.client.reload()).lastActiveSessionId,
	]`)
	if !slices.Equal(names, []string{"Dana", "active", dana}) {
		t.Errorf("reloaded: %v", names)
	}
	other := sessions[slices.IndexFunc(sessions, func(id string) bool { return id != dana })]
	status := evaluate[string](t, js, `
		return (await (await Clerk.user.getSessions()).find(s => s.id === `+quoted(t, other)+`).revoke()).status`)
	if got, err := js.site.clerk.Session(other); err != nil || got.Status != "revoked" || status != "revoked" {
		t.Errorf("revoke of another session: %q, and at the server %+v (%v)", status, got, err)
	}
}

// testPagesAct goes the other way: clerk-js sees the actions of the server-rendered pages.
func testPagesAct(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	ada := js.password(t, "ada@example.com")
	mia := js.password(t, "mia@example.com")
	beside.visit(t, "/sessions/accounts")
	beside.click(t, `[data-testid="account-row"][data-session-id="`+ada+`"] [data-testid="switch"]`)
	js.load(t)
	wantBoth(t, js, beside, "ada@example.com", ada, mia)

	beside.visit(t, "/sessions")
	beside.click(t, `[data-testid="sign-out-everywhere"]`)
	beside.click(t, `[data-testid="confirm"]`) // the page asks first
	js.wantGone(t, ada)
	js.load(t)
	if got := js.clerkJS(t); slices.Contains(got.Sessions, ada) {
		t.Errorf("clerk-js still says %+v", got)
	}
}

func testRevoked(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	ada := js.password(t, "ada@example.com")
	if err := js.site.clerk.RevokeSession(ada); err != nil {
		t.Fatal(err)
	}
	js.wantGone(t, ada)
	wantBoth(t, js, beside, "")
	js.load(t)
	wantBoth(t, js, beside, "")
}

// wantGone fails unless clerk-js notices the end of the session when it next asks for a token.
func (n *tab) wantGone(t *testing.T, session string) {
	t.Helper()
	got := evaluate[string](t, n, `
		return await Clerk.session.getToken({ skipCache: true }).then(token => token ? 'a token' : 'none', e => String(e.status))`)
	if now := n.clerkJS(t); now.Current == session || slices.Contains(now.Sessions, session) {
		t.Errorf("getToken gave %s, and clerk-js says %+v: the session is over", got, now)
	}
}
