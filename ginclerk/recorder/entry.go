package recorder

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

const (
	maxText  = 200 // bytes of a text
	maxSteps = 40
	maxFacts = 40
)

// Entry is one decision, and what happened to its request. It is a plain value without secrets.
type Entry struct {
	// ID is the number of the decision since the start of the process.
	ID   string    `json:"id"`
	Time time.Time `json:"time"`
	// Arrived is what came in; the zero value without [Recorder.Watch].
	Arrived Arrival `json:"arrived"`
	// Route is the method and the pattern of the route, such as "GET /orders/:id".
	Route string `json:"route,omitempty"`
	// Reason says why the request is not signed in; empty where it is, and where nothing was decided.
	Reason string `json:"reason,omitempty"`
	// Outcome is "signed-in", "signed-out", "handshake" or "unavailable"; empty where nothing was decided.
	Outcome string `json:"outcome,omitempty"`
	// Refusal is why a guard or a limit answered in place of the handler; empty where none did.
	Refusal string `json:"refusal,omitempty"`
	// ToDo says what would help; empty where nothing is wrong.
	ToDo string `json:"to_do,omitempty"`
	// UserID is the signed-in user, and Session a hash of the session's id that is the same for all requests of the session.
	UserID  string `json:"user_id,omitempty"`
	Session string `json:"session,omitempty"`
	// Facts are what the decision rests on.
	Facts []Fact `json:"facts,omitempty"`
	// Steps are what happened, in order.
	Steps []Step `json:"steps"`
	// Status is that of the answer; 0 while there is none, and without [Recorder.Watch].
	Status int `json:"status,omitempty"`
	// Took is how long the request took, in nanoseconds.
	Took time.Duration `json:"took_ns,omitempty"`
}

// Fact is something that a decision rests on.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Step is something that happened to a request.
type Step struct {
	Name   string        `json:"name"`
	Detail string        `json:"detail,omitempty"`
	Took   time.Duration `json:"took_ns,omitempty"`
	Failed string        `json:"failed,omitempty"` // the error, for operators
}

// take adds what an event says of its request.
func (r *record) take(e observe.Event, facts []Fact) {
	entry := &r.entry
	if e.Route != "" {
		entry.Route = clean(e.Route)
	}
	if e.UserID != "" {
		entry.UserID, entry.Session = clean(e.UserID), hashed(e.SessionID)
	}
	switch e.Kind {
	case observe.Decided:
		entry.Reason, entry.Facts, entry.Outcome = clean(e.Reason), facts, outcomeOf(e, facts)
		entry.ToDo = adviceOf(e.Reason, facts)
	case observe.Refused, observe.Limited:
		if e.Kind == observe.Limited && e.Status == 0 {
			return
		}
		entry.Refusal = clean(e.Reason)
		if e.Kind == observe.Limited {
			entry.Refusal = "rate limit " + clean(e.Target)
		}
		if advice := remedyOf(e.Reason); entry.ToDo == "" {
			entry.ToDo = advice
		}
	default:
	}
}

func (r *record) add(step Step) {
	if len(r.entry.Steps) < maxSteps {
		r.entry.Steps = append(r.entry.Steps, step)
	}
}

func outcomeOf(e observe.Event, facts []Fact) string {
	switch {
	case e.Err != nil:
		return "unavailable"
	case e.Reason == "":
		return string(authn.SignedIn)
	case valueOf(facts, "status") == string(authn.Handshake):
		return string(authn.Handshake)
	default:
		return string(authn.SignedOut)
	}
}

// valueOf returns the value of a fact; "" without it.
func valueOf(facts []Fact, name string) string {
	for _, f := range facts {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// adviceOf is what the decision itself advises, else what ginclerk tells people for that reason.
func adviceOf(because string, facts []Fact) string {
	if because == "" {
		return ""
	}
	if remedy := remedyOf(because); remedy != "" {
		return remedy
	}
	return valueOf(facts, "advice")
}

// remedyOf returns the remedy of ginclerk's own table for a reason; "" where the table does not have it.
func remedyOf(because string) string {
	if because == "" {
		return ""
	}
	for _, name := range answer.Names() {
		if p := answer.Of(name); string(p.Reason) == because {
			return p.Remedy
		}
	}
	return ""
}

// secretFact reports whether a fact of an explanation is part of a credential.
func secretFact(name string) bool { return name == "token" }

// factsOf returns what a decision rests on.
func factsOf(e observe.Event) []Fact {
	if e.Explanation == nil {
		return nil
	}
	var facts []Fact
	for _, a := range e.Explanation.LogValue().Resolve().Group() {
		if value := clean(a.Value.String()); value != "" && !secretFact(a.Key) && len(facts) < maxFacts && a.Value.Kind() != slog.KindGroup {
			facts = append(facts, Fact{clean(a.Key), value})
		}
	}
	return facts
}

// stepOf is what an event says in the story of its request.
func stepOf(e observe.Event) Step {
	step := Step{Name: clean(e.Kind.String()), Took: e.Duration}
	var detail []string
	for _, part := range []string{clean(e.Target), clean(e.Reason)} {
		if part != "" {
			detail = append(detail, part)
		}
	}
	switch e.Memory {
	case observe.MemoryHit:
		detail = append(detail, "the memory knew the token, so its signature was not checked again")
	case observe.MemoryMiss:
		detail = append(detail, "the memory did not know the token")
	}
	if e.Kind == observe.Decided && e.Reason == "" {
		detail = append(detail, "signed in")
	}
	if e.Status != 0 {
		detail = append(detail, "status "+clean(strconv.Itoa(e.Status)))
	}
	if e.Err != nil {
		step.Failed = clean(e.Err.Error())
	}
	step.Detail = strings.Join(detail, "; ")
	return step
}

// hashed returns a short hash of a session's id, which only the session's owner may see.
func hashed(id string) string {
	if id == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("ginclerk recorder " + id))
	return hex.EncodeToString(sum[:6])
}

// clean cuts a text short, and drops what can't be printed.
func clean(text string) string {
	text = strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) || unicode.Is(unicode.Cf, c) || c == unicode.ReplacementChar {
			return -1
		}
		return c
	}, strings.ToValidUTF8(text[:min(len(text), 2*maxText)], ""))
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + "…"
	}
	return strings.Clone(text) // so that an entry does not keep a long header alive
}

// size is about what an entry takes in memory.
func (e *Entry) size() int {
	const fixed, perText = 700, 40
	size := fixed + len(e.Route) + len(e.Reason) + len(e.Refusal) + len(e.ToDo) + len(e.UserID) + len(e.Arrived.Target)
	for _, list := range [][]string{e.Arrived.Headers, e.Arrived.Cookies} {
		for _, text := range list {
			size += perText + len(text)
		}
	}
	for _, f := range e.Facts {
		size += perText + len(f.Name) + len(f.Value)
	}
	for _, s := range e.Steps {
		size += 2*perText + len(s.Name) + len(s.Detail) + len(s.Failed)
	}
	if e.Arrived.Token != nil {
		size += fixed
	}
	return size
}

// clone returns an entry that does not change any more.
func (e *Entry) clone() Entry {
	again := *e
	again.Facts, again.Steps = slices.Clone(e.Facts), slices.Clone(e.Steps)
	return again
}
