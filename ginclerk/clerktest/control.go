package clerktest

import (
	"encoding/json"
	"errors"
	"mime"
	"net"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
)

// maxControlBody is the longest body of a control request, in bytes.
const maxControlBody = 1 << 20

// Control returns a handler with which other processes, in any language, control this server: clock, tokens, faults, keys,
// webhooks.
// Everyone who reaches the handler can do that and sign in as any user, so the server doesn't serve it: the caller has to. The handler answers only
// requests to loopback hosts, refuses pages of browsers, and reads only application/json. This is all of its JSON:
//
// Time.
//
//	GET    /clock                 {"now": "2026-03-14T12:00:00Z"}
//	POST   /clock                 {"advance": "1m30s"}, which may be negative; answers as GET does
//
// Everything.
//
//	POST   /reset                 {}; see [Server.Reset]; answers as GET /clock does
//
// Tokens, as [Server.Bearer] makes them; all fields but email are optional. authorized_party is the application's origin and lifetime a
// duration, as in [TokenOptions].
//
//	POST   /tokens                {"email": "ada@example.com", "authorized_party": "http://localhost:3000", "lifetime": "5m"};
//	                              {"token": "eyJ…", "user_id": "user_…", "session_id": "sess_…"}
//
// How often clients called each operation, and which of them the server doesn't emulate.
//
//	GET    /calls                 {"GET /v1/users": 3, "GET /v1/nothing": 1}
//	GET    /calls/unknown         {"GET /v1/nothing": 1}
//
// Faults: the fields are those of [Fault], and all are optional. retry_after and delay are durations such as "2s"; times 0 is always.
// The body is also the answer of an operation that the server doesn't emulate.
//
//	GET    /faults                the faults that are left, as a list of what POST takes
//	POST   /faults                {"operation": "GET /v1/users", "times": 1, "status": 500, "code": "unexpected_error",
//	                              "retry_after": "2s", "body": "[]", "delay": "1s", "garbage": false, "truncate": false,
//	                              "cut": false, "lose": false}; answers as GET does
//	DELETE /faults                everything is in order again, after outages too
//
// Signing keys.
//
//	GET    /keys                  {"kid": "ins_…"}, the key that signs
//	POST   /keys                  {}; the same, after a rotation
//	DELETE /keys/{kid}            the same, without that key
//
// Webhooks. A list of events that is empty or left out stands for all of them.
//
//	GET    /webhooks              [{"id": "ep_…", "url": "http://127.0.0.1:3000/hooks", "signing_secret": "whsec_…", "events": []}]
//	POST   /webhooks              {"url": "http://127.0.0.1:3000/hooks", "events": ["session.revoked"]}; answers with the endpoint
//	DELETE /webhooks/{id}         the endpoints that are left
//	GET    /messages              [{"id": "msg_…", "webhook_id": "ep_…", "event": "session.revoked", "status": "delivered",
//	                              "created_at": "2026-03-14T12:00:00Z", "next_attempt": null, "attempts": [{"at":
//	                              "2026-03-14T12:00:00Z", "status": 200, "answer": "", "error": "", "manual": false}], "body": {…}}]
//	                              ?event=session.revoked and ?status=pending, delivered or failed choose among them
//	POST   /messages/deliver      {"timeout": "5s"}, ten seconds at most and by default; waits until everything that is due was
//	                              attempted, and answers as GET /messages does, or with 504
//	POST   /messages/{id}/resend  {}; {"id": "msg_…"}
//
// Errors are a line of text that names the field: 400, 403 for browsers, 404, 409 for the only key, 415 for another content type.
func (s *Server) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /clock", answering(s.controlClock))
	mux.HandleFunc("POST /clock", reading(s.controlAdvance))
	mux.HandleFunc("POST /reset", reading(s.controlReset))
	mux.HandleFunc("POST /tokens", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		reading(s.controlToken)(w, r)
	})
	mux.HandleFunc("GET /calls", answering(func(*http.Request) (any, error) { return s.Calls(), nil }))
	mux.HandleFunc("GET /calls/unknown", answering(func(*http.Request) (any, error) { return s.UnknownCalls(), nil }))
	mux.HandleFunc("GET /faults", answering(s.controlFaults))
	mux.HandleFunc("POST /faults", reading(s.controlFail))
	mux.HandleFunc("DELETE /faults", answering(s.controlClearFaults))
	mux.HandleFunc("GET /keys", answering(s.controlKey))
	mux.HandleFunc("POST /keys", reading(s.controlRotate))
	mux.HandleFunc("DELETE /keys/{kid}", answering(s.controlWithdraw))
	mux.HandleFunc("GET /webhooks", answering(s.controlWebhooks))
	mux.HandleFunc("POST /webhooks", reading(s.controlAddWebhook))
	mux.HandleFunc("DELETE /webhooks/{id}", answering(s.controlRemoveWebhook))
	mux.HandleFunc("GET /messages", answering(s.controlMessages))
	mux.HandleFunc("POST /messages/deliver", reading(s.controlDeliver))
	mux.HandleFunc("POST /messages/{id}/resend", reading(s.controlResend))
	return onlyLocal(mux)
}

// onlyLocal refuses requests that a page in a browser on this machine could send.
func onlyLocal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		switch {
		case !core.Loopback(host):
			http.Error(w, "the host is not on loopback", http.StatusForbidden)
		case r.Header.Get("Origin") != "":
			http.Error(w, "pages of browsers are not served", http.StatusForbidden)
		case r.Method == http.MethodPost && (err != nil || kind != "application/json"):
			http.Error(w, "the body must be application/json", http.StatusUnsupportedMediaType)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// reading is the control that acts on one JSON object without unknown fields.
func reading[P any](act func(*http.Request, P) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body P
		if err := decodeJSON(http.MaxBytesReader(w, r.Body, maxControlBody), &body); err != nil {
			http.Error(w, "body: "+err.Error(), http.StatusBadRequest)
			return
		}
		answering(func(r *http.Request) (any, error) { return act(r, body) })(w, r)
	}
}

// answering is the control that answers with JSON, or with the line of an error.
func answering(act func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		out, err := act(r)
		if err != nil {
			http.Error(w, err.Error(), statusOf(err))
			return
		}
		reply(w, out)
	}
}

// statusError is an error of a control with its status.
type statusError struct {
	error
	status int
}

// Unwrap returns the error without its status.
func (e statusError) Unwrap() error { return e.error }

// statusOf returns the status of a control's error; most are about a field of the request.
func statusOf(err error) int {
	known, ok := errors.AsType[statusError](err)
	switch {
	case ok:
		return known.status
	case errors.Is(err, ErrNotFound):
		return http.StatusNotFound
	default:
		return http.StatusBadRequest
	}
}

// failing gives an error the status; nil stays nil.
func failing(status int, err error) error {
	if err == nil {
		return nil
	}
	return statusError{error: err, status: status}
}

func reply(w http.ResponseWriter, body any) {
	encoded, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(encoded, '\n')) // it fails if the client has left
}
