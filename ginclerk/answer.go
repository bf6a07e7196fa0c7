package ginclerk

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// Problem is an answer that turns a request away, in words for the person in front of it.
type Problem struct {
	Status int
	// Error names the problem in a word or two, as APIs answer it: Unauthorized, Session expired.
	Error string
	// Detail says what happened, Remedy what to do.
	Detail, Remedy string
	// Action is a link that does what the remedy says, with its label; both may be empty. It is a path of the application or an
	// absolute URL; [Clerk.Answer] puts the base path in front.
	Action, ActionLabel string
	// Reason is the cause in Clerk's words, or in those of package reason.
	Reason authn.Reason
	// RetryAfter is when to try again; 0 means that waiting does not help.
	RetryAfter time.Duration
	// ClerkError is the member clerk_error of problem JSON, which clerk-js looks for; nil leaves it out.
	ClerkError any
}

// ProblemPage writes a problem as a page. It must write a complete response.
type ProblemPage func(c *gin.Context, p Problem)

// Unavailable is the problem to answer with when a call to Clerk failed for no fault of the browser. The error is that of the call:
// where Clerk asked to wait (Retry-After), the client is told to wait as long, an hour at most; else, and with nil, five seconds.
func Unavailable(err error) Problem { return Problem(answer.Because(answer.ClerkUnavailable, err)) }

// ProblemFor returns the problem to answer with ([Clerk.Answer]) for an error that a handler got from this package or those below it:
// session, signout, outgoing, forms, storage, ratelimit, token, reverify. An outage is 503, whatever else the error says: it signs no
// user out. An error that is none of theirs is 500. The problem never has the error's own text, which is for the log.
func ProblemFor(err error) Problem { return Problem(answer.For(err)) }

// Answer writes a problem and ends the request: a page for a navigation, problem JSON (RFC 9457) with a member "error" for
// everything else. It does nothing but end the request where a response was begun already.
func (k *Clerk) Answer(c *gin.Context, p Problem) {
	if t := k.choose(c); t != nil {
		t.answer(c, answer.Problem(p))
	}
}

// answer is [Clerk.Answer].
func (k *tenant) answer(c *gin.Context, p answer.Problem) {
	c.Abort()
	if k.begun(c) {
		return
	}
	k.observe(c, observe.Event{Kind: observe.Refused, Reason: string(p.Reason), Status: p.Status})
	v := k.visit(c)
	if p.Action != "" {
		p.Action = v.Link(p.Action)
	}
	writeProblem(c, v.Kind, k.front(c).problemPage(), p)
}

// refuse answers with a row of the table of problems.
func (k *tenant) refuse(c *gin.Context, name answer.Name) { k.answer(c, answer.Of(name)) }

// writeProblem writes the response.
func writeProblem(c *gin.Context, kind visit.Kind, page ProblemPage, p answer.Problem) {
	var show answer.Page
	if page != nil {
		show = func(p answer.Problem) { page(c, Problem(p)) }
	}
	if err := answer.Write(c.Writer, kind, p, show); err != nil {
		_ = c.Error(err)
	}
}

// respond is [Clerk.Answer] for what package answer has decided.
func (k *tenant) respond(c *gin.Context, r answer.Response) {
	c.Abort()
	if k.begun(c) {
		return
	}
	setCookies(c, r.Cookies)
	switch {
	case r.HTMXLocation != "":
		c.Header("HX-Redirect", r.HTMXLocation)
	case r.HTMXRefresh:
		c.Header("HX-Refresh", "true")
	}
	if r.Problem != nil {
		k.answer(c, *r.Problem)
		return
	}
	c.Header("Cache-Control", "no-store")
	c.Redirect(r.Status, r.Location)
}

// redirectTo ends the request with a redirect to a target that is known to be safe.
func (k *tenant) redirectTo(c *gin.Context, target string) {
	k.respond(c, answer.SeeOther(k.visit(c), target))
}

// begun ends a request whose response was begun already, and reports whether that is so. Nothing can be answered any more, so
// the handlers behind do not run.
func (k *tenant) begun(c *gin.Context) bool {
	if !c.Writer.Written() {
		return false
	}
	c.Abort()
	k.headersAlreadySent(c)
	return true
}

// answerSignedOut turns away a request that needs a session and has none.
func (k *tenant) answerSignedOut(c *gin.Context) {
	parked := ""
	if kindOf(c) != visit.API {
		parked = k.parkForm(c, k.toSignIn(c))
	}
	if c.IsAborted() {
		return
	}
	k.turnAway(c, From(c).Reason, k.core.SignIn.Refuse(k.visit(c), k.serving(c).Who(), parked))
}

