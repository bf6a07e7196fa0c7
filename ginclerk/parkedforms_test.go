package ginclerk_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parking"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// office is an application with a form at /orders, which keeps forms.
type office struct {
	*app

	mu      sync.Mutex
	arrived []string // who sent what, as the handler saw it
}

func newOffice(t *testing.T, guard func(*app) gin.HandlerFunc, options ...setup) *office {
	t.Helper()
	o := &office{app: newApp(t, options...)}
	o.clerk.MountProxy(o.engine)
	ginclerk.UsePages(o.clerk, ginclerk.Pages{Forms: parking.Page{URL: "/waiting", Replay: o.engine}})
	o.guarded(o.clerk.RequireSession())
	o.engine.POST("/orders", guard(o.app), func(c *gin.Context) {
		text, err := io.ReadAll(c.Request.Body)
		if err != nil {
			t.Error(err)
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		o.arrived = append(o.arrived, ginclerk.From(c).UserID+" "+c.GetHeader("Content-Type")+" "+c.Request.URL.RequestURI()+" "+string(text))
		c.String(http.StatusCreated, "ordered")
	})
	o.engine.GET("/waiting", o.clerk.RequireSession(), func(c *gin.Context) {
		waiting, err := parking.Waiting(exchangeOf(o.clerk, c))
		if err != nil {
			t.Error(err)
		}
		c.JSON(http.StatusOK, waiting)
	})
	o.engine.POST("/waiting", ginclerk.SkipForms(), o.clerk.RequireSession(), func(c *gin.Context) {
		act := parking.Send
		if c.Query("drop") != "" {
			act = parking.Discard
		}
		if err := act(exchangeOf(o.clerk, c), c.Query("handle")); errors.Is(err, forms.ErrNotFound) {
			c.String(http.StatusGone, "%v", err)
		} else if err != nil {
			t.Error(err)
		}
	})
	return o
}

func signedIn(a *app) gin.HandlerFunc { return a.clerk.RequireSession() }

// waiting goes to the page with the visitor's forms.
func (o *office) waiting(t *testing.T, v *visitor) []desk.Waiting {
	t.Helper()
	got := v.arrive(t, "/waiting").wantStatus(t, http.StatusOK)
	var list []desk.Waiting
	if err := json.Unmarshal(got.Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func (o *office) want(t *testing.T, arrived ...string) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if strings.Join(o.arrived, "\n") != strings.Join(arrived, "\n") {
		t.Errorf("%d forms arrived, want %d: %.300s", len(o.arrived), len(arrived), o.arrived)
	}
}

// unrenewable takes from a browser what its session could be renewed with on the spot.
func (v *visitor) unrenewable() *visitor {
	delete(v.cookies, v.app.clerk.PublishableKey().Suffixed("__refresh"))
	return v
}

const formType = "application/x-www-form-urlencoded"

func TestAFormWithATokenThatExpiredAnHourAgoArrivesOnce(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]setup{"development": nil, "production": {production()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, signedIn, options...)
			v := o.visitor(t, ada).unrenewable()
			o.clock.Advance(time.Hour)
			text := "text=" + strings.Repeat("x", 64<<10)
			v.ask(http.MethodPost, "/orders?kind=new", ownForm, body(text)).wantStatus(t, http.StatusSeeOther).
				wantHeader(t, "Location", "/waiting").wantRan(t, false)
			o.want(t)
			list := o.waiting(t, v)
			if len(list) != 1 || list[0].Path != "/orders" || list[0].Size != len(text) || list[0].Anonymous {
				t.Fatalf("waiting: %+v", list)
			}
			send := "/waiting?handle=" + list[0].Handle
			v.ask(http.MethodPost, send, ownForm).wantStatus(t, http.StatusCreated)
			v.ask(http.MethodPost, send, ownForm).wantStatus(t, http.StatusGone)
			o.want(t, o.userID(t, ada)+" "+formType+" /orders?kind=new "+text)
			if list := o.waiting(t, v); len(list) != 0 {
				t.Errorf("still waiting: %+v", list)
			}
		})
	}
}

// Where the browser has the means, nobody notices.
func TestAFormWhoseTokenCanBeRenewedIsNotParked(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	v := o.visitor(t, ada)
	o.clock.Advance(time.Hour)
	v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantStatus(t, http.StatusCreated)
	o.want(t, o.userID(t, ada)+" "+formType+" /orders a=1")
}

func TestAFormIsSentOnceHoweverOftenItIsClicked(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	v := o.visitor(t, ada).unrenewable()
	o.clock.Advance(time.Hour)
	v.ask(http.MethodPost, "/orders", ownForm, body("a=1"))
	list := o.waiting(t, v)
	jar := v.jar()
	var sent atomic.Int64
	var clicks sync.WaitGroup
	for range 16 {
		clicks.Go(func() {
			if o.ask(http.MethodPost, "/waiting?handle="+list[0].Handle, jar, ownForm).Code == http.StatusCreated {
				sent.Add(1)
			}
		})
	}
	clicks.Wait()
	if sent.Load() != 1 {
		t.Errorf("sent %d times", sent.Load())
	}
	o.want(t, o.userID(t, ada)+" "+formType+" /orders a=1")
}

