package clerktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"time"

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
	mux.HandleFunc("GET /clock", s.controlClock)
	mux.HandleFunc("POST /clock", s.controlAdvance)
	mux.HandleFunc("POST /reset", s.controlReset)
	mux.HandleFunc("POST /tokens", s.controlToken)
	mux.HandleFunc("GET /calls", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.Calls()) })
	mux.HandleFunc("GET /calls/unknown", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.UnknownCalls()) })
	mux.HandleFunc("GET /faults", s.controlFaults)
	mux.HandleFunc("POST /faults", s.controlFail)
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, r *http.Request) {
		s.ClearFaults()
		s.controlFaults(w, r)
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) { reply(w, map[string]string{"kid": s.KeyID()}) })
	mux.HandleFunc("POST /keys", s.controlRotate)
	mux.HandleFunc("DELETE /keys/{kid}", s.controlWithdraw)
	s.controlWebhookRoutes(mux)
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

func (s *Server) controlClock(w http.ResponseWriter, _ *http.Request) {
	reply(w, map[string]time.Time{"now": s.clock.Now().UTC()})
}

func (s *Server) controlAdvance(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Advance string `json:"advance"`
	}
	if !readControl(w, r, &body) {
		return
	}
	d, err := time.ParseDuration(body.Advance)
	if err != nil {
		http.Error(w, "field advance: "+err.Error(), http.StatusBadRequest)
		return
	}
	s.clock.Advance(d)
	s.controlClock(w, r)
}

func (s *Server) controlReset(w http.ResponseWriter, r *http.Request) {
	if !readControl(w, r, &struct{}{}) {
		return
	}
	if err := s.Reset(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s.controlClock(w, r)
}

func (s *Server) controlFaults(w http.ResponseWriter, _ *http.Request) {
	left := []faultJSON{}
	for _, f := range s.FaultsLeft() {
		left = append(left, faultJSON{
			Operation: f.Operation, Times: f.Times, Status: f.Status, Code: f.Code, RetryAfter: text(f.RetryAfter), Body: f.Body,
			Delay: text(f.Delay), Garbage: f.Garbage, Truncate: f.Truncate, Cut: f.Cut, Lose: f.Lose,
		})
	}
	reply(w, left)
}

func (s *Server) controlFail(w http.ResponseWriter, r *http.Request) {
	var body faultJSON
	if !readControl(w, r, &body) {
		return
	}
	fault, err := body.fault()
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.Fail(fault)
	s.controlFaults(w, r)
}

func (s *Server) controlRotate(w http.ResponseWriter, r *http.Request) {
	if !readControl(w, r, &struct{}{}) {
		return
	}
	id, err := s.RotateKey()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	reply(w, map[string]string{"kid": id})
}

func (s *Server) controlWithdraw(w http.ResponseWriter, r *http.Request) {
	err := s.WithdrawKey(r.PathValue("kid"))
	switch {
	case errors.Is(err, ErrNotFound):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusConflict)
	default:
		reply(w, map[string]string{"kid": s.KeyID()})
	}
}

// readControl reads one JSON object without unknown fields. On failure it answers with status 400 and returns false.
func readControl(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := decodeJSON(http.MaxBytesReader(w, r.Body, maxControlBody), into); err != nil {
		http.Error(w, fmt.Sprintf("body: %v", err), http.StatusBadRequest)
		return false
	}
	return true
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
