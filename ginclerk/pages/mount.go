package pages

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/attach"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/static"
	"github.com/ginclerk/ginclerk/templates"
)

// Options configure the pages. The zero value is usable.
type Options struct {
	// AppName is the application's name; empty means "Your account", in the language of the visitor.
	AppName string
	// HomeURL is a path of the application. The name links to it, and browsers go there after signing out; empty means "/".
	HomeURL string
	// Path is the path of the pages below the router's prefix; empty means "/sessions".
	Path string
	// AssetsPath is the path of the style sheet below the router's prefix; empty means "<Path>/static".
	AssetsPath string
	// AddAccountURL is where a user signs in with one more account: a path or an absolute URL, to which the parameter
	// redirect_url is added; empty means the sign-in page.
	AddAccountURL string
	// Forms are the application's words about its forms, for the page of forms that wait. The key is the method and the route that a form
	// is sent to, as Gin has it: "POST /notes/:id". A form without words is called a form, and its fields by their names.
	Forms map[string]FormWords
	// Nav are links in front of the links to the session pages. A label that is the key of a sentence (Languages) is shown in the
	// language of the visitor.
	Nav []templates.NavLink
	// Banner is a sentence at the top of every page, or the key of one (Languages); empty means none.
	Banner string
	// Brand has the logo, the colors and the footer of the pages. The zero value is the look of ginclerk.
	Brand Brand
	// Layout puts the pages into the application's own layout. nil: the built-in one. templates.HTMLLayout makes one of a template of
	// html/template. It must be safe for concurrent use. Pages in it are not compressed.
	Layout func(templates.Document) templ.Component
	// Templates replace single pages. The zero value has the built-in ones.
	Templates Templates
	// Sources are origins from which browsers may load something for a page. The zero value allows what the other options name.
	Sources Sources
	// Languages are the languages of the pages, with sentences that the application replaces or adds. The zero value offers all
	// built-in languages; see package localization.
	Languages localization.Config
	// Language names the language of a visitor as a BCP 47 tag, such as "de": what the application knows about the user. Empty, or
	// nil: the visitor's own choice, else the header Accept-Language. It must be safe for concurrent use.
	Language func(*http.Request) string
	// TimeZone returns the time zone of a visitor. nil, as a function or as what it returns: the zone that the browser has told, else
	// UTC. It must be safe for concurrent use.
	TimeZone func(*http.Request) *time.Location
	// Replay is the application's whole router. Waiting forms are sent to it again. nil means the engine on which the pages
	// are mounted. Pages on a group do not know the engine, so nil then means that no forms are kept.
	Replay http.Handler
	// ImpersonatorsMayEndUserSessions lets an impersonator (a session with the claim act) end that user's own sessions, one
	// or all of them. false: an impersonator ends only the sessions in which they act themselves.
	ImpersonatorsMayEndUserSessions bool
	// ProfileURL is where a user changes the password: a path of the application, or an absolute URL. Empty means Clerk's Account Portal.
	ProfileURL string
	// OnActivity is told of each new entry in the activity of a user, such as a sign-in, so that the application sends mail: see
	// package activity. It is called in the background, one entry after the other; [ginclerk.Clerk.Close] waits for it. nil: no call. It
	// must be safe for concurrent use if the Clerk has many tenants.
	OnActivity func(ctx context.Context, userID string, entry activity.Entry)
	// Administrators may see and end the sessions of other users. The zero value: the pages for it don't exist.
	Administrators Administrators
	// LimitActions stands in front of every action that has Clerk asked, such as ending sessions and proving who somebody is:
	// [ginclerk.Clerk.RateLimit]. Signing out here is never limited. nil lets a user take twenty in ten
	// seconds, or ten that switch or sign out of an account; what is asked with the browser's own credential, Clerk limits itself.
	LimitActions gin.HandlerFunc
	// ProveSignOut stands in front of ending several sessions at once and of the pages that ask before it: selected sessions, all others,
	// everywhere, all accounts on the browser, all sessions of a user whom an administrator manages, and trying again.
	// [ginclerk.Clerk.Require] with [ginclerk.Reverified] has the user prove who they are first; then the page asks, about the same
	// selection of 500 sessions at most. Ending one session needs no proof. nil asks for none. It must be safe for concurrent use.
	ProveSignOut gin.HandlerFunc
	// LimitReading is a limit in front of every page that sends requests to Clerk. nil means 60 pages in 10 seconds for a
	// user, or 15 with the accounts on the browser, which take four requests each. So no user uses up Clerk's limit for the
	// application.
	LimitReading gin.HandlerFunc
}

