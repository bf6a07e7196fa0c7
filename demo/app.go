package main

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/demo"
)

const maxTokenAge = time.Hour

// app has the demo's own handlers.
type app struct {
	clerk   *ginclerk.Clerk
	backend *backend
	site    *pages.Site
	store   storage.Store
	notes   *notes
	assets  *assets
	limits  *limits
	now     func() time.Time
}

// newApp builds the router: the rules of Clerk's guide, its routes, the session pages, and Clerk's Frontend API at /__clerk.
// Streams end when closing is closed.
func newApp(closing <-chan struct{}, clerk *ginclerk.Clerk, b *backend, store storage.Store, logger *slog.Logger) (*gin.Engine, error) {
	r := gin.New()
	r.HandleMethodNotAllowed = true
	if err := r.SetTrustedProxies(nil); err != nil {
		return nil, err
	}
	protect, err := clerk.Protect(ginclerk.Rules{
		Public:          []string{"/", "/sign-in(.*)", "/sign-up(.*)", "/api/webhooks(.*)", "/api/public(.*)"},
		Admin:           []string{"/admin(.*)"},
		API:             []string{"/api/(.*)", eventsPath},
		UnauthorizedURL: "/unauthorized",
	})
	if err != nil {
		return nil, err
	}
	clerk.Exempt("/healthz", sitePath)
	if gin.IsDebugging() {
		r.Use(logRequests(logger))
	}
	r.Use(recoverQuietly(logger), endStreamsWith(closing), clerk.Attach(), protect)
	clerk.MountProxy(r)

	a := &app{
		clerk: clerk, backend: b, store: store, now: b.config.Now,
		notes: &notes{store: store, now: b.config.Now},
	}
	if a.assets, err = newAssets(); err != nil {
		return nil, err
	}
	if a.limits, err = newLimits(clerk); err != nil {
		return nil, err
	}
	sentences, err := demo.Sentences()
	if err != nil {
		return nil, err
	}
	if a.site, err = pages.Mount(r, clerk, b.pageOptions(a.limits, sentences)); err != nil {
		return nil, err
	}
	a.mountAssets(r)
	a.mountPages(r)
	a.mountNotes(r)
	a.mountSensitive(r)
	a.mountSignIn(r)
	a.mountAPI(r)
	a.site.MountRoutes(r)
	return r, a.mountWebhooks(r, logger)
}

func (b *backend) pageOptions(l *limits, sentences []localization.Source) pages.Options {
	return pages.Options{
		AppName: "ginclerk demo", AssetsPath: sitePath, AddAccountURL: b.addAccountURL,
		Languages: localization.Config{Sources: sentences},
		Nav: []templates.NavLink{
			{Label: "demo.home", URL: "/", TestID: "nav-home"},
			{Label: "demo.dashboard", URL: "/dashboard", TestID: "nav-dashboard"},
			{Label: "demo.notes", URL: notesPath, TestID: "nav-notes"},
		},
		Banner: b.banner(), LimitActions: l.actions,
	}
}

func (b *backend) banner() string {
	if b.users == nil {
		return ""
	}
	return "demo.banner"
}

// getAndHead registers a route for GET and HEAD. HEAD is GET without a body, and Gin does not serve it by default.
func getAndHead(r gin.IRoutes, path string, handlers ...gin.HandlerFunc) {
	r.GET(path, handlers...)
	r.HEAD(path, handlers...)
}

func (a *app) mountPages(r *gin.Engine) {
	getAndHead(r, "/", a.home)
	getAndHead(r, "/dashboard", a.dashboard)
	getAndHead(r, "/admin", a.admin)
	getAndHead(r, "/unauthorized", a.unauthorized)
	getAndHead(r, livePath, a.live)
	r.GET(eventsPath, a.liveEvents)
	getAndHead(r, "/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	r.NoRoute(a.notFound)
	r.NoMethod(a.wrongMethod)
}

// mountSignIn serves the sign-in and sign-up addresses.
func (a *app) mountSignIn(r *gin.Engine) {
	config := a.backend.config
	a.mountPortal(r, signInPath, config.SignInURL, ginclerk.Links.SignIn)
	a.mountPortal(r, signUpPath, config.SignUpURL, ginclerk.Links.SignUp)
}

// mountPortal serves one of the addresses: the pages of the embedded Clerk, or a redirect to Clerk's pages or, where the environment names
// other pages, to those.
func (a *app) mountPortal(r *gin.Engine, path, configured string, elsewhere func(ginclerk.Links, string) string) {
	if a.backend.portal != nil {
		r.Any(path, gin.WrapH(a.backend.portal))
		r.Any(path+"/*path", gin.WrapH(a.backend.portal))
		return
	}
	handler := a.clerk.AccountPortal(path)
	if configured != path {
		handler = func(c *gin.Context) {
			c.Redirect(http.StatusTemporaryRedirect, elsewhere(a.clerk.Links(c), c.Query("redirect_url")))
		}
	}
	getAndHead(r, path, handler)
	getAndHead(r, path+"/*path", handler)
}
