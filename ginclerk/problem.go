package ginclerk

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Problem is an answer that turns a request away, in words for the person in front of it.
type Problem struct {
	Status int
	// Error names the problem in a word or two, as APIs answer it: Unauthorized, Session expired.
	Error string
	// Detail says what happened, Remedy what to do.
	Detail string
	Remedy string
	// Action is a link that does what the remedy says, with its label; both may be empty. It is a path of the application or an
	// absolute URL; [Clerk.Answer] puts the base path in front.
	Action, ActionLabel string
	// Reason is the cause in Clerk's words, or in ours with the prefix ginclerk-.
	Reason authn.Reason
	// RetryAfter is when to try again; 0 means that waiting does not help.
	RetryAfter time.Duration

	clerkError any // what clerk-js looks for; nil where it does not
}

// ProblemPage writes a problem as a page. It must write a complete response.
type ProblemPage func(c *gin.Context, p Problem)

// retryAfter is what a client is told to wait when Clerk can't be reached and has not said for how long; maxRetryAfter is the
// longest wait that Clerk's answer can make it.
const (
	retryAfter    = 5 * time.Second
	maxRetryAfter = time.Hour
)

// retryAfterOf is what a client is told to wait for an error of a call to Clerk: as long as Clerk asks, within bounds.
func retryAfterOf(err error) time.Duration {
	if asked := session.RetryAfter(err); asked > 0 {
		return min(asked, maxRetryAfter)
	}
	return retryAfter
}

// problemUnavailable says that nobody can tell who the request is, because of the error.
func problemUnavailable(reason authn.Reason, cause error) Problem {
	p := Problem{
		Status: http.StatusServiceUnavailable,
		Error:  "Service unavailable",
		Detail: "We cannot check your session right now. You have not been signed out.",
		Remedy: "Please try again in a few seconds.",
		Reason: reason, RetryAfter: retryAfterOf(cause),
	}
	if p.RetryAfter > 2*retryAfter {
		p.Remedy = "Please try again in " + strconv.FormatInt(wholeSeconds(p.RetryAfter), 10) + " seconds."
	}
	return p
}

// Unavailable is the problem to answer with when a call to Clerk failed for no fault of the browser.
func Unavailable() Problem { return UnavailableFor(nil) }

// UnavailableFor is [Unavailable] with the error of the call: where Clerk asked to wait (Retry-After), the client is told to wait
// as long, an hour at most; else five seconds.
func UnavailableFor(cause error) Problem { return problemUnavailable(reason.ClerkUnavailable, cause) }

// wholeSeconds rounds up: a client that waits must not come too early.
func wholeSeconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }

func problemNoTenant() Problem {
	return Problem{
		Status: http.StatusNotFound,
		Error:  "Not found",
		Detail: "There is nothing at this address.",
		Remedy: "Check the address that brought you here.",
		Reason: reason.NoTenant,
	}
}

func problemSignedOut(reason authn.Reason) Problem {
	return Problem{
		Status: http.StatusUnauthorized,
		Error:  "Unauthorized",
		Detail: "You are not signed in.",
		Remedy: "Sign in and try again.",
		Reason: reason,
	}
}

func problemForbidden() Problem {
	return Problem{
		Status: http.StatusForbidden,
		Error:  "Forbidden",
		Detail: "You are signed in, but this account may not see this page.",
		Remedy: "Switch to an account that may, or ask an administrator for access.",
		Reason: reason.RequirementNotMet,
	}
}

func problemCrossOrigin() Problem {
	return Problem{
		Status: http.StatusForbidden,
		Error:  "Cross-origin request refused",
		Detail: "This request did not come from a page of this site, so nothing was done.",
		Remedy: "Open the page here and send the form again.",
		Reason: reason.CrossOriginRequest,
	}
}

func problemMalformedPath() Problem {
	return Problem{
		Status: http.StatusBadRequest,
		Error:  "Bad request",
		Detail: "The address of this page cannot be read: its percent-encoding is broken, or it has control characters in it.",
		Remedy: "Check the link that brought you here.",
		Reason: reason.MalformedPath,
	}
}

func problemPathTooLong() Problem {
	return Problem{
		Status: http.StatusRequestURITooLong,
		Error:  "Address too long",
		Detail: "The address of this page is too long to be read.",
		Remedy: "Check the link that brought you here.",
		Reason: reason.PathTooLong,
	}
}

func problemSessionExpired() Problem {
	return Problem{
		Status: http.StatusUnauthorized,
		Error:  "Session expired",
		Detail: "Your session token is older than this action allows.",
		Remedy: "Get a fresh session token, or sign in again.",
		Reason: reason.TokenTooOld,
	}
}

// problemNotParked says that a form which can't be taken yet could not be kept either. First is what has to be done before.
func problemNotParked(first string) Problem {
	return Problem{
		Status: http.StatusUnauthorized,
		Error:  "Not sent",
		Detail: "This form can’t be taken yet, and it could not be kept until it can. Nothing was sent.",
		Remedy: "Go back to the form and copy what you have typed. " + first + ", and send it again.",
		Reason: reason.FormNotKept,
	}
}

