package pages_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The actions of the pages, and the actions that need a session.
func actions() []string {
	return append(targeted(), "/sign-out", "/sign-out-everywhere", "/sign-out-others", "/devices/sign-out")
}

func targeted() []string { return []string{"/switch", "/accounts/sign-out", "/devices/revoke"} }

// pageOf returns the page on which an action shows its result.
func pageOf(action string) string {
	if strings.HasPrefix(action, "/devices") {
		return "/sessions/devices"
	}
	return "/sessions/accounts"
}

const (
	noticeNoSession = "That didn’t work. That device or account isn’t signed in. Nothing changed."
	noticeNoForm    = "That didn’t work. Choose a device first. Nothing changed."
	noticeAway      = "That didn’t work. Couldn’t reach the sign-in service. Nothing changed. Try again in a few seconds."
)

func TestSignOutEndsThisSession(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds() {
		for _, row := range []struct{ action, form string }{{"/sign-out", ""}, {"/accounts/sign-out", "own"}, {"/devices/revoke", "own"}} {
			t.Run(name+row.action, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, options{kind: kind})
				b, other := w.browser(t, ada), w.elsewhere(t, ada)
				id := b.current(t)
				target := id
				if row.form == "" {
					target = ""
				}
				p := b.send(t, row.action, target).wantPage(t, http.StatusOK, "/", "Home").wantNotice(t, "Done. You’re signed out.")
				if len(p.all(t, "sign-in")) != 1 || b.cookies["__session"] != "" {
					t.Errorf("still signed in: %v", maps.Keys(b.cookies))
				}
				if w.statusOf(t, id) == "active" || w.statusOf(t, other) != "active" {
					t.Errorf("this session is %s, the other one %s", w.statusOf(t, id), w.statusOf(t, other))
				}
				b.open(t, "/").wantNotice(t, "")
				b.open(t, "/sessions").wantSignIn(t, "/sessions", "")
			})
		}
	}
}

// The session ends with the answer to the action, and not only after the handshake.
func TestSignOutDeletesTheCookiesAtOnce(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"/sign-out", "/sign-out-everywhere"} {
		w := newWorld(t, options{ticking: true})
		b := w.browser(t, ada)
		b.ask(http.MethodPost, w.base+action, nil)
		for name := range b.cookies {
			if strings.HasPrefix(name, "__session") || strings.HasPrefix(name, "__refresh") {
				t.Errorf("%s leaves %s", action, name)
			}
		}
	}
}

func TestSwitchingChangesTheCurrentAccount(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{kind: kind})
			b := w.browser(t, mia, ada)
			first := b.current(t)
			target := w.server.Sessions(w.userID(t, mia))[0].ID
			p := b.send(t, "/switch", target).wantPage(t, http.StatusOK, "/sessions/accounts", "").wantNotice(t, "Done. You switched to "+mia+".")
			if got := p.text(t, "viewer-email"); got != mia {
				t.Errorf("signed in as %s", got)
			}
			if got := attribute(p.all(t, "account-row")[0], "data-session-id"); got != target || b.current(t) != target {
				t.Errorf("current is %s, at Clerk %s, want %s", got, b.current(t), target)
			}
			w.clock.Advance(3 * time.Minute) // the switch lasts
			if got := b.open(t, "/sessions").wantNotice(t, "").text(t, "session-id"); got != target {
				t.Errorf("later the session is %s", got)
			}
			b.send(t, "/switch", first).wantNotice(t, "Done. You switched to "+ada+".")
		})
	}
}

func TestSigningOutOfAnotherAccountEndsOnlyThatSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, mia, ada)
	target := w.server.Sessions(w.userID(t, mia))[0].ID
	p := b.send(t, "/accounts/sign-out", target).wantPage(t, http.StatusOK, "/sessions/accounts", "").
		wantNotice(t, "Done. Signed out of "+mia+" on this browser. Takes effect now.")
	if rows := p.all(t, "account-row"); len(rows) != 1 || w.statusOf(t, target) == "active" {
		t.Errorf("%d accounts, the other session is %s", len(rows), w.statusOf(t, target))
	}
}

func TestRevokingADeviceEndsItsSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	here, there := w.browser(t, ada), w.browser(t, ada)
	target := there.current(t)
	there.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "")
	p := here.send(t, "/devices/revoke", target).wantPage(t, http.StatusOK, "/sessions/devices", "").wantNotice(t, "Done. Signed out: Unknown device. Takes effect now.")
	if len(p.all(t, "device-row")) != 1 || w.statusOf(t, target) != "revoked" {
		t.Errorf("%d devices, the other session is %s", len(p.all(t, "device-row")), w.statusOf(t, target))
	}
	there.open(t, "/sessions").wantSignIn(t, "/sessions", "session-ended") // its token would be valid for another minute
}

