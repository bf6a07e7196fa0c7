package authn

import "context"

type clientIPKey struct{}

// withClientIP is for questions about what a request brings and anybody could have made up.
func withClientIP(ctx context.Context, clientIP string) context.Context {
	return context.WithValue(ctx, clientIPKey{}, clientIP)
}

// ClientIP returns the address of the request for which a [Backend] or a [MachineVerifier] is asked, as [Request] has it: who
// sends many that Clerk does not know can then be told from the rest. It is empty where the question is about no such request.
func ClientIP(ctx context.Context) string {
	clientIP, _ := ctx.Value(clientIPKey{}).(string) // empty without one
	return clientIP
}