// turnAway is [tenant.respond] for a request that a guard refuses, whose page may be sent elsewhere.
func (k *tenant) turnAway(c *gin.Context, because authn.Reason, r answer.Response) {
	if r.Problem == nil && !c.Writer.Written() { // [tenant.answer] tells of problems
		k.observe(c, observe.Event{Kind: observe.Refused, Reason: string(because), Status: r.Status})
	}
	k.respond(c, r)
}

// answerPrefetch answers a prefetch where only a visit can tell who the request is. A prefetch goes to no handshake and to no sign-in,
// renews no token, keeps no form and gets no cookie of ours, because a browser may never show its response. Browsers discard an error, and
// ask again when the page is opened.
func (k *tenant) answerPrefetch(c *gin.Context) { k.refuse(c, answer.Prefetch) }

// SignInURL returns the address of the sign-in page for this request, from which the browser comes back to returnTo: a
// path of the application or an absolute URL on one of its origins; anything else becomes "/". The address also carries the parameters
// for Clerk with which the browser came here, such as the ticket of an invitation.
func (k *Clerk) SignInURL(c *gin.Context, returnTo string) string {
	t := k.choose(c)
	if t == nil {
		return ""
	}
	return t.signInURL(c, returnTo)
}

func (k *tenant) signInURL(c *gin.Context, returnTo string) string {
	v := k.visit(c)
	return k.core.SignIn.URL(v, k.serving(c).Who(), v.SafeTarget(returnTo))
}

// SignUpURL is [Clerk.SignInURL] for the sign-up page.
func (k *Clerk) SignUpURL(c *gin.Context, returnTo string) string {
	t := k.choose(c)
	if t == nil {
		return ""
	}
	v := t.visit(c)
	return t.core.SignIn.UpURL(v, t.serving(c).Who(), v.SafeTarget(returnTo))
}

// AccountPortal returns the handler for an application's own sign-in and sign-up addresses that sends browsers on to the
// pages of Clerk's Account Portal. The browser comes back to the query parameter redirect_url if that is a safe target,
// else to "/". The parameters of the link that are for Clerk's page, such as the ticket of an invitation, go along. Mount the handler where
// [Config.SignInURL] and SignUpURL point to, with everything below:
//
//	r.GET("/sign-in/*path", clerk.AccountPortal("/sign-in"))
//
// The page is "/sign-in" or "/sign-up"; below /sign-in, "/create" is sign-up, and "/tasks" finishes a pending session.
func (k *Clerk) AccountPortal(page string) gin.HandlerFunc {
	return k.with(func(k *tenant, c *gin.Context) {
		c.Header("Cache-Control", "no-store")
		c.Redirect(http.StatusTemporaryRedirect, k.core.SignIn.PortalURL(k.visit(c), k.serving(c).Who(), page, c.Param("path")))
	})
}

// The query parameter in which a sign-in page of the application is told why the user has to sign in again, and its value when the
// session was ended elsewhere.
const (
	SignInNotice       = answer.SignInNotice
	NoticeSessionEnded = answer.NoticeSessionEnded
)

// SessionEnded answers a request whose token is still good but whose session Clerk no longer knows, or says is over. The
// session is refused from now on; a page goes through a handshake to sign-in, which is told why, and an API gets 401.
func (k *Clerk) SessionEnded(c *gin.Context) {
	if t := k.choose(c); t != nil {
		t.sessionEnded(c)
	}
}

func (k *tenant) sessionEnded(c *gin.Context) {
	k.remember(c.Request.Context(), From(c).SessionID)
	v := k.visit(c)
	if v.Kind != visit.Page {
		k.answer(c, answer.For(ErrSessionEnded))
		return
	}
	if !From(c).Switched() {
		setCookie(c, v.Keep(visit.SessionEnded, "", "1"))
	}
	k.respond(c, k.serving(c).Leave(answer.InFront(v), reason.SessionEnded))
}

// SafeTarget returns where a redirect to the given place may lead: the place itself, less Clerk's own query parameters,
// if it is a path of the application or an absolute URL on one of its origins, and no longer than 8 KB; else "/". Give it
// every target that came with a request. A Clerk of [NewTenants] knows no origins.
func (k *Clerk) SafeTarget(target string) string {
	if k.own == nil {
		return (&visit.Site{}).SafeTarget(target)
	}
	return k.own.core.Site.SafeTarget(target)
}
