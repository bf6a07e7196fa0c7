// Package flight makes one call for all callers that want the same answer at the same time.
//
// It adds one rule to golang.org/x/sync/singleflight: when the context of a caller ends, only the wait of this caller ends. The
// call itself has a context with the values of the first caller and a time limit, which does not end with the first caller's
// context. So no caller can end the call for the others. A request whose time to wait for Clerk is over ([clerkwait.Budget]) leaves in the
// same way.
package flight

import (
	"cmp"
	"context"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
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
// for the others. If the request has waited for as long as it may, the error is [clerkwait.ErrSpent].
//
// All calls of one key must have the same type T. Do remembers no answer after the call has ended.
func Do[T any](ctx context.Context, g *Group, key string, call func(context.Context) (T, error)) (T, error) {
	waits, end := clerkwait.Begin(ctx)
	defer end()
	if err := clerkwait.Err(waits); err != nil {
		var none T
		return none, err
	}
	result := g.calls.DoChan(key, func() (any, error) {
		shared, cancel := context.WithTimeout(clerkwait.Without(context.WithoutCancel(ctx)), cmp.Or(g.Timeout, DefaultTimeout))
		defer cancel()
		return call(shared)
	})
	select {
	case <-waits.Done():
		var none T
		return none, clerkwait.Err(waits)
	case done := <-result:
		value, _ := done.Val.(T) // The zero value if T is an interface and the call returned nil.
		return value, done.Err
	}
}

// Forget makes the next [Do] with the key start a new call. Callers that already wait get the answer of the old call.
func (g *Group) Forget(key string) { g.calls.Forget(key) }
