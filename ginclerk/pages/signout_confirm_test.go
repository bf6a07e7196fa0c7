package pages_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// sentences returns the consequences that a page names.
func (p *page) sentences(t *testing.T) string {
	t.Helper()
	var all []string
	for _, node := range p.all(t, "consequence") {
		all = append(all, strings.TrimSpace(node.FirstChild.Data))
	}
	return strings.Join(all, " ")
}

// The pages say how many devices are signed out, and what follows. Opening them does nothing.
func TestEndingManySessionsAsksFirst(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 3, options{kind: instance.Production})
	const forms = " You need to sign in again on each of them. Forms that wait to be sent stay for an hour."
	everywhere := b.open(t, "/sessions/sign-out-everywhere").wantPage(t, http.StatusOK, "/sessions/sign-out-everywhere", "Sign out on all devices?")
	if got := everywhere.sentences(t); got != "This signs out 4 devices, this one too."+forms {
		t.Errorf("everywhere: %q", got)
	}
	others := b.open(t, "/sessions/sign-out-others").wantPage(t, http.StatusOK, "/sessions/sign-out-others", "Sign out all other devices?")
	if got := others.sentences(t); got != "This signs out 3 other devices. You stay signed in on this device." {
		t.Errorf("others: %q", got)
	}
	for _, p := range []*page{everywhere, others} {
		confirm, cancel := p.all(t, "confirm"), p.all(t, "cancel")
		if attribute(confirm[0].Parent, "action") != p.url.Path || attribute(confirm[0].Parent, "method") != "post" || attribute(cancel[0], "href") != "/sessions/devices" {
			t.Errorf("%s: the button posts to %q", p.url, attribute(confirm[0].Parent, "action"))
		}
	}
	if n := w.active(t, ada); n != 4 {
		t.Fatalf("%d sessions are active, want 4", n)
	}
	for scope, total := range map[string]float64{"everywhere": 4, "others": 3} {
		if told := b.get("/sessions/sign-out-"+scope).json(t, http.StatusOK); told["total"] != total || told["scope"] != scope {
			t.Errorf("a program is told %v", told)
		}
	}
	for page, links := range map[string][]string{"/sessions": {"sign-out-everywhere"}, "/sessions/devices": {"sign-out-everywhere", "sign-out-others"}} {
		p := b.open(t, page)
		for _, link := range links {
			if got := attribute(p.all(t, link)[0], "href"); got != "/sessions/"+link {
				t.Errorf("%s: %s leads to %q", page, link, got)
			}
		}
	}
	b.send(t, "/sign-out-others", "").wantNotice(t, "Done. Signed out 3 other sign-ins. Takes effect now.")
	alone := b.open(t, "/sessions/sign-out-others")
	if got := alone.sentences(t); got != "You aren’t signed in on any other device." || len(alone.all(t, "confirm")) != 0 {
		t.Errorf("alone: %q", got)
	}
}

// An option asks for a proof before several sessions end. One session ends without it.
func TestEndingManySessionsCanAskForAProof(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{kind: instance.Production, ticking: true})
	site := w.proving(t, ginclerk.Reverified(token.PresetStrict))
	b := w.browser(t, ada)
	others := []string{w.elsewhere(t, ada), w.elsewhere(t, ada)}
	w.clock.Advance(time.Hour)
	b.open(t, site+"/devices").wantPage(t, http.StatusOK, site+"/devices", "Your devices")
	for _, path := range []string{"/sign-out-everywhere", "/sign-out-others"} {
		p := b.open(t, site+path)
		if p.url.Path != w.base+"/verify" && p.url.Path != site+"/verify" || p.url.Query().Get("redirect_url") != site+path {
			t.Errorf("GET %s leads to %s", path, p.url)
		}
	}
	for _, path := range []string{"/sign-out-everywhere", "/sign-out-others", "/devices/sign-out"} {
		got := b.ask(http.MethodPost, site+path, url.Values{"session_id": others})
		if location := got.Header().Get("Location"); !strings.Contains(location, "/verify?") {
			t.Errorf("POST %s: %d %s", path, got.Code, location)
		}
	}
	if n := w.active(t, ada); n != 3 {
		t.Errorf("%d sessions are active, want 3", n)
	}
	b.follow(t, b.ask(http.MethodPost, site+"/devices/revoke", url.Values{"session_id": {others[0]}}))
	if n := w.active(t, ada); n != 2 {
		t.Errorf("%d sessions are active, want 2: one ends without a proof", n)
	}
}

// proving mounts the pages once more, with a proof in front of ending several sessions.
func (w *world) proving(t *testing.T, requirement ginclerk.Requirement) string {
	t.Helper()
	site, err := pages.Mount(w.engine.Group("/proving"), w.clerk, pages.Options{ProveSignOut: w.clerk.Require(requirement)})
	if err != nil {
		t.Fatal(err)
	}
	return site.SessionURL()
}

