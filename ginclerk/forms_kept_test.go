package ginclerk_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parking"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// atOnce sends requests that all have the cookies of before, and takes in the answers in their reverse order.
func (v *visitor) atOnce(target func(i int) string, n int, options ...option) []*answer {
	answers := make([]*answer, n)
	jar := v.jar()
	var requests sync.WaitGroup
	for i := range answers {
		requests.Go(func() { answers[i] = v.app.ask(http.MethodPost, target(i), append([]option{jar}, options...)...) })
	}
	requests.Wait()
	for i := range answers {
		for name, cookie := range answers[n-1-i].setCookies() {
			if cookie.MaxAge < 0 || cookie.Value == "" {
				delete(v.cookies, name)
				continue
			}
			v.cookies[name] = cookie.Value
		}
	}
	return answers
}

func numbered(i int) string { return fmt.Sprintf("/orders?n=%d", i) }

// Answers overtake each other: what each of them keeps is offered, whoever comes last.
func TestFormsThatArriveAtOnceAreAllOffered(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		who   []string
		forms int
		how   []option
	}{
		{"two tabs of a session that has run out", []string{ada}, 2, []option{ownForm}},
		{"three parts of a page with htmx", []string{ada}, 3, []option{htmx, header("Origin", ownOrigin)}},
		{"two tabs of a browser in which nobody is signed in", nil, 2, []option{ownForm}},
		{"three parts of a page with htmx of a browser in which nobody is signed in", nil, 3, []option{htmx, header("Origin", ownOrigin)}},
		{"seven tabs, restored after a night", []string{ada}, 7, []option{ownForm}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, signedIn)
			v := o.visitor(t, row.who...).unrenewable()
			o.clock.Advance(time.Hour)
			v.atOnce(numbered, row.forms, append(row.how, body("a=1"))...)
			if row.who == nil {
				for name, value := range o.visitor(t, ada).cookies {
					v.cookies[name] = value
				}
			}
			list := o.waiting(t, v)
			if len(list) != row.forms {
				t.Fatalf("%d forms are offered, %d were kept", len(list), row.forms)
			}
			for _, form := range list {
				v.ask(http.MethodPost, "/waiting?handle="+form.Handle, ownForm).wantStatus(t, http.StatusCreated)
			}
			for i := range row.forms {
				if !strings.Contains(strings.Join(o.arrived, "\n"), numbered(i)) {
					t.Errorf("form %d did not arrive", i)
				}
			}
			if len(o.arrived) != row.forms || v.keepsForms() {
				t.Errorf("%d arrived, want %d; cookies %v", len(o.arrived), row.forms, v.cookies)
			}
		})
	}
}

// The last form that fits pushes out no other, and whoever sends one more is told why it was not kept and what to do.
func TestAFormTooManyIsRefusedAndSaid(t *testing.T) {
	t.Parallel()
	const limit = "3 forms are waiting in this browser already, and it can’t have more"
	for _, row := range []struct {
		name  string
		guard func(*app) gin.HandlerFunc
		age   time.Duration
		who   []string
		how   []option
		said  func(*testing.T, *visitor, *answer) string
	}{
		{"when signing in has to come first", signedIn, time.Hour, []string{ada}, []option{ownForm}, inPage},
		{"when nobody is signed in", signedIn, time.Hour, nil, []option{ownForm}, inPage},
		{"at a limit", func(a *app) gin.HandlerFunc {
			limit, guard := a.clerk.RateLimit(1, time.Hour), a.clerk.RequireSession()
			return func(c *gin.Context) {
				if guard(c); !c.IsAborted() {
					limit(c)
				}
			}
		}, 0, []string{ada}, []option{ownForm}, inPage},
		{"with htmx, where the next page says it", signedIn, time.Hour, []string{ada}, []option{htmx, header("Origin", ownOrigin)}, inFlash},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, row.guard)
			o.engine.GET("/flash", o.clerk.RequireSession(), func(c *gin.Context) { c.String(http.StatusOK, "%s", serve(o.clerk, c).TakeFlash().Keys) })
			v := o.visitor(t, row.who...).unrenewable()
			o.clock.Advance(row.age)
			if row.age == 0 {
				v.ask(http.MethodPost, "/orders?n=begin", ownForm, body("a=1")).wantStatus(t, http.StatusCreated)
			}
			for i := range 3 {
				v.ask(http.MethodPost, numbered(i), append(row.how, body("a=1"))...)
			}
			said := row.said(t, v, v.ask(http.MethodPost, numbered(3), append(row.how, body("a=1"))...))
			if !strings.Contains(said, limit) && !strings.Contains(said, " problem.form.too-many-in-browser ") {
				t.Errorf("the limit is not told: %s", said)
			}
			if row.who == nil {
				for name, value := range o.visitor(t, ada).cookies {
					v.cookies[name] = value
				}
			}
			list := o.waiting(t, v)
			if len(list) != 3 {
				t.Fatalf("%d forms wait, want the first three", len(list))
			}
			v.ask(http.MethodPost, "/waiting?drop=1&handle="+list[0].Handle, ownForm).wantStatus(t, http.StatusOK)
			o.clock.Advance(20 * time.Minute)
			v.unrenewable().ask(http.MethodPost, numbered(3), append(row.how, body("a=1"))...)
			if list := o.waiting(t, v); len(list) != 3 {
				t.Errorf("there is room again, and %d wait", len(list))
			}
		})
	}
}

