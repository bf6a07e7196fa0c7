package clients_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

const (
	touches = "POST /v1/client/sessions/{session_id}/touch"
	tokens  = "POST /v1/client/sessions/{session_id}/tokens"
)

// pass advances the clocks of the server, the application and the page, and runs the page's timers that are due. Cookies use
// the browser's own clock.
func (n *tab) pass(t *testing.T, d time.Duration) {
	t.Helper()
	n.site.clock.Advance(d)
	evaluate[bool](t, n, fmt.Sprintf(`passTime(%d); return true`, d.Milliseconds()))
}

// cookieToken returns the session token in the page's cookies.
const cookieToken = `document.cookie.split('; ').find(c => c.startsWith('__session='))?.slice('__session='.length)`

// testTimer: a token lives for 60 seconds. clerk-js requests the next one 43 seconds after it was made, whether the application
// asks or not.
func testTimer(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	ada := js.password(t, "ada@example.com")
	for asked := 1; asked <= 2; asked++ {
		before := evaluate[string](t, js, `return `+cookieToken)
		const some = 45 * time.Second
		js.pass(t, some)
		evaluate[bool](t, js, `return await until(() => `+cookieToken+` !== `+quoted(t, before)+`)`)
		after := evaluate[string](t, js, `return `+cookieToken)
		older, _ := claimsOf(t, before)["iat"].(float64)
		newer, _ := claimsOf(t, after)["iat"].(float64)
		if newer-older < some.Seconds() || claimsOf(t, after)["sid"] != ada {
			t.Errorf("the token in the cookie is %v s newer than the one before, want at least %v", newer-older, some.Seconds())
		}
		if got := js.site.clerk.Calls()[tokens]; got != asked {
			t.Errorf("%d tokens were asked for, want %d", got, asked)
		}
		handshakes := js.site.clerk.Calls()["GET /v1/client/handshake"]
		wantBoth(t, js, beside, "ada@example.com", ada)
		if again := js.site.clerk.Calls()["GET /v1/client/handshake"]; again != handshakes {
			t.Error("the server-rendered page needed a handshake, although the token was fresh")
		}
	}
}

func testTouch(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	ada := js.password(t, "ada@example.com")
	js.site.clock.Advance(30 * time.Minute)
	now := js.site.clock.Now()
	before := js.site.clerk.Calls()[touches]
	active := evaluate[float64](t, js, `
		await Clerk.session.touch();
		return Clerk.session.lastActiveAt.getTime();`)
	if age := now.Sub(time.UnixMilli(int64(active))); age > time.Second || js.site.clerk.Calls()[touches] != before+1 {
		t.Errorf("after touch the session was last active %s ago", age)
	}
	reloaded := evaluate[float64](t, js, `return (await Clerk.session.reload()).lastActiveAt.getTime()`)
	if reloaded < active {
		t.Errorf("reloaded, the session was last active at %v, before %v", reloaded, active)
	}
	wantBoth(t, js, beside, "ada@example.com", ada)
}

// testFocus: the tab that gets the focus decides which session is current.
func testFocus(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	ada := js.password(t, "ada@example.com")
	mia := js.password(t, "mia@example.com")
	wantBoth(t, js, beside, "mia@example.com", mia, ada)
	js.pass(t, 10*time.Second)
	before := js.site.clerk.Calls()[touches]
	evaluate[bool](t, js, `
		const answered = new Promise(done => {
			const send = window.fetch;
			window.fetch = async (...args) => {
				const response = await send(...args);
				if (String(args[0]).includes('/touch')) {
					window.fetch = send;
					setTimeout(done, 0, true);
				}
				return response;
			};
		});
		window.dispatchEvent(new Event('focus'));
		return await answered;`)
	if got := js.site.clerk.Calls()[touches]; got != before+1 {
		t.Errorf("%d touches, want one", got-before)
	}
	wantBoth(t, js, beside, "mia@example.com", mia, ada)
}

// testRevokedInTheBackground: the page requests nothing from clerk-js, which learns of the end from its timer's request for a
// token.
func testRevokedInTheBackground(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	ada := js.password(t, "ada@example.com")
	if err := js.site.clerk.RevokeSession(ada); err != nil {
		t.Fatal(err)
	}
	js.pass(t, 45*time.Second)
	evaluate[bool](t, js, `return await until(() => !Clerk.session)`)
	wantBoth(t, js, beside, "")
}

// testStaleDevBrowser: a development instance has forgotten the browser. clerk-js gets a new one, without a signed-in user.
func testStaleDevBrowser(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	key, err := instance.ParsePublishableKey(js.site.clerk.PublishableKey())
	if err != nil {
		t.Fatal(err)
	}
	js.password(t, "ada@example.com")
	if key.Type() == instance.Production {
		return // production has no dev browsers
	}
	before := js.site.clerk.Calls()["POST /v1/dev_browser"]
	for _, name := range []string{instance.CookieDevBrowser, key.Suffixed(instance.CookieDevBrowser)} {
		evaluate[bool](t, js, `document.cookie = `+quoted(t, name+"=stale; path=/; max-age=3600; samesite=lax")+`; return true`)
	}
	js.load(t)
	if got := js.site.clerk.Calls()["POST /v1/dev_browser"]; got == before {
		t.Error("clerk-js asked for no new dev browser")
	}
	wantBoth(t, js, beside, "")
	mia := js.password(t, "mia@example.com")
	wantBoth(t, js, beside, "mia@example.com", mia)
}
