// Package observe has the events that the packages of ginclerk report: decisions about requests, calls to Clerk, outages. It
// imports only the standard library.
//
// An application implements [Observer], which has one method, to count, trace or record events. [Log] is the observer that writes
// to a logger. [All] joins several observers:
//
//	observe.All(observe.Log(logger), metrics)
//
// No event holds a token, a key, a cookie or another credential.
package observe

import (
	"context"
	"log/slog"
	"time"
)

// Observer receives events. Observe is called from many goroutines at the same time, during the request that the event is about.
// It must return soon, and must not call the package that sent the event. The context is that of the request. An event without a
// request has a context that never ends.
type Observer interface {
	Observe(ctx context.Context, e Event)
}

// Event describes one thing that has happened. Each [Kind] says which fields its events have; the other fields have the zero
// value.
type Event struct {
	// Kind is what happened.
	Kind Kind
	// Route is the method and the pattern of the route that serves the request, such as "GET /orders/:id". It is empty if no
	// route matches.
	Route string
	// Target names the call to Clerk, the rate limit or the store that the event is about.
	Target string
	// Reason says why, in a short word that does not change between releases: one of Clerk's reasons, such as
	// "session-token-expired", or one of ginclerk's, which begin with "ginclerk-".
	Reason string
	// Reference is what the page calls the request that tells a person of it: the request id of the application (the response header
	// X-Request-Id), else a short random text. People give it to support. It is empty where no page was shown.
	Reference string
	// Status is an HTTP status code, or 0 without an answer.
	Status int
	// Count is how many things the event is about, where that is not one.
	Count int
	// Duration is how long it took.
	Duration time.Duration
	// Memory is [MemoryHit] or [MemoryMiss] where a token was looked up in the memory of verified tokens; else empty.
	Memory string
	// Explanation has the facts that a decision rests on, as a group of attributes with stable keys; else nil. They are read when LogValue
	// is called, which only Observe may do, before it returns. They have names of cookies, and no credential.
	Explanation slog.LogValuer
	// Err is the error, or nil. It is meant for operators: it may name hosts, and must not be shown to visitors.
	Err error
	// UserID is the id of the signed-in user, and SessionID that of the session. Both are empty if the request is signed out.
	// Show the id of a session only to its owner.
	UserID    string
	SessionID string
}

// Kind says what happened. No event has the zero Kind.
type Kind int

