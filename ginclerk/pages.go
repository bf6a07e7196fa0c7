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
	// Problem is how problems look in a browser; nil means a plain page.
	Problem ProblemPage
	// Verify is the path of a page on which a user proves once more who they are: it is given the parameters redirect_url, level and
	// after_minutes (package reverify). SignInAgain ends the session and begins another: it is given the parameter redirect_url.
	// Empty: a problem is shown instead.
	Verify, SignInAgain string
	// Forms is a page that offers forms again which could not be sent. Package pages makes it: see pages.Options.Replay. nil: a form that
	// arrives with an expired token which can't be renewed is lost.
	Forms exchange.FormsPage
}

// UsePages sets the pages of an application; package pages does so when it is mounted. Fields that are not set leave what was set
// before. It may be called at any time, and again: for each engine the last page of forms counts. Replicas call it for their engines in
// the same order.
//
// What it returns is for package pages, and has no use elsewhere.
func (k *Clerk) UsePages(pages Pages) attach.Access {
	shown := exchange.Pages{Verify: pages.Verify, SignInAgain: pages.SignInAgain}
	if pages.Problem != nil {
		shown.Problem = func(c *gin.Context, p answer.Problem) { pages.Problem(c, Problem(p)) }
	}
	k.front.Use(shown, pages.Forms)
	access := attach.Access{Request: k.requestOf, EachInstance: k.eachInstance}
	if k.own != nil {
		access.Core = k.own.Core
	}
	return access
}

// eachInstance has a function called with each instance, once.
func (k *Clerk) eachInstance(do func(*serving.Core)) {
	if k.own != nil {
		do(k.own.Core)
		return
	}
	k.chosen.Store(&do)
}

// requestOf returns a request at its instance; nil where it has none: it was answered.
func (k *Clerk) requestOf(c *gin.Context) *attach.Request {
	if t := k.choose(c); t != nil {
		r := t.At(c)
		return &r
	}
	return nil
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
	r := t.at(c)
	redirect, err := r.Serving().Switch(targetSessionID, t.Site.SafeTarget(returnTo))
	if err == nil {
		r.Respond(redirect)
	}
	return err
}