func problemTooLargeToPark(p Problem, first string) Problem {
	p.Detail = "This form can’t be taken yet, and it is too large to be kept until it can: at most " + maxFormText + " are kept. Nothing was sent."
	p.Remedy = first + ", go back to the form, and send it again."
	p.Reason = reason.FormTooLarge
	return p
}

func problemTooManyParked(err error) Problem {
	return Problem{
		Status: http.StatusUnauthorized,
		Error:  "Not sent",
		Detail: "This form can’t be taken yet, and it was not kept, because " + tooManyText(err) + ". Nothing was sent.",
		Remedy: "Send or discard one that is waiting, then go back to this form and send it again.",
		Reason: reason.TooManyForms,
	}
}

// notKept says in a sentence why a form was not kept.
func notKept(err error) string {
	switch {
	case errors.Is(err, desk.ErrTooLarge):
		return "Your form was not kept: it is larger than " + maxFormText + "."
	case errors.Is(err, desk.ErrTooManyInBrowser), errors.Is(err, desk.ErrTooManyOfUser):
		return "Your form was not kept, because " + tooManyText(err) + "."
	default:
		return "Your form could not be kept."
	}
}

const maxFormText = "256 KB"

// tooManyText tells the limit that was reached.
func tooManyText(err error) string {
	if errors.Is(err, desk.ErrTooManyOfUser) {
		return strconv.Itoa(desk.MaxOfUser) + " forms of your account are waiting already, here or in other browsers"
	}
	return strconv.Itoa(MaxParkedForms) + " forms are waiting in this browser already, and it can’t have more"
}

func problemSessionTooOld() Problem {
	return Problem{
		Status: http.StatusUnauthorized,
		Error:  "Session expired",
		Detail: "You signed in too long ago for this. You are still signed in everywhere else.",
		Remedy: "Sign in again to go on.",
		Reason: reason.SessionTooOld,
	}
}

// problemReverification has the member with which clerk-js begins a reverification (@clerk/shared, file
// authorization-errors.ts).
func problemReverification(r *reverification) Problem {
	return Problem{
		Status: http.StatusForbidden,
		Error:  "Reverification required",
		Detail: "For this you have to prove once more that it is you.",
		Remedy: "Verify your identity and try again.",
		Reason: reason.Reverification,
		clerkError: gin.H{
			"type": "forbidden", "reason": "reverification-error", "metadata": gin.H{"reverification": r.told},
		},
	}
}

func problemRedirectLoop(cause authn.Reason) Problem {
	return Problem{
		Status: http.StatusUnauthorized,
		Error:  "Signing in does not hold",
		Detail: "You were sent to sign in several times, and each time this site still could not see your session. To stop going round in circles, it stopped here.",
		Remedy: "Delete this site's cookies, check that cookies are allowed for this site and that the clock of your device is right, then try again. If you run this site: check that the publishable key and the secret key belong to the same Clerk instance, and that its origin is configured.",
		Reason: cause,
	}
}

func problemCookiesRefused() Problem {
	return Problem{
		Status: http.StatusUnauthorized,
		Error:  "Cookies are needed",
		Detail: "This site asked your browser to remember that it is being signed in, and the browser did not. To stop going round in circles, it stopped here.",
		Remedy: "Allow cookies for this site. If you see it inside another site, open it in a tab by itself. If you run this site: serve it over https.",
		Reason: reason.CookiesRefused,
	}
}

// Answer writes a problem and ends the request: a page for a navigation, problem JSON (RFC 9457) with a member "error" for
// everything else. It does nothing but end the request where a response was begun already.
func (k *Clerk) Answer(c *gin.Context, p Problem) {
	c.Abort()
	if k.begun(c) {
		return
	}
	if p.Action != "" {
		p.Action = k.visit(c).Link(p.Action)
	}
	writeProblem(c, k.guardsOf(c).problemPage.Load(), p)
}

// writeProblem writes the response.
func writeProblem(c *gin.Context, page *ProblemPage, p Problem) {
	c.Header("Cache-Control", "no-store")
	if p.Status == http.StatusUnauthorized {
		c.Header("WWW-Authenticate", "Bearer") // RFC 9110, section 15.5.2
	}
	if p.RetryAfter > 0 {
		c.Header("Retry-After", strconv.FormatInt(wholeSeconds(p.RetryAfter), 10))
	}
	if kindOf(c) != visit.Page {
		writeProblemJSON(c, p)
		return
	}
	if page != nil {
		(*page)(c, p)
		return
	}
	plainProblemPage(c, p)
}

// answer is Answer for problems made on demand.
func (k *Clerk) answer(c *gin.Context, problem func() Problem) { k.Answer(c, problem()) }

type problemJSON struct {
	Type   string       `json:"type"`
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Error  string       `json:"error"`
	Detail string       `json:"detail,omitempty"`
	Reason authn.Reason `json:"reason,omitempty"`

	ClerkError any `json:"clerk_error,omitempty"`
}

func writeProblemJSON(c *gin.Context, p Problem) {
	c.Header("Content-Type", "application/problem+json")
	c.JSON(p.Status, problemJSON{
		Type: "about:blank", Title: http.StatusText(p.Status), Status: p.Status,
		Error: p.Error, Detail: p.Detail, Reason: p.Reason, ClerkError: p.clerkError,
	})
}
