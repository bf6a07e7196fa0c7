package authn

import (
	"fmt"
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Status is the outcome of a decision.
type Status string

// The outcomes. Handshake means that it is not known yet: redirect the browser to the address in the Location header.
const (
	SignedIn  Status = "signed-in"
	SignedOut Status = "signed-out"
	Handshake Status = "handshake"
)

// Carrier says where a token was found.
type Carrier string

// The carriers.
const (
	CarrierNone   Carrier = ""
	CarrierCookie Carrier = "cookie"
	CarrierHeader Carrier = "header"
)

// State is what was decided about one request. It belongs to that request and is not safe for concurrent modification.
type State struct {
	Status Status
	// TokenType is the kind of token that the decision is about. It is "", where Clerk has null, when the route accepts a list of kinds
	// and the request presented another one.
	TokenType TokenType
	// Reason says why the request is not signed in; empty when it is.
	Reason Reason
	// Carrier says where the request has the token that the decision is about.
	Carrier Carrier
	// Token is the token of a signed-in request. After a refresh or a handshake it is the new session token.
	Token string
	// Claims are the claims of a session token; nil for machine tokens, and unless signed in.
	Claims *token.Claims
	// Machine is what a machine token says; nil for session tokens, and unless signed in.
	Machine *MachineToken
	// Header has the response headers of the decision: Set-Cookie, X-Clerk-Auth-Status and -Reason, and Location when the browser must
	// be redirected, which may be so with every status. Nil when there are none.
	Header http.Header
	// Upstream is set when the decision needed something that could not be reached. The status is then what Clerk's SDKs would return,
	// and the caller should answer 503: it is not known who the request is.
	Upstream error
	// Err is the cause of a refusal, for logs. It never contains a token.
	Err error

	facts *facts // nil in a state that a caller made, and beside a grant
	grant *grant // of a bearer token that signed the request in; else nil
	held  bool   // see Held
}

// String keeps the tokens out of text.
func (s State) String() string {
	return "authn.State{" + string(s.Status) + " " + string(s.Reason) + "}"
}

// Format keeps the tokens out of text of every verb.
func (s State) Format(state fmt.State, _ rune) { unprinted.Write(state, s.String()) }

// MarshalText keeps the tokens out of JSON.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Pending reports whether the session has an unfinished task. Unless the application says otherwise, such a request counts
// as signed out although its status is [SignedIn].
func (s *State) Pending() bool {
	return s.Status == SignedIn && s.Claims != nil && s.Claims.SessionStatus == token.SessionPending
}

// SessionCookie returns the session token of the request's cookies as it was read, good or not. It is nil when the cookies have no
// token that can be read, and when a bearer token decides.
func (s *State) SessionCookie() *token.Unverified {
	if s.facts == nil || s.facts.header.raw != "" {
		return nil
	}
	return s.facts.sessionCookie().read
}

// NotAsked reports whether the session was to be renewed, and the [Backend] knew without asking Clerk that it would not be.
func (s *State) NotAsked() bool { return s.facts != nil && s.facts.notAsked }

// Renewal returns how long it took to have Clerk renew the session while the request was decided about; false: Clerk was not asked.
func (s *State) Renewal() (took time.Duration, asked bool) {
	if s.facts == nil || !s.facts.renewing || s.facts.notAsked {
		return 0, false
	}
	return s.facts.renewal, true
}

// Looked says how a token was looked up in the memory of verified tokens that the decision is about: [observe.MemoryHit],
// [observe.MemoryMiss], or "" where the request presents no JWT that can be read.
func (s *State) Looked() string {
	var shown *token.Unverified
	switch {
	case s.grant != nil:
		shown = s.grant.read
	case s.facts == nil:
	case s.facts.header.raw != "":
		shown = s.facts.header.read
	default:
		shown = s.facts.sessionCookie().read
	}
	switch {
	case shown == nil:
		return ""
	case shown.Remembered():
		return observe.MemoryHit
	default:
		return observe.MemoryMiss
	}
}

// Location returns the address to redirect the browser to, or "".
func (s *State) Location() string { return s.Header.Get("Location") }

// The response headers in which Clerk's SDKs give the decision and its reason.
const (
	HeaderAuthStatus = "X-Clerk-Auth-Status"
	HeaderAuthReason = "X-Clerk-Auth-Reason"
)

// signedIn returns the state of a session whose token was verified. It is a part of the facts, which it keeps anyway: one allocation
// fewer for every request that is signed in.
func (f *facts) signedIn(claims *token.Claims, raw string, carrier Carrier) *State {
	f.granted = State{Status: SignedIn, TokenType: SessionToken, Carrier: carrier, Token: raw, Claims: claims}
	return &f.granted
}

// grant is the state of a request that a bearer token signs in, and what an explanation is made from: nothing else of the request
// decides, so that it is read for an explanation alone.
type grant struct {
	state   State
	read    *token.Unverified
	request *http.Request
	accepts Accepts
	by      *Authenticator
}

// grant returns the state of a request that a bearer token signs in.
func (a *Authenticator) grant(r Request, claims *token.Claims, header presented) *State {
	g := &grant{request: r.HTTP, accepts: r.Accepts, by: a, read: header.read}
	g.state = State{Status: SignedIn, TokenType: SessionToken, Carrier: CarrierHeader, Token: header.raw, Claims: claims, grant: g}
	return &g.state
}

func (g *grant) facts() *facts {
	f := g.by.read(Request{HTTP: g.request, Accepts: g.accepts})
	f.branch = branchHeader
	return f
}

func signedOut(reason Reason, carrier Carrier, err error) *State {
	s := &State{Status: SignedOut, TokenType: SessionToken, Reason: reason, Carrier: carrier, Header: http.Header{}, Err: err}
	return s.labelled()
}

// labelled adds the headers that Clerk's own middleware puts on a response that is not signed in.
func (s *State) labelled() *State {
	values := []string{string(s.Status), string(s.Reason)} // one allocation for both
	s.Header[HeaderAuthStatus], s.Header[HeaderAuthReason] = values[:1:1], values[1:]
	return s
}
