package webhooks

import (
	"bytes"
	"slices"
	"time"
)

// Status is the state of a message's delivery.
type Status string

// The states of a message.
const (
	Pending   Status = "pending"
	Delivered Status = "delivered"
	Failed    Status = "failed"
)

// Message is an event for one endpoint.
type Message struct {
	// ID is the same for all endpoints and for all attempts.
	ID, EndpointID, Event string
	Body                  []byte
	Status                Status
	CreatedAt             time.Time
	// NextAttempt is the time of the next attempt; zero: no further attempt.
	NextAttempt time.Time
	Attempts    []Attempt
}

// Attempt is one delivery of a message.
type Attempt struct {
	At time.Time
	// Status is the status of the receiver's answer; 0: no answer.
	Status int
	// Answer is the beginning of the receiver's answer.
	Answer string
	// Err says why no answer came; nil: one came.
	Err error
	// Manual says that a caller requested the attempt, outside of the schedule.
	Manual bool

	aborted bool // the receiver wants no further attempt
}

// succeeded reports whether the status is 2xx. Every other status is a failure, also a redirect.
func (a Attempt) succeeded() bool { return a.Err == nil && a.Status >= 200 && a.Status <= 299 }

func (m *Message) clone() Message {
	out := *m
	out.Body, out.Attempts = bytes.Clone(m.Body), slices.Clone(m.Attempts)
	return out
}

// settle records an attempt, and says when the next one is due. A requested attempt leaves the schedule unchanged, unless it
// succeeds.
func (m *Message) settle(a Attempt, now time.Time) {
	m.Attempts = append(m.Attempts, a)
	switch {
	case a.succeeded():
		m.Status, m.NextAttempt = Delivered, time.Time{}
		return
	case a.Manual:
		return
	}
	delays, tries := schedule(), m.scheduled()
	if a.aborted || tries > len(delays) {
		m.Status, m.NextAttempt = Failed, time.Time{}
		return
	}
	m.NextAttempt = now.Add(delays[tries-1])
}

// scheduled counts the attempts of the schedule.
func (m *Message) scheduled() int {
	n := 0
	for _, a := range m.Attempts {
		if !a.Manual {
			n++
		}
	}
	return n
}
