package ginclerk

import (
	"context"
	"net/http"
	"reflect"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
)

// Pages are the pages of an application that guards show and send browsers to. Package pages has them all. The zero value has none.
type Pages struct {
	// Problem is how problems look in a browser; nil means a plain page.
	Problem ProblemPage
	// Verify is the path of a page on which a user proves once more who they are: it is given the parameters redirect_url, level and
	// after_minutes (package reverify). SignInAgain ends the session and begins another: it is given the parameter redirect_url.
	// Empty: a problem is shown instead.
	Verify, SignInAgain string
	// Forms is where forms wait that could not be sent. nil: a form that arrives with an expired token which can't be renewed is lost.
	Forms *FormsPage
}

// FormsPage is where forms wait that could not be sent.
type FormsPage struct {
	// URL is the path of a page that offers them again. It must need a session.
	URL string
	// Replay is what a form is sent to again: the application's whole router, so that the form passes every guard once more.
	// Where several engines have guards of one [Clerk], each has a page of its own, and Replay is that engine itself: so
	// it is known which forms are whose. Any other handler takes the forms of all engines.
	Replay http.Handler
	// Except are paths at or below which no form is kept, whichever guard turns it away: [SkipForms] can speak only to
	// guards behind it, and [Clerk.Protect] is in front of everything. They are matched against the route, as Gin names it.
	Except []string
}

// UsePages sets the pages of an application; package pages does so when it is mounted. Fields that are not set leave what was set
// before. It may be called at any time, and again: for each engine the last page of forms counts. Replicas call it for their engines in
// the same order.
//
// What it returns is for package pages, and has no use elsewhere.
func (k *Clerk) UsePages(pages Pages) func(*gin.Context) *serving.Request {
	if pages.Forms != nil {
		k.useForms(*pages.Forms)
	}
	for {
		before := k.pages.Load()
		next := pages
		if before != nil {
			next = before.with(pages)
		}
		if k.pages.CompareAndSwap(before, &next) {
			break
		}
	}
	return func(c *gin.Context) *serving.Request {
		if t := k.choose(c); t != nil {
			return t.serving(c)
		}
		return nil
	}
}

// with returns the pages with those that are set in next.
func (p Pages) with(next Pages) Pages {
	if next.Problem != nil {
		p.Problem = next.Problem
	}
	if next.Verify != "" {
		p.Verify = next.Verify
	}
	if next.SignInAgain != "" {
		p.SignInAgain = next.SignInAgain
	}
	return p
}

// shown returns the pages that were set last.
func (k *Clerk) shown() Pages {
	if pages := k.pages.Load(); pages != nil {
		return *pages
	}
	return Pages{}
}

func (k *Clerk) problemPage() ProblemPage { return k.shown().Problem }

func (k *Clerk) useForms(page FormsPage) {
	own := desk.Page{URL: page.URL, Replay: page.Replay, Except: page.Except}
	if engine, _ := page.Replay.(*gin.Engine); engine != nil {
		own.Router = reflect.ValueOf(engine).Pointer()
		own.ServesPage = func() bool {
			return slices.ContainsFunc(engine.Routes(), func(route gin.RouteInfo) bool {
				return route.Method == http.MethodGet && route.Path == page.URL
			})
		}
	}
	k.forms.Use(own)
}

// formsPage returns the page of the engine that serves a request; nil: its forms are not kept. The address of the engine tells it from
// others. Gin has no method for it, and where this Gin does not say, the page is the last one.
func (k *tenant) formsPage(c *gin.Context) *desk.Page {
	var router uintptr
	if engine := reflect.ValueOf(c).Elem().FieldByName("engine"); engine.IsValid() && engine.Kind() == reflect.Pointer {
		router = engine.Pointer()
	}
	return k.front(c).forms.For(router)
}

// serving returns what the tenant does with a request beyond what applications may.
func (k *tenant) serving(c *gin.Context) *serving.Request {
	auth := From(c)
	return &serving.Request{
		Core: k.core, Visit: k.visit(c), Writer: c.Writer,
		UserID: auth.UserID, SessionID: auth.SessionID, BaseSessionID: auth.baseSessionID, Actor: auth.Actor,
		Status: auth.SessionStatus, Reason: auth.Reason, Bearer: auth.carrier == authn.CarrierHeader,
		Set:       func(cookies ...*http.Cookie) { setCookies(c, cookies) },
		Respond:   func(r answer.Response) { k.respond(c, r) },
		FormsPage: func() *desk.Page { return k.formsPage(c) },
		Observe:   func(e observe.Event) { k.observe(c, e) },
		OwnToken:  func() outgoing.Token { return k.ownToken(c) },
		TemplateToken: func(template string) (outgoing.Token, error) {
			return auth.outgoingToken(c.Request.Context(), outgoing.Request{
				SessionID: auth.SessionID, UserID: auth.UserID, OrganizationID: auth.OrganizationID, Template: template,
			})
		},
		Unattached: func(ctx context.Context) context.Context { // it has no user until it is attached
			return context.WithValue(ctx, authKey{}, &Auth{})
		},
	}
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
	t := k.choose(c)
	if t == nil {
		return ErrNoTenant
	}
	redirect, err := t.serving(c).Switch(targetSessionID, t.core.Site.SafeTarget(returnTo))
	if err == nil {
		t.respond(c, redirect)
	}
	return err
}
