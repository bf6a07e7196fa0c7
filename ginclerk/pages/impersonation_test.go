package pages_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
)

const support = "user_support"

// actor returns a browser in which an impersonator acts as a user, and the session.
func (w *world) actor(t *testing.T, email, id string) (*browser, string) {
	t.Helper()
	b := w.browser(t, email)
	session := w.acting(t, b, email, id)
	return b, session
}

// acting creates a session in which an impersonator acts as the user, and lets the browser use it.
func (w *world) acting(t *testing.T, b *browser, email, id string) string {
	t.Helper()
	var client string
	for _, s := range w.server.Sessions(w.userID(t, email)) {
		if s.ID == b.current(t) {
			client = s.ClientID
		}
	}
	made, err := w.server.CreateSession(w.userID(t, email), clerktest.SessionOptions{ClientID: client, Actor: map[string]any{"sub": id}})
	if err != nil {
		t.Fatal(err)
	}
	token, err := w.server.MintToken(made.ID, clerktest.TokenOptions{AuthorizedParty: ownOrigin})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"__session", w.clerk.PublishableKey().Suffixed("__session")} {
		if b.cookies[name] != "" {
			b.cookies[name] = token
		}
	}
	return made.ID
}

// The user's own sessions and those of other actors stay active, whatever the impersonator does.
func TestAnImpersonatorEndsNoSessionOfTheUser(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		action string
		named  func(own []string, other, mine string) []string // the session ids in the form
		ends   []string                                        // the groups that end: here, mine, own, other
	}{
		{"signing out everywhere", "/sign-out-everywhere", nil, []string{"here", "mine"}},
		{"signing out all others", "/sign-out-others", nil, []string{"mine"}},
		{"signing out selected devices", "/devices/sign-out", func(own []string, other, mine string) []string {
			return append(slices.Clone(own), other, mine)
		}, []string{"mine"}},
		{"revoking a device of the user", "/devices/revoke", func(own []string, _, _ string) []string { return own[:1] }, nil},
		{"revoking a device of another actor", "/devices/revoke", func(_ []string, other, _ string) []string { return []string{other} }, nil},
		{"revoking a device where they act themselves", "/devices/revoke", func(_ []string, _, mine string) []string { return []string{mine} }, []string{"mine"}},
		{"signing the user's own account on this browser out", "/accounts/sign-out", func(own []string, _, _ string) []string { return own[:1] }, nil},
		{"signing out here", "/sign-out", nil, []string{"here"}},
	} {
		for name, allowed := range map[string]bool{"as it is": false, "where the application allows it": true} {
			t.Run(row.name+" "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, options{ticking: true, kind: instance.Production, pages: pages.Options{ImpersonatorsMayEndUserSessions: allowed}})
				b := w.browser(t, ada)
				own := []string{b.current(t), w.elsewhere(t, ada)}
				other, mine := w.acting(t, w.browser(t, ada), ada, "user_other"), w.acting(t, w.browser(t, ada), ada, support)
				own = append(own, w.ownSessions(t, ada, own)...)
				here := w.acting(t, b, ada, support)
				form := url.Values{}
				if row.named != nil {
					form["session_id"] = row.named(own, other, mine)
				}
				answer := b.post(row.action, form)
				if id, job := strings.CutPrefix(answer.Header().Get("Location"), jobsPath); job {
					w.finished(t, ada, id)
				}
				for label, ids := range map[string][]string{"own": own, "other": {other}, "mine": {mine}, "here": {here}} {
					for _, id := range ids {
						live, ends := w.statusOf(t, id) == "active", slices.Contains(row.ends, label)
						if !allowed && live == ends {
							t.Errorf("%s: active %v, want %v", label, live, !ends)
						}
						if named := slices.Contains(form["session_id"], id); allowed && named && live {
							t.Errorf("%s: active although the application allows to end it", label)
						}
					}
				}
				if allowed && row.action == "/sign-out-everywhere" && w.active(t, ada) != 0 {
					t.Errorf("%d sessions are active", w.active(t, ada))
				}
			})
		}
	}
}