func inPage(_ *testing.T, _ *visitor, got *answer) string { return got.Body.String() }

func inFlash(t *testing.T, v *visitor, _ *answer) string {
	t.Helper()
	return v.arrive(t, "/flash").Body.String()
}

// Forms of one account take no place of another's in the same browser, and wait for their own to come back.
func TestFormsWaitForTheirOwnAccount(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	v := o.visitor(t, ada).unrenewable()
	o.clock.Advance(30 * time.Minute)
	for i := range 3 {
		v.ask(http.MethodPost, numbered(i), ownForm, body("a=1")).wantHeader(t, "Location", "/waiting")
	}
	signInAs := func(email string) {
		for name := range v.cookies {
			if !strings.HasPrefix(name, "__Host-ginclerk_forms") {
				delete(v.cookies, name)
			}
		}
		for name, value := range o.visitor(t, email).cookies {
			v.cookies[name] = value
		}
	}
	signInAs(bob)
	if list := o.waiting(t, v); len(list) != 0 {
		t.Errorf("Bob is offered %+v", list)
	}
	o.clock.Advance(10 * time.Minute)
	v.unrenewable().ask(http.MethodPost, numbered(7), ownForm, body("a=1")).wantHeader(t, "Location", "/waiting")
	if list := o.waiting(t, v); len(list) != 1 {
		t.Errorf("Bob is offered %+v", list)
	}
	signInAs(ada)
	if list := o.waiting(t, v); len(list) != 3 {
		t.Errorf("Ada is offered %d forms, want 3", len(list))
	}
}

// Whatever was sent, dropped or has expired takes no place, although the browser still has its cookie.
func TestCookiesOfFormsThatAreGoneTakeNoPlace(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	v := o.visitor(t, ada).unrenewable()
	o.clock.Advance(time.Hour)
	for i := range 3 {
		v.ask(http.MethodPost, numbered(i), ownForm, body("a=1"))
	}
	before := map[string]string{}
	list := o.waiting(t, v)
	for name, value := range v.cookies {
		before[name] = value
	}
	for _, form := range list {
		v.ask(http.MethodPost, "/waiting?handle="+form.Handle, ownForm).wantStatus(t, http.StatusCreated)
	}
	for name, value := range before { // the answers that dropped them were overtaken
		v.cookies[name] = value
	}
	o.clock.Advance(10 * time.Minute)
	v.unrenewable().ask(http.MethodPost, numbered(8), ownForm, body("a=1")).wantHeader(t, "Location", "/waiting")
	if list := o.waiting(t, v); len(list) != 1 {
		t.Errorf("waiting: %+v", list)
	}
}

