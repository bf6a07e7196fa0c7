package main

import (
	"context"
	"errors"
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

const (
	maxTokenAge = time.Hour
	// historyTimeout is how long the start waits for the seeded activity.
	historyTimeout = time.Second
)

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
func newApp(closing <-chan struct{}, clerk *ginclerk.Clerk, b *backend, l look, store storage.Store, kept decisions, logger *slog.Logger) (*gin.Engine, error) {
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
	r.Use(recoverQuietly(logger), endStreamsWith(closing))
	kept.watch(r)
	r.Use(clerk.Attach(), protect)
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
	options, err := b.pageOptions(a.limits, l)
	if err != nil {
		return nil, err
	}
	if a.site, err = pages.Mount(r, clerk, options); err != nil {
		return nil, err
	}
	a.recordHistory(logger)
	a.mountAssets(r)
	a.mountPages(r)
	a.mountNotes(r)
	a.mountSensitive(r)
	a.mountSignIn(r)
	a.mountAPI(r)
	a.site.MountRoutes(r)
	return r, errors.Join(kept.mount(r, clerk), a.mountWebhooks(r, logger))
}

func (b *backend) pageOptions(limits *limits, l look) (pages.Options, error) {
	sentences, err := demo.Sentences()
	if err != nil {
		return pages.Options{}, err
	}
	languages := localization.Config{Sources: sentences}
	words, err := formWords(languages)
	if err != nil {
		return pages.Options{}, err
	}
	return pages.Options{
		AppName: l.name, Brand: l.brand, AssetsPath: sitePath, AddAccountURL: b.addAccountURL, ProfileURL: b.profilePath,
		Languages: languages, Forms: words, Administrators: pages.Administrators{Requirements: administrators()},
		Nav: []templates.NavLink{
			{Label: "demo.home", URL: "/", TestID: "nav-home"},
			{Label: "demo.dashboard", URL: "/dashboard", TestID: "nav-dashboard"},
			{Label: "demo.notes", URL: notesPath, TestID: "nav-notes"},
		},
		Banner: b.banner(), LimitActions: limits.actions,
	}, nil
}

// administrators is who may see and end the sessions of other members of the active organization.
func administrators() []ginclerk.Requirement {
	return []ginclerk.Requirement{ginclerk.Role("org:admin")}
}

// formWords are what the page of saved forms says about the demo's forms, in each language.
func formWords(config localization.Config) (map[string]pages.FormWords, error) {
	catalog, err := localization.New(config)
	if err != nil {
		return nil, err
	}
	in := func(l *localization.Language) pages.FormWords {
		return pages.FormWords{
			Name: l.Text("demo.notes.text"), Action: l.Text("demo.notes.save"), Consequence: l.Text("demo.notes.consequence"),
			Labels: map[string]string{"text": l.Text("demo.notes.text")},
		}
	}
	words := in(catalog.Language("en"))
	words.Languages = map[string]pages.FormWords{}
	for _, l := range catalog.Languages() {
		words.Languages[l.Tag()] = in(l)
	}
	return map[string]pages.FormWords{http.MethodPost + " " + notesPath: words}, nil
}

// recordHistory records what the accounts of the embedded Clerk did before the start. The demo starts without it, too.
func (a *app) recordHistory(logger *slog.Logger) {
	if a.backend.history == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), historyTimeout)
	defer cancel()
	if err := a.backend.history(ctx, a.site.Activity(a.clerk)); err != nil {
		logger.WarnContext(ctx, "the seeded activity could not be recorded", "error", err.Error())
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
	if a.backend.profilePath != "" {
		getAndHead(r, a.backend.profilePath, a.profile)
	}
	r.NoRoute(a.site.NotFound)
	r.NoMethod(a.site.MethodNotAllowed)
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
