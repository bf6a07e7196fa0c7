package ginclerk_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// rented is the application of [tabbed] as one of several tenants: only once it is chosen its configuration is known.
func rented(t *testing.T, routes func(*app, *ginclerk.Clerk, *gin.Engine), options ...setup) (*app, *visitor) {
	t.Helper()
	a := newApp(t, append(options, production())...)
	guards := ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) { return a.clerk, nil })
	engine := gin.New()
	routes(a, guards, engine)
	engine.GET("/numbers", guards.RequireSession(), func(c *gin.Context) {
		if _, err := guards.Links(c).Accounts(); err != nil {
			t.Error(err)
		}
	})
	a.front = guards.AccountPaths(engine)
	v := a.visitor(t, ada)
	a.clock.Advance(time.Second)
	v.signIn(t, bob)
	v.ask(http.MethodGet, "/numbers", navigation).wantStatus(t, http.StatusOK)
	return a, v
}

func TestAFormOfAnAccountThatIsSentOutsideIsRefusedForATenant(t *testing.T) {
	t.Parallel()
	for name, basePath := range map[string]string{"at the top": "", "below a base path that a proxy takes off": "/app"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, v := rented(t, func(_ *app, guards *ginclerk.Clerk, engine *gin.Engine) {
				guards.MountProxy(engine, "/__clerk")
				engine.Any("/guarded", guards.RequireSession(), whoami)
				engine.Any("/open", guards.Attach(), whoami)
			}, configured(func(c *ginclerk.Config) { c.BasePath = basePath }))
			page := header("Referer", ownOrigin+basePath+"/u/0/guarded")
			for _, target := range []string{"/guarded", "/open"} {
				for _, from := range [][]option{{ownForm, page}, {fetched, page}, {htmx, header("HX-Current-URL", ownOrigin+basePath+"/u/0")}} {
					v.ask(http.MethodPost, target, from...).wantStatus(t, http.StatusConflict).wantRan(t, false).wantHeader(t, "Cache-Control", "no-store")
				}
				v.ask(http.MethodGet, target, navigation, page).wantSignedIn(t, a.userID(t, bob))
				v.ask(http.MethodPost, target, ownForm, header("Referer", ownOrigin+basePath+"/open")).wantSignedIn(t, a.userID(t, bob))
				v.ask(http.MethodPost, target, fetched, page, bearer(a.token(t, mia))).wantSignedIn(t, a.userID(t, mia))
				v.ask(http.MethodPost, "/u/0"+target, ownForm, page).wantSignedIn(t, a.userID(t, ada))
			}
			if got := v.ask(http.MethodPost, "/__clerk/v1/environment", fetched, page); got.Code == http.StatusConflict {
				t.Errorf("the proxy: %d %s", got.Code, got.Body)
			}
			v.ask(http.MethodPost, "/__clerkx", fetched, page).wantRan(t, false)
		})
	}
}

// A router within the application that takes something off the path does not hide which page a form comes from.
func TestAFormOfAnAccountThatIsSentOutsideToARouterWithinForATenant(t *testing.T) {
	t.Parallel()
	a, v := rented(t, func(_ *app, guards *ginclerk.Clerk, engine *gin.Engine) {
		within := gin.New()
		within.Any("/guarded", guards.RequireSession(), whoami)
		engine.Any("/api/*rest", gin.WrapH(http.StripPrefix("/api", within)))
	})
	v.ask(http.MethodPost, "/api/guarded", ownForm, header("Referer", ownOrigin+"/u/0/api/guarded")).wantStatus(t, http.StatusConflict).wantRan(t, false)
	v.ask(http.MethodPost, "/api/guarded", ownForm, header("Referer", ownOrigin+"/api/guarded")).wantSignedIn(t, a.userID(t, bob))
	v.ask(http.MethodPost, "/u/0/api/guarded", ownForm, header("Referer", ownOrigin+"/u/0/api/guarded")).wantSignedIn(t, a.userID(t, ada))
}

// A request whose account gets lost is nobody's with several tenants, too.
func TestAnAccountThatGetsLostIsNobodyForATenant(t *testing.T) {
	t.Parallel()
	loses := func(c *gin.Context) { c.Request = c.Request.WithContext(context.Background()) }
	a, v := rented(t, func(_ *app, guards *ginclerk.Clerk, engine *gin.Engine) {
		engine.Any("/guarded", loses, guards.RequireSession(), whoami)
	})
	v.ask(http.MethodGet, "/u/0/guarded", fetched).wantRan(t, false)
	v.ask(http.MethodPost, "/u/0/guarded", ownForm).wantRan(t, false)
	v.ask(http.MethodPost, "/u/1/guarded", ownForm).wantRan(t, false)
	v.ask(http.MethodGet, "/guarded", navigation).wantSignedIn(t, a.userID(t, bob))
}

// Redirects stay below the path of the account where only the tenant says what the base path is.
func TestRedirectsStayBelowThePathOfTheAccountForATenant(t *testing.T) {
	t.Parallel()
	a, v := rented(t, func(a *app, guards *ginclerk.Clerk, engine *gin.Engine) {
		engine.Any("/guarded", guards.RequireSession(), whoami)
		engine.POST("/leave", guards.RequireSession(), func(c *gin.Context) {
			c.Redirect(http.StatusSeeOther, guards.Links(c).BasePath+"/guarded")
		})
		engine.POST("/plain", guards.RequireSession(), func(c *gin.Context) { c.Redirect(http.StatusSeeOther, "/app/guarded") })
	}, configured(func(c *ginclerk.Config) { c.BasePath = "/app" }))
	for _, target := range []string{"/u/0/leave", "/u/0/plain"} {
		v.ask(http.MethodPost, target, ownForm).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", "/app"+v.at("/u/0/guarded"))
	}
	v.ask(http.MethodPost, "/u/0/guarded", ownForm).wantSignedIn(t, a.userID(t, ada))
}