// A form that is sent again and turned away once more has the place that it had.
func TestAReplayThatIsTurnedAwayKeepsItsPlace(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(a *app) gin.HandlerFunc {
		limit, guard := a.clerk.RateLimit(1, time.Hour), a.clerk.RequireSession()
		return func(c *gin.Context) {
			if guard(c); !c.IsAborted() {
				limit(c)
			}
		}
	})
	v := o.visitor(t, ada)
	for i := range 4 {
		v.ask(http.MethodPost, numbered(i), ownForm, body("a=1"))
	}
	list := o.waiting(t, v)
	v.atOnce(func(i int) string { return "/waiting?handle=" + list[i].Handle }, 3, ownForm)
	if list = o.waiting(t, v); len(list) != 3 {
		t.Errorf("%d forms wait, want the three that were turned away", len(list))
	}
}

// Replays at once send each form once, and forget none that is left.
func TestReplaysAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	v := o.visitor(t, ada).unrenewable()
	o.clock.Advance(time.Hour)
	for i := range 3 {
		v.ask(http.MethodPost, numbered(i), ownForm, body("a=1"))
	}
	list := o.waiting(t, v)
	v.atOnce(func(i int) string { return "/waiting?handle=" + list[i%2].Handle }, 8, ownForm)
	if len(o.arrived) != 2 {
		t.Errorf("%d forms arrived, want 2: %v", len(o.arrived), o.arrived)
	}
	if left := o.waiting(t, v); len(left) != 1 || left[0].Handle != list[2].Handle {
		t.Errorf("left: %+v", left)
	}
}

// What no route takes is not worth keeping: it could not be sent later either.
func TestAFormForNoRouteIsNotKept(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, method, target string }{
		{"a path that does not exist", http.MethodPost, "/nothing"},
		{"below a path that exists", http.MethodPost, "/orders/7"},
		{"a method that the path does not take", http.MethodPut, "/orders"},
		{"a page that is only read", http.MethodPost, "/read"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.engine.HandleMethodNotAllowed = true
			a.ruled(t, ginclerk.Rules{})
			ginclerk.UsePages(a.clerk, ginclerk.Pages{Forms: parking.Page{URL: "/waiting", Replay: a.engine}})
			a.engine.NoRoute(a.clerk.RequireSession(), whoami)
			a.engine.POST("/orders", whoami)
			a.engine.GET("/read", whoami)
			v := a.visitor(t, ada).unrenewable()
			a.clock.Advance(time.Hour)
			got := v.ask(row.method, row.target, ownForm, body("a=1")).wantRan(t, false)
			if v.keepsForms() || got.Header().Get("Location") == "/waiting" {
				t.Errorf("kept: %v", got.Header())
			}
		})
	}
}

// Two engines may have guards of one Clerk. A form goes back to the engine that it was sent to, whatever they share.
func TestEachEngineHasItsOwnForms(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	var arrived sync.Map
	engines := map[string]*gin.Engine{"shop": gin.New(), "desk": gin.New(), "bare": gin.New()}
	for name, engine := range engines {
		guard := a.clerk.RequireSession()
		a.clerk.MountProxy(engine)
		engine.POST("/orders", guard, func(c *gin.Context) {
			n, _ := arrived.LoadOrStore(name+" "+c.Query("n"), new(atomic.Int64))
			n.(*atomic.Int64).Add(1)
			c.Status(http.StatusCreated)
		})
		if name == "bare" { // which offers no forms, and keeps none
			continue
		}
		engine.GET("/waiting", guard, func(c *gin.Context) {
			list, err := parking.Waiting(exchangeOf(a.clerk, c))
			if err != nil {
				t.Error(err)
			}
			c.JSON(http.StatusOK, list)
		})
		engine.POST("/waiting", guard, func(c *gin.Context) {
			if err := parking.Send(exchangeOf(a.clerk, c), c.Query("handle")); err != nil {
				c.String(http.StatusGone, "%v", err)
			}
		})
		ginclerk.UsePages(a.clerk, ginclerk.Pages{Forms: parking.Page{URL: "/waiting", Replay: engine}})
	}
	at := func(name string) *office {
		return &office{app: &app{server: a.server, clerk: a.clerk, engine: engines[name], clock: a.clock, log: a.log}}
	}
	v := a.visitor(t, ada).unrenewable()
	a.clock.Advance(time.Hour)
	for name := range engines {
		v.app = at(name).app
		got := v.ask(http.MethodPost, "/orders?n="+name, ownForm, body("a=1"))
		if kept := got.Header().Get("Location") == "/waiting"; kept != (name != "bare") {
			t.Errorf("%s: kept %v", name, kept)
		}
	}
	handles := map[string]string{}
	for _, name := range []string{"shop", "desk"} {
		v.app = at(name).app
		list := at(name).waiting(t, v)
		if len(list) != 1 {
			t.Fatalf("%s offers %+v", name, list)
		}
		handles[name] = list[0].Handle
	}
	v.app = at("shop").app
	v.ask(http.MethodPost, "/waiting?handle="+handles["desk"], ownForm).wantStatus(t, http.StatusGone)
	for name, handle := range handles {
		v.app = at(name).app
		v.ask(http.MethodPost, "/waiting?handle="+handle, ownForm).wantStatus(t, http.StatusCreated)
		if _, found := arrived.Load(name + " " + name); !found {
			t.Errorf("the form did not arrive at %s", name)
		}
	}
}

