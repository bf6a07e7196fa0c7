package pages_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
)

const (
	titleForms = "Saved forms"
	noticeGone = "Warning. That form isn’t saved anymore. It was sent or discarded, or its time ran out. Nothing was sent now."
)

// expired returns a browser whose token has expired and can't be renewed.
func (v *vault) expired(t *testing.T, emails ...string) *browser {
	t.Helper()
	b := v.browser(t, emails...)
	for name := range b.cookies {
		if strings.HasPrefix(name, "__refresh") {
			delete(b.cookies, name)
		}
	}
	v.clock.Advance(time.Hour)
	return b
}

func TestAFormThatNeedsProofWaitsForIt(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.stale(t, ada)
	p := b.follow(t, b.ask(http.MethodPost, "/strict?x=1", url.Values{"text": {"hello"}, "password": {"s3cret"}}))
	p.wantPage(t, http.StatusOK, "/sessions/verify", titleVerify)
	if got := p.text(t, "why"); !strings.HasSuffix(got, "Your form is saved. Confirm it’s you to send it.") {
		t.Errorf("the page says %q", got)
	}
	p = b.fill(t, p, "proof-form", "proof", v.password(t, ada)).wantPage(t, http.StatusOK, "/sessions/forms", titleForms)
	v.wantArrived(t)
	if strings.Contains(p.Body.String(), "s3cret") {
		t.Error("the page shows a secret")
	}
	got := []string{p.text(t, "form-name"), p.text(t, "form-sent"), p.text(t, "form-expires"), p.text(t, "form-fields")}
	want := []string{"Form", "Saved just now", "Saved until 2:00 pm UTC", "Password Hidden for your security Text hello"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the form (-want +got):\n%s", diff)
	}
	if sent := b.fill(t, p, "send"); sent.Code != http.StatusOK || sent.Body.String() != "arrived as "+v.userID(t, ada) {
		t.Errorf("the application's answer is %d %.100s", sent.Code, sent.Body)
	}
	v.wantArrived(t, "POST /strict?x=1 password=s3cret&text=hello")
	b.fill(t, p, "send").wantPage(t, http.StatusOK, "/sessions/forms", titleForms).wantNotice(t, noticeGone)
	b.fill(t, p, "discard").wantNotice(t, noticeGone)
	if p = b.open(t, "/sessions/forms"); len(p.all(t, "waiting-form")) != 0 || !strings.HasPrefix(p.text(t, "empty"), "You have no saved forms.") || len(p.all(t, "home")) != 1 {
		t.Errorf("still waiting: %.300s", p.Body)
	}
	v.wantArrived(t, "POST /strict?x=1 password=s3cret&text=hello")
}

func TestFormsWithAnExpiredTokenWait(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.expired(t, ada)
	for _, text := range []string{"one", "two"} {
		b.ask(http.MethodPost, "/orders", url.Values{"text": {text}})
		v.clock.Advance(time.Second) // The page lists forms in the order in which they were sent.
	}
	p := b.open(t, "/sessions/forms").wantPage(t, http.StatusOK, "/sessions/forms", titleForms)
	if n := len(p.all(t, "waiting-form")); n != 2 {
		t.Fatalf("%d forms", n)
	}
	first, second := p.all(t, "waiting-form")[0], p.all(t, "waiting-form")[1]
	if attribute(allIn(first, "send")[0], "autofocus") != "" {
		t.Error("of two forms one is focused")
	}
	b.follow(t, b.submit(t, formAround(t, allIn(first, "discard")[0]))).wantNotice(t, "Done. The form was discarded. Nothing was sent.")
	v.wantArrived(t)
	b.submit(t, formAround(t, allIn(second, "send")[0]))
	v.wantArrived(t, "POST /orders text=two")
}

// The page names the account that the form will be sent as. The form is sent as no other account.
func TestAFormOfASignedOutVisitorNamesItsSender(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.browser(t)
	p := b.follow(t, b.ask(http.MethodPost, "/orders", url.Values{"text": {"hello"}}))
	p = b.again(t, p, ada).wantPage(t, http.StatusOK, "/sessions/forms", titleForms)
	if got := p.text(t, "send"); !strings.HasPrefix(got, "Yes, send it as "+ada) {
		t.Errorf("button %q", got)
	}
	form := formAround(t, p.all(t, "send")[0])
	for _, account := range []string{"", v.userID(t, mia)} {
		b.follow(t, b.submit(t, form, "account", account)).wantNotice(t,
			"Warning. You’re signed in with another account now, so nothing was sent. Check who wrote the form, then send it.")
	}
	v.wantArrived(t)
	b.submit(t, form)
	v.wantArrived(t, "POST /orders text=hello")
}

