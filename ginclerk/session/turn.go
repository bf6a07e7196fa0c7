package session

import "context"

type turnKey struct{}

// WithTurns returns a context in which a source waits for its turn before every request to Clerk but the first of each
// call. Who calls has waited for that one; only the source knows how many requests a long list takes. The function is
// called concurrently; its error ends the call.
func WithTurns(ctx context.Context, wait func(context.Context) error) context.Context {
	return context.WithValue(ctx, turnKey{}, wait)
}

// AwaitTurn is called by sources before each request but the first of a call. It returns at once where the context has no
// turns, see [WithTurns].
func AwaitTurn(ctx context.Context) error {
	wait, ok := ctx.Value(turnKey{}).(func(context.Context) error)
	if !ok {
		return nil
	}
	return wait(ctx)
}
