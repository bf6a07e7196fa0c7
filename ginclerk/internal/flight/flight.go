// Package flight makes one call for all callers that want the same answer at the same time.
//
// It is golang.org/x/sync/singleflight with one rule added: the end of one caller's context ends that caller's wait and
// nothing else. The call itself runs under a context that keeps the first caller's values and has a time limit instead of
// its end, so no caller can take the answer away from the others.
package flight

import (
	"cmp"
	"context"
	"time"

	"golang.org/x/sync/singleflight"
)

// DefaultTimeout is the time limit of a call where [Group].Timeout is 0.
const DefaultTimeout = 10 * time.Second

// Group is a set of calls, each with a key of its own. The zero value is ready to use. It is safe for concurrent use and
// must not be copied after its first use.
type Group struct {
	// Timeout bounds each call; 0 means [DefaultTimeout]. Set it before the first use.
	Timeout time.Duration

	calls singleflight.Group
}

// Do returns the answer of the call under the key: the one that is running, or else a new one. All callers that wait get
// the same value, so a caller that changes it copies it first. Where ctx ends before the answer is there, Do returns the
// error of ctx, and the call goes on for the others.
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
		value, _ := done.Val.(T) // The zero value where T is an interface and the call returned nil.
		return value, done.Err
	}
}

// Forget makes the next [Do] of the key start a new call. Callers that wait already get the answer of the old one.
func (g *Group) Forget(key string) { g.calls.Forget(key) }