// ownSessions returns the user's sessions without an actor, except for some.
func (w *world) ownSessions(t *testing.T, email string, but []string) (ids []string) {
	t.Helper()
	for _, s := range w.server.Sessions(w.userID(t, email)) {
		if s.ActorID == "" && s.Status == "active" && !slices.Contains(but, s.ID) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// An impersonator's job does not block the user's own job: both run at the same time.
func TestAnImpersonatorsJobDoesNotBlockTheUsers(t *testing.T) {
	t.Parallel()
	w, own := busy(t, 5, options{})
	b, _ := w.actor(t, ada, support)
	w.acting(t, w.browser(t, ada), ada, support)
	release := w.slowly(t)
	acting := jobOf(t, b.post("/sign-out-others", nil))
	everything := jobOf(t, own.post("/sign-out-everywhere", nil))
	if acting == everything {
		t.Fatal("the user sees the job of an impersonator")
	}
	p := b.open(t, jobsPath+acting)
	p.wantPage(t, http.StatusOK, jobsPath+acting, "Signing out the devices where you act as this user")
	release()
	if job := w.finished(t, ada, everything); !job.Complete() || w.active(t, ada) != 0 {
		t.Errorf("%+v, %d are active", job, w.active(t, ada))
	}
}

// Sessions that the user's job could not end are not for the impersonator to end.
func TestAnImpersonatorRetriesNoJobOfTheUser(t *testing.T) {
	t.Parallel()
	w, own := busy(t, 2, options{})
	b, _ := w.actor(t, ada, support)
	refused := own.others(t, ada)[0]
	w.server.Fail(clerktest.Fault{Operation: revokeOperation, Status: http.StatusUnprocessableEntity, Times: 1000})
	id := jobOf(t, own.post("/devices/sign-out", url.Values{"session_id": {refused}}))
	w.finished(t, ada, id)
	w.server.ClearFaults()
	if p := b.open(t, jobsPath+id); len(p.all(t, "retry")) != 0 {
		t.Error("a button to try again is offered")
	}
	b.follow(t, b.post("/sign-outs/"+id+"/retry", nil)).
		wantNotice(t, "That didn’t work. You’re signed in as this user. Only the user can sign out these devices. Nothing changed.")
	if w.statusOf(t, refused) != "active" {
		t.Error("the session has ended")
	}
}

// The user and the impersonator both see it.
func TestThePagesSayWhoActsForWhom(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b, here := w.actor(t, ada, support)
	const sentence = "user_support acts as ada@example.com."
	for _, path := range []string{"/", "/sessions", "/sessions/devices", "/sessions/accounts", "/sessions/forms", "/sessions/sign-in-again"} {
		if got := b.open(t, path).text(t, "acts-as"); got != sentence {
			t.Errorf("%s says %q", path, got)
		}
	}
	if got := b.open(t, "/sessions").text(t, "session-actor"); got != support {
		t.Errorf("the session is used by %q", got)
	}
	kept := b.open(t, "/sessions/devices").all(t, "kept")
	if len(kept) != 1 {
		t.Errorf("%d sessions are not theirs to end, want 1", len(kept))
	}
	user := w.browser(t, ada)
	p := user.open(t, "/sessions/devices")
	if got := p.text(t, "device-actor"); got != "Impersonated by "+support || p.text(t, "acts-as") != "" || len(p.all(t, "kept")) != 0 {
		t.Errorf("the user is told %q and %q", got, p.text(t, "acts-as"))
	}
	user.send(t, "/devices/revoke", here)
	if w.statusOf(t, here) == "active" {
		t.Error("the user can't end the session of an impersonator")
	}
}

func TestTheJSONSaysWhoActsForWhom(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b, here := w.actor(t, ada, support)
	accept := func(r *http.Request) {
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Sec-Fetch-Dest", "empty")
	}
	type session struct {
		ID    string `json:"id"`
		Actor *struct {
			Subject string `json:"sub"`
		} `json:"actor"`
	}
	for _, path := range []string{"/sessions", "/sessions/devices", "/sessions/accounts"} {
		var got struct {
			session
			Data []session `json:"data"`
		}
		if err := json.Unmarshal(b.ask(http.MethodGet, path, nil, accept).Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		for _, one := range append(got.Data, got.session) {
			if acts := one.Actor != nil && one.Actor.Subject == support; acts != (one.ID == here) {
				t.Errorf("%s: session %q has the actor %+v", path, one.ID, one.Actor)
			}
		}
	}
	own := w.elsewhere(t, ada)
	got := b.ask(http.MethodPost, "/sessions/devices/revoke", url.Values{"session_id": {own}}, accept)
	if got.Code != http.StatusForbidden || !strings.Contains(got.Body.String(), "ginclerk-impersonation") || w.statusOf(t, own) != "active" {
		t.Errorf("revoke: %d %s", got.Code, got.Body)
	}
}

// Clerk sends the user no code.
func TestAnImpersonatorCantProveToBeTheUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b, _ := w.actor(t, ada, support)
	p := b.open(t, "/sessions/verify?level=first_factor&after_minutes=10&redirect_url=%2F").
		wantPage(t, http.StatusForbidden, "/sessions/verify", "Only the user can do this")
	if !strings.Contains(p.Body.String(), "user_support acts as ada@example.com.") {
		t.Errorf("the page says %s", p.Body)
	}
	for _, action := range []string{"/verify/proof", "/verify/factor"} {
		if got := b.post(action, url.Values{"proof": {"x"}, "factor": {"0"}}); got.Code != http.StatusForbidden {
			t.Errorf("%s: %d", action, got.Code)
		}
	}
	for call := range w.server.Calls() {
		if strings.Contains(call, "verify") {
			t.Errorf("Clerk was asked: %s", call)
		}
	}
}