// A store that is away for a moment loses no form, and what can't be kept is said.
func TestAStoreThatIsAwayForAMoment(t *testing.T) {
	t.Parallel()
	store := &momentary{Store: storage.NewMemory(storage.MemoryConfig{})}
	o := newOffice(t, func(a *app) gin.HandlerFunc {
		limit, guard := a.clerk.RateLimit(1, time.Hour), a.clerk.RequireSession()
		return func(c *gin.Context) {
			if guard(c); !c.IsAborted() {
				limit(c)
			}
		}
	}, configured(func(c *ginclerk.Config) {
		store.Store, c.Stores.Records = storage.NewMemory(storage.MemoryConfig{Now: c.Now}), store
	}))
	o.engine.GET("/count", o.clerk.RequireSession(), func(c *gin.Context) {
		list, err := parking.Waiting(exchangeOf(o.clerk, c))
		c.String(http.StatusOK, "%d %v", len(list), err != nil)
	})
	v := o.visitor(t, ada)
	v.ask(http.MethodPost, numbered(0), ownForm, body("a=1")).wantStatus(t, http.StatusCreated)
	v.ask(http.MethodPost, numbered(1), ownForm, body("a=1")).wantStatus(t, http.StatusTooManyRequests)
	store.away.Store(true)
	if got := v.ask(http.MethodPost, numbered(2), ownForm, body("a=1")); !strings.Contains(got.Body.String(), "Your form could not be kept") {
		t.Errorf("it is not told that the form was lost: %s", got.Body)
	}
	if got := v.ask(http.MethodGet, "/count", navigation).Body.String(); got != "0 true" {
		t.Errorf("while the store is away: %s", got)
	}
	store.away.Store(false)
	if got := v.ask(http.MethodGet, "/count", navigation).Body.String(); got != "1 false" {
		t.Errorf("when it is back: %s", got)
	}
}

type momentary struct {
	storage.Store
	away atomic.Bool
}

func (s *momentary) Load(ctx context.Context, key string) ([]byte, error) {
	if s.away.Load() {
		return nil, storage.ErrUnavailable
	}
	return s.Store.Load(ctx, key)
}

func (s *momentary) CompareAndSwap(ctx context.Context, key string, old, next []byte, lifetime time.Duration) (bool, error) {
	if s.away.Load() {
		return false, storage.ErrUnavailable
	}
	return s.Store.CompareAndSwap(ctx, key, old, next, lifetime)
}

// Forms with files, as large as is kept, arrive to the byte although several came at once.
func TestFormsWithFilesThatArriveAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	v := o.visitor(t, ada).unrenewable()
	o.clock.Advance(time.Hour)
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	file, err := parts.CreateFormFile("drawing", "engine.png")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(bytes.Repeat([]byte{0, 255, '\r', '\n'}, 60<<10)); err != nil {
		t.Fatal(err)
	}
	if err := parts.Close(); err != nil {
		t.Fatal(err)
	}
	text, kind := form.String(), parts.FormDataContentType()
	v.atOnce(numbered, 3, ownForm, body(text), header("Content-Type", kind))
	list := o.waiting(t, v)
	if len(list) != 3 || len(list[0].Fields) != 1 || !list[0].Fields[0].File {
		t.Fatalf("waiting: %+v", list)
	}
	for _, one := range list {
		v.ask(http.MethodPost, "/waiting?handle="+one.Handle, ownForm).wantStatus(t, http.StatusCreated)
	}
	for _, got := range o.arrived {
		if !strings.HasSuffix(got, " "+text) || !strings.Contains(got, " "+kind+" ") {
			t.Errorf("%d bytes arrived, want %d", len(got), len(text))
		}
	}
}