// A form can name any session. Only sessions of the user or the browser end.
func TestSessionsOfOtherUsersStayActive(t *testing.T) {
	t.Parallel()
	for _, action := range targeted() {
		for name, target := range map[string]func(*testing.T, *world) string{
			"another user's":                    func(t *testing.T, w *world) string { t.Helper(); return w.elsewhere(t, mia) },
			"another user's on another browser": func(t *testing.T, w *world) string { t.Helper(); return w.browser(t, dana).current(t) },
			"unknown":                           func(*testing.T, *world) string { return "sess_2nosuchsession0000000000000" },
			"no session id":                     func(*testing.T, *world) string { return "user_1" },
			"a path":                            func(*testing.T, *world) string { return "../users" },
			"a session id with a path after it": func(*testing.T, *world) string { return "sess_1/../../users" },
			"with control characters":           func(*testing.T, *world) string { return "sess_\r\n\x00" },
			"long":                              func(*testing.T, *world) string { return "sess_" + strings.Repeat("x", 4000) },
		} {
			t.Run(action+" "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, options{})
				b := w.browser(t, ada)
				before, id := b.current(t), target(t, w)
				b.send(t, action, id).wantPage(t, http.StatusOK, pageOf(action), "").wantNotice(t, noticeNoSession)
				if s, err := w.server.Session(id); err == nil && s.Status != "active" {
					t.Errorf("it was ended: %s", s.Status)
				}
				if b.current(t) != before {
					t.Error("the browser's session changed")
				}
			})
		}
	}
}

// A session of the user on another browser is not an account on this browser.
func TestAnAccountActionEndsNoSessionOnAnotherBrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b, other := w.browser(t, ada), w.elsewhere(t, ada)
	for _, action := range []string{"/switch", "/accounts/sign-out"} {
		b.send(t, action, other).wantPage(t, http.StatusOK, "/sessions/accounts", "").wantNotice(t, noticeNoSession)
	}
	if w.statusOf(t, other) != "active" {
		t.Error("it was ended")
	}
}

func TestAFormThatNamesNoSessionEndsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	other := w.elsewhere(t, ada)
	for _, action := range targeted() {
		for name, change := range map[string]func(*http.Request){
			"empty":        func(*http.Request) {},
			"in the query": func(r *http.Request) { r.URL.RawQuery = "session_id=" + other },
			"oversized": func(r *http.Request) {
				setBody(r, "pad="+strings.Repeat("x", 9<<10)+"&session_id="+other)
			},
			"garbled": func(r *http.Request) { setBody(r, "session_id=%zz;%") },
			"JSON": func(r *http.Request) {
				setBody(r, `{"session_id":"`+other+`"}`)
				r.Header.Set("Content-Type", "application/json")
			},
			"another type": func(r *http.Request) {
				setBody(r, "session_id="+other)
				r.Header.Set("Content-Type", "text/plain")
			},
		} {
			t.Run(action+" "+name, func(t *testing.T) {
				t.Parallel()
				own := &browser{world: w, agent: b.agent, cookies: maps.Clone(b.cookies)}
				p := own.follow(t, own.ask(http.MethodPost, w.base+action, url.Values{}, change))
				p.wantPage(t, http.StatusOK, pageOf(action), "").wantNotice(t, noticeNoForm)
				if w.statusOf(t, other) != "active" {
					t.Error("a session was ended")
				}
			})
		}
	}
}

func setBody(r *http.Request, text string) {
	r.Body = http.NoBody
	replaced := strings.NewReader(text)
	r.Body = readCloser{replaced}
	r.ContentLength = int64(len(text))
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

// A form from another site does nothing, on any action.
func TestPostsFromOtherSitesDoNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, mia, ada)
	id, other := b.current(t), w.server.Sessions(w.userID(t, mia))[0].ID
	for _, action := range actions() {
		for name, change := range map[string]func(*http.Request){
			"another site": func(r *http.Request) {
				r.Header.Set("Origin", "https://evil.example")
				r.Header.Set("Sec-Fetch-Site", "cross-site")
			},
			"another site in an old browser": func(r *http.Request) {
				r.Header.Set("Origin", "https://evil.example")
				r.Header.Del("Sec-Fetch-Site")
			},
			"a sibling domain": func(r *http.Request) {
				r.Header.Set("Origin", "http://x.localhost:8080")
				r.Header.Set("Sec-Fetch-Site", "same-site")
			},
			"nowhere": func(r *http.Request) {
				r.Header.Del("Origin")
				r.Header.Del("Sec-Fetch-Site")
			},
		} {
			p := b.ask(http.MethodPost, w.base+action, url.Values{"session_id": {other}}, change)
			if p.Code != http.StatusForbidden || p.text(t, "page-title") != "This came from another site" {
				t.Errorf("%s from %s: %d %q", action, name, p.Code, p.text(t, "page-title"))
			}
		}
	}
	if w.statusOf(t, id) != "active" || w.statusOf(t, other) != "active" || b.current(t) != id {
		t.Error("something was done")
	}
}

