// Package flight makes one call for all callers that want the same answer at the same time.
//
// It adds one rule to golang.org/x/sync/singleflight: when the context of a caller ends, only the wait of this caller ends. The
// call itself has a context with the values of the first caller and a time limit, which does not end with the first caller's
// context. So no caller can end the call for the others.
package flight

import (
	"cmp"
	"context"
	"time"

	"golang.org/x/sync/singleflight"
)

// DefaultTimeout is the time limit of a call if [Group].Timeout is 0.
const DefaultTimeout = 10 * time.Second

// Group is a set of calls with different keys. The zero value is ready to use. It is safe for concurrent use and
// must not be copied after its first use.
type Group struct {
	// Timeout bounds each call; 0 means [DefaultTimeout]. Set it before the first use.
	Timeout time.Duration

	calls singleflight.Group
}

// Do returns the answer of the running call with the key, or starts a new call. All callers that wait get the same value, so a
// caller must copy the value before a change. If ctx ends before the answer, Do returns the error of ctx, and the call goes on
// for the others.
//
// All calls of one key must have the same type T. Do remembers no answer after the call has ended.
func Do[T any](ctx context.Context, g *Group, key string, call func(context.Context) (T, error)) (T, error) {
	result := g.calls.DoChan(key, func() (any, error) {
		shared, cancel := context.WithTimeout(context.WithoutCancel(ctx), cmp.Or(g.Timeout, DefaultTimeout))
		defer cancel()
		return call(shared)
	})
	select {
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	case done := <-result:
		value, _ := done.Val.(T) // The zero value if T is an interface and the call returned nil.
		return value, done.Err
	}
}

// Forget makes the next [Do] with the key start a new call. Callers that already wait get the answer of the old call.
func (g *Group) Forget(key string) { g.calls.Forget(key) }
