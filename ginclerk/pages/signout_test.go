package pages_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

func TestSignOutEverywhereEndsEverySession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{kind: instance.Production, ticking: true})
	here, there, stranger := w.browser(t, dana), w.browser(t, dana), w.browser(t, ada)
	there.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "")
	p := here.send(t, "/sign-out-everywhere", "").wantPage(t, http.StatusOK, "/", "Home")
	p.wantNotice(t, "Done. You’re signed out on every device. Takes effect now.")
	if n := w.active(t, dana); n != 0 {
		t.Errorf("%d sessions are still active", n)
	}
	there.open(t, "/sessions").wantSignIn(t, "/sessions", "session-ended")
	stranger.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "Your session")
}

// A job that takes longer has a page, and ends the session that looks at it. The browser then still sees the outcome, as often
// as it asks.
func TestALongJobShowsItsOutcomeToASignedOutBrowser(t *testing.T) {
	t.Parallel()
	for name, kind := range kinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, b := busy(t, 30, options{kind: kind})
			session, release := b.current(t), w.slowly(t)
			answer := b.post("/sign-out-everywhere", nil)
			id := jobOf(t, answer)
			p := b.follow(t, answer).wantPage(t, http.StatusOK, jobsPath+id, "Signing out on all devices")
			if !strings.Contains(p.Body.String(), `<noscript><meta http-equiv="refresh" content="2"></noscript>`) || len(p.all(t, "left")) != 1 {
				t.Errorf("a page that does not go on: %s", p.Body)
			}
			release()
			if job := w.finished(t, ada, id); !job.Complete() || job.Revoked != 31 {
				t.Fatalf("%+v", job)
			}
			if w.statusOf(t, session) == "active" {
				t.Error("this session is still active")
			}
			for range 2 {
				p = b.open(t, jobsPath+id).wantPage(t, http.StatusOK, jobsPath+id, "Signed out on all devices")
				if got := p.counts(t); got != [3]string{"31", "0", "0"} || len(p.all(t, "viewer")) != 0 || strings.Contains(p.Body.String(), "http-equiv") {
					t.Errorf("counts %v, body %s", got, p.Body)
				}
			}
			b.open(t, "/sessions").wantSignIn(t, "/sessions", "") // the reason was told
			w.browser(t).open(t, jobsPath+id).wantSignIn(t, jobsPath+id, "")
		})
	}
}

// A person with the cookie sees numbers, and no more.
func TestARememberedJobShowsOnlyNumbers(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 3, options{kind: instance.Production})
	release := w.slowly(t)
	id := jobOf(t, b.post("/sign-out-everywhere", nil))
	thief := w.browser(t)
	thief.cookies["__Host-ginclerk_sign_out"] = b.cookies["__Host-ginclerk_sign_out"]
	p := thief.open(t, jobsPath+id).wantPage(t, http.StatusOK, jobsPath+id, "")
	if strings.Contains(p.Body.String(), "sess_") || strings.Contains(p.Body.String(), "user_") {
		t.Errorf("ids are told: %s", p.Body)
	}
	thief.open(t, "/sessions/devices").wantSignIn(t, "/sessions/devices", "")
	thief.open(t, jobsPath+strings.Repeat("A", 26)).wantSignIn(t, jobsPath+strings.Repeat("A", 26), "")
	retry := thief.post("/sign-outs/"+id+"/retry", nil)
	if retry.Code != http.StatusSeeOther || !strings.HasPrefix(retry.Header().Get("Location"), ownOrigin+"/sign-in") {
		t.Errorf("retry: %d %s", retry.Code, retry.Header().Get("Location"))
	}
	release()
	w.finished(t, ada, id)
}

