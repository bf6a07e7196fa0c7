package clerktest

import (
	"fmt"
	"net/http"
	"time"
)

// faultJSON is a [Fault] in the control endpoint's JSON: with durations as texts, which replace the embedded ones.
type faultJSON struct {
	Fault
	RetryAfter string `json:"retry_after,omitempty"`
	Delay      string `json:"delay,omitempty"`
}

func (s *Server) controlFaults(*http.Request) (any, error) {
	left := []faultJSON{}
	for _, f := range s.FaultsLeft() {
		left = append(left, faultJSON{Fault: f, RetryAfter: text(f.RetryAfter), Delay: text(f.Delay)})
	}
	return left, nil
}

func (s *Server) controlFail(r *http.Request, body faultJSON) (any, error) {
	fault, err := body.fault()
	if err != nil {
		return nil, err
	}
	s.Fail(fault)
	return s.controlFaults(r)
}

func (s *Server) controlClearFaults(r *http.Request) (any, error) {
	s.ClearFaults()
	return s.controlFaults(r)
}

// fault refuses values that net/http could not send.
func (f faultJSON) fault() (Fault, error) {
	out := f.Fault
	if f.Status != 0 && (f.Status < http.StatusOK || f.Status > 999) {
		return Fault{}, fmt.Errorf("field status: %d is no status of an answer", f.Status)
	}
	if f.Times < 0 {
		return Fault{}, fmt.Errorf("field times: %d is less than 0", f.Times)
	}
	for _, d := range []struct {
		field, text string
		into        *time.Duration
	}{{"retry_after", f.RetryAfter, &out.RetryAfter}, {"delay", f.Delay, &out.Delay}} {
		if d.text == "" {
			continue
		}
		parsed, err := time.ParseDuration(d.text)
		if err != nil || parsed < 0 {
			return Fault{}, fmt.Errorf("field %s: %q is no duration such as 1m30s", d.field, d.text)
		}
		*d.into = parsed
	}
	return out, nil
}

func text(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}
