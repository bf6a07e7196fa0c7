package pages_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
)

const wasThisYou = "New sign-in: Edge 139 on Windows , Toronto, Canada , 12 minutes ago . Was this you? Yes, this was me This wasn’t me"

// intruded is a world in which somebody signed in as Ada twelve minutes ago, after her own browser.
func intruded(t *testing.T, o options) (w *world, own *browser, intruder string, deliver func()) {
	t.Helper()
	return intrudedIn(t, newWorld(t, o), false)
}

// intrudedIn is intruded for a world whose application hears no webhooks if it is mute.
func intrudedIn(t *testing.T, in *world, mute bool) (w *world, own *browser, intruder string, deliver func()) {
	t.Helper()
	w, deliver = in, func() {}
	if !mute {
		deliver = w.hears(t)
	}
	own = w.browser(t, ada)
	w.clock.Advance(20 * time.Second)
	intruder = w.appears(t, ada, edgeInToronto())
	deliver()
	own.advance(t, 12*time.Minute)
	return w, own, intruder, deliver
}

// advance moves the clock, and renews the browser's token.
func (b *browser) advance(t *testing.T, by time.Duration) {
	t.Helper()
	b.world.clock.Advance(by)
	cookies, err := b.agent.Cookies(ownOrigin)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range cookies {
		b.cookies[cookie.Name] = cookie.Value
	}
}

func TestANewSignInIsAskedAboutOnEveryPage(t *testing.T) {
	t.Parallel()
	w, own, _, _ := intruded(t, options{})
	for _, path := range []string{"/", "/sessions", "/sessions/devices", "/sessions/activity", "/sessions/forms"} {
		if got := own.open(t, path).text(t, "new-sign-in"); got != wasThisYou {
			t.Errorf("%s asks %q", path, got)
		}
	}
	before := w.server.Calls()
	own.open(t, "/")
	if diff := cmp.Diff(before, w.server.Calls()); diff != "" {
		t.Errorf("Clerk was asked: %s", diff)
	}
	p := own.open(t, "/")
	form := p.all(t, "new-sign-in-confirm")[0].Parent
	answer := own.ask(http.MethodPost, attribute(form, "action"), nil, func(r *http.Request) { r.Header.Set("Referer", ownOrigin+"/?a=b") })
	own.follow(t, answer).wantPage(t, http.StatusOK, "/", "Home").
		wantNotice(t, "Done. Thanks. You won’t be asked about this sign-in again.")
	if got := own.open(t, "/").text(t, "new-sign-in"); got != "" {
		t.Errorf("asks again: %q", got)
	}
}