func TestSignOutOthersKeepsThisSession(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 4, options{kind: instance.Production})
	p := b.send(t, "/sign-out-others", "").wantPage(t, http.StatusOK, "/sessions/devices", "Your devices")
	p.wantNotice(t, "Done. Signed out 4 other sign-ins. Takes effect now.")
	if n := w.active(t, ada); n != 1 || len(p.all(t, "device-row")) != 1 || w.statusOf(t, b.current(t)) != "active" {
		t.Errorf("%d sessions are active, %d are shown", n, len(p.all(t, "device-row")))
	}
	if len(p.all(t, "sign-out-others")) != 0 || len(p.all(t, "sign-out-selected")) != 0 {
		t.Error("others can be signed out where there are none")
	}
}

func TestSignOutSelectedEndsTheSelectedSessions(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 4, options{kind: instance.Production})
	others := b.others(t, ada)
	answer := b.post("/devices/sign-out", url.Values{"session_id": {others[0], others[2], others[2]}})
	p := b.follow(t, answer).wantPage(t, http.StatusOK, "/sessions/devices", "")
	p.wantNotice(t, "Done. Signed out 2 sign-ins. Takes effect now.")
	if n := w.active(t, ada); n != 3 || w.statusOf(t, others[0]) == "active" || w.statusOf(t, others[2]) == "active" {
		t.Errorf("%d sessions are active", n)
	}
	b.follow(t, b.post("/devices/sign-out", nil)).wantPage(t, http.StatusOK, "/sessions/devices", "").
		wantNotice(t, "That didn’t work. Select a device first. Nothing changed.")
	b.follow(t, b.post("/devices/sign-out", url.Values{"session_id": {strings.Repeat("x", 200)}})).
		wantNotice(t, "That didn’t work. These devices can’t be signed out together. Nothing changed.")
}

// The answer does not tell them apart from sessions that don't exist.
func TestSelectedSessionsOfOthersStayActive(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 1, options{kind: instance.Production})
	foreign, own := w.elsewhere(t, mia), b.others(t, ada)[0]
	answer := b.post("/devices/sign-out", url.Values{"session_id": {foreign, own, "sess_unknown"}})
	p := b.follow(t, answer).wantPage(t, http.StatusOK, jobsPath+jobOf(t, answer), "Some devices are still signed in")
	if got := p.counts(t); got != [3]string{"1", "0", "2"} {
		t.Errorf("counts %v", got)
	}
	for _, failure := range p.all(t, "failure") {
		if why := textIn(t, failure, "why"); why != "This device isn’t yours or was signed out before." {
			t.Errorf("%s: %s", attribute(failure, "data-session-id"), why)
		}
	}
	if w.statusOf(t, foreign) != "active" {
		t.Error("it was ended")
	}
}

// A selection may include the session of the request. It ends last.
func TestASelectedOwnSessionEndsLast(t *testing.T) {
	t.Parallel()
	_, b := busy(t, 2, options{kind: instance.Production})
	form := url.Values{"session_id": {b.current(t), b.others(t, ada)[0]}}
	p := b.follow(t, b.post("/devices/sign-out", form)).wantPage(t, http.StatusOK, "/", "Home")
	p.wantNotice(t, "Done. Signed out 2 sign-ins. Takes effect now.")
	b.open(t, "/sessions").wantSignIn(t, "/sessions", "")
}

