package pages

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/static"
	"github.com/ginclerk/ginclerk/templates"
)

// Options say how the pages present themselves. The zero value is usable.
type Options struct {
	// AppName is the application's name; empty means "Your account".
	AppName string
	// HomeURL is where the name leads, and where browsers go after signing out; empty means "/". It is a path of the application.
	HomeURL string
	// Path is where the pages are, below the router's prefix; empty means "/sessions".
	Path string
	// AssetsPath is where the style sheet is served, below the router's prefix; empty means "<Path>/static".
	AssetsPath string
	// AddAccountURL is where somebody signs in with one more account, as a path or an absolute URL, which is given the
	// parameter redirect_url; empty means the sign-in page.
	AddAccountURL string
	// Nav are links in front of those to the session pages.
	Nav []templates.NavLink
	// Banner is a sentence at the top of every page; empty means none.
	Banner string
	// Replay is the application's whole router, which forms are sent to again that could not be taken at once. nil: the engine
	// that the pages are mounted on; mounted on a group they can't know it, so that forms are not kept.
	Replay http.Handler
	// ImpersonatorsMayEndUserSessions lets somebody who acts as a user (impersonation, the claim act) end that user's own
	// sessions, one or all of them. false: they end sessions in which they act themselves, and nothing else of the user.
	ImpersonatorsMayEndUserSessions bool
	// LimitActions stands in front of every action that has Clerk asked, such as ending sessions and proving who somebody is:
	// [ginclerk.Clerk.RateLimit]. Signing out here is never limited. nil lets a user take twenty in ten
	// seconds, or ten that switch; what is asked with the browser's own credential, Clerk limits itself.
	LimitActions gin.HandlerFunc
	// LimitReading stands in front of every page that has Clerk asked. nil lets a user open sixty in ten seconds, or fifteen with
	// the accounts on the browser, for which Clerk is asked four times: no user can use up what Clerk takes from the application.
	LimitReading gin.HandlerFunc
}

// Router is where pages are mounted: a Gin engine or a group.
type Router interface {
	gin.IRouter
	BasePath() string
}

// Site is the mounted pages. It is immutable and safe for concurrent use.
type Site struct {
	clerk   *ginclerk.Clerk
	request func(*gin.Context) *serving.Request // nil: no tenant, and the request was answered
	options Options
	base    string // absolute path of the session pages
	assets  string // absolute path of the assets
	files   *static.Assets

	requireSession gin.HandlerFunc
	limits         limits
}

// Mount mounts the session pages and has problems shown as pages. The order of Mount and [ginclerk.Clerk.Attach] does not
// matter. The error names every problem with the options; nothing has been mounted then.
func Mount(r Router, clerk *ginclerk.Clerk, options Options) (*Site, error) {
	files, err := static.New()
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	options = options.withDefaults()
	if err := errors.Join(checkClerk(clerk), options.check()); err != nil {
		return nil, err
	}
	prefix := strings.TrimRight(r.BasePath(), "/")
	s := &Site{
		clerk: clerk, options: options, files: files,
		base: prefix + options.Path, assets: prefix + options.AssetsPath,
	}
	s.requireSession = s.clerk.RequireSession()
	if err := s.makeLimits(); err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	s.clerk.Exempt(s.assets)
	s.request = s.clerk.UsePages(ginclerk.Pages{Problem: s.problem})
	s.mountAssets(r)
	s.mountPages(r)
	s.keepForms(r)
	return s, nil
}

func (o Options) withDefaults() Options {
	o.AppName = cmp.Or(o.AppName, "Your account")
	o.HomeURL = cmp.Or(o.HomeURL, "/")
	o.Path = "/" + strings.Trim(cmp.Or(o.Path, "/sessions"), "/")
	o.AssetsPath = "/" + strings.Trim(cmp.Or(o.AssetsPath, o.Path+"/static"), "/")
	return o
}

func (s *Site) mountAssets(r gin.IRouter) {
	handler := gin.WrapH(http.StripPrefix(s.assets, s.files.Handler()))
	r.GET(s.options.AssetsPath+"/*file", handler)
	r.HEAD(s.options.AssetsPath+"/*file", handler)
}

func (s *Site) mountPages(r gin.IRouter) {
	group := r.Group(s.options.Path, ginclerk.SkipForms(), s.requireSession)
	for path, handlers := range map[string]gin.HandlersChain{
		"": {s.limits.one, s.showSession}, pathAccounts: {s.limits.accounts, s.showAccounts}, pathDevices: {s.limits.one, s.showDevices},
	} {
		group.GET(path, handlers...)
		group.HEAD(path, handlers...)
	}
	group.POST(pathSignOut, s.signOut)
	actions := group.Group("")
	if s.options.LimitActions != nil {
		actions.Use(s.options.LimitActions)
	}
	actions.POST(pathSignOutEverywhere, s.signOutEverywhere)
	actions.POST(pathSignOutOthers, s.signOutOthers)
	actions.POST(pathSignOutSelected, s.signOutSelected)
	actions.POST(pathSignOuts+pathJob+pathRetry, s.retrySignOut)
	actions.POST(pathSwitch, s.switchAccount)
	actions.POST(pathSignOutAccount, s.signOutAccount)
	actions.POST(pathRevoke, s.revoke)
	s.mountStepUp(group, actions)
	s.mountSignOuts(r)
}

// mountSignOuts mounts what is also for a browser whose session such a job has just ended: the handlers ask for a session, and
// rules for the whole application must not.
func (s *Site) mountSignOuts(r gin.IRouter) {
	s.clerk.Exempt(s.base + pathSignOuts)
	group := r.Group(s.options.Path+pathSignOuts, s.clerk.RefuseCrossOrigin())
	group.GET(pathJob, s.showSignOut)
	group.HEAD(pathJob, s.showSignOut)
	group.GET(pathJob+pathEvents, s.streamSignOut)
}

// Paths below the site's own.
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
	pathRevoke            = "/devices/revoke"
)

// SessionURL is the page with the session of this browser.
func (s *Site) SessionURL() string { return s.base }

// AccountsURL is the page with the accounts on this browser.
func (s *Site) AccountsURL() string { return s.base + pathAccounts }

// DevicesURL is the page with the devices of this user.
func (s *Site) DevicesURL() string { return s.base + pathDevices }