// What somebody sends who acts as a user is not the user's: it waits for the same one to act as the same user.
func TestAFormOfAnImpersonatorIsNotTheUsers(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn)
	v := o.impersonator(t, ada, "user_support").unrenewable()
	o.clock.Advance(time.Hour)
	v.ask(http.MethodPost, numbered(1), ownForm, body("a=1")).wantHeader(t, "Location", "/waiting")
	for name, who := range map[string]*visitor{
		"the user": o.visitor(t, ada), "another actor": o.impersonator(t, ada, "user_other"), "the same actor as another user": o.impersonator(t, bob, "user_support"),
	} {
		for cookie, value := range v.cookies {
			if strings.HasPrefix(cookie, "__Host-ginclerk_forms") {
				who.cookies[cookie] = value
			}
		}
		if list := o.waiting(t, who); len(list) != 0 {
			t.Errorf("%s is offered %+v", name, list)
		}
	}
	for name, value := range o.impersonator(t, ada, "user_support").cookies {
		v.cookies[name] = value
	}
	list := o.waiting(t, v)
	if len(list) != 1 || list[0].Anonymous {
		t.Fatalf("waiting: %+v", list)
	}
	v.ask(http.MethodPost, "/waiting?handle="+list[0].Handle, ownForm).wantStatus(t, http.StatusCreated)
}

// impersonator returns a browser in which somebody acts as a user.
func (a *app) impersonator(tb testing.TB, email, actor string) *visitor {
	tb.Helper()
	v := a.visitor(tb, email)
	own := a.server.Sessions(a.userID(tb, email))
	made, err := a.server.CreateSession(a.userID(tb, email), clerktest.SessionOptions{
		ClientID: own[len(own)-1].ClientID, Actor: map[string]any{"sub": actor},
	})
	if err != nil {
		tb.Fatal(err)
	}
	token := a.mint(tb, made.ID, clerktest.TokenOptions{})
	for _, name := range []string{"__session", a.clerk.PublishableKey().Suffixed("__session")} {
		if v.cookies[name] != "" {
			v.cookies[name] = token
		}
	}
	return v
}

// TestAFormThatIsTurnedAwayWhenItIsSentAgainWaitsOn, also where a script or htmx has it sent: nobody else has it any more.
func TestAFormThatIsTurnedAwayWhenItIsSentAgainWaitsOn(t *testing.T) {
	t.Parallel()
	script := func(r *http.Request) {
		header("Origin", ownOrigin)(r)
		header("Sec-Fetch-Site", "same-origin")(r)
		header("Sec-Fetch-Dest", "empty")(r)
		header("Accept", "application/json")(r)
	}
	for name, how := range map[string][]option{
		"by a form": {ownForm}, "by htmx": {htmx, header("Origin", ownOrigin)}, "by a script": {script},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, func(a *app) gin.HandlerFunc {
				limit, guard := a.clerk.RateLimit(1, time.Hour), a.clerk.RequireSession()
				return func(c *gin.Context) {
					if guard(c); !c.IsAborted() {
						limit(c)
					}
				}
			})
			v := o.visitor(t, ada)
			v.ask(http.MethodPost, numbered(1), ownForm, body("a=1")).wantStatus(t, http.StatusCreated)
			v.ask(http.MethodPost, numbered(2), ownForm, body("a=2")).wantStatus(t, http.StatusTooManyRequests)
			list := o.waiting(t, v)
			if len(list) != 1 {
				t.Fatalf("waiting: %+v", list)
			}
			v.ask(http.MethodPost, "/waiting?handle="+list[0].Handle, how...).wantStatus(t, http.StatusTooManyRequests)
			if list := o.waiting(t, v); len(list) != 1 {
				t.Errorf("waiting afterwards: %+v", list)
			}
		})
	}
}
