package pages_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	problems "github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/localization"
)

func TestEveryProblemHasItsSentences(t *testing.T) {
	t.Parallel()
	english := localization.English()
	rows := map[string]bool{"rate-limited": true, "wrong-method": true, "impersonation": true}
	for _, name := range problems.Names() {
		rows[problems.Of(name).Words.Row] = true
	}
	for row := range rows {
		for _, part := range []string{".title", ".what", ".todo"} {
			if key := "problem." + row + part; !english.Has(key) {
				t.Errorf("the catalogue has no %s", key)
			}
		}
	}
	for _, fate := range problems.Fates() {
		if key := "problem.form." + fate; !english.Has(key) {
			t.Errorf("the catalogue has no %s", key)
		}
	}
	for _, step := range problems.Steps() {
		if key := "step." + string(step); !english.Has(key) || step.Label() == string(step) {
			t.Errorf("the catalogue has no %s, or programs have no label", key)
		}
	}
	for _, key := range english.Keys() {
		row, isTitle := strings.CutSuffix(strings.TrimPrefix(key, "problem."), ".title")
		if strings.HasPrefix(key, "problem.") && isTitle && !rows[row] {
			t.Errorf("no problem is told in %s", key)
		}
	}
}

func TestProblemsAreToldInTheWordsOfTheApplicationsCatalogue(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{
		pages: pages.Options{Languages: localization.Config{Sources: []localization.Source{{Tag: "en", Sentences: map[string]string{
			"problem.not-found.title": "Lost?", "problem.wait": "Back in {duration}.",
		}}}}},
		before: func(w *world) {
			w.engine.NoRoute(func(c *gin.Context) { w.site.NotFound(c) })
			w.engine.HandleMethodNotAllowed = true
			w.engine.NoMethod(func(c *gin.Context) { w.site.MethodNotAllowed(c) })
		},
	})
	b := w.browser(t, ada)
	b.ask(http.MethodGet, "/nowhere", nil).wantPage(t, http.StatusNotFound, "/nowhere", "Lost?")
	p := b.ask(http.MethodPut, "/sessions", nil).wantPage(t, http.StatusMethodNotAllowed, "/sessions", "This address works differently")
	if got := p.text(t, "what"); got != "This address can’t be used in this way. Nothing was changed." {
		t.Errorf("what happened: %q", got)
	}
	w.server.SetUnreachable(true)
	if got := b.ask(http.MethodGet, "/sessions", nil).text(t, "todo"); got != "Back in 5 seconds." {
		t.Errorf("what to do: %q", got)
	}
}

func TestALimitSaysWhenToTryAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{before: func(w *world) {
		limit, err := w.clerk.RateLimits(ginclerk.LimitOptions{}, ginclerk.Limit{Policy: ratelimit.Policy{Name: "test", Limit: 1, Window: 7 * time.Second}})
		if err != nil {
			t.Fatal(err)
		}
		w.engine.GET("/limited", limit, func(c *gin.Context) { c.Status(http.StatusNoContent) })
	}})
	b := w.browser(t, ada)
	b.ask(http.MethodGet, "/limited", nil)
	p := b.ask(http.MethodGet, "/limited", nil).wantPage(t, http.StatusTooManyRequests, "/limited", "Too many requests")
	wait := p.Header().Get("Retry-After")
	if got := p.text(t, "todo"); wait == "" || got != "Try again in "+wait+" seconds." {
		t.Errorf("%q with Retry-After %q", got, wait)
	}
}