func TestGETRunsNoAction(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	for _, action := range actions() {
		if action == "/sign-out-everywhere" || action == "/sign-out-others" {
			b.ask(http.MethodGet, w.base+action, nil).wantPage(t, http.StatusOK, w.base+action, "") // asks first
			continue
		}
		status := http.StatusNotFound
		if action == "/devices/sign-out" { // asks about the selection in its address, and there is none
			status = http.StatusBadRequest
		}
		if p := b.ask(http.MethodGet, w.base+action+"?session_id="+b.current(t), nil); p.Code != status {
			t.Errorf("GET %s: status %d", action, p.Code)
		}
	}
	if w.statusOf(t, b.current(t)) != "active" {
		t.Error("a session was ended")
	}
}

// Ending one device takes two requests to Clerk: one that reads the session, whose name the notice has, and one that ends it.
func TestEndingOneDeviceReadsItsSessionOnce(t *testing.T) {
	t.Parallel()
	for name, asJSON := range map[string]bool{"a person": false, "a program": true} {
		w := newWorld(t, options{})
		b, other := w.browser(t, ada), w.elsewhere(t, ada)
		b.open(t, "/sessions/organizations") // the keys of Clerk are known from here on
		before := w.server.Calls()
		if asJSON {
			b.act("/devices/revoke", `{"session_id":"`+other+`"}`).json(t, http.StatusOK)
		} else if got := b.post("/devices/revoke", url.Values{"session_id": {other}}); got.Code != http.StatusSeeOther {
			t.Errorf("status %d", got.Code)
		}
		asked := map[string]int{}
		for call, n := range w.server.Calls() {
			if more := n - before[call]; more > 0 {
				asked[call] = more
			}
		}
		want := map[string]int{"GET /v1/sessions/{session_id}": 1, revokeOperation: 1}
		if diff := cmp.Diff(want, asked); diff != "" || w.statusOf(t, other) == "active" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A person who clicks twice sees the good outcome.
func TestASecondClickSucceeds(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ action, notice string }{
		{"/devices/revoke", "Done. Signed out: Unknown device. Takes effect now."},
		{"/accounts/sign-out", "Done. Signed out of the account on this browser. Takes effect now."},
		{"/switch", "Done. You switched to " + mia + "."},
	} {
		w := newWorld(t, options{})
		b := w.browser(t, mia, ada)
		target := w.server.Sessions(w.userID(t, mia))[0].ID
		if row.action == "/devices/revoke" {
			target = w.elsewhere(t, ada)
		}
		form := url.Values{"session_id": {target}}
		before := maps.Clone(b.cookies)
		b.ask(http.MethodPost, w.base+row.action, form)
		twice := &browser{world: w, agent: b.agent, cookies: before} // the second click has the cookies of the first
		twice.follow(t, twice.ask(http.MethodPost, w.base+row.action, form)).wantNotice(t, row.notice)
	}
	w := newWorld(t, options{ticking: true})
	b := w.browser(t, ada)
	for _, action := range []string{"/sign-out", "/sign-out-everywhere"} {
		before := maps.Clone(b.cookies)
		b.ask(http.MethodPost, w.base+action, nil)
		twice := &browser{world: w, agent: b.agent, cookies: before}
		if p := twice.follow(t, twice.ask(http.MethodPost, w.base+action, nil)); p.Code != http.StatusOK {
			t.Errorf("%s twice: status %d at %s", action, p.Code, p.url)
		}
	}
}

func TestActionsDoNothingWhileClerkIsAway(t *testing.T) {
	t.Parallel()
	for _, action := range append(targeted(), "/sign-out") {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{})
			b := w.browser(t, mia, ada)
			b.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "") // fetches the keys
			id, other := b.current(t), w.server.Sessions(w.userID(t, mia))[0].ID
			w.server.SetUnreachable(true)
			answer := b.ask(http.MethodPost, w.base+action, url.Values{"session_id": {other}})
			if answer.Code != http.StatusSeeOther || b.cookies["__session"] == "" {
				t.Errorf("status %d, signed in %t", answer.Code, b.cookies["__session"] != "")
			}
			w.server.SetUnreachable(false)
			b.follow(t, answer).wantNotice(t, noticeAway)
			if w.statusOf(t, id) != "active" || w.statusOf(t, other) != "active" {
				t.Error("something was done")
			}
		})
	}
}

// A person may act on a page that has been open for longer than a token lives.
func TestAnActionWithAnExpiredTokenIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	other := w.elsewhere(t, ada)
	w.clock.Advance(5 * time.Minute)
	b.send(t, "/devices/revoke", other).wantNotice(t, "Done. Signed out: Unknown device. Takes effect now.")
}

// The browser ends at sign-in.
func TestAnActionOfASessionThatEndedElsewhereLeadsToSignIn(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"/switch", "/accounts/sign-out"} {
		w := newWorld(t, options{})
		b := w.browser(t, ada)
		if err := w.server.RevokeSession(b.current(t)); err != nil {
			t.Fatal(err)
		}
		b.send(t, action, w.elsewhere(t, mia)).wantSignIn(t, "/sessions/accounts", "session-ended")
	}
}
