package core

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
	"github.com/ginclerk/ginclerk/internal/documented"
)

const (
	// maxBody is the longest request body that is read, in bytes.
	maxBody  = 1 << 20
	formType = "application/x-www-form-urlencoded"
)

// Reply is the answer of an operation: a body to be sent as JSON, and headers.
type Reply struct {
	// Status is the HTTP status; 0 = 200.
	Status int
	// Body is encoded as JSON; nil sends no body.
	Body any
	// Page is sent in place of a body: a page for people, whose content type Header has.
	Page []byte
	// Header has more headers. Nil means none.
	Header http.Header
}

// OK returns a reply with a body.
func OK(body any) Reply { return Reply{Body: body} }

// Operation answers one kind of request, whose body has been read. It runs inside [Core.Do]. Errors of type [apierr.Error]
// become Clerk's error envelope; all others are an error of ours (500).
type Operation func(r *http.Request, body []byte) (Reply, error)

// Router finds the operation for a request. Make one with [NewRouter].
type Router struct {
	core       *Core
	limit      *Limit
	mux        *http.ServeMux
	patterns   []string
	documented []documented.Operation
	names      *http.ServeMux // of the documented operations
}

// NewRouter returns a router without operations: it answers every request with 501 and the operation's name. The name of a
// documented operation is its pattern. The limit may be nil.
func NewRouter(c *Core, limit *Limit, operations []documented.Operation) *Router {
	r := &Router{core: c, limit: limit, mux: http.NewServeMux(), documented: operations, names: http.NewServeMux()}
	for _, o := range operations {
		r.names.Handle(o.Pattern, http.NotFoundHandler())
	}
	r.mux.HandleFunc("/", r.unknown)
	return r
}

// Patterns returns the patterns of the operations.
func (t *Router) Patterns() []string { return slices.Clone(t.patterns) }

// unknown answers that the operation is not emulated, and counts it.
func (t *Router) unknown(w http.ResponseWriter, r *http.Request) {
	name := r.Method + " " + r.URL.Path
	if _, pattern := t.names.Handler(r); pattern != "" && clean(r) {
		name = pattern
	}
	t.core.Calls.CountUnknown(name)
	t.serve(w, r, name, func(w http.ResponseWriter) {
		writeError(w, notImplemented("The embedded Clerk does not emulate "+name+"."))
	})
}

// Handle adds an operation under a pattern of [http.ServeMux] with a method.
func (t *Router) Handle(pattern string, op Operation) {
	t.patterns = append(t.patterns, pattern)
	t.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		t.core.Calls.Count(pattern)
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			writeError(w, bodyError(err))
			return
		}
		t.serve(w, r, pattern, func(w http.ResponseWriter) {
			if problem := checkVersion(r); problem != nil {
				writeError(w, problem)
				return
			}
			t.core.answer(w, r, body, op)
		})
	})
}

// serve lets an operation answer, unless its rate limit is used up or a fault waits for it.
func (t *Router) serve(w http.ResponseWriter, r *http.Request, name string, operation func(http.ResponseWriter)) {
	if wait := t.limit.take(name, r); wait > 0 {
		Fault{Status: http.StatusTooManyRequests, RetryAfter: wait}.serve(w, r, operation)
		return
	}
	if fault, found := t.core.Faults.take(name); found {
		fault.serve(w, r, operation)
		return
	}
	operation(w)
}

// ServeHTTP answers the request. [http.ServeMux] would redirect paths such as //v1/users; here they are unknown.
func (t *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !clean(r) {
		t.unknown(w, r)
		return
	}
	t.mux.ServeHTTP(w, r)
}

func clean(r *http.Request) bool {
	clean := path.Clean("/" + r.URL.Path)
	return r.URL.Path == clean || r.URL.Path == strings.TrimSuffix(clean, "/")+"/"
}

// answer encodes the JSON inside the lock, and writes it afterwards: a slow reader must not hold the lock.
func (c *Core) answer(w http.ResponseWriter, r *http.Request, body []byte, op Operation) {
	var reply Reply
	var encoded []byte
	var err error
	c.DoFor(r, func() {
		if reply, err = op(r, body); err == nil && reply.Body != nil {
			encoded, err = json.Marshal(reply.Body)
		}
	})
	if known, ok := errors.AsType[*apierr.Error](err); ok {
		writeError(w, known)
		return
	}
	if err != nil {
		c.Logger.ErrorContext(r.Context(), "embedded Clerk failed", slog.String("path", r.URL.Path), slog.Any("error", err))
		writeError(w, apierr.New(http.StatusInternalServerError, "unexpected_error", "The embedded Clerk failed."))
		return
	}
	for name, values := range reply.Header {
		w.Header()[name] = append(w.Header()[name], values...)
	}
	if reply.Page != nil {
		encoded = reply.Page
	}
	write(w, reply.Status, encoded)
}

func bodyError(err error) *apierr.Error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return apierr.New(http.StatusRequestEntityTooLarge, "request_body_too_large", "The request body is longer than 1 MiB.")
	}
	return apierr.New(http.StatusBadRequest, "request_body_invalid", "The request body could not be read.")
}

func unavailable() *apierr.Error {
	return apierr.New(http.StatusServiceUnavailable, "service_unavailable", "The embedded Clerk is set to be unavailable.")
}

func writeError(w http.ResponseWriter, e *apierr.Error) {
	trace := world.NewID("")
	w.Header().Set("Clerk-Trace-Id", trace)
	encoded, err := json.Marshal(e.Envelope(trace))
	if err != nil {
		http.Error(w, e.Code, e.Status)
		return
	}
	write(w, e.Status, encoded)
}

// write sends JSON, or a page. The content type has no charset, because @clerk/backend reads other content types as text.
func write(w http.ResponseWriter, status int, encoded []byte) {
	if status == 0 {
		status = http.StatusOK
	}
	h := w.Header()
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	if len(encoded) > 0 && h.Get("Content-Type") == "" {
		h.Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	_, _ = w.Write(encoded) // the client may have left
}
