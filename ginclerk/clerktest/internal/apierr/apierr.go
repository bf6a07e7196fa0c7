// Package apierr has the errors of Clerk's two APIs and their envelope. Codes are Clerk's; the texts are ours.
package apierr

import (
	"net/http"
	"strings"
)

// Error is one error of an API answer. Make one with the constructors of this package.
type Error struct {
	// Status is the HTTP status of the answer.
	Status int
	// Code is Clerk's code for the error, such as form_password_incorrect.
	Code string
	// Message is a short text, LongMessage a sentence for people.
	Message, LongMessage string
	// Meta names the wrong parameter (param_name) or has other details. Nil means none.
	Meta map[string]any
	// Beside is the meta of the whole answer. Nil means none.
	Beside map[string]any
}

// Error returns the code and the sentence.
func (e *Error) Error() string { return e.Code + ": " + e.LongMessage }

// Param returns the name of the wrong form parameter, or "".
func (e *Error) Param() string {
	name, _ := e.Meta["param_name"].(string)
	return name
}

// Envelope is the JSON body of an error.
type Envelope struct {
	Errors  []Item         `json:"errors"`
	Meta    map[string]any `json:"meta,omitempty"`
	TraceID string         `json:"clerk_trace_id"`
}

// Item is one error in an [Envelope].
type Item struct {
	Code        string         `json:"code"`
	Message     string         `json:"message"`
	LongMessage string         `json:"long_message"`
	Meta        map[string]any `json:"meta,omitempty"`
}

// Envelope returns the body for this error.
func (e *Error) Envelope(traceID string) Envelope {
	item := Item{Code: e.Code, Message: e.Message, LongMessage: e.LongMessage, Meta: e.Meta}
	return Envelope{Errors: []Item{item}, Meta: e.Beside, TraceID: traceID}
}

// New returns an error without details.
func New(status int, code, message string) *Error {
	return &Error{Status: status, Code: code, Message: strings.TrimSuffix(message, "."), LongMessage: message}
}

// Param returns a validation error (422) that names the wrong form parameter.
func Param(code, param, message string) *Error {
	e := New(http.StatusUnprocessableEntity, code, message)
	e.Meta = map[string]any{"param_name": param}
	return e
}

// Missing returns the error for a required parameter that was not sent.
func Missing(param string) *Error {
	return Param("form_param_missing", param, param+" must be included.")
}

// NotFound returns the 404 for a resource, such as "session", that doesn't exist or doesn't belong to the caller.
func NotFound(resource, id string) *Error {
	return New(http.StatusNotFound, "resource_not_found", "No "+resource+" was found with id "+id+".")
}

// SignedOut returns the 401 for a session that can no longer be used.
func SignedOut() *Error {
	return New(http.StatusUnauthorized, "authentication_invalid", "The session is no longer signed in.")
}

// Found returns what a lookup has found, or if that is nil the error of [NotFound].
func Found[T any](resource, id string, v *T) (*T, error) {
	if v == nil {
		return nil, NotFound(resource, id)
	}
	return v, nil
}
