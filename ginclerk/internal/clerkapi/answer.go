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

// plainWord is the form of a code or a trace id. A value of another form is dropped, because both get into logs and response
// headers.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,100}$`)

// clerkCode is the form of Clerk's codes, such as resource_not_found. Codes of other services have other forms.
var clerkCode = regexp.MustCompile(`^[a-z][a-z0-9_]{0,99}$`)

// envelope is the body of every error of Clerk (OpenAPI schema ClerkErrors).
type envelope struct {
	Errors []struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"errors"`
	TraceID string `json:"clerk_trace_id"`
}

// errorFrom reads an answer that is not 2xx. If the body is not Clerk's envelope, code and message stay empty: the body comes
// from a gateway or another service, and says nothing about the resource, whatever its status.
func errorFrom(resp *http.Response) *Error {
	out := &Error{Status: resp.StatusCode, RetryAfter: retryAfter(resp.Header)}
	var body envelope
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	if err != nil || json.Unmarshal(raw, &body) != nil {
		// An incomplete body, or one that is not from Clerk, is no separate error: the status says what happened.
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

// retryAfter reads Retry-After (RFC 9110 §10.2.3). Clerk sends seconds. A gateway may send a date, which counts from the Date of
// the answer. Any other value, and a time in the past, counts as no Retry-After.
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
