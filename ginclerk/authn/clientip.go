package authn

import "context"

type clientIPKey struct{}

// clientIP is the address of the browser; "" where it is unknown.
func (f *facts) clientIP() string {
	if f.client == nil {
		return ""
	}
	return f.client.ClientIP()
}

// withClientIP is for calls to Clerk about a nonce or a token that anyone can make up.
func withClientIP(ctx context.Context, clientIP string) context.Context {
	return context.WithValue(ctx, clientIPKey{}, clientIP)
}

// ClientIP returns the client address, as in [Request], of the request for which a [Backend] or a [MachineVerifier] is called. With
// it, an implementation can limit clients that present many nonces or tokens that Clerk does not know. It is empty for all other calls.
func ClientIP(ctx context.Context) string {
	clientIP, _ := ctx.Value(clientIPKey{}).(string) // empty without one
	return clientIP
}