// Support finds the request by what the page calls it, and the page has no reason code.
func TestAProblemHasAReferenceThatTheLogHas(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		header string
		want   *regexp.Regexp
	}{
		"of its own":                      {"", regexp.MustCompile(`^[A-Z2-7]{4}-[A-Z2-7]{4}$`)},
		"the application's":               {"req_01JQ.4Z", regexp.MustCompile(`^req_01JQ\.4Z$`)},
		"not what nobody can copy":        {"a b", regexp.MustCompile(`^[A-Z2-7]{4}-[A-Z2-7]{4}$`)},
		"not one that is longer than any": {strings.Repeat("x", 65), regexp.MustCompile(`^[A-Z2-7]{4}-[A-Z2-7]{4}$`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := make(chan string, 10)
			o := options{config: func(c *ginclerk.Config) { c.Observer = refusals(seen) }}
			o.before = func(w *world) {
				named := func(c *gin.Context) { c.Header("X-Request-Id", row.header) }
				w.engine.GET("/admin", named, w.clerk.Require(ginclerk.Role("org:owner")))
				w.engine.GET("/told", named, func(c *gin.Context) { w.site.Unauthorized(c, "Owners") })
			}
			b := newWorld(t, o).browser(t, ada)
			for _, path := range []string{"/admin", "/told"} {
				p := b.ask(http.MethodGet, path, nil)
				shown := p.text(t, "reference")
				if logged := <-seen; !row.want.MatchString(shown) || logged != shown {
					t.Errorf("%s shows %q and logs %q, want %s", path, shown, logged, row.want)
				}
				if strings.Contains(p.content(t), "ginclerk-") {
					t.Errorf("%s shows a reason code", path)
				}
			}
		})
	}
}

// refusals is an observer that passes on what refused requests are called.
func refusals(seen chan<- string) observe.Observer {
	return observe.Func(func(_ context.Context, e observe.Event) {
		if e.Kind == observe.Refused {
			seen <- e.Reference
		}
	})
}

func TestAMissingRightOffersTheOrganizationThatHasIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{before: func(w *world) {
		for path, q := range map[string]ginclerk.Requirement{
			"/admin": ginclerk.Role("admin"), "/owner": ginclerk.Role("org:owner"),
			"/pay": ginclerk.Permission("org:billing:manage"), "/even": ginclerk.Satisfies(func(*ginclerk.Auth) bool { return false }),
		} {
			w.engine.GET(path, w.clerk.Require(q), func(c *gin.Context) { c.String(http.StatusOK, "in "+ginclerk.From(c).OrganizationSlug) })
		}
	}})
	b := w.browser(t, grace) // an admin of Globex, and a member of Acme
	b.chooseOrganization(t, "acme", "")
	for path, row := range map[string]struct{ offered, who string }{
		"/admin": {"Switch to Globex, where you have the role Admin", "Members of the organization with the role Admin"},
		"/pay":   {"Switch to Globex, where you have access", "Members of the organization with the permission billing:manage"},
		"/owner": {"", "Members of the organization with the role owner"},
		"/even":  {"", ""},
	} {
		p := b.ask(http.MethodGet, path, nil).wantPage(t, http.StatusForbidden, path, "")
		if got := p.text(t, "switch-to-organization"); got != row.offered {
			t.Errorf("%s offers %q, want %q", path, got, row.offered)
		}
		if got := p.text(t, "required"); got != row.who {
			t.Errorf("%s says that %q have access, want %q", path, got, row.who)
		}
		if elsewhere := len(p.all(t, "switch-organization")) == 1; elsewhere != (path != "/owner") {
			t.Errorf("%s offers the other organizations: %t", path, elsewhere)
		}
		if got := p.text(t, "organization"); got != "Acme" {
			t.Errorf("%s names the organization %q", path, got)
		}
	}
	p := b.fill(t, b.ask(http.MethodGet, "/admin?x=1", nil), "switch-to-organization")
	if p.Body.String() != "in globex" || p.url.RequestURI() != "/admin?x=1" {
		t.Errorf("at %s: %s", p.url, p.Body)
	}
}

