package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// proven returns a vault whose pages ask for a proof before several sessions end.
func proven(t *testing.T, o options) *vault {
	t.Helper()
	var guard gin.HandlerFunc
	o.kind, o.ticking = instance.Production, true
	o.pages.ProveSignOut = func(c *gin.Context) { guard(c) }
	o.before = func(w *world) { guard = w.clerk.Require(ginclerk.Reverified(token.PresetStrict)) }
	return newVault(t, o)
}

// prove enters the password on the page that asks for it.
func (v *vault) prove(t *testing.T, b *browser, p *page, email string) *page {
	t.Helper()
	p.wantPage(t, http.StatusOK, "/sessions/verify", titleVerify)
	return b.fill(t, p, "proof-form", "proof", v.password(t, email))
}

// After the proof the page asks about the sessions that were selected, no more and no fewer, and leads back to the same list.
func TestASelectionIsTheSameAfterTheProof(t *testing.T) {
	t.Parallel()
	v := proven(t, options{})
	b := v.stale(t, ada)
	selected, kept := []string{v.elsewhere(t, ada), v.elsewhere(t, ada), v.elsewhere(t, ada)}, v.elsewhere(t, ada)
	answer := b.post("/devices/sign-out", url.Values{"session_id": {selected[0] + " " + selected[2], selected[1]}, "position": {"sort=location"}})
	for _, id := range selected {
		if strings.Contains(answer.Header().Get("Location"), id) {
			t.Errorf("the address names a session: %s", answer.Header().Get("Location"))
		}
	}
	p := v.prove(t, b, b.follow(t, answer), ada).wantPage(t, http.StatusOK, "/sessions/devices/sign-out", "Sign out the selected devices?")
	if n := v.active(t, ada); n != 5 {
		t.Fatalf("%d sessions are active before the question is answered, want 5", n)
	}
	asked := strings.Fields(attribute(p.all(t, "confirm-sessions")[0], "value"))
	if want := []string{selected[0], selected[1], selected[2]}; !sameElements(asked, want) {
		t.Errorf("the page asks about %q, want %q", asked, want)
	}
	if got := p.sentences(t); got != "This signs out 3 devices." {
		t.Errorf("the consequence is %q", got)
	}
	if got := attribute(p.all(t, "cancel")[0], "href"); got != "/sessions/devices?sort=location" {
		t.Errorf("cancel leads to %q", got)
	}
	done := b.fill(t, p, "confirm").wantPage(t, http.StatusOK, "/sessions/devices", "Your devices")
	done.wantNotice(t, "Done. Signed out 3 sign-ins. Takes effect now.")
	if done.url.RawQuery != "sort=location" || v.active(t, ada) != 2 || v.statusOf(t, kept) != "active" {
		t.Errorf("at %s, %d sessions are active", done.url, v.active(t, ada))
	}
	if again := b.open(t, p.url.RequestURI()); again.sentences(t) != "The devices you selected are already signed out." || len(again.all(t, "confirm")) != 0 {
		t.Errorf("once more: %q", again.sentences(t))
	}
}

func sameElements(got, want []string) bool {
	counts := map[string]int{}
	for _, id := range got {
		counts[id]++
	}
	for _, id := range want {
		counts[id]--
	}
	for _, n := range counts {
		if n != 0 {
			return false
		}
	}
	return true
}

// A selection is bounded where its address has to carry it, and one that is too long is told before anything is asked.
func TestASelectionThatNoAddressCarriesIsTold(t *testing.T) {
	t.Parallel()
	v := proven(t, options{})
	b := v.stale(t, ada)
	ids := func(n int) url.Values {
		form := url.Values{}
		for range n {
			form.Add("session_id", "sess_"+strings.Repeat("x", len(form["session_id"])%40)+string(rune('a'+len(form["session_id"])/40)))
		}
		return form
	}
	if location := b.post("/devices/sign-out", ids(500)).Header().Get("Location"); !strings.Contains(location, "/verify?") || len(location) > 6<<10 {
		t.Errorf("500 sessions lead to %d characters: %.80s", len(location), location)
	}
	b.follow(t, b.post("/devices/sign-out", ids(501))).wantPage(t, http.StatusOK, "/sessions/devices", "Your devices").
		wantNotice(t, "That didn’t work. Select up to 500 sign-ins at a time. Nothing changed.")
}

