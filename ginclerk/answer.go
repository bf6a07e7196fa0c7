package ginclerk

import (
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
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
	// Words are how package pages tells a problem of ginclerk's own in the language of the visitor. The problems of an application leave
	// them out, and are told in the words above.
	Words answer.Words
}

// Unavailable is the problem to answer with when a call to Clerk failed for no fault of the browser. The error is that of the call:
// where Clerk asked to wait (Retry-After), the client is told to wait as long, an hour at most; else, and with nil, five seconds.
func Unavailable(err error) Problem { return Problem(answer.Because(answer.ClerkUnavailable, err)) }

// ProblemFor returns the problem to answer with ([Clerk.Answer]) for an error that a handler got from this package or those below it:
// session, user, signout, outgoing, forms, storage, ratelimit, token, reverify. An outage is 503, whatever else the error says: it signs no
// user out. An error that is none of theirs is 500. The problem never has the error's own text, which is for the log.
func ProblemFor(err error) Problem { return Problem(answer.For(err)) }

// Answer writes a problem and ends the request: a page for a navigation, problem JSON (RFC 9457) with a member "error" for
// everything else. It does nothing but end the request where a response was begun already.
func (k *Clerk) Answer(c *gin.Context, p Problem) {
	if t := tenantOf(k, c); t != nil {
		t.at(c).Answer(answer.Problem(p))
	}
}

// SessionEnded answers a request whose token is still good but whose session Clerk no longer knows, or says is over. The
// session is refused from now on; a page goes through a handshake to sign-in, which is told why, and an API gets 401. It does nothing where
// no Clerk has found out who the request is: put [Clerk.Attach] or a guard in front.
func SessionEnded(c *gin.Context) {
	if t := From(c).by; t != nil {
		t.at(c).EndSession()
	}
}
