package clients_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// load opens the page with clerk-js, and waits until clerk-js is ready.
func (n *tab) load(t *testing.T) {
	t.Helper()
	n.visit(t, "/js")
	evaluate[bool](t, n, `await Clerk.load(); return true`)
}

// quoted returns a text as a JavaScript literal.
func quoted(t *testing.T, text string) string {
	t.Helper()
	out, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// password signs a seeded user in with clerk-js, and returns the new session's id.
func (n *tab) password(t *testing.T, email string) string {
	t.Helper()
	return n.signIn(t, email, seeded(t, n.site.clerk, email).Password)
}

// signIn signs in with clerk-js, and returns the new session's id.
func (n *tab) signIn(t *testing.T, email, password string) string {
	t.Helper()
	return evaluate[string](t, n, `
		const signIn = await Clerk.client.signIn.create({
			strategy: 'password', identifier: `+quoted(t, email)+`, password: `+quoted(t, password)+`,
		});
		await Clerk.setActive({ session: signIn.createdSessionId });
		return signIn.createdSessionId;`)
}

// known is the state that clerk-js has, or that the server-rendered pages show.
type known struct {
	Current  string   // the id of the current session
	Email    string   // of its user
	Sessions []string // ids of the accounts of this browser, sorted
}

// clerkJS returns the state of clerk-js.
func (n *tab) clerkJS(t *testing.T) known {
	t.Helper()
	return sorted(evaluate[known](t, n, `return {
		Current: Clerk.session?.id ?? '',
		Email: Clerk.user?.primaryEmailAddress?.emailAddress ?? '',
		Sessions: Clerk.client.signedInSessions.map(s => s.id),
	}`))
}

// pages returns the accounts that the server-rendered pages show in this tab, and none if they redirect to the sign-in page.
func (n *tab) pages(t *testing.T) known {
	t.Helper()
	n.visit(t, "/sessions/accounts")
	return sorted(evaluate[known](t, n, `
		const rows = [...document.querySelectorAll('[data-testid="account-row"]')];
		return {
			Current: rows.find(r => r.getAttribute('aria-current') === 'true')?.dataset.sessionId ?? '',
			Email: document.querySelector('[data-testid="viewer-email"]')?.textContent.trim() ?? '',
			Sessions: rows.map(r => r.dataset.sessionId),
		}`))
}

func sorted(k known) known {
	slices.Sort(k.Sessions)
	return k
}

// wantBoth fails unless clerk-js and the pages agree that the browser has these sessions, the first being current.
func wantBoth(t *testing.T, js, beside *tab, email string, sessions ...string) {
	t.Helper()
	want := known{Email: email, Sessions: slices.Sorted(slices.Values(sessions))}
	if len(sessions) > 0 {
		want.Current = sessions[0]
	}
	for who, got := range map[string]known{"clerk-js": js.clerkJS(t), "the pages": beside.pages(t)} {
		if got.Current != want.Current || got.Email != want.Email || !slices.Equal(got.Sessions, want.Sessions) {
			t.Fatalf("%s: %+v, want %+v", who, got, want)
		}
	}
}

// scene is a browser at a site: a tab with clerk-js, and one beside it for the server-rendered pages.
type scene struct {
	t          *testing.T
	js, beside *tab
}

func newScene(t *testing.T, b *chromiumtest.Browser, packages string, kind instance.Type) scene {
	t.Helper()
	js := newTab(t, b, newSite(t, packages, kind))
	sc := scene{t: t, js: js, beside: js.another(t)}
	js.load(t)
	return sc
}

// sceneRow is one test with clerk-js.
type sceneRow struct {
	name string
	run  func(scene)
}

// playScenes runs each test in development and in production, and fails for each complaint of clerk-js.
func playScenes(t *testing.T, rows []sceneRow) {
	t.Helper()
	packages := installed(t)
	b := browser(t)
	for _, row := range rows {
		for _, kind := range []instance.Type{instance.Development, instance.Production} {
			t.Run(row.name+", "+string(kind), func(t *testing.T) {
				sc := newScene(t, b, packages, kind)
				row.run(sc)
				for _, complaint := range sc.js.seen.list() {
					t.Errorf("clerk-js: %s", complaint)
				}
			})
		}
	}
}

func TestClerkJS(t *testing.T) {
	playScenes(t, []sceneRow{
		{"signs in with a password, switches accounts, and signs out of one and all", testAccounts},
		{"signs in with an e-mail code", testEmailCode},
		{"signs in with a ticket", testTicket},
		{"signs up", testSignUp},
		{"gets tokens", testTokens},
		{"gets a new token after a minute", testMinute},
		{"gets new tokens by itself, before the old ones expire", testTimer},
		{"touches its session", testTouch},
		{"touches its session when the window gets the focus", testFocus},
		{"activates organizations", testOrganizations},
		{"lists and reloads", testReading},
		{"names the error", testWrongAnswers},
		{"notices the actions of the pages", testPagesAct},
		{"notices that a session was revoked", testRevoked},
		{"notices by itself that a session was revoked", testRevokedInTheBackground},
		{"ends in all tabs when it signs out in one", testTabsSignOut},
		{"switches accounts in one tab", testTabsSwitch},
		{"recovers when its dev browser is not known", testStaleDevBrowser},
	})
}

func testAccounts(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	wantBoth(t, js, beside, "")
	ada := js.password(t, "ada@example.com")
	wantBoth(t, js, beside, "ada@example.com", ada)
	mia := js.password(t, "mia@example.com")
	wantBoth(t, js, beside, "mia@example.com", mia, ada)

	evaluate[bool](t, js, `await Clerk.setActive({ session: `+quoted(t, ada)+` }); return true`)
	wantBoth(t, js, beside, "ada@example.com", ada, mia)
	js.load(t)
	wantBoth(t, js, beside, "ada@example.com", ada, mia)

	evaluate[bool](t, js, `await Clerk.client.sessions.find(s => s.id === `+quoted(t, mia)+`).remove(); return true`)
	wantBoth(t, js, beside, "ada@example.com", ada)

	bob := js.password(t, "bob@example.com")
	evaluate[bool](t, js, `await Clerk.client.sessions.find(s => s.id === `+quoted(t, ada)+`).end(); return true`)
	wantBoth(t, js, beside, "bob@example.com", bob)

	grace := js.password(t, "grace@example.com")
	evaluate[bool](t, js, `await Clerk.signOut(() => {}, { sessionId: `+quoted(t, bob)+` }); return true`)
	wantBoth(t, js, beside, "grace@example.com", grace)
	evaluate[bool](t, js, `await Clerk.signOut(() => {}); return true`)
	wantBoth(t, js, beside, "")
}

func testEmailCode(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	ada := evaluate[string](t, js, `
		const signIn = await Clerk.client.signIn.create({ identifier: 'ada@example.com' });
		const factor = signIn.supportedFirstFactors.find(f => f.strategy === 'email_code');
		await signIn.prepareFirstFactor({ strategy: 'email_code', emailAddressId: factor.emailAddressId });
		const done = await signIn.attemptFirstFactor({ strategy: 'email_code', code: '424242' });
		await Clerk.setActive({ session: done.createdSessionId });
		return done.createdSessionId;`)
	wantBoth(t, js, beside, "ada@example.com", ada)
}

func testTokens(sc scene) {
	t, js := sc.t, sc.js
	ada := js.password(t, "ada@example.com")
	calls := func(suffix string) int {
		return js.site.clerk.Calls()["POST /v1/client/sessions/{session_id}/tokens"+suffix]
	}
	const plain = `return await Clerk.session.getToken()`
	first := evaluate[string](t, js, plain)
	if claims := claimsOf(t, first); claims["sid"] != ada || claims["azp"] != js.site.origin || calls("") != 0 {
		t.Errorf("getToken: %v after %d requests, want the session's own token without a request", claims, calls(""))
	}
	forced := evaluate[string](t, js, `return await Clerk.session.getToken({ skipCache: true })`)
	if forced == first || claimsOf(t, forced)["sid"] != ada || calls("") != 1 {
		t.Errorf("getToken with skipCache: %d requests, want a new token by one", calls(""))
	}
	if again := evaluate[string](t, js, plain); again != forced {
		t.Error("getToken returned another token than the newest")
	}
	template := `return await Clerk.session.getToken({ template: 'billing' })`
	billing := evaluate[string](t, js, template)
	if claims := claimsOf(t, billing); claims["aud"] != "https://billing.example.com" || claims["email"] != "ada@example.com" {
		t.Errorf("getToken of a template: %v", claims)
	}
	if evaluate[string](t, js, template) != billing || calls("/{template_name}") != 1 {
		t.Errorf("getToken of a template asked %d times, want once", calls("/{template_name}"))
	}
}

func testWrongAnswers(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	for body, want := range map[string]string{
		`{ strategy: 'password', identifier: 'ada@example.com', password: 'wrong' }`: "form_password_incorrect",
		`{ identifier: 'nobody@example.com' }`:                                       "form_identifier_not_found",
	} {
		got := evaluate[string](t, js, `return await Clerk.client.signIn.create(`+body+`).then(() => '', e => e.errors[0].code)`)
		if got != want {
			t.Errorf("%s: %q, want %s", body, got, want)
		}
	}
	wantBoth(t, js, beside, "")
}