// The page says exactly what was done and what was not, keeps this session, and retries the rest.
func TestAJobThatFailsInPartSaysSoAndRetries(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 30, options{kind: instance.Production})
	w.server.Fail(clerktest.Fault{Operation: revokeOperation, Times: 4, Status: http.StatusForbidden})
	answer := b.post("/sign-out-everywhere", nil)
	id := jobOf(t, answer)
	w.finished(t, ada, id)
	other := &browser{world: w, agent: b.agent, cookies: maps.Clone(b.cookies)} // the same page, opened twice
	for _, one := range []*browser{b, other} {
		p := one.open(t, jobsPath+id).wantPage(t, http.StatusOK, jobsPath+id, "Some devices are still signed in")
		if got := p.counts(t); got != [3]string{"26", "0", "4"} {
			t.Errorf("counts %v", got)
		}
		if got := p.text(t, "summary"); got != "5 of 31 sign-ins are still signed in." {
			t.Errorf("summary %q", got)
		}
		for _, failure := range p.all(t, "failure") {
			if why := textIn(t, failure, "why"); w.statusOf(t, attribute(failure, "data-session-id")) != "active" || why != "Couldn’t sign out this device." {
				t.Errorf("%s: %s", attribute(failure, "data-session-id"), why)
			}
		}
		if len(p.all(t, "failure")) != 4 || len(p.all(t, "retry")) != 1 || !strings.Contains(p.text(t, "detail"), "You’re still signed in here") {
			t.Errorf("body %s", p.Body)
		}
	}
	thief := w.browser(t)
	thief.cookies["__Host-ginclerk_sign_out"] = b.cookies["__Host-ginclerk_sign_out"]
	told := thief.get(jobsPath + id)
	if told.json(t, http.StatusOK)["failed_count"] != 4.0 || strings.Contains(told.Body.String()+thief.open(t, jobsPath+id).Body.String(), "sess_") {
		t.Errorf("ids are told: %s", told.Body)
	}
	p := b.open(t, "/sessions/devices").wantPage(t, http.StatusOK, "/sessions/devices", "")
	if len(p.all(t, "device-row")) != 5 || attribute(p.all(t, "job-link")[0], "href") != jobsPath+id {
		t.Errorf("%d devices", len(p.all(t, "device-row")))
	}
	b.follow(t, b.post("/sign-outs/"+id+"/retry", nil)).wantPage(t, http.StatusOK, "/", "Home").
		wantNotice(t, "Done. You’re signed out on every device. Takes effect now.")
	if n := w.active(t, ada); n != 0 {
		t.Errorf("%d sessions are still active", n)
	}
}

// The job ends nothing, says so, and can be retried.
func TestAJobEndsNothingWhileClerkIsAway(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 2, options{kind: instance.Production})
	w.server.SetUnavailable(true)
	answer := b.post("/sign-out-others", nil)
	id := jobOf(t, answer)
	w.server.Fail(clerktest.Fault{})
	w.finished(t, ada, id)
	p := b.open(t, jobsPath+id).wantPage(t, http.StatusOK, jobsPath+id, "Some devices are still signed in")
	if got := p.text(t, "problem"); got != "Couldn’t reach the sign-in service to list all your devices. Some may still be signed in." || len(p.all(t, "retry")) != 1 {
		t.Errorf("problem %q", got)
	}
	w.server.ClearFaults()
	b.follow(t, b.post("/sign-outs/"+id+"/retry", nil)).wantPage(t, http.StatusOK, "/sessions/devices", "").
		wantNotice(t, "Done. Signed out 2 other sign-ins. Takes effect now.")
}

func TestJobsOfOtherUsersAreNotFound(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 2, options{kind: instance.Production})
	w.server.Fail(clerktest.Fault{Operation: revokeOperation, Times: 1, Status: http.StatusForbidden})
	id := jobOf(t, b.post("/sign-out-others", nil))
	stranger := w.browser(t, mia)
	for _, name := range []string{id, strings.Repeat("A", 26), "x", "..", "%2e%2e"} {
		p := stranger.ask(http.MethodGet, jobsPath+name, nil)
		if p.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", name, p.Code)
		}
		if p := stranger.post("/sign-outs/"+name+"/retry", nil); p.Code != http.StatusNotFound {
			t.Errorf("retry %s: status %d", name, p.Code)
		}
	}
	if p := stranger.ask(http.MethodGet, jobsPath+id, nil); p.Code != http.StatusNotFound {
		t.Errorf("body %s", p.Body)
	}
	if w.active(t, ada) != 2 {
		t.Errorf("%d sessions are active", w.active(t, ada))
	}
}

