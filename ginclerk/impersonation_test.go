package ginclerk_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/tokenendpoint"
)

// actors registers a route that says who acts for whom.
func (a *app) actors() {
	a.engine.GET("/actor", a.clerk.RequireSession(), func(c *gin.Context) {
		auth := ginclerk.From(c)
		if auth.Actor == nil {
			c.String(http.StatusOK, "%s", auth.UserID)
			return
		}
		c.String(http.StatusOK, "%s for %s", auth.Actor.Subject, auth.UserID)
	})
}

func (got *answer) wantActor(t *testing.T, want string) {
	t.Helper()
	if got.wantStatus(t, http.StatusOK).Body.String() != want {
		t.Errorf("it is %q, want %q", got.Body, want)
	}
}

func TestAHandlerIsToldWhoActsForWhom(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.actors()
	a.visitor(t, ada).ask(http.MethodGet, "/actor", navigation).wantActor(t, a.userID(t, ada))
	a.impersonator(t, ada, "user_support").ask(http.MethodGet, "/actor", navigation).wantActor(t, "user_support for "+a.userID(t, ada))
}

// Where the application itself remembers the switch, too: it says who acts, whatever the token says, and its forms are the
// actor's.
func TestASwitchToAnImpersonatedSessionSaysWhoActs(t *testing.T) {
	t.Parallel()
	o := newOffice(t, signedIn, production(), configured(func(c *ginclerk.Config) { c.ProxyURL = "" }))
	o.actors()
	o.engine.POST("/switch", o.clerk.RequireSession(), func(c *gin.Context) {
		if err := o.clerk.SwitchSession(c, c.Query("to"), "/guarded"); err != nil {
			t.Error(err)
		}
	})
	v := o.visitor(t, bob).unrenewable()
	delete(v.cookies, "__client")
	acting, err := o.server.CreateSession(o.userID(t, ada), clerktest.SessionOptions{
		ClientID: o.sessionOf(t, bob).ClientID, Actor: map[string]any{"sub": "user_support"},
	})
	if err != nil {
		t.Fatal(err)
	}
	v.ask(http.MethodPost, "/switch?to="+acting.ID, ownForm).wantStatus(t, http.StatusSeeOther)
	v.ask(http.MethodGet, "/actor", navigation).wantActor(t, "user_support for "+o.userID(t, ada))
	o.clock.Advance(time.Hour)
	v.ask(http.MethodPost, "/orders", ownForm, body("a=1")).wantHeader(t, "Location", "/waiting")
	user := o.visitor(t, ada)
	for name, value := range v.cookies {
		if strings.HasPrefix(name, "__Host-ginclerk_forms") {
			user.cookies[name] = value
		}
	}
	if list := o.waiting(t, user); len(list) != 0 {
		t.Errorf("the user is offered the form of somebody who acted as the user: %+v", list)
	}
	v.cookies["__session"] = o.mint(t, o.sessionOf(t, bob).ID, clerktest.TokenOptions{})
	var list []desk.Waiting
	if err := json.Unmarshal(v.ask(http.MethodGet, "/waiting", navigation).wantStatus(t, http.StatusOK).Body.Bytes(), &list); err != nil || len(list) != 1 {
		t.Errorf("waiting: %+v %v", list, err)
	}
}

// A session token that scripts get says who acts, as Clerk's own does.
func TestTheTokenEndpointSaysWhoActs(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.actors()
	tokenendpoint.Mount(a.engine, a.clerk, tokenendpoint.Config{})
	v := a.impersonator(t, ada, "user_support")
	got := v.ask(http.MethodPost, "/sessions/token", fetched, header("Origin", ownOrigin), header(tokenendpoint.RequestHeader, tokenendpoint.RequestValue))
	var made struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal(got.wantStatus(t, http.StatusOK).Body.Bytes(), &made); err != nil {
		t.Fatal(err)
	}
	a.ask(http.MethodGet, "/actor", program, bearer(made.Token)).wantActor(t, "user_support for "+a.userID(t, ada))
}