// The kinds of events.
const (
	// Decided: ginclerk decided whether a request is signed in. Sent once for each request for which a guard or a handler asks.
	// Route, Reason (empty if signed in), Duration, Memory, Explanation, Err if Clerk could not be reached, UserID, SessionID.
	Decided Kind = iota + 1
	// Refused: a guard answered a request in place of the handler. Sent after [Decided] of the same request.
	// Route, Reason, Status (of the answer, also of a redirect), Reference (of a page), Err if Clerk or a store could not be reached, UserID,
	// SessionID.
	Refused
	// Renewed: an expired session token was renewed at Clerk for a request, or could not be. Sent once for each time that Clerk was asked,
	// after [Decided] of the same request where the decision asked.
	// Route, Duration, Reason if Clerk refused, Err if Clerk could not be reached, UserID, SessionID.
	Renewed
	// Parked: a form that could not be processed was kept until its sender signs in again, or could not be kept.
	// Route (of the form), Reason if a limit refused the form, Err if the store failed, UserID if the sender is known.
	Parked
	// Replayed: a parked form is sent again. Sent before the guards of its route see the form.
	// Route (of the form), UserID, SessionID.
	Replayed
	// Revoked: ginclerk refuses from now on the tokens of a session, or all tokens that were issued to a user until now.
	// Or the tokens of a user, or of all members, in which an organization is active: then Target is the organization.
	// SessionID or UserID, Duration (until the store had it, which tells other replicas), Err if other replicas could not be told.
	Revoked
	// Limited: rate limits decided about a request. Sent once for each request, with their common decision.
	// Route, Target (the name of the policy that refused), Status (0 if the request went on, 429 if it was refused, 503 if the
	// store did not answer), Reason ([WithoutStore] if the store was not asked or did not answer), Duration, Err.
	Limited
	// KeyFetched: the keys that verify session tokens were fetched, or could not be.
	// Duration, Err.
	KeyFetched
	// ClerkCalled: a request was sent to one of Clerk's APIs. Sent once for each HTTP request, when the answer has
	// arrived. Target (the call, such as "revoke session"), Status (of Clerk's answer), Duration, Err (free of tokens and
	// addresses).
	ClerkCalled
	// OutageBegan: a service that ginclerk depends on does not answer any more. Sent once for each outage.
	// Target (such as "rate limits", "revocations" or, with Tokens.OutageReading, "clerk"), Err (the last failure).
	OutageBegan
	// OutageEnded: the service answers again. Sent once for each outage that began.
	// Target, as in [OutageBegan].
	OutageEnded
	// OutageRead: a guard let a page be read with a session token that has ended, because Clerk is down (Tokens.OutageReading of the
	// plugin's Config). Sent after [Decided] of the same request, which has the same Reason.
	// Route, Reason ("ginclerk-outage-reading"), UserID, SessionID.
	OutageRead
	// ClerkAwaited: a call to Clerk waited for its turn within Clerk's rate limit.
	// Target (who waited: "sign-out job"), Duration.
	ClerkAwaited
	// RevocationsArrived: what a replica has revoked arrived here; a replica hears of its own, too. Sent once for each message.
	// Count (of revocations), Duration (since the replica sent it, by the clocks of both; never negative).
	RevocationsArrived
	// SignOutEnded: this process ended its work on a job that ends many sessions of a user.
	// Reason (empty: all sessions have ended; else [SignOutIncomplete] or [SignOutStopped]), Count (of sessions that have ended), Duration
	// (since the job was started, maybe by another process), Err if the job can't go on here.
	SignOutEnded
	// WebhookReceived: a delivery of a webhook was answered.
	// Target (the type of the event, such as "session.ended"; empty where its signature is not Clerk's), Reason (the word of the answer, such
	// as "handled", "duplicate" or "signature"), Status, Duration, Err if the delivery could not be verified or the event not handled.
	WebhookReceived
	// ClerkNotAsked: a call to Clerk was not made, because ginclerk bounds what may be spent on such calls.
	// Target (the call, such as "revoke session", or what it is about: "users", "machine token"), Reason ([UsersLimit], [OutsidersLimit],
	// [RefreshesLimit] or [WaitOver]).
	ClerkNotAsked
	// Discarded: the sender of a parked form has discarded it.
	// Route (of the page), UserID, SessionID.
	Discarded
	// Lapsed: parked forms were neither sent nor discarded in their time. Sent when the next form comes or goes, by one of the replicas.
	// Count (of forms).
	Lapsed
)

// Kinds returns all kinds, in their order.
func Kinds() []Kind {
	kinds := make([]Kind, 0, Lapsed)
	for kind := Decided; kind <= Lapsed; kind++ {
		kinds = append(kinds, kind)
	}
	return kinds
}

// What [Event].Memory says of a token: that the memory of verified tokens knew it, or that its signature had to be checked.
const (
	MemoryHit  = "hit"
	MemoryMiss = "miss"
)

// The reasons of a [SignOutEnded] event.
const (
	// SignOutIncomplete: the job has finished, and some sessions have not ended.
	SignOutIncomplete = "ginclerk-sign-out-incomplete"
	// SignOutStopped: the job has not finished. Another process takes it over, or this one does later.
	SignOutStopped = "ginclerk-sign-out-stopped"
)

// The reasons of a [ClerkNotAsked] event.
const (
	// UsersLimit: questions about users have used up their part of Clerk's limit for now.
	UsersLimit = "ginclerk-users-limit"
	// OutsidersLimit: too many machine tokens or handshakes that Clerk does not know were presented.
	OutsidersLimit = "ginclerk-outsiders-limit"
	// RefreshesLimit: Clerk has refused several refresh tokens of the session.
	RefreshesLimit = "ginclerk-refreshes-limit"
	// WaitOver: the request has waited for Clerk for as long as it may.
	WaitOver = "ginclerk-wait-over"
)

// WithoutStore is the Reason of a [Limited] event whose decision was made without the store of the limits.
const WithoutStore = "ginclerk-without-store"

// String returns the kind in lower-case words, such as "outage began"; empty for a kind that does not exist.
func (k Kind) String() string { return wordsOf(k).name }

// Func makes an [Observer] of a function.
type Func func(ctx context.Context, e Event)

// Observe calls the function.
func (f Func) Observe(ctx context.Context, e Event) { f(ctx, e) }

// All returns an observer that passes each event to all given observers, in their order. It ignores nil: All(o) is o, and
// All(nil) is an observer that does nothing.
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
