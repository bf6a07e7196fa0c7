package visit

import (
	"context"
	"net/http"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Kind is the kind of answer that a client expects.
type Kind int

// The kinds of answers.
const (
	Page Kind = iota // a navigation: redirects and HTML
	API              // a program: status codes and JSON
	HTMX             // htmx: status codes and the redirect headers of htmx
)

// KindOf tells what a request expects: what Sec-Fetch-Dest says, else what the request accepts. A prefetch is no navigation,
// although browsers send it as one. A form that is sent again expects a page, whatever sends it: ginclerk keeps the forms of
// pages alone.
func KindOf(r *http.Request) Kind {
	switch {
	case isUpgrade(r) || IsPrefetch(r):
		return API
	case field(r.Header, "Hx-Request") == "true":
		return HTMX
	case IsReplay(r):
		return Page
	}
	switch dest := field(r.Header, "Sec-Fetch-Dest"); {
	case dest == "document" || dest == "iframe":
		return Page
	case dest != "":
		return API
	case strings.Contains(field(r.Header, "Accept"), "text/html"):
		return Page
	default:
		return API
	}
}

// isUpgrade reports whether a request asks for another protocol: with the header Upgrade and any of the values of Connection
// (RFC 9110, section 7.8), or as a WebSocket whatever a proxy has made of these.
func isUpgrade(r *http.Request) bool {
	if len(r.Header["Sec-Websocket-Key"]) > 0 {
		return true
	}
	return field(r.Header, "Upgrade") != "" && httpguts.HeaderValuesContainsToken(r.Header["Connection"], "upgrade")
}

// IsPreflight reports whether a request is a browser's question about CORS (Fetch Standard, CORS-preflight request). A browser
// sends it without credentials, and only CORS middleware has an answer for it.
func IsPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && field(r.Header, "Access-Control-Request-Method") != ""
}

// replayKey marks the context of a request that sends a kept form again.
type replayKey struct{}

// AsReplay returns the context for a request that sends a kept form again.
func AsReplay(ctx context.Context) context.Context { return context.WithValue(ctx, replayKey{}, true) }

// IsReplay reports whether a request sends a kept form again. Such a form had a place among those that wait.
func IsReplay(r *http.Request) bool { return r.Context().Value(replayKey{}) != nil }

// field returns the first value of a header field whose name is written as net/http keeps it; "" without one. It is Header.Get without a
// look at the letters of the name.
func field(header http.Header, name string) string {
	if values := header[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}
