package main

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/templates"
)

const maxTokenAge = time.Hour

// app is the demo's own handlers.
type app struct {
	clerk   *ginclerk.Clerk
	backend *backend
	site    *pages.Site
}

// newApp builds the router: the rules of Clerk's guide, its routes, the session pages, and Clerk's Frontend API at /__clerk.
func newApp(clerk *ginclerk.Clerk, b *backend) (http.Handler, error) {
	r := gin.New()
	r.HandleMethodNotAllowed = true
	if err := r.SetTrustedProxies(nil); err != nil {
		return nil, err
	}
	protect, err := clerk.Protect(ginclerk.Rules{
		Public:          []string{"/", "/sign-in(.*)", "/sign-up(.*)", "/api/webhooks(.*)", "/api/public(.*)"},
		Admin:           []string{"/admin(.*)"},
		API:             []string{"/api/(.*)"},
		UnauthorizedURL: "/unauthorized",
	})
	if err != nil {
		return nil, err
	}
	clerk.PassOver("/healthz", "/static")
	r.Use(gin.Recovery(), clerk.Attach(), protect)
	clerk.MountProxy(r)

	a := &app{clerk: clerk, backend: b}
	a.site, err = pages.Mount(r, clerk, pages.Options{
		AppName: "ginclerk demo", AssetsPath: "/static", AddAccountURL: b.addAccountURL,
		Nav: []templates.NavLink{
			{Label: "Home", URL: "/", TestID: "nav-home"},
			{Label: "Dashboard", URL: "/dashboard", TestID: "nav-dashboard"},
		},
		Banner: b.banner(),
	})
	if err != nil {
		return nil, err
	}
	a.mountPages(r)
	a.mountSignIn(r)
	a.mountAPI(r)
	return r, nil
}

func (b *backend) banner() string {
	if b.users == nil {
		return ""
	}
	return "This demo runs on an embedded Clerk. Accounts are made up and gone when it stops."
}

// getAndHead registers a route for both: HEAD is GET without a body, and Gin does not serve it by itself.
func getAndHead(r gin.IRoutes, path string, handlers ...gin.HandlerFunc) {
	r.GET(path, handlers...)
	r.HEAD(path, handlers...)
}

func (a *app) mountPages(r *gin.Engine) {
	getAndHead(r, "/", a.home)
	getAndHead(r, "/dashboard", a.dashboard)
	getAndHead(r, "/admin", a.admin)
	getAndHead(r, "/unauthorized", a.unauthorized)
	getAndHead(r, "/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	r.NoRoute(a.notFound)
	r.NoMethod(a.wrongMethod)
}

// mountSignIn serves the sign-in and sign-up addresses: the embedded Clerk's pages, or the way to Clerk's own.
func (a *app) mountSignIn(r *gin.Engine) {
	for _, path := range []string{signInPath, signUpPath} {
		if a.backend.portal != nil {
			r.Any(path, gin.WrapH(a.backend.portal))
			r.Any(path+"/*path", gin.WrapH(a.backend.portal))
			continue
		}
		getAndHead(r, path, a.clerk.AccountPortal(path))
		getAndHead(r, path+"/*path", a.clerk.AccountPortal(path))
	}
}
