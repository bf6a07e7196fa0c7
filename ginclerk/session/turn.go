package session

import "context"

type turnKey struct{}

// WithTurns returns a context in which a source calls wait before every request to Clerk but the first of each call: only the source
// knows how many requests a long list takes. The caller waits for the first one itself. wait is called concurrently; its error ends
// the call.
func WithTurns(ctx context.Context, wait func(context.Context) error) context.Context {
	return context.WithValue(ctx, turnKey{}, wait)
}

// AwaitTurn waits as [WithTurns] says. Sources call it before each request but the first of a call. It returns at once for any other
// context.
func AwaitTurn(ctx context.Context) error {
	wait, ok := ctx.Value(turnKey{}).(func(context.Context) error)
	if !ok {
		return nil
	}
	return wait(ctx)
}