func TestAFormIsToldInTheWordsOfTheApplication(t *testing.T) {
	t.Parallel()
	note := pages.FormWords{
		Name: "Note", Action: "Save note", Consequence: "This saves your note.", Labels: map[string]string{"text": "Your text", "mood": "Mood"},
		Hide: []string{"mood"}, Languages: map[string]pages.FormWords{"de": {Name: "Notiz", Labels: map[string]string{"text": "Ihr Text"}}},
	}
	v := newVault(t, options{pages: pages.Options{Forms: map[string]pages.FormWords{"POST /orders": note}}})
	b := v.expired(t, ada)
	b.ask(http.MethodPost, "/orders", url.Values{"text": {"first\r\nsecond"}, "mood": {"gloomy"}, "note_id": {"17"}})
	p := b.open(t, "/sessions/forms")
	for testID, want := range map[string]string{
		"form-name": "Note", "send": "Save note", "form-consequence": "This saves your note.",
		"form-fields": "Mood Hidden for your security Your text first second",
	} {
		if got := p.text(t, testID); got != want {
			t.Errorf("%s is %q, want %q", testID, got, want)
		}
	}
	if strings.Contains(p.Body.String(), "gloomy") || strings.Contains(p.Body.String(), "17<") {
		t.Error("the page shows what is hidden, or what is the form's own")
	}
	german := b.ask(http.MethodGet, "/sessions/forms", nil, func(r *http.Request) { r.Header.Set("Accept-Language", "de") })
	if got := german.text(t, "form-name"); got != "Notiz" || !strings.Contains(german.text(t, "form-fields"), "Ihr Text") || german.text(t, "send") != "Save note" {
		t.Errorf("in German: %q", got)
	}
}

func TestTheWordsOfAFormAreFoundByItsRoute(t *testing.T) {
	t.Parallel()
	words := func(name string) pages.FormWords { return pages.FormWords{Name: name} }
	all := map[string]pages.FormWords{
		"POST /notes/:id": words("a note"), "POST /notes/new": words("a new note"), "DELETE /notes/:id": words("an end"), "POST /files/*path": words("a file"),
		"POST /:folder/list": words("a list"),
	}
	for target, want := range map[string]string{
		"POST /notes/7": "a note", "POST /notes/new": "a new note", "DELETE /notes/7": "an end", "POST /files/a/b": "a file", "POST /files/": "a file",
		"POST /notes/list": "a note", "POST /other/list": "a list", "POST /other/7": "",
		"POST /notes": "", "POST /notes/": "", "POST /notes/7/8": "", "PUT /notes/7": "",
	} {
		method, path, _ := strings.Cut(target, " ")
		if got := pages.WordsAbout(all, method, path).Name; got != want {
			t.Errorf("%s is %q, want %q", target, got, want)
		}
	}
}

// The sign-in page is told how the session ended, and that a form waits.
func TestTheSignInPageIsToldWhy(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		end  func(v *vault, b *browser) error
		want url.Values
	}{
		"ended at Clerk": {
			func(v *vault, b *browser) error { return v.server.RevokeSession(b.current(t)) },
			url.Values{"notice": {"session-ended"}, "cause": {"signed-out"}},
		},
		"expired": {
			func(v *vault, b *browser) error {
				v.clock.Advance(8 * 24 * time.Hour)
				return nil
			},
			url.Values{"notice": {"session-ended"}},
		},
		"a form waits": {
			func(v *vault, b *browser) error {
				clear(b.cookies)
				b.ask(http.MethodPost, "/orders", url.Values{"text": {"hello"}})
				return nil
			},
			url.Values{"saved": {"form"}},
		},
		"a form waits no more": {
			func(v *vault, b *browser) error {
				clear(b.cookies)
				b.ask(http.MethodPost, "/orders", url.Values{"text": {"hello"}})
				if !b.keepsForms() {
					t.Error("the browser has no cookie of the form")
				}
				v.clock.Advance(2 * time.Hour) // as after a restart, where the store is the memory of the process
				return nil
			},
			url.Values{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVault(t, options{})
			b := v.browser(t, ada)
			if err := row.end(v, b); err != nil {
				t.Fatal(err)
			}
			p := b.open(t, "/sessions")
			for _, key := range []string{"notice", "cause", "saved"} {
				if got := p.url.Query().Get(key); p.url.Path != "/sign-in" || got != row.want.Get(key) {
					t.Errorf("at %s: %s is %q, want %q", p.url, key, got, row.want.Get(key))
				}
			}
		})
	}
}
