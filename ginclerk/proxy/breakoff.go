package proxy

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// relay has a handler write a response and reports whether it got to its end. A handler that forwards an answer panics with
// [http.ErrAbortHandler] where the answer is cut or the browser leaves, as net/http asks for (httputil.ReverseProxy). Not every
// framework expects that: Gin's recovery prints the request with its cookies, and then lets the response end as if it were whole.
func relay(handler http.Handler, w http.ResponseWriter, r *http.Request) (complete bool) {
	defer func() {
		if reason := recover(); reason != nil && !isAbort(reason) {
			panic(reason)
		}
	}()
	if r.Context().Value(http.ServerContextKey) == nil { // without a server ReverseProxy does not say that an answer was cut
		r = r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, &http.Server{})) //nolint:gosec // G112: it serves nothing
	}
	handler.ServeHTTP(w, r)
	return true
}

func isAbort(reason any) bool {
	err, ok := reason.(error)
	return ok && errors.Is(err, http.ErrAbortHandler)
}

// breakOff has the client see that a response is not whole. With a deadline in the past net/http writes nothing more, and so not
// what ends a response: it closes an HTTP/1.1 connection and resets an HTTP/2 stream. The end of an HTTP/1.0 connection is the
// end of a response, so that is reset.
func breakOff(w http.ResponseWriter, r *http.Request) {
	if !r.ProtoAtLeast(1, 1) && reset(w) {
		return
	}
	if !errors.Is(http.NewResponseController(w).SetWriteDeadline(time.Unix(1, 0)), http.ErrNotSupported) {
		return
	}
	panic(http.ErrAbortHandler) // middleware has put a writer in front that hides the connection
}

// reset resets the connection of a response and reports whether it could.
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
		_ = tcp.SetLinger(0) // what is left unsent is dropped, and the peer told
	}
	_ = raw.Close()
	return true
}
