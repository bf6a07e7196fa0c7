package pages_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// newReader returns an application whose pages are read for half an hour after a token has ended while Clerk is down, and a browser whose token
// has just ended. A host's page in the frame of the pages is at /notes.
func newReader(t *testing.T) (*world, *browser) {
	t.Helper()
	w := newWorld(t, options{
		config: func(c *ginclerk.Config) { c.Tokens.OutageReading = 30 * time.Minute },
		before: func(w *world) {
			protect, err := w.clerk.Protect(ginclerk.Rules{Public: []string{"/"}}) // in front of the session pages, too
			if err != nil {
				t.Fatal(err)
			}
			w.engine.Use(protect)
			w.engine.GET("/notes", w.clerk.RequireSession(), func(c *gin.Context) {
				w.site.Render(c, http.StatusOK, homePage(w.site.Frame(c, "Notes")))
			})
		},
	})
	w.clock.Advance(2 * time.Second)
	b := w.browser(t, ada)
	if p := b.open(t, "/notes"); p.Code != http.StatusOK || len(p.all(t, "read-only")) != 0 {
		t.Fatalf("status %d, body %s", p.Code, p.Body)
	}
	w.clock.Advance(2 * time.Minute) // it is 12:02:02, and the token ended at 12:01:02
	return w, b
}

func TestAPageThatIsReadInAnOutageSaysSo(t *testing.T) {
	t.Parallel()
	w, b := newReader(t)
	w.server.SetUnreachable(true)
	p := b.ask(http.MethodGet, "/notes", nil)
	const want = "We can’t reach the sign-in service. You can read until 12:31 pm UTC."
	if got := p.text(t, "read-only"); p.Code != http.StatusOK || got != want {
		t.Errorf("status %d, says %q, want %q", p.Code, got, want)
	}
	if got := p.Header().Get("Cache-Control"); got != "private, no-store" {
		t.Errorf("Cache-Control %q", got)
	}
}

// TestTheSessionPagesAreNotReadInAnOutage, nor is anything done there.
func TestTheSessionPagesAreNotReadInAnOutage(t *testing.T) {
	t.Parallel()
	w, b := newReader(t)
	w.server.SetUnreachable(true)
	for _, path := range []string{"", "/accounts", "/devices", "/devices/sess_x", "/organizations", "/activity", "/sign-out-everywhere", "/verify"} {
		if p := b.ask(http.MethodGet, w.base+path, nil); p.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: status %d, want 503", path, p.Code)
		}
	}
	if p := b.ask(http.MethodGet, "/notes", nil); p.Code != http.StatusOK {
		t.Errorf("the page of the host has status %d", p.Code)
	}
}

// TestWhoSignsOutInAnOutageReadsNothingAnymore: the sign-out can't be done, and the next person at the browser must not go on reading.
func TestWhoSignsOutInAnOutageReadsNothingAnymore(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"/sign-out", "/sign-out-everywhere", "/accounts/sign-out-all", "/sign-in-again"} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			stopsReading(t, action)
		})
	}
}

func stopsReading(t *testing.T, action string) {
	t.Helper()
	w, b := newReader(t)
	copied := &browser{world: w, cookies: maps.Clone(b.cookies), agent: b.agent}
	w.server.SetUnreachable(true)
	if p := b.ask(http.MethodGet, "/notes", nil); p.Code != http.StatusOK {
		t.Fatalf("status %d", p.Code)
	}
	if p := b.ask(http.MethodPost, w.base+action, nil); p.Code != http.StatusServiceUnavailable {
		t.Errorf("signing out has status %d", p.Code)
	}
	for who, browser := range map[string]*browser{"the browser": b, "a copy of its cookies": copied} {
		if p := browser.ask(http.MethodGet, "/notes", nil); p.Code == http.StatusOK {
			t.Errorf("%s still reads", who)
		}
	}
}

// TestWhoSignsOutWhileTheTokenLivesReadsNothingAfterwards: Clerk has gone down a moment ago, so that the token is still good when the user signs
// out, and ends soon afterwards.
func TestWhoSignsOutWhileTheTokenLivesReadsNothingAfterwards(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"/sign-out", "/sign-out-everywhere", "/accounts/sign-out-all", "/sign-in-again", "/accounts/sign-out", "/devices/revoke"} {
		for name, as := range map[string]func(*http.Request){"a page": func(*http.Request) {}, "a program": asProgram} {
			t.Run(action+" by "+name, func(t *testing.T) {
				t.Parallel()
				w, b := newReader(t)
				b.open(t, "/notes") // the token is renewed
				copied := &browser{world: w, cookies: maps.Clone(b.cookies), agent: b.agent}
				own := url.Values{"session_id": {w.server.Sessions(w.userID(t, ada))[0].ID}}
				w.server.SetUnreachable(true)
				if p := b.ask(http.MethodPost, w.base+action, own, as); p.Code == http.StatusOK || p.Code == http.StatusNotFound {
					t.Errorf("signing out has status %d", p.Code)
				}
				for name := range b.cookies {
					if strings.HasPrefix(name, "__refresh") {
						t.Errorf("the browser keeps %s, with which another replica lets it read", name)
					}
				}
				w.clock.Advance(2 * time.Minute)
				for who, browser := range map[string]*browser{"the browser": b, "a copy of its cookies": copied} {
					if p := browser.ask(http.MethodGet, "/notes", nil); p.Code == http.StatusOK {
						t.Errorf("%s still reads", who)
					}
				}
			})
		}
	}
}

// TestADeviceThatCouldNotBeSignedOutReadsNothing: Clerk knows the session, and goes down while it is asked to end it.
func TestADeviceThatCouldNotBeSignedOutReadsNothing(t *testing.T) {
	t.Parallel()
	w, lost := newReader(t)
	b := w.browser(t, ada)
	b.open(t, "/notes")
	lost.open(t, "/notes")
	w.server.Fail(clerktest.Fault{Operation: "POST /v1/sessions/{session_id}/revoke"})
	b.ask(http.MethodPost, w.base+"/devices/revoke", url.Values{"session_id": {lost.current(t)}})
	w.server.SetUnreachable(true)
	w.clock.Advance(2 * time.Minute)
	if p := lost.ask(http.MethodGet, "/notes", nil); p.Code == http.StatusOK {
		t.Error("the device still reads")
	}
	if p := b.ask(http.MethodGet, "/notes", nil); p.Code != http.StatusOK {
		t.Errorf("the user's own browser reads nothing: status %d", p.Code)
	}
}
