// Package clerkwait bounds how long one request waits for Clerk, however many calls it makes: a [Budget] is the time that is left, and is
// found in the context of the request. Only waiting counts, and calls that go on at the same time count once.
//
// A budget bounds calls until the request has its answer. It does not bound those of a stream that has begun, those of work that goes on
// after the request, and those that are made with another context. Each call has a time limit of its own, too.
package clerkwait

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrSpent says that a request has waited for Clerk for as long as it may. It says nothing about what it has asked.
var ErrSpent error = spentError{}

// spentError is a timeout, as those of package net are.
type spentError struct{}

func (spentError) Error() string {
	return "ginclerk: the request has waited for Clerk for as long as it may"
}
func (spentError) Timeout() bool   { return true }
func (spentError) Temporary() bool { return true }

// Key is the key by which a context has the [Budget] of its request. It is a string, because Gin's context finds nothing by other keys.
const Key = "github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"

// Budget is the time for which one request may wait for Clerk, and a context of the request that has it. The zero value is room for one
// ([Budget.Begin]). It is safe for concurrent use once it has begun, and not to be copied.
type Budget struct {
	context.Context //nolint:containedctx // it is a context itself

	limit time.Duration
	now   func() time.Time

	mu     sync.Mutex
	lifted bool
	halved bool
	spent  time.Duration // by waits that are over
	waits  int           // that go on
	since  time.Time     // when the first of them began
}

// Begin makes the budget that of a request, and returns a context that has it. What it may spend begins with the first call to Clerk.
func (b *Budget) Begin(request context.Context, limit time.Duration, now func() time.Time) context.Context {
	b.Context, b.limit, b.now = request, limit, now
	return b
}

// Value implements [context.Context].
func (b *Budget) Value(key any) any {
	if key == Key {
		return b
	}
	return b.Context.Value(key)
}

// String keeps what the context has out of text.
func (b *Budget) String() string { return "ginclerk: the context of a request" }

// In returns the budget that a context has; nil: it has none.
func In(ctx context.Context) *Budget {
	b, _ := ctx.Value(Key).(*Budget)
	return b
}

// Without returns a context that has no budget: for what others wait for, too, and what goes on after the request.
func Without(ctx context.Context) context.Context { return With(ctx, nil) }

// With returns a context that has another budget; nil: none.
func With(ctx context.Context, b *Budget) context.Context { return carrier{ctx, b} }

// carrier is a context that has a budget.
type carrier struct {
	context.Context //nolint:containedctx // it is a context itself

	budget *Budget
}

// Value implements [context.Context].
func (c carrier) Value(key any) any {
	if key == Key {
		return c.budget
	}
	return c.Context.Value(key)
}

// String keeps what the context has out of text.
func (carrier) String() string { return "ginclerk: the context of a request" }

// Begin begins to wait for Clerk. The context that it returns ends when the request has waited for as long as it may, too: [Err] then
// returns [ErrSpent]. Call end when the wait is over.
func Begin(ctx context.Context) (waits context.Context, end func()) {
	b := In(ctx)
	if b == nil || b.over() {
		return ctx, func() {}
	}
	waits, cancel := context.WithCancelCause(ctx)
	stop := func() {
		if !b.over() {
			cancel(ErrSpent)
		}
	}
	left := b.begin()
	if left <= 0 {
		stop() // at once
	}
	timer := time.AfterFunc(left, stop)
	return waits, func() {
		timer.Stop()
		cancel(context.Canceled)
		b.end()
	}
}

// Err is why a context of [Begin] has ended: [ErrSpent], or the error of the context that it was made from; nil: it has not ended.
func Err(waits context.Context) error {
	if errors.Is(context.Cause(waits), ErrSpent) {
		return ErrSpent
	}
	return waits.Err()
}

// Lift has the budget bound no call any more, those that go on included. A nil budget bounds none.
func (b *Budget) Lift() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lifted = true
}

// Halve leaves half of the time to what comes after restore.
func (b *Budget) Halve() (restore func()) {
	if b == nil {
		return func() {}
	}
	b.halve(true)
	return func() { b.halve(false) }
}

func (b *Budget) halve(halved bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.halved = halved
}

// over reports whether the request has its answer, so that a call can't hold it up.
func (b *Budget) over() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lifted || b.Err() != nil
}

// begin counts a wait, and returns how long it may be.
func (b *Budget) begin() (left time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if b.waits++; b.waits == 1 {
		b.since = now
	}
	left = b.limit
	if b.halved {
		left /= 2
	}
	return left - b.spent - now.Sub(b.since)
}

// end counts what was waited.
func (b *Budget) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waits--; b.waits == 0 {
		b.spent += max(b.now().Sub(b.since), 0)
	}
}
