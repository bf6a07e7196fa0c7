package core

import (
	"cmp"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
)

// MaxDelay is the longest delay of an answer. The listener would close the connection soon after.
const MaxDelay = 10 * time.Second

// Fault is one way in which an operation can go wrong. Its fields are those of clerktest.Fault.
type Fault struct {
	Operation  string
	Times      int
	Status     int
	Code       string
	RetryAfter time.Duration
	Body       string
	Delay      time.Duration
	Until      <-chan struct{}
	Garbage    bool
	Truncate   bool
	Cut        bool
	Lose       bool
}

// passes reports whether the fault only makes the operation slow.
func (f Fault) passes() bool {
	answers := f.Status != 0 || f.Code != "" || f.RetryAfter != 0 || f.Body != "" || f.Garbage || f.Truncate || f.Cut || f.Lose
	return !answers && (f.Delay > 0 || f.Until != nil)
}

// serve answers a request according to the fault. The operation runs only if the fault comes after it.
func (f Fault) serve(w http.ResponseWriter, r *http.Request, operation func(http.ResponseWriter)) {
	if !f.wait(r) {
		cut(w)
		return
	}
	switch {
	case f.passes():
		operation(w)
	case f.Cut:
		cut(w)
	case f.Lose:
		operation(httptest.NewRecorder())
		cut(w)
	case f.Truncate:
		truncate(w, operation)
	case f.Garbage:
		write(w, f.Status, []byte(`<html>this is no JSON {"`))
	case f.Body != "":
		f.headers(w)
		write(w, f.Status, []byte(f.Body))
	default:
		f.headers(w)
		writeError(w, f.apiError())
	}
}

// truncate sends the first half of an operation's answer, with the length of the whole; net/http then closes the connection.
func truncate(w http.ResponseWriter, operation func(http.ResponseWriter)) {
	recorded := httptest.NewRecorder()
	operation(recorded)
	whole := recorded.Body.Bytes()
	if len(whole) < 2 {
		cut(w)
		return
	}
	maps.Copy(w.Header(), recorded.Header())
	w.Header().Set("Content-Length", strconv.Itoa(len(whole)))
	w.WriteHeader(recorded.Code)
	_, _ = w.Write(whole[:len(whole)/2]) // the rest is missing on purpose
}

// wait holds the answer back. It returns false if the caller leaves first.
func (f Fault) wait(r *http.Request) bool {
	if f.Delay <= 0 && f.Until == nil {
		return true
	}
	delay := MaxDelay
	if f.Delay > 0 {
		delay = min(f.Delay, MaxDelay)
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-f.Until:
		return true
	case <-r.Context().Done():
		return false
	}
}

func (f Fault) headers(w http.ResponseWriter) {
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds(f.RetryAfter)))
	}
}

// apiError has Clerk's code for the status, unless the fault names a code.
func (f Fault) apiError() *apierr.Error {
	status := cmp.Or(f.Status, http.StatusServiceUnavailable)
	if f.Status == 0 && f.RetryAfter > 0 {
		status = http.StatusTooManyRequests
	}
	return apierr.New(status, cmp.Or(f.Code, codeOf(status)), "The embedded Clerk was told to answer this way.")
}

func codeOf(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "authentication_invalid"
	case http.StatusForbidden:
		return "authorization_invalid"
	case http.StatusNotFound:
		return "resource_not_found"
	case http.StatusTooManyRequests:
		return "too_many_requests"
	case http.StatusServiceUnavailable:
		return "service_unavailable"
	default:
		return "unexpected_error"
	}
}

// seconds rounds up, so that a client that returns after this time is accepted.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