func TestAParkedFormIsItsUsersAlone(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	adas := o.visitor(t, ada).unrenewable()
	o.clock.Advance(time.Hour)
	adas.ask(http.MethodPost, "/orders", ownForm, body("a=secret"))
	handle := o.waiting(t, adas)[0].Handle

	bobs := o.visitor(t, bob)
	for name, value := range adas.cookies {
		if strings.HasPrefix(name, "__Host-ginclerk_forms") {
			bobs.cookies[name] = value
		}
	}
	if list := o.waiting(t, bobs); len(list) != 0 {
		t.Errorf("Bob sees %+v", list)
	}
	bobs.ask(http.MethodPost, "/waiting?handle="+handle, ownForm).wantStatus(t, http.StatusGone)
	bobs.ask(http.MethodPost, "/waiting?drop=1&handle="+handle, ownForm).wantStatus(t, http.StatusGone)
	o.want(t)
	adas.ask(http.MethodPost, "/waiting?handle="+handle, ownForm).wantStatus(t, http.StatusCreated)
}

// A form of nobody in particular is the browser's; who is signed in later has to be asked.
func TestAFormOfNobodyIsTheBrowsers(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	v := o.visitor(t)
	v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantHeader(t, "Location", "/waiting")
	for name, value := range o.visitor(t, bob).cookies {
		v.cookies[name] = value
	}
	list := o.waiting(t, v)
	if len(list) != 1 || !list[0].Anonymous {
		t.Fatalf("waiting: %+v", list)
	}
	stranger := o.visitor(t, ada)
	for name, value := range v.cookies {
		if strings.HasPrefix(name, "__Host-ginclerk_forms") {
			stranger.cookies[name], _, _ = strings.Cut(value, ".")
		}
	}
	if list := o.waiting(t, stranger); len(list) != 0 {
		t.Errorf("without the secret of the browser: %+v", list)
	}
	v.ask(http.MethodPost, "/waiting?handle="+list[0].Handle, ownForm).wantStatus(t, http.StatusCreated)
	o.want(t, o.userID(t, bob)+" "+formType+" /orders a=1")
}

func TestWhatIsNotParked(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		target  string
		options []option
	}{
		{"a form of another site", "/orders", []option{ownForm, header("Sec-Fetch-Site", "cross-site"), header("Origin", evilOrigin)}},
		{"a form of nobody knows where", "/orders", []option{navigation}},
		{"what a script sends", "/orders", []option{fetched}},
		{"what a program sends with an old token", "/orders", []option{ownForm, header("Authorization", "Bearer x.y.z")}},
		{"what is not worth keeping", "/waiting?handle=x", []option{ownForm}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, signedIn)
			v := o.visitor(t, ada).unrenewable()
			o.clock.Advance(time.Hour)
			got := v.ask(http.MethodPost, row.target, append(row.options, body("a=1"))...)
			if got.Header().Get("Location") == "/waiting" || v.keepsForms() {
				t.Errorf("parked: %v", got.Header())
			}
			o.want(t)
		})
	}
}

// unread fails the test when it is read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the upload was read")
	return 0, io.ErrUnexpectedEOF
}

func (unread) Close() error { return nil }

func TestAnUploadThatIsTooLargeToParkIsNotRead(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	v := o.visitor(t, ada).unrenewable()
	o.clock.Advance(time.Hour)
	upload := func(r *http.Request) {
		r.Body, r.ContentLength = unread{t}, 50<<20
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	}
	got := v.ask(http.MethodPost, "/orders", ownForm, upload).wantStatus(t, http.StatusUnauthorized).wantHeader(t, "Connection", "close")
	if !strings.Contains(got.Body.String(), "too large") {
		t.Errorf("the page says %s", got.Body)
	}
	if v.keepsForms() {
		t.Error("parked")
	}
}

// Through a real connection: a body of unknown length that goes on and on is cut off.
func TestAnEndlessUploadIsCutOff(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	v := o.visitor(t, ada).unrenewable()
	o.clock.Advance(time.Hour)
	server := httptest.NewServer(o.engine)
	t.Cleanup(server.Close)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/orders", io.LimitReader(endless{}, 64<<20))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = ownHost
	ownForm(r)
	v.jar()(r)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("status %d", res.StatusCode)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestAParkedFormPassesEveryGuardAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(a *app) gin.HandlerFunc { return a.clerk.Require(ginclerk.Role("org:admin")) })
	v := o.visitor(t, mia).unrenewable()
	o.clock.Advance(time.Hour)
	v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantHeader(t, "Location", "/waiting")
	v.ask(http.MethodPost, "/waiting?handle="+o.waiting(t, v)[0].Handle, ownForm).wantStatus(t, http.StatusForbidden)
	o.want(t)
}

