package ginclerk_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	sessiontoken "github.com/ginclerk/ginclerk/ginclerk/token"
	"github.com/ginclerk/ginclerk/ginclerk/user"
)

// known is an error of ours and the status that it is answered with.
type known struct {
	name   string // package and variable
	err    error
	status int
}

func knownErrors() []known {
	return []known{
		{"session.ErrNotFound", session.ErrNotFound, http.StatusNotFound},
		{"session.ErrNotActive", session.ErrNotActive, http.StatusConflict},
		{"session.ErrNoCredential", session.ErrNoCredential, http.StatusForbidden},
		{"session.ErrOrganizationNotFound", session.ErrOrganizationNotFound, http.StatusNotFound},
		{"session.ErrNotOfBrowser", session.ErrNotOfBrowser, http.StatusConflict},
		{"session.ErrUnavailable", session.ErrUnavailable, http.StatusServiceUnavailable},
		{"user.ErrNotFound", user.ErrNotFound, http.StatusNotFound},
		{"user.ErrUnavailable", user.ErrUnavailable, http.StatusServiceUnavailable},
		{"signout.ErrNotFound", signout.ErrNotFound, http.StatusNotFound},
		{"signout.ErrRequest", signout.ErrRequest, http.StatusBadRequest},
		{"signout.ErrUnavailable", signout.ErrUnavailable, http.StatusServiceUnavailable},
		{"signout.ErrClosed", signout.ErrClosed, http.StatusServiceUnavailable},
		{"outgoing.ErrSessionEnded", outgoing.ErrSessionEnded, http.StatusUnauthorized},
		{"outgoing.ErrUnknownTemplate", outgoing.ErrUnknownTemplate, http.StatusNotFound},
		{"outgoing.ErrOrganizationChanged", outgoing.ErrOrganizationChanged, http.StatusConflict},
		{"outgoing.ErrShortLived", outgoing.ErrShortLived, http.StatusInternalServerError},
		{"outgoing.ErrUnavailable", outgoing.ErrUnavailable, http.StatusServiceUnavailable},
		{"forms.ErrNotFound", forms.ErrNotFound, http.StatusNotFound},
		{"forms.ErrTooLarge", forms.ErrTooLarge, http.StatusRequestEntityTooLarge},
		{"forms.ErrTooMany", forms.ErrTooMany, http.StatusConflict},
		{"forms.ErrFull", forms.ErrFull, http.StatusServiceUnavailable},
		{"forms.ErrInvalid", forms.ErrInvalid, http.StatusBadRequest},
		{"storage.ErrNotFound", storage.ErrNotFound, http.StatusNotFound},
		{"storage.ErrFull", storage.ErrFull, http.StatusServiceUnavailable},
		{"storage.ErrUnavailable", storage.ErrUnavailable, http.StatusServiceUnavailable},
		{"storage.ErrInvalid", storage.ErrInvalid, http.StatusInternalServerError},
		{"ratelimit.ErrUnavailable", ratelimit.ErrUnavailable, http.StatusServiceUnavailable},
		{"ratelimit.ErrInvalid", ratelimit.ErrInvalid, http.StatusInternalServerError},
		{"token.ErrKeysUnavailable", sessiontoken.ErrKeysUnavailable, http.StatusServiceUnavailable},
		{"authn.ErrUnreachable", authn.ErrUnreachable, http.StatusServiceUnavailable},
		{"authn.ErrNoAnswer", authn.ErrNoAnswer, http.StatusServiceUnavailable},
		{"authn.ErrRedirectLoop", authn.ErrRedirectLoop, http.StatusInternalServerError},
		{"ginclerk.ErrSignedOut", ginclerk.ErrSignedOut, http.StatusUnauthorized},
		{"ginclerk.ErrNoSession", ginclerk.ErrNoSession, http.StatusForbidden},
		{"ginclerk.ErrSessionEnded", ginclerk.ErrSessionEnded, http.StatusUnauthorized},
		{"ginclerk.ErrMembershipChanged", ginclerk.ErrMembershipChanged, http.StatusUnauthorized},
		{"ginclerk.ErrSessionUnknown", ginclerk.ErrSessionUnknown, http.StatusServiceUnavailable},
		{"ginclerk.ErrClerkUnreachable", ginclerk.ErrClerkUnreachable, http.StatusServiceUnavailable},
		{"ginclerk.ErrKeyMismatch", ginclerk.ErrKeyMismatch, http.StatusInternalServerError},
		{"ginclerk.ErrNoTenant", ginclerk.ErrNoTenant, http.StatusNotFound},
		{"reverify.ErrProofIncorrect", reverify.ErrProofIncorrect, http.StatusUnprocessableEntity},
		{"reverify.ErrCodeOver", reverify.ErrCodeOver, http.StatusUnprocessableEntity},
		{"reverify.ErrTooManyAttempts", reverify.ErrTooManyAttempts, http.StatusTooManyRequests},
		{"reverify.ErrAccountLocked", reverify.ErrAccountLocked, http.StatusForbidden},
		{"reverify.ErrVerificationOver", reverify.ErrVerificationOver, http.StatusConflict},
	}
}