// The answer does not claim that the second job was done.
func TestOneSignOutAtATime(t *testing.T) {
	t.Parallel()
	const notice = "Warning. Another sign-out is in progress. Wait until it’s finished, then try again."
	w, b := busy(t, 2, options{kind: instance.Production})
	release := w.slowly(t)
	answer := b.post("/sign-out-others", nil)
	id := jobOf(t, answer)
	p := b.open(t, "/sessions/devices")
	if got := p.text(t, "running-job"); got != "Signing out is in progress. Show progress" || attribute(p.all(t, "job-link")[0], "href") != jobsPath+id {
		t.Errorf("the devices tell %q", got)
	}
	for _, action := range []string{"/sign-out-everywhere", "/sign-out-others"} {
		b.follow(t, b.post(action, nil)).wantPage(t, http.StatusOK, jobsPath+id, "").wantNotice(t, notice)
	}
	release()
	w.finished(t, ada, id)
	if w.statusOf(t, b.current(t)) != "active" {
		t.Error("this session was ended")
	}
}

// deaf is revocations that can't tell other replicas.
type deaf struct{ *revocation.Set }

func (deaf) Connected() bool { return false }

// While other replicas can't be told, the pages do not say "now".
func TestPagesDoNotSayNowWhileReplicasCantBeTold(t *testing.T) {
	t.Parallel()
	_, b := busy(t, 3, options{kind: instance.Production, config: func(c *ginclerk.Config) {
		c.Stores.Revocations = deaf{revocation.NewSet(c.Now)}
	}})
	const later = " May take up to a minute everywhere."
	b.send(t, "/devices/revoke", b.others(t, ada)[0]).wantNotice(t, "Done. Signed out: Unknown device."+later)
	b.send(t, "/sign-out-others", "").wantNotice(t, "Done. Signed out 2 other sign-ins."+later)
}

// This application refuses the device from the moment that it revokes the session.
func TestASessionThatEndedElsewhereIsRefusedOnceRevokedHere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	here, there := w.browser(t, ada), w.browser(t, ada)
	there.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "")
	target := there.current(t)
	if err := w.server.RevokeSession(target); err != nil { // the application is not told
		t.Fatal(err)
	}
	here.send(t, "/devices/revoke", target).wantNotice(t, "Done. Signed out: Unknown device. Takes effect now.")
	if got := there.ask(http.MethodGet, "/", nil); got.Code == http.StatusOK { // a page that does not ask Clerk
		t.Errorf("the device is still signed in: %s", got.text(t, "viewer"))
	}
}

// They count as already gone, and the page does not say that they are over now.
func TestSelectedSessionsThatHadEndedCountAsGone(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 2, options{kind: instance.Production})
	others := b.others(t, ada)
	if err := w.server.RevokeSession(others[0]); err != nil {
		t.Fatal(err)
	}
	b.follow(t, b.post("/devices/sign-out", url.Values{"session_id": others})).
		wantNotice(t, "Done. Signed out 2 sign-ins. May take up to a minute on devices that Clerk signed out.")
}

// The browser returns to its own account, and the notice says so.
func TestSigningOutOfASwitchedBrowserLeadsBackToItsAccount(t *testing.T) {
	t.Parallel()
	for action, want := range map[string]string{
		"/sign-out":            "Done. Signed out of " + mia + ". You’re back in your other account.",
		"/sign-out-everywhere": "Done. You’re signed out on every device. Takes effect now.",
	} {
		w := newWorld(t, options{kind: instance.Production, noProxy: true, ticking: true})
		b := w.browser(t, mia, ada)
		delete(b.cookies, "__client")
		target := w.server.Sessions(w.userID(t, mia))[0].ID
		b.send(t, "/switch", target).wantNotice(t, "Done. You switched to "+mia+".")
		p := b.send(t, action, "").wantPage(t, http.StatusOK, "/sessions/accounts", "").wantNotice(t, want)
		if rows := p.all(t, "account-row"); len(rows) != 1 || textIn(t, rows[0], "account-email") != ada || w.statusOf(t, target) == "active" {
			t.Errorf("%s: %d accounts", action, len(rows))
		}
	}
}
