package clerktest

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
)

// Fault is one way in which an operation goes wrong, see [Server.Fail]. Exactly one of Cut, Lose, Truncate, Garbage and Body counts,
// in this order; where none is set, the answer is Clerk's error envelope with Status and Code. Delay and Until go with each of them;
// alone they only make the operation slow. The zero value answers 503 to everything until [Server.ClearFaults].
type Fault struct {
	// Operation is the operation's name as [Server.Calls] has it, such as "POST /v1/sessions/{session_id}/revoke"; "" = every one.
	Operation string
	// Times is how many requests meet the fault; 0 = all, until [Server.ClearFaults].
	Times int
	// Status is the HTTP status; 0 = 503, or 429 with RetryAfter; with Body or Garbage it is 200.
	Status int
	// Code is the envelope's error code; "" = the one that Clerk has for the status.
	Code string
	// RetryAfter is sent in seconds, rounded up, as the header Retry-After; 0 = no such header.
	RetryAfter time.Duration
	// Body is sent as JSON instead of the operation's answer, without a look at it. The operation doesn't run.
	Body string
	// Delay is how long the answer waits, in real time, ten seconds at most. The wait ends early when the caller goes away.
	Delay time.Duration
	// Until holds the answer back until the channel is closed, Delay is over (0 = ten seconds), or the caller goes away.
	Until <-chan struct{}
	// Garbage answers with something that calls itself JSON and isn't. The operation doesn't run.
	Garbage bool
	// Truncate runs the operation, and cuts the connection in the middle of its answer.
	Truncate bool
	// Cut cuts the connection without an answer. The operation doesn't run.
	Cut bool
	// Lose runs the operation, and then cuts the connection without an answer: the caller can't know that it took effect.
	Lose bool
}

// Fail makes operations of both APIs go wrong. Faults for one operation are a queue: the next one counts when the first has been met as
// often as its Times say. Operations that aren't emulated can fail too, so a misspelled name is no error: see [Server.FaultsLeft].
func (s *Server) Fail(faults ...Fault) {
	for _, f := range faults {
		s.core.Faults.Add(core.Fault(f))
	}
}

// FaultsLeft returns the faults that are still waiting for requests, in the order of the queue, with the Times that are left.
func (s *Server) FaultsLeft() []Fault {
	var left []Fault
	for _, f := range s.core.Faults.Waiting() {
		left = append(left, Fault(f))
	}
	return left
}

// ClearFaults puts everything in order again: what [Server.Fail], [Server.SetUnavailable] and [Server.SetUnreachable] have set.
func (s *Server) ClearFaults() { s.core.Faults.Clear() }
