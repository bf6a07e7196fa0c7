package clerktest

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
)

// Fault is one way in which an operation fails, see [Server.Fail]. At most one of Cut, Lose, Truncate, Garbage and Body counts,
// in this order. If none is set, the answer is Clerk's error envelope with Status and Code. Delay and Until combine with each
// of them; alone they only make the operation slow. The zero value answers every request with 503 until [Server.ClearFaults].
type Fault struct {
	// Operation is the operation's name in [Server.Calls], such as "POST /v1/sessions/{session_id}/revoke"; "" = every
	// operation.
	Operation string `json:"operation,omitempty"`
	// Times is the number of requests that the fault affects; 0 = all, until [Server.ClearFaults].
	Times int `json:"times,omitempty"`
	// Status is the HTTP status; 0 = 503, or 429 with RetryAfter; with Body or Garbage it is 200.
	Status int `json:"status,omitempty"`
	// Code is the envelope's error code; "" = the one that Clerk has for the status.
	Code string `json:"code,omitempty"`
	// RetryAfter is the header Retry-After, in seconds, rounded up; 0 = no such header.
	RetryAfter time.Duration `json:"retry_after,omitempty"`
	// Body is sent as JSON instead of the operation's answer, unchecked. The operation doesn't run.
	Body string `json:"body,omitempty"`
	// Delay is how long the answer waits, in real time, at most ten seconds. The wait ends early if the caller leaves.
	Delay time.Duration `json:"delay,omitempty"`
	// Until holds the answer back until the channel is closed, Delay is over (0 = ten seconds), or the caller leaves.
	Until <-chan struct{} `json:"-"`
	// Garbage answers with text that claims to be JSON and isn't. The operation doesn't run.
	Garbage bool `json:"garbage,omitempty"`
	// Truncate runs the operation, and closes the connection in the middle of its answer.
	Truncate bool `json:"truncate,omitempty"`
	// Cut closes the connection without an answer. The operation doesn't run.
	Cut bool `json:"cut,omitempty"`
	// Lose runs the operation, and then closes the connection without an answer: the caller can't know that it took effect.
	Lose bool `json:"lose,omitempty"`
}

// Fail makes operations of both APIs fail. The faults for one operation are a queue: the next one starts when the first has
// affected its number of requests. For an operation that isn't emulated, a Body is the answer of the test; so a misspelled name is not an
// error: see [Server.FaultsLeft].
func (s *Server) Fail(faults ...Fault) {
	for _, f := range faults {
		s.core.Faults.Add(core.Fault(f))
	}
}

// FaultsLeft returns the faults that still wait for requests, in the order of the queue, with the remaining Times.
func (s *Server) FaultsLeft() []Fault {
	var left []Fault
	for _, f := range s.core.Faults.Waiting() {
		left = append(left, Fault(f))
	}
	return left
}

// ClearFaults removes all faults: those of [Server.Fail], [Server.SetUnavailable] and [Server.SetUnreachable].
func (s *Server) ClearFaults() { s.core.Faults.Clear() }
