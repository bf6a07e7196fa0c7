package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// Devices come twenty at a time, each once, this one first. One action can end all of them.
func TestManyDevicesComeInPages(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 230, options{kind: instance.Production})
	seen := map[string]int{}
	target, pages := "/sessions/devices", 0
	for target != "" {
		p := b.open(t, target).wantPage(t, http.StatusOK, "/sessions/devices", "Your devices")
		for i, row := range p.all(t, "device-row") {
			seen[attribute(row, "data-session-id")]++
			if current := len(allIn(row, "current")) == 1; current != (pages == 0 && i == 0) || current == (len(allIn(row, "select")) == 1) {
				t.Errorf("page %d, row %d: current %t, %d boxes", pages, i, current, len(allIn(row, "select")))
			}
		}
		if newer := p.all(t, "newer"); (len(newer) == 1) != (pages > 0) {
			t.Errorf("page %d: %d links back", pages, len(newer))
		}
		target = ""
		if older := p.all(t, "older"); len(older) == 1 {
			target = attribute(older[0], "href")
		}
		pages++
	}
	if len(seen) != 231 || pages != 12 {
		t.Errorf("%d sessions on %d pages, want 231 on 12", len(seen), pages)
	}
	for offset, count := range map[string]string{
		"":             "1–20 of 231",
		"?offset=0":    "1–20 of 231",
		"?offset=50":   "51–70 of 231",
		"?offset=9999": "221–231 of 231",
	} {
		if got := b.open(t, "/sessions/devices"+offset).text(t, "device-count"); got != count {
			t.Errorf("%q: %q, want %q", offset, got, count)
		}
	}
	b.open(t, "/sessions/devices?offset=-5").wantPage(t, http.StatusBadRequest, "/sessions/devices", "Page not found")
	answer := b.post("/sign-out-others", nil)
	if job := w.finished(t, ada, jobOf(t, answer)); job.Revoked != 230 || w.active(t, ada) != 1 {
		t.Errorf("%+v, %d active", job, w.active(t, ada))
	}
}

// One link checks every box but this device's, and another link checks none.
func TestALinkSelectsAllDevicesWithoutScripts(t *testing.T) {
	t.Parallel()
	_, b := busy(t, 3, options{kind: instance.Production})
	p := b.open(t, "/sessions/devices")
	for _, want := range []int{0, 3, 0} {
		form := url.Values{}
		for _, box := range p.all(t, "select") {
			if strings.Contains(p.Body.String(), `value="`+attribute(box, "value")+`" form="sign-out-selected" checked`) {
				form.Add("session_id", attribute(box, "value"))
			}
		}
		if len(form["session_id"]) != want || len(p.all(t, "select")) != 3 {
			t.Errorf("%d of %d boxes are checked, want %d of 3", len(form["session_id"]), len(p.all(t, "select")), want)
		}
		p = b.open(t, attribute(p.all(t, "select-all")[0], "href")).wantPage(t, http.StatusOK, "/sessions/devices", "")
	}
}

// A sign-out that fails at once is not kept to be sent later.
func TestActionsAreNotKeptForLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{before: func(w *world) {
		w.engine.POST("/orders", w.clerk.RequireSession())
	}})
	ginclerk.UsePages(w.clerk, formsPage("/sessions/waiting"))
	for _, action := range append(actions(), "/sign-outs/"+strings.Repeat("A", 26)+"/retry", "") {
		b := w.browser(t, ada)
		for name := range b.cookies {
			if strings.HasPrefix(name, "__refresh") {
				delete(b.cookies, name)
			}
		}
		w.clock.Advance(2 * time.Minute)
		target := w.base + action
		if action == "" {
			target = "/orders" // an application's form is kept
		}
		b.ask(http.MethodPost, target, url.Values{"session_id": {"sess_1"}})
		if kept := b.keepsForms(); kept != (action == "") {
			t.Errorf("%s: kept %t", target, kept)
		}
	}
}

// A job also ends the sessions that begin while it runs.
func TestAJobEndsSessionsThatBeginWhileItRuns(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 5, options{kind: instance.Production})
	gate := make(chan struct{})
	w.server.Fail(clerktest.Fault{Operation: revokeOperation, Status: http.StatusServiceUnavailable, Until: gate, Times: 1})
	id := jobOf(t, b.post("/sign-out-others", nil))
	late := w.elsewhere(t, ada)
	close(gate)
	if job := w.finished(t, ada, id); job.Revoked != 6 || w.statusOf(t, late) == "active" {
		t.Errorf("%+v", job)
	}
}