// Router is what the pages are mounted on: a Gin engine or a group.
type Router interface {
	gin.IRouter
	BasePath() string
}

// Site is the mounted pages. Its configuration never changes, and it is safe for concurrent use.
type Site struct {
	clerk   *ginclerk.Clerk
	access  attach.Access
	options Options
	base    string // absolute path of the session pages
	assets  string // absolute path of the assets
	files   *static.Assets
	policy  policy
	catalog *localization.Catalog
	zones   zones

	requireSession gin.HandlerFunc
	limits         limits
	sheets         sheets
}

// request returns what ginclerk does with a request beyond what applications may; nil: it has no tenant, and was answered.
func (s *Site) request(c *gin.Context) *serving.Request { return s.access.Serving(c) }

// exchange returns a request and its response; nil: it has no tenant, and was answered.
func (s *Site) exchange(c *gin.Context) *exchange.Exchange {
	if r := s.access.Request(c); r != nil {
		return r.Exchange
	}
	return nil
}

// Mount mounts the session pages and has problems shown as pages. The order of Mount and [ginclerk.Clerk.Attach] does not
// matter. The error names every problem with the options; nothing has been mounted then. It is an error, too, where the router has routes
// at these paths already.
//
// With ginclerk.Stores.Records, a goroutine looks from then on, every two seconds, for jobs that end sessions and that another process had to
// leave. For a Clerk of [ginclerk.NewTenants] it begins with the first request that a tenant is chosen for. [ginclerk.Clerk.Close] ends it.
func Mount(r Router, clerk *ginclerk.Clerk, options Options) (*Site, error) {
	options = options.withDefaults()
	if err := errors.Join(checkClerk(clerk), options.check()); err != nil {
		return nil, err
	}
	files, err := options.Brand.files()
	if err != nil {
		return nil, fmt.Errorf("pages: Options.Brand: %w", err)
	}
	catalog, err := localization.New(options.Languages)
	if err != nil {
		return nil, fmt.Errorf("pages: Options.Languages: %w", err)
	}
	prefix := strings.TrimRight(r.BasePath(), "/")
	s := &Site{
		clerk: clerk, options: options, files: files, catalog: catalog, policy: newPolicy(options),
		base: prefix + options.Path, assets: prefix + options.AssetsPath,
	}
	s.requireSession = s.clerk.RequireSession()
	if err := s.makeLimits(); err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	s.clerk.Exempt(s.assets)
	s.access = ginclerk.UsePages(s.clerk, ginclerk.Pages{})
	if err := s.makeParts(); err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	if err := taken(s.options.Path, func() { s.mountAssets(r); s.mountPages(r) }); err != nil {
		return nil, err
	}
	ginclerk.UsePages(s.clerk, ginclerk.Pages{Problem: s.problem})
	s.keepForms(r)
	return s, nil
}

func (o Options) withDefaults() Options {
	o.Templates = o.Templates.withDefaults()
	o.HomeURL = cmp.Or(o.HomeURL, "/")
	o.Path = "/" + strings.Trim(cmp.Or(o.Path, "/sessions"), "/")
	o.AssetsPath = "/" + strings.Trim(cmp.Or(o.AssetsPath, o.Path+"/static"), "/")
	return o
}

func (s *Site) mountAssets(r gin.IRouter) {
	handler := s.serves("assets of the pages", gin.WrapH(http.StripPrefix(s.assets, s.files.Handler())))
	r.GET(s.options.AssetsPath+"/*file", handler)
	r.HEAD(s.options.AssetsPath+"/*file", handler)
}

func (s *Site) mountPages(r gin.IRouter) {
	group := r.Group(s.options.Path, ginclerk.SkipForms(), ginclerk.RefuseOutageReading(), s.requireSession)
	for path, handlers := range map[string]gin.HandlersChain{
		"": {s.limits.one, s.showSession}, pathAccounts: {s.limits.accounts, s.showAccounts}, pathDevices: {s.limits.one, s.showDevices},
		pathOrganizations: {s.limits.one, s.showOrganizations}, pathDevices + pathDevice: {s.limits.one, s.showDevice},
		pathSignOutAccounts: s.prove(nil, s.limits.accounts, s.confirmAccounts),
	} {
		group.GET(path, handlers...)
		group.HEAD(path, handlers...)
	}
	group.POST(pathSignOut, s.signOut)
	actions := group.Group("")
	if s.options.LimitActions != nil {
		actions.Use(s.options.LimitActions)
	}
	s.mountBulkSignOuts(group, actions)
	actions.POST(pathDevices+pathDevice+pathName, s.nameDevice)
	actions.POST(pathSignOutAccounts, s.prove(s.askingAt(pathSignOutAccounts), s.signOutAccounts)...)
	actions.POST(pathSwitch, s.switchAccount)
	actions.POST(pathSignOutAccount, s.signOutAccount)
	actions.POST(pathRevoke, s.revoke)
	actions.POST(pathSwitchOrganization, s.switchOrganization)
	ginclerk.UsePages(s.clerk, ginclerk.Pages{
		Organizations: s.OrganizationsURL(),
		SignOuts:      []string{s.base + pathSignOut, s.base + pathSignOutEverywhere, s.base + pathSignOutAccounts, s.base + pathSignInAgain},
	})
	s.mountParts(r, group)
	s.mountStepUp(group, actions)
	s.mountActivity(group, actions)
	s.mountAdmin(r)
	s.mountSignOuts(r)
	s.mountLanguage(r)
}

