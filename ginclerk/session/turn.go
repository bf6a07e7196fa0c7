package session

import "context"

type turnKey struct{}

// WithTurns returns a context in which a source calls wait before each request to Clerk except the first one of a call: only the
// source knows how many requests a long list takes. The caller waits before the first request. wait is used concurrently; its
// error ends the call.
func WithTurns(ctx context.Context, wait func(context.Context) error) context.Context {
	return context.WithValue(ctx, turnKey{}, wait)
}

// AwaitTurn waits as [WithTurns] says. Sources call it before each request except the first one of a call. For any other context
// it returns at once.
func AwaitTurn(ctx context.Context) error {
	wait, ok := ctx.Value(turnKey{}).(func(context.Context) error)
	if !ok {
		return nil
	}
	return wait(ctx)
}
