package webhook

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// answer is the body of the response to Clerk. It has one known word, because the Clerk dashboard keeps it.
type answer struct {
	status int
	body   struct {
		Status string `json:"status,omitempty"`
		Error  string `json:"error,omitempty"`
	}
	kind string // of the event; empty for a delivery that is not Clerk's
	err  error  // why the event was not handled
}

func accepted(word string) answer {
	a := answer{status: http.StatusOK}
	a.body.Status = word
	return a
}

func refused(status int, word string) answer {
	a := answer{status: status}
	a.body.Error = word
	return a
}

// ServeHTTP receives one delivery. It answers 200 with {"status": …}: "handled", "duplicate" (handled before) or "unhandled"
// (no handler for it); else {"error": …}: 400 "signature", "timestamp", "malformed" or "body", 405 "method", 409 "in_progress",
// 413 "too_large", 500 "handler", 501 "no_handler" (the receiver is for [Receiver.Verify] alone), 503 "unavailable".
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	began := r.config.Now()
	a := r.receive(w, req)
	r.config.Observer.Observe(req.Context(), observe.Event{
		Kind: observe.WebhookReceived, Target: a.kind, Reason: cmp.Or(a.body.Status, a.body.Error), Status: a.status,
		Duration: r.config.Now().Sub(began), Err: a.err,
	})
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	if a.status == http.StatusMethodNotAllowed {
		header.Set("Allow", http.MethodPost)
	}
	w.WriteHeader(a.status)
	if err := json.NewEncoder(w).Encode(a.body); err != nil {
		r.config.Logger.DebugContext(req.Context(), "webhook: answer was not written", "error", err)
	}
}

func (r *Receiver) receive(w http.ResponseWriter, req *http.Request) answer {
	if req.Method != http.MethodPost {
		return refused(http.StatusMethodNotAllowed, "method")
	}
	if req.ContentLength > r.config.MaxBody {
		return refused(http.StatusRequestEntityTooLarge, "too_large")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, r.config.MaxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return refused(http.StatusRequestEntityTooLarge, "too_large")
	}
	if err != nil {
		return refused(http.StatusBadRequest, "body")
	}
	event, err := r.Verify(req.Header, body)
	if err != nil {
		r.config.Logger.WarnContext(req.Context(), "webhook: request refused", "error", err)
		return failed(err)
	}
	a := r.answer(req.Context(), event)
	a.kind = string(event.Type)
	return a
}

// answer has an event handled that is Clerk's.
func (r *Receiver) answer(ctx context.Context, event Event) answer {
	if r.only { // an accepted event would be lost
		r.config.Logger.ErrorContext(ctx, "webhook: the receiver has no handler: set one in its Config, or call Verify", "id", event.ID, "type", event.Type)
		return refused(http.StatusNotImplemented, "no_handler")
	}
	// Handlers continue after Clerk has closed the connection, so that its next attempt finds the event done, not half done.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.config.Lease)
	defer cancel()
	a, err := r.take(ctx, event)
	if err != nil {
		r.config.Logger.ErrorContext(ctx, "webhook: event not handled", "id", event.ID, "type", event.Type, "error", err)
		return failed(err)
	}
	return a
}

// take forgets what the event changes, revokes what it ends, records what it tells, and has the event handled if it was not handled
// before.
func (r *Receiver) take(ctx context.Context, event Event) (answer, error) {
	r.forget(event)
	if err := r.feed(ctx, event); err != nil {
		return answer{}, err
	}
	r.record(ctx, event)
	run, err := r.handlers(event)
	if err != nil {
		return answer{}, err
	}
	if len(run) == 0 {
		return accepted("unhandled"), nil
	}
	c, standing, err := r.claim(ctx, event.ID)
	if err != nil {
		return answer{}, err
	}
	switch standing {
	case done:
		return accepted("duplicate"), nil
	case inProgress:
		return refused(http.StatusConflict, "in_progress"), nil
	case claimed:
	}
	if err := r.handle(ctx, event, c, run); err != nil {
		return answer{}, err
	}
	return accepted("handled"), nil
}

// failed returns the answer for an error.
func failed(err error) answer {
	a := answerTo(err)
	a.err = err
	return a
}

func answerTo(err error) answer {
	switch {
	case errors.Is(err, ErrSignature):
		return refused(http.StatusBadRequest, "signature")
	case errors.Is(err, ErrTimestamp):
		return refused(http.StatusBadRequest, "timestamp")
	case errors.Is(err, ErrMalformed):
		return refused(http.StatusBadRequest, "malformed")
	case errors.Is(err, errHandler):
		return refused(http.StatusInternalServerError, "handler")
	default:
		return refused(http.StatusServiceUnavailable, "unavailable")
	}
}
