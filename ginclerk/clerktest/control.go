package clerktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
)

// maxControlBody is the longest body of a control request, in bytes.
const maxControlBody = 1 << 20

// Control returns an endpoint by which other processes move the clock, set faults and rotate keys. Whoever reaches it rules this server,
// so it is served by nobody unless asked for. It takes requests for loopback hosts alone, and bodies only as application/json, which
// pages of other origins can't send.
//
//	GET    /clock       {"now": "2026-03-14T12:00:00Z"}
//	POST   /clock       {"advance": "1m30s"}
//	GET    /calls       {"GET /v1/users": 3}
//	GET    /faults      the faults that are left
//	POST   /faults      {"operation": "GET /v1/users", "status": 500, "times": 1}; further: code, retry_after, body, delay, garbage,
//	                    truncate, cut, lose (see Fault)
//	DELETE /faults      everything is in order again
//	GET    /keys        {"kid": "ins_…"}, the key that signs
//	POST   /keys        the same, after a rotation
//	DELETE /keys/{kid}  withdraws a key
func (s *Server) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /clock", s.controlClock)
	mux.HandleFunc("POST /clock", s.controlAdvance)
	mux.HandleFunc("GET /calls", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.Calls()) })
	mux.HandleFunc("GET /faults", s.controlFaults)
	mux.HandleFunc("POST /faults", s.controlFail)
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, r *http.Request) {
		s.ClearFaults()
		s.controlFaults(w, r)
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) { reply(w, map[string]string{"kid": s.KeyID()}) })
	mux.HandleFunc("POST /keys", s.controlRotate)
	mux.HandleFunc("DELETE /keys/{kid}", s.controlWithdraw)
	return onlyLocal(mux)
}

// onlyLocal refuses what a page in a browser on this machine could send.
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

// readControl reads one JSON object without unknown fields, and answers where it can't.
func readControl(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxControlBody))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more behind the object")
		}
	}
	if err != nil {
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
	_, _ = w.Write(append(encoded, '\n')) // the reader is gone: nobody is left to tell
}
