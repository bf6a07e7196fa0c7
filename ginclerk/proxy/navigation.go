package proxy

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// handshakePath is where a browser goes to have its cookies synchronized. Clerk answers with a redirect.
const handshakePath = "/v1/client/handshake"

// isNavigation reports whether a person sees the answer. Scripts such as clerk-js read it themselves.
func isNavigation(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" {
		return mode == "navigate"
	}
	if destination := r.Header.Get("Sec-Fetch-Dest"); destination != "" {
		return destination == "document" || destination == "iframe"
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

// outageError is an answer that stands in for Clerk's: of a Clerk that can't answer now, or of a server in between.
type outageError struct {
	status int
	wait   time.Duration
}

func (e *outageError) Error() string { return fmt.Sprintf("the answer has the status %d", e.status) }

// ErrorRetryAfter returns how long to wait, as the answer says; 0: it does not say.
func (e *outageError) ErrorRetryAfter() time.Duration { return e.wait }

// outage returns an error where a person would see the words of a server that is down instead of a page. A script gets every answer as
// it is. What Clerk says of a request that it refuses, as JSON, is no outage.
func outage(about forwarded, r *http.Response) error {
	if !isNavigation(about.original) {
		return nil
	}
	failed := r.StatusCode >= http.StatusInternalServerError || r.StatusCode == http.StatusTooManyRequests
	if about.rest == handshakePath && (r.StatusCode < 300 || r.StatusCode > 399) {
		failed = failed || r.StatusCode < 300 || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json")
	}
	if !failed {
		return nil
	}
	seconds, err := strconv.ParseInt(r.Header.Get("Retry-After"), 10, 32)
	if err != nil {
		seconds = 0
	}
	return &outageError{status: r.StatusCode, wait: time.Duration(max(seconds, 0)) * time.Second}
}

// withoutBody drops the body of a redirect that a browser follows: nobody reads it, and it may break off.
func withoutBody(r *http.Response) {
	_ = r.Body.Close()
	r.Body, r.ContentLength = http.NoBody, 0
	r.Header.Set("Content-Length", "0")
	r.Header.Del("Content-Type")
}
