package observe

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
)

// Log returns an observer that writes one line for each event to a logger; nil discards them. Normal work is Debug, events
// that an operator may want to know are Info, and events that an operator has to look at are Warn:
//
//   - Debug: [Decided], [Renewed], [Limited] where the request went on, [KeyFetched], [ClerkCalled], [ClerkAwaited],
//     [RevocationsArrived], [WebhookReceived], [OutageRead].
//   - Info: [Refused] and [Limited] with a status below 500, [Parked], [Replayed], [Discarded], [Lapsed], [Revoked], [OutageEnded],
//     [SignOutEnded], [ClerkNotAsked].
//   - Warn: [OutageBegan]; every event with an error or a status from 500, with two exceptions: a caller gave up, or Clerk
//     answered that something does not exist or is not allowed (4xx), which concerns one visitor.
//
// The keys of the attributes do not change between releases, and empty attributes are left out:
//
//	kind       text      what happened: "decided", "clerk called"; see [Kind.String]
//	route      text      "GET /orders/:id"
//	target     text      the call to Clerk, the rate limit, the store or the type of a webhook
//	reason     text      "session-token-expired"
//	reference  text      what a page calls the request
//	user_id    text      the signed-in user
//	memory     text      "hit" or "miss" of the memory of verified tokens
//	status     number    of HTTP
//	count      number    of what the event is about
//	duration   duration  how long it took
//	error      text      for operators
//
// Ids of sessions and explanations of decisions are not written.
func Log(logger *slog.Logger) Observer {
	if logger == nil {
		return list(nil)
	}
	return Func(func(ctx context.Context, e Event) {
		w := wordsOf(e.Kind)
		if level := levelOf(e, w); w.name != "" && logger.Enabled(ctx, level) {
			logger.LogAttrs(ctx, level, w.message(e.Err), attributesOf(e)...)
		}
	})
}

// words are the log messages for the events of one kind.
type words struct {
	name         string
	done, failed string // the messages without and with an error; if failed is empty, done is used
	level        slog.Level
}

// wordsOf returns the words of a kind. They are zero for a kind that does not exist.
func wordsOf(k Kind) words {
	table := [...]words{
		Decided:  {name: "decided", done: "request authenticated", failed: "request could not be authenticated", level: slog.LevelDebug},
		Refused:  {name: "refused", done: "request refused", level: slog.LevelInfo},
		Renewed:  {name: "renewed", done: "session token renewed", failed: "session token could not be renewed", level: slog.LevelDebug},
		Parked:   {name: "parked", done: "form kept until its sender is back", failed: "a form could not be parked", level: slog.LevelInfo},
		Replayed: {name: "replayed", done: "kept form sent again", level: slog.LevelInfo},
		Revoked: {
			name: "revoked", done: "session revoked", failed: "session revoked in this process, other replicas are not told yet", level: slog.LevelInfo,
		},
		Limited:     {name: "limited", done: "rate limit decided", failed: "rate limit could not decide", level: slog.LevelInfo},
		KeyFetched:  {name: "key fetched", done: "signing keys fetched", failed: "signing keys could not be fetched", level: slog.LevelDebug},
		ClerkCalled: {name: "clerk called", done: "call to Clerk answered", failed: "call to Clerk failed", level: slog.LevelDebug},
		OutageBegan: {name: "outage began", done: "outage began", level: slog.LevelWarn},
		OutageEnded: {name: "outage ended", done: "outage ended", level: slog.LevelInfo},

		ClerkAwaited:       {name: "clerk awaited", done: "call to Clerk waited for its turn", level: slog.LevelDebug},
		RevocationsArrived: {name: "revocations arrived", done: "revocations of a replica arrived", level: slog.LevelDebug},
		SignOutEnded:       {name: "sign-out ended", done: "sign-out job ended", failed: "sign-out job could not go on", level: slog.LevelInfo},
		WebhookReceived:    {name: "webhook received", done: "webhook answered", failed: "webhook not handled", level: slog.LevelDebug},
		ClerkNotAsked:      {name: "clerk not asked", done: "call to Clerk not made", level: slog.LevelInfo},
		Discarded:          {name: "discarded", done: "kept form discarded by its sender", level: slog.LevelInfo},
		Lapsed:             {name: "lapsed", done: "kept forms neither sent nor discarded in their time", level: slog.LevelInfo},
		OutageRead:         {name: "outage read", done: "page read with a session token that has ended", level: slog.LevelDebug},
	}
	if k < 0 || int(k) >= len(table) {
		return words{}
	}
	return table[k]
}

func (w words) message(err error) string {
	if err != nil && w.failed != "" {
		return "ginclerk: " + w.failed
	}
	return "ginclerk: " + w.done
}

func levelOf(e Event, w words) slog.Level {
	switch {
	case troubling(e):
		return slog.LevelWarn
	case e.Kind == Limited && e.Status == 0:
		return slog.LevelDebug
	default:
		return w.level
	}
}

// troubling reports whether an operator has to look at an event.
func troubling(e Event) bool {
	switch {
	case errors.Is(e.Err, context.Canceled): // the visitor left
		return false
	case e.Status >= http.StatusInternalServerError:
		return true
	case e.Err == nil:
		return false
	case e.Kind != ClerkCalled:
		return true
	}
	switch e.Status {
	case 0, http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests: // no answer, the secret key, Clerk's limit
		return true
	default:
		return false
	}
}

func attributesOf(e Event) []slog.Attr {
	attributes := append(make([]slog.Attr, 0, 11), slog.String("kind", e.Kind.String()))
	for _, text := range [...]struct{ name, value string }{
		{"route", e.Route},
		{"target", e.Target},
		{"reason", e.Reason},
		{"reference", e.Reference},
		{"user_id", e.UserID},
		{"memory", e.Memory},
	} {
		if text.value != "" {
			attributes = append(attributes, slog.String(text.name, text.value))
		}
	}
	if e.Status != 0 {
		attributes = append(attributes, slog.Int("status", e.Status))
	}
	if e.Count != 0 {
		attributes = append(attributes, slog.Int("count", e.Count))
	}
	if e.Duration != 0 {
		attributes = append(attributes, slog.Duration("duration", e.Duration))
	}
	if e.Err != nil {
		attributes = append(attributes, slog.String("error", e.Err.Error()))
	}
	return attributes
}
