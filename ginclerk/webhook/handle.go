package webhook

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// recordTime limits writing the outcome of an event, beyond the handlers' own time.
const recordTime = 5 * time.Second

// errHandler means that a handler failed. Only the log has the handler's error.
var errHandler = errors.New("webhook: handler failed")

// handler is a handler with its typed event bound.
type handler func(ctx context.Context) error

// handlers returns the handlers for an event.
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
	case OrganizationCreated, OrganizationUpdated:
		run, err = typed(r.config.OnOrganization, readOrganization, event)
	case OrganizationDeleted:
		run, err = typed(r.config.OnOrganizationDeleted, readOrganizationDeleted, event)
	case OrganizationMembershipCreated, OrganizationMembershipUpdated, OrganizationMembershipDeleted:
		run, err = typed(r.config.OnOrganizationMembership, readMembership, event)
	}
	if err != nil {
		return nil, err
	}
	if r.config.OnEvent != nil {
		run = append(run, func(ctx context.Context) error { return r.config.OnEvent(ctx, event) })
	}
	return run, nil
}

// typed returns the handler for the event's type, or nil.
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

// handle runs the handlers of a claimed event, and records the outcome.
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
		r.config.Logger.WarnContext(ctx, "webhook: the result of an event was not recorded", "id", event.ID, "type", event.Type, "error", err)
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

// runOne runs a handler and turns its panic into an error. The value of a panic may have data, so only its type is logged.
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