// An address that these pages don't make selects nothing, and shows nothing of other users.
func TestAForgedSelectionSelectsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	foreign := w.elsewhere(t, mia)
	for name, query := range map[string]string{
		"no selection": "", "half a mark": "?selected=abcd", "too many marks": "?selected=" + strings.Repeat("abcdefgh", 501),
	} {
		if p := b.open(t, "/sessions/devices/sign-out"+query); p.Code != http.StatusBadRequest || p.text(t, "page-title") != "Page not found" {
			t.Errorf("%s: status %d", name, p.Code)
		}
	}
	for name, query := range map[string]string{"a mark of no session": "abcdefgh", "markup": "<script>"} {
		p := b.open(t, "/sessions/devices/sign-out?selected="+url.QueryEscape(query)+"&position="+url.QueryEscape("//evil.example"))
		p.wantPage(t, http.StatusOK, "/sessions/devices/sign-out", "Sign out the selected devices?")
		if len(p.all(t, "confirm")) != 0 || strings.Contains(p.Body.String(), foreign) || strings.Contains(p.Body.String(), "evil.example") || strings.Contains(p.Body.String(), "<script>") {
			t.Errorf("%s: %.500s", name, p.Body)
		}
	}
}

// Whatever ends several sessions asks for the proof, and then asks whether to do it. The actions by themselves do nothing.
func TestEverythingThatEndsSeveralSessionsObeysTheProof(t *testing.T) {
	t.Parallel()
	v := proven(t, options{pages: pages.Options{Administrators: managers()}})
	b := v.stale(t, mia, ada)
	users := "/sessions/users/" + v.userID(t, bob)
	v.elsewhere(t, bob)
	v.elsewhere(t, ada)
	for path, title := range map[string]string{
		"/sessions/sign-out-everywhere": "Sign out on all devices?", "/sessions/sign-out-others": "Sign out all other devices?",
		"/sessions/accounts/sign-out-all": "Sign out of all accounts?", users + "/sign-out-everywhere": "Sign out " + bob + " on all devices?",
	} {
		v.clock.Advance(15 * time.Minute)
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			p := b.follow(t, b.ask(method, path, nil))
			p.wantPage(t, http.StatusOK, "/sessions/verify", titleVerify)
			if back := p.url.Query().Get("redirect_url"); back != path {
				t.Errorf("%s %s comes back to %q", method, path, back)
			}
			if method == http.MethodPost {
				p = v.prove(t, b, p, ada).wantPage(t, http.StatusOK, path, title)
				if len(p.all(t, "confirm")) != 1 {
					t.Errorf("%s does not ask: %s", path, p.content(t))
				}
			}
		}
	}
	if n := v.active(t, ada) + v.active(t, mia) + v.active(t, bob); n != 4 {
		t.Errorf("%d sessions are active, want 4", n)
	}
}

// An administrator is asked first, with the count and what follows, and without an option for a proof, too.
func TestAnAdministratorIsAskedFirst(t *testing.T) {
	t.Parallel()
	w := managed(t, options{ticking: true}, managers())
	b := w.browser(t, ada)
	for range 3 {
		w.device(t, bob, edge(time.Hour))
	}
	user := "/sessions/users/" + w.userID(t, bob)
	link := b.open(t, user).all(t, "sign-out-user")
	p := b.open(t, attribute(link[0], "href")).wantPage(t, http.StatusOK, user+"/sign-out-everywhere", "Sign out "+bob+" on all devices?")
	if got := p.sentences(t); got != "Signs this user out of 1 device. They can sign in again. That’s 3 sign-ins in all." {
		t.Errorf("the consequences are %q", got)
	}
	if told := b.get(user+"/sign-out-everywhere").json(t, http.StatusOK); told["total"] != 3.0 || told["scope"] != "everywhere" {
		t.Errorf("a program is told %v", told)
	}
	if n := w.active(t, bob); n != 3 {
		t.Fatalf("%d sessions are active, want 3", n)
	}
	b.fill(t, p, "confirm").wantPage(t, http.StatusOK, user, "").wantNotice(t, "Done. Signed out 3 sign-ins.")
	if got := b.open(t, user+"/sign-out-everywhere"); got.sentences(t) != "This user isn’t signed in anywhere." || len(got.all(t, "confirm")) != 0 {
		t.Errorf("nothing is left: %q", got.sentences(t))
	}
	own := "/sessions/users/" + w.userID(t, ada)
	b.open(t, own+"/sign-out-everywhere").wantPage(t, http.StatusOK, own, "")
	for _, id := range []string{w.userID(t, mia), "user_nobody"} {
		b.open(t, "/sessions/users/"+id+"/sign-out-everywhere").wantPage(t, http.StatusNotFound, "/sessions/users/"+id+"/sign-out-everywhere", "User not found")
	}
}