// mountBulkSignOuts mounts what ends several sessions at once, behind the proof that the options ask for.
func (s *Site) mountBulkSignOuts(group, actions *gin.RouterGroup) {
	for path, handler := range map[string]gin.HandlerFunc{
		pathSignOutEverywhere: s.confirmEverywhere, pathSignOutOthers: s.confirmOthers, pathSignOutSelected: s.confirmSelected,
	} {
		group.GET(path, s.prove(nil, s.limits.one, handler)...)
		group.HEAD(path, s.prove(nil, s.limits.one, handler)...)
	}
	actions.POST(pathSignOutEverywhere, s.prove(s.askingAt(pathSignOutEverywhere), s.signOutEverywhere)...)
	actions.POST(pathSignOutOthers, s.prove(s.askingAt(pathSignOutOthers), s.signOutOthers)...)
	actions.POST(pathSignOutSelected, s.prove(s.selectionAsks, s.signOutSelected)...)
	job := func(c *gin.Context) string { return s.signOutURL(c.Param(jobParameter)) }
	actions.POST(pathSignOuts+pathJob+pathRetry, s.prove(job, s.serves("retry of a sign-out", s.retrySignOut))...)
}

// mountSignOuts mounts the routes that also serve a browser whose session a job has just ended. These handlers require a
// session themselves, and rules for the whole application must not.
func (s *Site) mountSignOuts(r gin.IRouter) {
	s.clerk.Exempt(s.base + pathSignOuts)
	group := r.Group(s.options.Path+pathSignOuts, ginclerk.RefuseOutageReading(), s.clerk.RefuseCrossOrigin())
	show, stream := s.serves("page of a sign-out", s.showSignOut), s.serves("events of a sign-out", s.streamSignOut)
	group.GET(pathJob, show)
	group.HEAD(pathJob, show)
	group.GET(pathJob+pathEvents, stream)
}

// serves returns a handler that asks for what it needs itself, with a name for package routes.
func (s *Site) serves(name string, handler gin.HandlerFunc) gin.HandlerFunc {
	return exchange.Described(func() exchange.Description {
		return exchange.Description{Name: name, Serves: true, Clerk: s.clerk}
	}, handler)
}

// Paths below the path of the pages.
const (
	pathAccounts          = "/accounts"
	pathDevices           = "/devices"
	pathSignOut           = "/sign-out"
	pathSignOutEverywhere = "/sign-out-everywhere"
	pathSignOutOthers     = "/sign-out-others"
	pathSignOutSelected   = "/devices/sign-out"
	pathSignOuts          = "/sign-outs"
	pathJob               = "/:" + jobParameter
	pathEvents            = "/events"
	pathRetry             = "/retry"
	pathSwitch            = "/switch"
	pathSignOutAccount    = "/accounts/sign-out"
	pathSignOutAccounts   = "/accounts/sign-out-all"
	pathDevice            = "/:" + deviceParameter // below pathDevices
	pathName              = "/name"                // below pathDevice
	pathRevoke            = "/devices/revoke"

	pathOrganizations      = "/organizations"
	pathSwitchOrganization = "/organizations/switch"
)

// SessionURL is the path of the page with the session of this browser.
func (s *Site) SessionURL() string { return s.base }

// AccountsURL is the path of the page with the accounts on this browser.
func (s *Site) AccountsURL() string { return s.base + pathAccounts }

// DevicesURL is the path of the page with the devices of this user.
func (s *Site) DevicesURL() string { return s.base + pathDevices }

// OrganizationsURL is the path of the page on which the user chooses the active organization. Guards that need one lead there.
func (s *Site) OrganizationsURL() string { return s.base + pathOrganizations }
