package ginclerk

import (
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/attach"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
)

// Pages are the pages of an application that guards show and send browsers to. Package pages has them all. The zero value has none.
type Pages struct {
	// Problem writes a problem as a page for a browser. It must write a complete response. nil means a plain page.
	Problem func(*gin.Context, Problem)
	// Verify is the path of a page on which a user proves once more who they are: it is given the parameters redirect_url, level and
	// after_minutes (package reverify). SignInAgain ends the session and begins another: it is given the parameter redirect_url.
	// Empty: a problem is shown instead.
	Verify, SignInAgain string
	// Organizations is the path of a page on which a user chooses the active organization: it is given the parameter redirect_url.
	// Empty: a guard that needs an organization says so, and leads nowhere.
	Organizations string
	// SignOuts are the routes, as Gin has them, of actions (POST) with which users sign out of this browser. Where Clerk can't be reached to sign
	// out, the browser reads no page any more ([TokenChecks.OutageReading]).
	SignOuts []string
	// Forms is a page that offers forms again which could not be sent. Package pages makes it: see pages.Options.Replay. nil: a form that
	// arrives with an expired token which can't be renewed is lost.
	Forms exchange.FormsPage
}

// UsePages sets the pages of an application at its Clerk; package pages does so when it is mounted. Fields that are not set leave what was set
// before. It may be called at any time, and again: for each engine the last page of forms counts. Replicas call it for their engines in
// the same order.
//
// What it returns is for package pages, and has no use elsewhere.
func UsePages(k *Clerk, pages Pages) attach.Access {
	if missing(k) {
		return attach.Access{Request: func(c *gin.Context) *attach.Request { tenantOf(k, c); return nil }, EachInstance: func(func(*serving.Core)) {}}
	}
	shown := exchange.Pages{Verify: pages.Verify, SignInAgain: pages.SignInAgain, Organizations: pages.Organizations, SignOuts: pages.SignOuts}
	if pages.Problem != nil {
		shown.Problem = func(c *gin.Context, p answer.Problem) { pages.Problem(c, Problem(p)) }
	}
	k.front.Use(shown, pages.Forms)
	access := attach.Access{Request: func(c *gin.Context) *attach.Request {
		if t := tenantOf(k, c); t != nil {
			r := t.At(c)
			return &r
		}
		return nil
	}}
	if k.own == nil {
		access.EachInstance = func(do func(*serving.Core)) { k.chosen.do.Store(&do) }
		return access
	}
	access.Core = k.own.Core
	access.EachInstance = func(do func(*serving.Core)) { do(k.own.Core) }
	return access
}

// SwitchSession makes another active session of this browser the current one and ends the request with a redirect to
// returnTo, a path of the application. It needs no JavaScript, and lasts: through expired tokens, handshakes and restarts of
// the application.
//
// Where the application sees the browser's credential for the Frontend API (the dev browser of a development instance, the
// __client cookie behind [Config.ProxyURL]), Clerk makes the session the current one, and clerk-js agrees. Elsewhere a sealed
// cookie selects it: this application takes the browser's requests for that session, as long as Clerk says that it is active
// and of the same browser, while clerk-js goes on with the browser's own.
//
// Errors are those of [session.Service.Switch], except that a missing credential is none. Nothing is written with one.
func (k *Clerk) SwitchSession(c *gin.Context, targetSessionID, returnTo string) error {
	if missing(k) {
		return errMissing
	}
	t := tenantOf(k, c)
	if t == nil {
		return ErrNoTenant
	}
	r := t.at(c)
	redirect, err := r.Serving().Switch(targetSessionID, r.Visit().SafeTarget(returnTo))
	if err == nil {
		r.Respond(redirect)
	}
	return err
}

// SwitchOrganization makes an organization the active one of the request's session and ends the request with a redirect to returnTo, a
// path of the application. An empty id means the personal account. It needs no JavaScript, and lasts as Clerk's own switch does. Only
// organizations that the user is a member of can be chosen ([Auth.OrganizationMemberships]).
//
// Where the application sees the browser's credential for the Frontend API (see [Clerk.SwitchSession]), Clerk is told by this server, as
// clerk-js tells it. Elsewhere the browser takes the choice to Clerk itself, in a handshake. A session that the browser has switched to
// by a sealed cookie ([Auth.Switched]) has no such way: Clerk's handshake changes the browser's own session, and Clerk's Backend API
// changes no session's organization and makes no token for another one. The error then is [session.ErrNotOfBrowser], as it is for a
// request with a bearer token.
//
// Errors match [ErrSignedOut], [session.ErrOrganizationNotFound], [session.ErrNotOfBrowser] and [session.ErrUnavailable]. Nothing is
// written with one.
func (k *Clerk) SwitchOrganization(c *gin.Context, organizationID, returnTo string) error {
	t := tenantOf(k, c)
	if t == nil {
		return ErrNoTenant
	}
	r := t.at(c)
	redirect, err := r.Serving().SwitchOrganization(organizationID, r.Visit().SafeTarget(returnTo))
	if err == nil {
		r.Respond(redirect)
	}
	return err
}