// TestEveryErrorThatAHandlerGetsHasAProblem: of the right kind, in words for a person, without the error's own.
func TestEveryErrorThatAHandlerGetsHasAProblem(t *testing.T) {
	t.Parallel()
	const detail = "sess_1 at 10.0.0.5"
	more := append(knownErrors(),
		known{"a refused token", &sessiontoken.Error{Reason: sessiontoken.ReasonExpired}, http.StatusUnauthorized},
		known{"the end of a context", context.DeadlineExceeded, http.StatusServiceUnavailable},
		known{"a browser that left", context.Canceled, http.StatusServiceUnavailable},
		known{"a body that is too large", &http.MaxBytesError{Limit: 1}, http.StatusRequestEntityTooLarge},
		known{"anything else", errors.New(detail), http.StatusInternalServerError},
		known{"an outage that looks like an end", fmt.Errorf("%w: %w", outgoing.ErrSessionEnded, session.ErrUnavailable), http.StatusServiceUnavailable},
	)
	for _, row := range more {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := ginclerk.ProblemFor(fmt.Errorf("%s: %w", detail, row.err))
			if p.Status != row.status || p.Error == "" || p.Detail == "" || p.Remedy == "" || p.Reason == "" {
				t.Errorf("%+v, want status %d and words", p, row.status)
			}
			if (p.RetryAfter > 0) != (row.status == http.StatusServiceUnavailable || row.status == http.StatusTooManyRequests) {
				t.Errorf("status %d is to be tried again after %v", p.Status, p.RetryAfter)
			}
			if text := p.Error + p.Detail + p.Remedy; strings.Contains(text, detail) {
				t.Errorf("the error's own words in %q", text)
			}
			a := newApp(t)
			got := run(a, func(c *ginContext) { a.clerk.Answer(c, p) }, program)
			got.wantStatus(t, row.status)
		})
	}
}

// neverAnswered returns the exported errors that no handler gets, each with the reason.
func neverAnswered() map[string]string {
	return map[string]string{
		"authn.ErrNotAsked":    "a renewal that Clerk has refused before is a refusal: the request is not signed in",
		"storage.ErrUnchanged": "a function returns it to storage.Update so that nothing is written; storage.Update does not return it",
	}
}

// TestNoExportedErrorWasForgotten: each exported error has a status, or a reason why no handler gets it.
func TestNoExportedErrorWasForgotten(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, row := range knownErrors() {
		listed[row.name] = true
	}
	found := 0
	for folder, name := range map[string]string{
		".": "ginclerk", "session": "session", "signout": "signout", "outgoing": "outgoing", "forms": "forms", "storage": "storage",
		"ratelimit": "ratelimit", "token": "token", "authn": "authn", "reverify": "reverify", "user": "user",
	} {
		for _, variable := range exportedErrors(t, folder) {
			found++
			full := name + "." + variable
			if _, exempted := neverAnswered()[full]; listed[full] == exempted {
				t.Errorf("%s needs a row in knownErrors or a reason in neverAnswered, and not both", full)
			}
		}
	}
	if rows := len(listed) + len(neverAnswered()); found != rows {
		t.Errorf("%d exported errors, %d rows", found, rows)
	}
}

// exportedErrors returns the variables of a folder's package that begin with Err.
func exportedErrors(t *testing.T, folder string) []string {
	t.Helper()
	files, err := fs.Glob(os.DirFS(folder), "*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has the files %v, %v", folder, files, err)
	}
	var names []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), folder+"/"+file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range parsed.Decls {
			names = append(names, errorsOf(declared)...)
		}
	}
	return names
}

func errorsOf(declared ast.Decl) []string {
	group, ok := declared.(*ast.GenDecl)
	if !ok || group.Tok != token.VAR {
		return nil
	}
	var names []string
	for _, spec := range group.Specs {
		if variable, ok := spec.(*ast.ValueSpec); ok {
			for _, name := range variable.Names {
				if strings.HasPrefix(name.Name, "Err") {
					names = append(names, name.Name)
				}
			}
		}
	}
	return names
}

// waiting is an error of Clerk's that says how long to wait.
type waiting struct {
	error

	asked time.Duration
}

func (w waiting) Unwrap() error { return w.error }

func (w waiting) ErrorRetryAfter() time.Duration { return w.asked }

func TestAProblemSaysHowLongClerkAsksToWait(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	got := run(a, func(c *gin.Context) {
		a.clerk.Answer(c, ginclerk.ProblemFor(waiting{session.ErrUnavailable, 30 * time.Second}))
	}, program)
	got.wantStatus(t, http.StatusServiceUnavailable).wantHeader(t, "Retry-After", "30")
}

func TestAProblemWaitsAnHourAtMost(t *testing.T) {
	t.Parallel()
	for asked, want := range map[time.Duration]time.Duration{0: 5 * time.Second, 30 * time.Second: 30 * time.Second, 24 * time.Hour: time.Hour} {
		for _, err := range []error{session.ErrUnavailable, reverify.ErrTooManyAttempts} {
			if p := ginclerk.ProblemFor(waiting{err, asked}); p.RetryAfter != want {
				t.Errorf("%v: Clerk asks for %v, and the client is told %v, want %v", err, asked, p.RetryAfter, want)
			}
		}
	}
}
