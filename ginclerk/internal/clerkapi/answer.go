package clerkapi

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	maxErrorBody     = 64 << 10
	maxMessageLength = 500
	maxRetryAfter    = 24 * time.Hour
)

// plainWord is what a code or a trace id looks like. Anything else in their place is dropped: both end up in logs and
// response headers.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,100}$`)

// clerkCode is what Clerk's own codes look like, such as resource_not_found. Other services have codes too, in other spellings.
var clerkCode = regexp.MustCompile(`^[a-z][a-z0-9_]{0,99}$`)

// envelope is the body of every error of Clerk (OpenAPI schema ClerkErrors).
type envelope struct {
	Errors []struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"errors"`
	TraceID string `json:"clerk_trace_id"`
}

// errorFrom reads an answer that is not 2xx. A body that is not Clerk's envelope leaves code and message empty: it comes from a
// gateway or another service, and says nothing about what was asked for, whatever its status.
func errorFrom(resp *http.Response) *Error {
	out := &Error{Status: resp.StatusCode, RetryAfter: retryAfter(resp.Header)}
	var body envelope
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	if err != nil || json.Unmarshal(raw, &body) != nil {
		// A body that was cut off, or is not from Clerk, is no separate error: the status says what happened.
		body = envelope{}
	}
	if len(body.Errors) > 0 {
		out.Code = word(body.Errors[0].Code)
		out.Message = oneLine(body.Errors[0].Message)
		out.byClerk = clerkCode.MatchString(body.Errors[0].Code)
	}
	for _, candidate := range []string{resp.Header.Get("Clerk-Trace-Id"), body.TraceID, resp.Header.Get("Cf-Ray")} {
		if out.TraceID == "" {
			out.TraceID = word(candidate)
		}
	}
	return out
}

func word(s string) string {
	if !plainWord.MatchString(s) {
		return ""
	}
	return s
}

func oneLine(s string) string {
	if len(s) > maxMessageLength {
		s = s[:maxMessageLength]
	}
	return strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s), "")
}

// retryAfter reads Retry-After (RFC 9110 §10.2.3): seconds, the form that Clerk sends, or a date, which a gateway may send and
// which counts from the answer's own Date. Anything else, and what is over already, counts as not said.
func retryAfter(h http.Header) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if digits := strings.TrimLeft(text, "0123456789"); text != "" && digits == "" {
		seconds, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return 0
		}
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	said, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	return max(0, min(until.Sub(said), maxRetryAfter))
}
