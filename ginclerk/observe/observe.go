// Package observe is how the packages of ginclerk report what happens: decisions about requests, calls to Clerk, outages. It
// imports nothing but the standard library.
//
// An application implements [Observer], one method, to count, trace or record; [Log] is the observer that writes to a logger.
// [All] joins several:
//
//	observe.All(observe.Log(logger), metrics)
//
// No event holds a token, a key, a cookie, or anything else that lets somebody in.
package observe

import (
	"context"
	"time"
)

// Observer is told what happens. Observe is called from many goroutines at once, during the request that the event is about: it
// returns soon and does not call back into the package that sent the event. The context is that of the request; for an event
// that belongs to no request, it is one that never ends.
type Observer interface {
	Observe(ctx context.Context, e Event)
}

// Event is one thing that has happened. Each [Kind] says which fields its events have; all others have the zero value.
type Event struct {
	// Kind is what happened.
	Kind Kind
	// Route is the method and the pattern of the route that serves the request, such as "GET /orders/:id". It is empty where
	// no route of the router matches.
	Route string
	// Target is the other thing that the event is about: a call to Clerk, a rate limit, a store.
	Target string
	// Reason is why, as a short word that does not change between releases: one of Clerk's reasons, such as
	// "session-token-expired", or one of ours, which begin with "ginclerk-".
	Reason string
	// Status is an HTTP status code, or 0 where there was no answer.
	Status int
	// Duration is how long it took.
	Duration time.Duration
	// Err is what went wrong, or nil. It is for operators: it may name hosts, and must not be shown to visitors.
	Err error
	// UserID is the id of the user that the request belongs to, and SessionID that of the session; empty where nobody is signed
	// in. Show the id of a session to its owner alone.
	UserID    string
	SessionID string
}

// Kind says what happened. The zero Kind is that of no event.
type Kind int

// The kinds of events.
const (
	// Decided: a request was authenticated, or found not to be. Sent once for each request on which anything asked who sent it.
	// Route, Reason (empty where somebody is signed in), Duration, Err where Clerk could not be reached, UserID, SessionID.
	Decided Kind = iota + 1
	// Refused: a guard answered a request in place of the handler. Sent after [Decided] of the same request.
	// Route, Reason, Status (of the answer, a redirect's too), Err where something could not be reached, UserID, SessionID.
	Refused
	// Renewed: an expired session token was renewed at Clerk during a request, or could not be.
	// Route, Duration, Reason where Clerk refused it, Err where Clerk could not be reached, UserID, SessionID.
	Renewed
	// Parked: a form that could not be taken was kept until its sender has signed in again, or could not be kept.
	// Route (that of the form), Reason where a limit kept it out, Err where the store failed, UserID where the sender is known.
	Parked
	// Replayed: a parked form was given to its handler again. Sent before the guards of its route see it.
	// Route (that of the form), UserID, SessionID.
	Replayed
	// Revoked: from now on the tokens of a session, or all of a user that were issued before now, are refused.
	// SessionID or UserID, Reason (who asked: "sign-out", "webhook", "application"), Err where other replicas could not be told.
	Revoked
	// Limited: a rate limit was asked about a request. Sent once for each request, by what the limits decided together.
	// Route, Target (the name of the policy that refused), Status (0 where the request went on, 429 where it was refused, 503
	// where the store did not answer), Reason ([WithoutStore] where the store was not asked or did not answer), Duration, Err.
	Limited
	// KeyFetched: the keys that verify session tokens were fetched, or could not be.
	// Duration, Err.
	KeyFetched
	// ClerkCalled: a request was sent to one of Clerk's APIs. Sent once for each HTTP request, when the head of the answer is there.
	// Target (the call, such as "revoke session"), Status (of Clerk's answer), Duration, Err (free of tokens and addresses).
	ClerkCalled
	// OutageBegan: something that ginclerk depends on does not answer any more. Sent once for each outage.
	// Target (such as "rate limits" or "revocations"), Err (the last failure).
	OutageBegan
	// OutageEnded: it answers again. Sent once for each outage that began.
	// Target, as in [OutageBegan].
	OutageEnded
)

// WithoutStore is the Reason of a [Limited] event whose decision the store of the limits had no part in.
const WithoutStore = "ginclerk-without-store"

// String is the kind in lower-case words, such as "outage began"; empty for a kind that does not exist.
func (k Kind) String() string { return wordsOf(k).name }

// Func is a function as an [Observer].
type Func func(ctx context.Context, e Event)

// Observe calls the function.
func (f Func) Observe(ctx context.Context, e Event) { f(ctx, e) }

// All returns an observer that tells each of the given ones, in their order. Those that are nil are left out: All(o) is o, or an
// observer that does nothing where o is nil.
func All(observers ...Observer) Observer {
	var several list
	for _, o := range observers {
		if o != nil {
			several = append(several, o)
		}
	}
	if len(several) == 1 {
		return several[0]
	}
	return several
}

type list []Observer

func (l list) Observe(ctx context.Context, e Event) {
	for _, o := range l {
		o.Observe(ctx, e)
	}
}