func TestAFormThatHasToBeFresh(t *testing.T) {
	t.Parallel()
	young := func(a *app) gin.HandlerFunc { return a.clerk.MaxTokenAge(20 * time.Second) }
	t.Run("is renewed where that can be", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t, young)
		v := o.visitor(t, ada)
		o.clock.Advance(30 * time.Second)
		v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantStatus(t, http.StatusCreated)
	})
	t.Run("is parked where it can't", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t, young)
		v := o.visitor(t, ada).unrenewable()
		o.clock.Advance(30 * time.Second)
		got := v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantStatus(t, http.StatusSeeOther)
		back := v.arrive(t, strings.TrimPrefix(got.Header().Get("Location"), ownOrigin)).wantStatus(t, http.StatusOK)
		if back.request.URL.Path != "/waiting" {
			t.Errorf("came to %s", back.request.URL)
		}
		v.ask(http.MethodPost, "/waiting?handle="+o.waiting(t, v)[0].Handle, ownForm).wantStatus(t, http.StatusCreated)
		o.want(t, o.userID(t, ada)+" "+formType+" /orders a=1")
	})
}

func TestAFormThatNeedsAReverification(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(a *app) gin.HandlerFunc { return a.clerk.Require(ginclerk.Reverified(token.PresetStrict)) })
	ginclerk.UsePages(o.clerk, ginclerk.Pages{Verify: "/verify"})
	v := o.visitor(t, ada)
	o.clock.Advance(time.Hour)
	v.arrive(t, "/guarded")
	v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantStatus(t, http.StatusSeeOther).
		wantHeader(t, "Location", "/verify?after_minutes=10&level=second_factor&redirect_url=%2Fwaiting")
	if list := o.waiting(t, v); len(list) != 1 {
		t.Errorf("waiting: %+v", list)
	}
}

func TestAFormOfASwitchedAccount(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn, production(), configured(func(c *ginclerk.Config) { c.ProxyURL = "" }))
	o.engine.POST("/switch", o.clerk.RequireSession(), func(c *gin.Context) {
		if err := o.clerk.SwitchSession(c, c.Query("to"), "/guarded"); err != nil {
			t.Error(err)
		}
	})
	v := o.visitor(t, ada, bob).unrenewable()
	delete(v.cookies, "__client")
	v.switchTo(t, ada)
	o.clock.Advance(time.Hour)
	v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantHeader(t, "Location", "/waiting")
	v.renewed(t)
	list := o.waiting(t, v)
	if len(list) != 1 || list[0].Anonymous {
		t.Fatalf("waiting: %+v", list)
	}
	v.ask(http.MethodPost, "/waiting?handle="+list[0].Handle, ownForm).wantStatus(t, http.StatusCreated)
	o.want(t, o.userID(t, ada)+" "+formType+" /orders a=1")
}

func TestHTMXGoesToTheParkedForm(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	v := o.visitor(t, ada).unrenewable()
	o.clock.Advance(time.Hour)
	v.ask(http.MethodPost, "/orders", htmx, header("Origin", ownOrigin), body("a=1")).
		wantStatus(t, http.StatusUnauthorized).wantHeader(t, "HX-Redirect", "/waiting")
	if list := o.waiting(t, v); len(list) != 1 {
		t.Errorf("waiting: %+v", list)
	}
}

func TestDroppingAParkedForm(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	v := o.visitor(t, ada).unrenewable()
	o.clock.Advance(time.Hour)
	for i := range 4 {
		v.ask(http.MethodPost, fmt.Sprintf("/orders?n=%d", i), ownForm, body("a=1"))
	}
	list := o.waiting(t, v)
	if len(list) != forms.DefaultPerOwner {
		t.Fatalf("%d forms wait, want %d", len(list), forms.DefaultPerOwner)
	}
	v.ask(http.MethodPost, "/waiting?drop=1&handle="+list[0].Handle, ownForm).wantStatus(t, http.StatusOK)
	v.ask(http.MethodPost, "/waiting?handle="+list[0].Handle, ownForm).wantStatus(t, http.StatusGone)
	if left := o.waiting(t, v); len(left) != len(list)-1 {
		t.Errorf("left: %+v", left)
	}
	o.want(t)
}

// A middleware that reads forms before the guard runs makes them impossible to keep, not wrong.
func TestAFormThatWasReadBeforeTheGuardIsNotParked(t *testing.T) {
	t.Parallel()
	o := &office{app: newApp(t)}
	ginclerk.UsePages(o.clerk, ginclerk.Pages{Forms: parking.Page{URL: "/waiting", Replay: o.engine}})
	o.engine.Use(func(c *gin.Context) { _ = c.Request.ParseForm() })
	o.engine.POST("/orders", o.clerk.RequireSession(), whoami)
	v := o.visitor(t, ada).unrenewable()
	o.clock.Advance(time.Hour)
	got := v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantRan(t, false)
	if got.Header().Get("Location") == "/waiting" {
		t.Error("half a form was parked")
	}
	if o.log.count("a form could not be parked") != 1 {
		t.Error("nobody is told")
	}
}