// All accounts on the browser are signed out, and no session elsewhere.
func TestAllAccountsOnTheBrowserAreSignedOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{kind: instance.Production})
	b, elsewhere := w.browser(t, mia, dana, ada), w.elsewhere(t, ada)
	link := b.open(t, "/sessions/accounts").all(t, "sign-out-all-accounts")
	p := b.open(t, attribute(link[0], "href")).wantPage(t, http.StatusOK, "/sessions/accounts/sign-out-all", "Sign out of all accounts?")
	if got := p.sentences(t); got != "This signs you out of 3 accounts on this browser. You stay signed in on your other devices." {
		t.Errorf("%q", got)
	}
	if got := p.text(t, "confirm-list-names"); !strings.Contains(got, mia) || !strings.Contains(got, dana) || !strings.HasSuffix(got, ada) {
		t.Errorf("the accounts are %q", got)
	}
	b.follow(t, b.post("/accounts/sign-out-all", nil)).wantPage(t, http.StatusOK, "/", "Home").
		wantNotice(t, "Done. You’re signed out of all accounts on this browser.")
	if w.active(t, mia)+w.active(t, ada) != 1 || w.statusOf(t, elsewhere) != "active" || w.active(t, dana) != 4 {
		t.Errorf("active: Mia %d, Ada %d, Dana %d", w.active(t, mia), w.active(t, ada), w.active(t, dana))
	}
	b.open(t, "/sessions").wantSignIn(t, "/sessions", "")
	for _, email := range []string{mia, dana, ada} {
		if got := w.recorded(t, email); !slices.Equal(got, []string{"signed_out user"}) {
			t.Errorf("the activity of %s is %q", email, got)
		}
	}
}

// Where it stops halfway, this session stays, and the page says which accounts are left.
func TestSigningOutOfAllAccountsSaysWhatIsLeft(t *testing.T) {
	t.Parallel()
	for _, asJSON := range []bool{false, true} {
		w := newWorld(t, options{kind: instance.Production})
		b := w.browser(t, mia, ada)
		b.open(t, "/sessions")
		own := b.current(t)
		w.server.Fail(clerktest.Fault{Operation: revokeOperation, Status: http.StatusForbidden, Times: 1})
		if asJSON {
			told := b.act("/accounts/sign-out-all", "").json(t, http.StatusOK)
			if left, _ := told["left"].([]any); told["complete"] != false || told["signed_out"] != false || len(left) != 2 {
				t.Errorf("a program is told %v", told)
			}
			if told := b.act("/accounts/sign-out-all", "").json(t, http.StatusOK); told["complete"] != true || told["signed_out"] != true || told["redirect_url"] == nil {
				t.Errorf("once more: %v", told)
			}
			continue
		}
		b.follow(t, b.post("/accounts/sign-out-all", nil)).wantPage(t, http.StatusOK, "/sessions/accounts", "").
			wantNotice(t, "That didn’t work. You’re still signed in to 2 accounts: "+mia+", "+ada+". Try again in a few seconds.")
		if w.statusOf(t, own) != "active" {
			t.Error("this session was ended")
		}
	}
}

// A page from another site signs nobody out.
func TestSigningOutOfAllAccountsNeedsAnOwnPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, mia, ada)
	b.post("/accounts/sign-out-all", nil, func(r *http.Request) {
		r.Header.Set("Origin", "https://evil.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	}).wantPage(t, http.StatusForbidden, "/sessions/accounts/sign-out-all", "")
	if w.active(t, mia)+w.active(t, ada) != 2 {
		t.Error("a session was ended")
	}
}

func TestTheTimeThatAJobTakesIsEstimated(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	job := func(settled, total int, took time.Duration) signout.Job {
		return signout.Job{State: signout.Running, Total: total, Revoked: settled, Started: start, Updated: start.Add(took)}
	}
	finished := job(30, 30, 6*time.Second)
	finished.State = signout.Finished
	for _, row := range []struct {
		name string
		job  signout.Job
		want time.Duration
	}{
		{"five a second, twenty left", job(10, 30, 2*time.Second), 4 * time.Second},
		{"a part of a second counts as one", job(10, 12, 2*time.Second), time.Second},
		{"more than ten seconds come in steps of five", job(10, 70, 2*time.Second), 15 * time.Second},
		{"two say nothing about the pace", job(2, 30, 2*time.Second), 0},
		{"no time has passed", job(10, 30, 0), 0},
		{"nothing is left", job(30, 30, 6*time.Second), 0},
		{"it has finished", finished, 0},
		{"it has not begun", signout.Job{State: signout.Running}, 0},
	} {
		if got := pages.TimeLeft(row.job); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}
