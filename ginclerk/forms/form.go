package forms

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

const (
	maxPath        = 8 << 10
	maxContentType = 1 << 10
	maxRouter      = 256
)

// Form is a request that was not carried out.
type Form struct {
	// Method is POST, PUT, PATCH or DELETE.
	Method string
	// Path is the path on the application's own origin that the form was sent to, with its query.
	Path string
	// ContentType is the value of the header. That of a multipart form names the boundary. It may be empty.
	ContentType string
	// Body is sent again as it came.
	Body []byte
	// Router names the router that takes the form, if the application has several, in the caller's words. Empty if it has one.
	Router string
	// Owner is the user or browser that may see and claim the form.
	Owner Owner
}

// String returns only the method, so that text never holds what a person has typed.
func (f Form) String() string { return "forms.Form{" + f.Method + "}" }

// Format writes [Form.String] for every verb.
func (f Form) Format(state fmt.State, _ rune) { unprinted.Write(state, f.String()) }

// LogValue is [Form.String], so that logs never hold what a person has typed.
func (f Form) LogValue() slog.Value { return slog.StringValue(f.String()) }

// MarshalText is [Form.String], so that JSON never holds what a person has typed.
func (f Form) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// check reports what makes a form impossible to replay, or dangerous: a path that leads to another origin.
func (f Form) check(maxForm int64) error {
	switch f.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		return fmt.Errorf("%w: method", ErrInvalid)
	}
	if len(f.Path) > maxPath || !localpath.Is(f.Path) {
		return fmt.Errorf("%w: path", ErrInvalid)
	}
	if len(f.ContentType) > maxContentType || strings.ContainsFunc(f.ContentType, isControl) {
		return fmt.Errorf("%w: content type", ErrInvalid)
	}
	if len(f.Router) > maxRouter {
		return fmt.Errorf("%w: router", ErrInvalid)
	}
	if !f.Owner.valid() {
		return fmt.Errorf("%w: owner", ErrInvalid)
	}
	if int64(len(f.Body)) > maxForm {
		return ErrTooLarge
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// route is the path without the query, which may hold anything.
func (f Form) route() string {
	path, _, _ := strings.Cut(f.Path, "?")
	return path
}