func TestAFormIsGoneAfterItsTime(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.expired(t, ada)
	b.ask(http.MethodPost, "/orders", url.Values{"text": {"hello"}})
	p := b.open(t, "/sessions/forms")
	v.clock.Advance(25 * time.Hour)
	b.open(t, "/orders")
	b.fill(t, p, "send").wantNotice(t, noticeGone)
	v.wantArrived(t, "GET /orders")
}

func TestWaitingFormsRefuseNonsense(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.stale(t, ada)
	for _, action := range []string{"/forms/send", "/forms/discard"} {
		b.follow(t, b.ask(http.MethodPost, "/sessions"+action, nil)).wantNotice(t, "That didn’t work. No form was chosen, so nothing was sent. Choose one from the list.")
		b.follow(t, b.ask(http.MethodPost, "/sessions"+action, url.Values{"form": {"0123456789abcdef"}})).wantNotice(t, noticeGone)
	}
}

// A form that still lacks proof when it is sent is not lost.
func TestAFormThatIsRefusedAgainWaitsAgain(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.stale(t, ada)
	b.ask(http.MethodPost, "/strict", url.Values{"text": {"hello"}})
	p := b.open(t, "/sessions/forms")
	p = b.fill(t, p, "send").wantPage(t, http.StatusOK, "/sessions/verify", titleVerify)
	v.wantArrived(t)
	p = b.fill(t, p, "proof-form", "proof", v.password(t, ada)).wantPage(t, http.StatusOK, "/sessions/forms", titleForms)
	b.fill(t, p, "send")
	v.wantArrived(t, "POST /strict text=hello")
}

// The pages keep forms of a whole engine, even with a guard in front of everything, but not their own forms. On a group they
// keep none, because they do not know the engine.
func TestFormsAreKeptOnAnEngine(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		engine bool
		path   string
		kept   bool
	}{
		"a form on an engine":              {true, "/orders", true},
		"a form on a group":                {false, "/orders", false},
		"a password":                       {true, "/sessions/verify/proof", false},
		"signing out":                      {true, "/sessions/sign-out", false},
		"a path that begins like a page's": {true, "/sessionsandmore", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{})
			protect, err := w.clerk.Protect(ginclerk.Rules{Public: []string{"/sign-in"}})
			if err != nil {
				t.Fatal(err)
			}
			engine := gin.New()
			engine.Use(w.clerk.Attach(), protect)
			engine.POST("/orders", func(*gin.Context) { t.Error("arrived") })
			engine.POST("/sessionsandmore", func(*gin.Context) { t.Error("arrived") })
			router := pages.Router(engine)
			if !row.engine {
				router = engine.Group("")
			}
			if w.site, err = pages.Mount(router, w.clerk, pages.Options{}); err != nil {
				t.Fatal(err)
			}
			w.engine = engine
			b := (&vault{world: w}).expired(t, ada)
			b.ask(http.MethodPost, row.path, url.Values{"proof": {"s3cret"}})
			if kept := b.keepsForms(); kept != row.kept {
				t.Errorf("kept: %v, want %v", kept, row.kept)
			}
		})
	}
}

// The page shows what its user has entered, and files by name and size.
func TestThePageShowsWhatAFormHas(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.expired(t, ada)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, field := range [][2]string{{"note", "typed by hand"}, {"nothing", ""}} {
		if err := form.WriteField(field[0], field[1]); err != nil {
			t.Fatal(err)
		}
	}
	for name, size := range map[string]int{"engine.png": 40_200, "": 0} {
		part, err := form.CreateFormFile("drawing", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(make([]byte, size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	b.ask(http.MethodPost, "/orders", nil, func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body.Bytes())), int64(body.Len())
		r.Header.Set("Content-Type", form.FormDataContentType())
	})
	p := b.open(t, "/sessions/forms").wantPage(t, http.StatusOK, "/sessions/forms", titleForms)
	told := p.text(t, "form-fields")
	for _, want := range []string{"Note typed by hand", "Nothing Empty", "Drawing engine.png, 40.2 kB", "Drawing Empty"} {
		if !strings.Contains(told, want) {
			t.Errorf("told %q, want %q in it", told, want)
		}
	}
}

// TestAFormIsKeptUntilTheNextDay: the day is told, and the zone once.
func TestAFormIsKeptUntilTheNextDay(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	now := v.clock.Now().UTC()
	v.clock.Advance(now.Truncate(24 * time.Hour).Add(22*time.Hour + 30*time.Minute).Sub(now))
	b := v.expired(t, ada) // an hour later
	b.ask(http.MethodPost, "/orders", url.Values{"text": {"late"}})
	p := b.open(t, "/sessions/forms").wantPage(t, http.StatusOK, "/sessions/forms", titleForms)
	want := "Saved until " + v.clock.Now().UTC().Add(time.Hour).Format("Jan 2, 2006, 3:04 pm") + " UTC"
	if got := p.text(t, "form-expires"); got != want {
		t.Errorf("the page says %q, want %q", got, want)
	}
}