func TestWhoIsAskedAboutWhichSignIn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		then func(t *testing.T, w *world, own *browser, intruder string)
		as   func(t *testing.T, w *world, own *browser) *browser
		mute bool // Clerk sends no webhooks
		want bool
	}{
		{"the user", nil, nil, false, true},
		{"a browser that signed in later", nil, func(t *testing.T, w *world, _ *browser) *browser {
			t.Helper()
			return w.browser(t, ada)
		}, false, false},
		{"another user", nil, func(t *testing.T, w *world, _ *browser) *browser {
			t.Helper()
			return w.browser(t, mia)
		}, false, false},
		{"nobody", nil, func(t *testing.T, w *world, _ *browser) *browser {
			t.Helper()
			return w.browser(t)
		}, false, false},
		{"an impersonator", nil, func(t *testing.T, w *world, own *browser) *browser {
			t.Helper()
			w.acting(t, own, ada, support)
			return own
		}, false, false},
		{"the user, once the session has ended", func(t *testing.T, _ *world, own *browser, intruder string) {
			t.Helper()
			own.send(t, "/devices/revoke", intruder)
		}, nil, false, false},
		{"the user, once the others have ended", func(t *testing.T, _ *world, own *browser, _ string) {
			t.Helper()
			own.post("/sign-out-others", nil)
		}, nil, false, false},
		{"the user, a month later", func(t *testing.T, w *world, own *browser, intruder string) {
			t.Helper()
			err := w.site.Activity(w.clerk).Record(t.Context(), w.userID(t, ada),
				activity.Entry{Kind: activity.SignedIn, SessionID: own.current(t), At: w.clock.Now().Add(-40 * 24 * time.Hour)},
				activity.Entry{Kind: activity.SignedIn, SessionID: intruder, At: w.clock.Now().Add(-31 * 24 * time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
		}, nil, true, false},
		{"the user whose own sign-in is not recorded, as the token says when it was", func(t *testing.T, w *world, own *browser, intruder string) {
			t.Helper()
			err := w.site.Activity(w.clerk).Record(t.Context(), w.userID(t, ada),
				activity.Entry{Kind: activity.SignedIn, SessionID: intruder, At: w.clock.Now().Add(-time.Minute)})
			if err != nil {
				t.Fatal(err)
			}
		}, nil, true, true},
		{"the user, once the session has ended with selected others", func(t *testing.T, w *world, own *browser, intruder string) {
			t.Helper()
			own.post("/devices/sign-out", url.Values{"session_id": {intruder, w.elsewhere(t, ada)}})
		}, nil, false, false},
		{"the user, where selected others have ended", func(t *testing.T, w *world, own *browser, _ string) {
			t.Helper()
			own.post("/devices/sign-out", url.Values{"session_id": {w.elsewhere(t, ada)}})
		}, nil, false, true},
		{"the user, where Clerk did not end the selected session", func(t *testing.T, w *world, own *browser, intruder string) {
			t.Helper()
			w.server.Fail(clerktest.Fault{Operation: revokeOperation, Status: http.StatusForbidden, Times: 1})
			own.post("/devices/sign-out", url.Values{"session_id": {intruder}})
		}, nil, false, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w, own, intruder, _ := intrudedIn(t, newWorld(t, options{ticking: true}), row.mute)
			if row.then != nil {
				row.then(t, w, own, intruder)
			}
			b := own
			if row.as != nil {
				b = row.as(t, w, own)
			}
			if got := b.open(t, "/").text(t, "new-sign-in"); (got != "") != row.want {
				t.Errorf("asks %q", got)
			}
		})
	}
}

// Without webhooks the list of devices tells.
func TestWithoutWebhooksTheDevicesTellOfSignIns(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	own := w.browser(t, ada)
	w.clock.Advance(20 * time.Second)
	w.appears(t, ada, edgeInToronto())
	own.advance(t, 12*time.Minute)
	if got := own.open(t, "/").text(t, "new-sign-in"); got != "" {
		t.Errorf("asks %q before anything can be known", got)
	}
	own.open(t, "/sessions/devices")
	if got := own.open(t, "/").text(t, "new-sign-in"); got != wasThisYou {
		t.Errorf("asks %q", got)
	}
}

// The task "end everything after a suspicious sign-in", in clicks from the home page.
func TestASuspiciousSignInIsEndedInFewClicks(t *testing.T) {
	t.Parallel()
	w, own, intruder, deliver := intruded(t, options{ticking: true, pages: pages.Options{ProfileURL: "/profile"}})
	p := own.open(t, "/")
	p = own.open(t, attribute(p.all(t, "new-sign-in-not-me")[0], "href")) // click 1
	if p.text(t, "page-title") != "Don’t recognize this sign-in?" || p.text(t, "not-me-device") != "Edge 139 on Windows" || p.text(t, "not-me-ip") != "192.0.2.14" {
		t.Errorf("%s", p.Body)
	}
	if strings.Contains(p.url.String()+p.Body.String(), intruder) {
		t.Error("an address, which servers log, names the session")
	}
	form := p.all(t, "not-me-sign-out")[0].Parent
	p = own.follow(t, own.ask(http.MethodPost, attribute(form, "action"), nil)) // click 2
	if p.text(t, "page-title") != "Signed out: Edge 139 on Windows" || attribute(p.all(t, "change-password")[0], "href") != "/profile" {
		t.Errorf("%s", p.Body)
	}
	if w.statusOf(t, intruder) != "revoked" || p.text(t, "new-sign-in") != "" {
		t.Error("the intruder is signed in")
	}
	deliver()
	if e := w.noted(t, ada, activity.SignedOut, intruder); e.By.SessionID != own.current(t) {
		t.Errorf("signed out by %+v", e.By)
	}
	p = own.open(t, attribute(p.all(t, "sign-out-everywhere")[0], "href")) // click 3
	form = p.all(t, "confirm")[0].Parent
	own.follow(t, own.ask(http.MethodPost, attribute(form, "action"), nil)) // click 4
	if got := w.active(t, ada); got != 0 {
		t.Errorf("%d sessions are active", got)
	}
}

func TestWhereThePasswordIsChanged(t *testing.T) {
	t.Parallel()
	w, own, intruder, _ := intruded(t, options{})
	own.send(t, "/devices/revoke", intruder)
	p := own.open(t, "/sessions/activity/"+activity.IDOf(intruder)+"/not-me")
	if got := attribute(p.all(t, "change-password")[0], "href"); got != w.clerk.PublishableKey().AccountPortal()+"/user" {
		t.Errorf("at %q", got)
	}
}

// Nothing of this is for others than the user, and no other site can have it done.
func TestTheQuestionIsTheUsersAlone(t *testing.T) {
	t.Parallel()
	w, own, intruder, _ := intruded(t, options{})
	id := activity.IDOf(intruder)
	mias := w.browser(t, mia)
	crossSite := func(r *http.Request) {
		r.Header.Set("Origin", "https://evil.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	}
	none := func(*http.Request) {}
	actor := w.browser(t, ada)
	w.acting(t, actor, ada, support)
	for _, row := range []struct {
		name   string
		b      *browser
		id     string
		change func(*http.Request)
		status int
	}{
		{"another user", mias, id, none, http.StatusNotFound},
		{"another site", own, id, crossSite, http.StatusForbidden},
		{"an impersonator", actor, id, none, http.StatusForbidden},
		{"nobody, who signs in first", w.browser(t), id, none, http.StatusSeeOther},
		{"the sign-in of the session in use", own, activity.IDOf(own.current(t)), none, http.StatusNotFound},
		{"an id of no entry", own, "x", none, http.StatusNotFound},
		{"the id of the session", own, intruder, none, http.StatusNotFound},
	} {
		for _, action := range []string{"/not-me", "/acknowledge"} {
			got := row.b.post("/activity/"+url.PathEscape(row.id)+action, nil, row.change)
			if got.Code != row.status {
				t.Errorf("%s %s: %d", row.name, action, got.Code)
			}
		}
	}
	if w.statusOf(t, intruder) != "active" || w.noted(t, ada, activity.SignedIn, intruder).Acknowledged {
		t.Error("somebody else than the user did it")
	}
}

// Whoever has signed in with a stolen password can't answer in place of the user: not about their own sign-in, not from another one that came
// later.
func TestWhoSignsInLaterCantAnswerTheQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{ticking: true})
	deliver := w.hears(t)
	own := w.browser(t, ada)
	w.clock.Advance(20 * time.Second)
	first := w.browser(t, ada)
	w.clock.Advance(20 * time.Second)
	second := w.browser(t, ada)
	deliver()
	for name, row := range map[string]struct {
		by    *browser
		about string
		want  int
	}{
		"the sign-in itself":              {first, first.current(t), http.StatusNotFound},
		"a later one about the first":     {second, first.current(t), http.StatusNotFound},
		"a later one about the user's":    {second, own.current(t), http.StatusNotFound},
		"the first one about a later one": {first, second.current(t), http.StatusSeeOther},
	} {
		if got := row.by.post("/activity/"+activity.IDOf(row.about)+"/acknowledge", nil); got.Code != row.want {
			t.Errorf("%s: status %d, want %d", name, got.Code, row.want)
		}
	}
	if got := second.open(t, "/sessions/activity/"+activity.IDOf(first.current(t))+"/not-me").all(t, "new-sign-in-confirm"); len(got) != 0 {
		t.Error("the later session is offered to confirm the sign-in")
	}
}

// What a session does often does not take the question about it out of the journal.
func TestTheQuestionIsNotBuriedBelowOtherEntries(t *testing.T) {
	t.Parallel()
	w, own, intruder, _ := intruded(t, options{})
	for range 150 {
		w.clock.Advance(time.Minute)
		err := w.site.Activity(w.clerk).Record(t.Context(), w.userID(t, ada), activity.Entry{
			Kind: activity.SignedOutSelected, Count: 1, By: activity.By{Agent: activity.User, SessionID: intruder},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	own.advance(t, time.Minute)
	if got := own.open(t, "/").text(t, "new-sign-in"); got == "" {
		t.Error("the user is not asked")
	}
}

// A job that an unknown session started to be alone does not end that session.
func TestTheQuestionStaysAfterTheUnknownSignInEndedTheOthers(t *testing.T) {
	t.Parallel()
	w, own, intruder, _ := intruded(t, options{})
	err := w.site.Activity(w.clerk).Record(t.Context(), w.userID(t, ada), activity.Entry{
		Kind: activity.SignedOutOthers, By: activity.By{Agent: activity.User, SessionID: intruder},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := own.open(t, "/").text(t, "new-sign-in"); got == "" {
		t.Error("the user, whom the job has left signed in, is not asked")
	}
}

func TestProgramsAnswerTheQuestion(t *testing.T) {
	t.Parallel()
	w, own, intruder, _ := intruded(t, options{})
	id := activity.IDOf(intruder)
	got := decoded[map[string]any](t, own.ask(http.MethodGet, "/sessions/activity/"+id+"/not-me", nil, asProgram))
	if got["session_id"] != intruder || got["acknowledged"] != false {
		t.Errorf("%v", got)
	}
	got = decoded[map[string]any](t, own.post("/activity/"+id+"/acknowledge", nil, asProgram))
	if diff := cmp.Diff(map[string]any{"object": "sign_in_acknowledgement", "id": id}, got); diff != "" {
		t.Error(diff)
	}
	got = decoded[map[string]any](t, own.post("/activity/"+id+"/not-me", nil, asProgram))
	if got["object"] != "session_end" || got["session_id"] != intruder || w.statusOf(t, intruder) != "revoked" {
		t.Errorf("%v", got)
	}
}

// A host sends mail.
func TestTheApplicationIsToldOfASignIn(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var told []string
	w, own, _, _ := intruded(t, options{pages: pages.Options{OnActivity: func(_ context.Context, userID string, e activity.Entry) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, strings.Join([]string{userID, string(e.Kind), e.Device.City}, " "))
	}}})
	own.post("/sign-out", nil)
	if err := w.clerk.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	id := w.userID(t, ada)
	if len(told) != 3 || !slices.Contains(told, id+" signed_in Toronto") || !strings.HasPrefix(told[2], id+" signed_out") {
		t.Errorf("%q", told)
	}
}

// Whoever acts as a user sees it on each page of the application that uses the frame, and can end it there.
func TestAnImpersonatorStopsOnAnyPage(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", "/sessions/accounts", "/sessions/activity", "/sessions/sign-outs/none"} {
		w := newWorld(t, options{})
		b, here := w.actor(t, ada, support)
		stop := b.open(t, path).all(t, "stop-acting")
		if len(stop) != 1 {
			t.Errorf("%s: %d buttons", path, len(stop))
			continue
		}
		b.follow(t, b.ask(http.MethodPost, attribute(stop[0].Parent, "action"), nil))
		if w.statusOf(t, here) == "active" || w.active(t, ada) == 0 {
			t.Errorf("%s: the session is %s, and %d are active", path, w.statusOf(t, here), w.active(t, ada))
		}
	}
	w := newWorld(t, options{})
	if got := w.browser(t, ada).open(t, "/").all(t, "stop-acting"); len(got) != 0 {
		t.Error("the user is offered to stop")
	}
}
