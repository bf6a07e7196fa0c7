package webhook

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// recordTime is how long it may take to write how an event ended, beyond the handlers' own time.
const recordTime = 5 * time.Second

// errHandler: a handler failed. What it said stays in the log.
var errHandler = errors.New("webhook: handler failed")

// handler is a handler with its typed event.
type handler func(ctx context.Context) error

// handlers returns what has to run for an event.
func (r *Receiver) handlers(event Event) ([]handler, error) {
	var run []handler
	var err error
	switch event.Type {
	case SessionCreated, SessionPending, SessionEnded, SessionRemoved, SessionRevoked:
		run, err = typed(r.config.OnSession, readSession, event)
	case UserCreated, UserUpdated:
		run, err = typed(r.config.OnUser, readUser, event)
	case UserDeleted:
		run, err = typed(r.config.OnUserDeleted, readUserDeleted, event)
	}
	if err != nil {
		return nil, err
	}
	if r.config.OnEvent != nil {
		run = append(run, func(ctx context.Context) error { return r.config.OnEvent(ctx, event) })
	}
	return run, nil
}

// typed is the handler of one type of events, if there is one.
func typed[T any](on func(context.Context, T) error, read func(Event) (T, error), event Event) ([]handler, error) {
	if on == nil {
		return nil, nil
	}
	value, err := read(event)
	if err != nil {
		return nil, err
	}
	return []handler{func(ctx context.Context) error { return on(ctx, value) }}, nil
}

// handle runs the handlers of an event that is claimed, and records how it ended.
func (r *Receiver) handle(ctx context.Context, event Event, c claim, run []handler) error {
	failure := r.runAll(ctx, event, run)
	// The handlers may have used up their time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	record := r.finish
	if failure != nil {
		record = r.release
	}
	if err := record(ctx, c); err != nil {
		r.config.Logger.WarnContext(ctx, "webhook: an event's end was not recorded", "id", event.ID, "type", event.Type, "error", err)
	}
	return failure
}

func (r *Receiver) runAll(ctx context.Context, event Event, run []handler) error {
	for _, h := range run {
		if err := r.runOne(ctx, event, h); err != nil {
			return err
		}
	}
	return nil
}

// runOne runs a handler and makes its panic an error. The value of a panic may hold data, so its type alone is logged.
func (r *Receiver) runOne(ctx context.Context, event Event, h handler) (err error) {
	defer func() {
		if value := recover(); value != nil {
			r.config.Logger.ErrorContext(ctx, "webhook: handler panicked", "id", event.ID, "type", event.Type,
				"panic", fmt.Sprintf("%T", value), "stack", string(debug.Stack()))
			err = errHandler
		}
	}()
	if err := h(ctx); err != nil {
		r.config.Logger.ErrorContext(ctx, "webhook: handler failed", "id", event.ID, "type", event.Type, "error", err)
		return errHandler
	}
	return nil
}
