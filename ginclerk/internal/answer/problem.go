// Package answer says what a request that is turned away gets: which problem, in which words, and where its browser goes. It decides
// from values and returns values; [Write] alone writes a problem.
package answer

import (
	"cmp"
	"strconv"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Problem is an answer that turns a request away, in words for the person in front of it.
type Problem struct {
	Status              int
	Error               string // names the problem in a word or two
	Detail, Remedy      string // what happened, and what to do
	Action, ActionLabel string // a link that does what the remedy says
	Reason              authn.Reason
	RetryAfter          time.Duration // 0: waiting does not help
	ClerkError          any           // what clerk-js looks for; nil where it does not
	Words               Words         // in which pages tell it
}

const (
	// shortWait is what a client is told to wait where Clerk has not said for how long.
	shortWait = 5 * time.Second
	// longestWait is the longest wait that Clerk's answer can make it.
	longestWait = time.Hour
)

// WithReason returns the problem with another cause.
func (p Problem) WithReason(because authn.Reason) Problem {
	p.Reason = cmp.Or(because, p.Reason)
	return p
}

// WithAction returns the problem with a link.
func (p Problem) WithAction(step Step, address string) Problem {
	p.Action, p.ActionLabel, p.Words.Step = address, step.Label(), step
	return p
}

// Because returns the problem of a row with the wait that the error of a call to Clerk asks for: as long as Clerk says (Retry-After), an
// hour at most; else five seconds.
func Because(name Name, err error) Problem {
	p := Of(name)
	p.RetryAfter = shortWait
	if asked := session.RetryAfter(err); asked > 0 {
		p.RetryAfter = min(asked, longestWait)
	}
	if p.RetryAfter > 2*shortWait {
		p.Remedy = "Please try again in " + strconv.FormatInt(WholeSeconds(p.RetryAfter), 10) + " seconds."
	}
	return p
}

// WholeSeconds rounds up: a client that waits must not come too early.
func WholeSeconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }

// RateLimit is the problem of a request that a limit refuses for this wait.
func RateLimit(wait ratelimit.Wait) Problem {
	p := Of(RateLimited)
	if duration, ok := wait.Duration(); ok {
		p.Remedy, p.RetryAfter, p.Words.Row = "Wait a few seconds and try again.", duration, "rate-limited"
	}
	return p
}

// Reverify is the problem of a request whose user has to prove this once more. told is what clerk-js is told of it: a preset, or asked
// itself. It has the member with which clerk-js begins a reverification (@clerk/shared, file authorization-errors.ts).
func Reverify(told any) Problem {
	p := Of(Reverification)
	p.ClerkError = clerkError{
		Metadata: metadata{Reverification: told}, Reason: "reverification-error", Type: "forbidden",
	}
	return p
}

type clerkError struct {
	Metadata metadata `json:"metadata"`
	Reason   string   `json:"reason"`
	Type     string   `json:"type"`
}

type metadata struct {
	Reverification any `json:"reverification"`
}

// ofToken is the problem of a token that does not verify.
func ofToken(err error) (Problem, bool) {
	because := token.ReasonOf(err)
	return Of(SignedOut).WithReason(authn.Reason(because)), because != ""
}
