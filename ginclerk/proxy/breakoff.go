package proxy

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// relay calls a handler and reports whether the response is complete. httputil.ReverseProxy panics with [http.ErrAbortHandler] if
// the answer breaks off or the browser leaves, as net/http recommends. Not every framework expects this panic: Gin's recovery
// prints the request with its cookies, and then ends the response as if it were complete.
func relay(handler http.Handler, w http.ResponseWriter, r *http.Request) (complete bool) {
	defer func() {
		if reason := recover(); reason != nil && !isAbort(reason) {
			panic(reason)
		}
	}()
	if r.Context().Value(http.ServerContextKey) == nil { // without a server ReverseProxy does not panic when an answer breaks off
		r = r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, &http.Server{})) //nolint:gosec // G112: it serves nothing
	}
	handler.ServeHTTP(w, r)
	return true
}

func isAbort(reason any) bool {
	err, ok := reason.(error)
	return ok && errors.Is(err, http.ErrAbortHandler)
}

// breakOff makes the client notice that a response is incomplete. After a write deadline in the past, net/http writes nothing
// more, not even the end of the response: it closes an HTTP/1.1 connection, and resets an HTTP/2 stream. In HTTP/1.0 the end of
// the connection is the end of the response, so breakOff resets the connection.
func breakOff(w http.ResponseWriter, r *http.Request) {
	if !r.ProtoAtLeast(1, 1) && reset(w) {
		return
	}
	if !errors.Is(http.NewResponseController(w).SetWriteDeadline(time.Unix(1, 0)), http.ErrNotSupported) {
		return
	}
	panic(http.ErrAbortHandler) // a writer of other middleware hides the connection
}

// reset resets the connection of a response, and reports whether it succeeded.
func reset(w http.ResponseWriter) bool {
	for {
		wrapper, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			break
		}
		w = wrapper.Unwrap()
	}
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		return false
	}
	connection, _, err := hijacker.Hijack()
	if err != nil {
		return false
	}
	raw := connection
	if secured, ok := raw.(interface{ NetConn() net.Conn }); ok {
		raw = secured.NetConn()
	}
	if tcp, ok := raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // the close then drops unsent data and sends a reset
	}
	_ = raw.Close()
	return true
}

// endsWith has a body that does not come waited for no longer than until the context ends: net/http lets nobody close a body while it is
// read. Call the function that it returns before the context ends by itself: it leaves nothing that uses the writer, which may be that of
// another request a moment later, as Gin's are.
func endsWith(ctx context.Context, w http.ResponseWriter) (stop func()) {
	set := make(chan struct{})
	avert := context.AfterFunc(ctx, func() {
		defer close(set)
		_ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0))
	})
	return func() {
		if !avert() {
			<-set
		}
	}
}
