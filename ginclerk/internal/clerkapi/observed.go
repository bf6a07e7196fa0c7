package clerkapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// callName is the context key for the name of the call that the observer gets.
type callName struct{}

// named returns a context whose requests the observer gets under the name of their call.
func named(ctx context.Context, op string) context.Context {
	return context.WithValue(ctx, callName{}, op)
}

// observed reports each request to Clerk as [observe.ClerkCalled], and as [observe.ClerkNotAsked] one for which its request has no time left.
type observed struct {
	base     http.RoundTripper
	observer observe.Observer
	now      func() time.Time
}

// RoundTrip implements [http.RoundTripper].
func (o *observed) RoundTrip(req *http.Request) (*http.Response, error) {
	begun := o.now()
	resp, err := o.base.RoundTrip(req)
	ctx := req.Context()
	op, _ := ctx.Value(callName{}).(string)
	if errors.Is(err, errNotSent) {
		if errors.Is(err, clerkwait.ErrSpent) {
			o.observer.Observe(ctx, observe.Event{Kind: observe.ClerkNotAsked, Target: op, Reason: observe.WaitOver})
		}
		return nil, err
	}
	event := observe.Event{Kind: observe.ClerkCalled, Target: op, Duration: o.now().Sub(begun), Err: failure(ctx, op, err)}
	if answer, ok := errors.AsType[*Error](err); ok {
		event.Status = answer.Status
	} else if resp != nil {
		event.Status = resp.StatusCode
	}
	o.observer.Observe(ctx, event)
	return resp, err
}
