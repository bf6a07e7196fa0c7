package authn

import (
	"fmt"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/token"

	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

// Status is the outcome of a decision.
type Status string

// The outcomes. A handshake means: not known yet, send the browser where the Location header says.
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
	// TokenType is the kind of token that the decision is about; "" where Clerk says null: what was presented is not among
	// those that the request may present.
	TokenType TokenType
	// Reason says why the request is not signed in; empty when it is.
	Reason Reason
	// Carrier says where the token was found that the decision rests on.
	Carrier Carrier
	// Token is the token of a signed-in request. A session token may have been replaced by a refresh.
	Token string
	// Claims are those of a session token; nil unless signed in, and for machine tokens.
	Claims *token.Claims
	// Machine is what a machine token says; nil unless signed in, and for session tokens.
	Machine *MachineToken
	// Header holds the response headers that belong to the decision: Set-Cookie, X-Clerk-Auth-Status and -Reason, and
	// Location where the browser must go elsewhere, which may also be so when signed in or out. Never nil.
	Header http.Header
	// Upstream is set when something that the decision needed could not be reached. The status is then what Clerk
	// would say, and the caller should answer that it can't tell.
	Upstream error
	// Err is the cause of a refusal, for logs. It never contains a token.
	Err error

	facts *facts // for Explain; nil where the state was made by hand
	held  bool
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

// Location returns where the browser must be sent, or "".
func (s *State) Location() string { return s.Header.Get("Location") }

// The response headers in which Clerk's SDKs say what was decided, and why.
const (
	HeaderAuthStatus = "X-Clerk-Auth-Status"
	HeaderAuthReason = "X-Clerk-Auth-Reason"
)

func signedIn(claims *token.Claims, raw string, carrier Carrier) *State {
	return &State{
		Status: SignedIn, TokenType: SessionToken, Carrier: carrier, Token: raw, Claims: claims, Header: http.Header{},
	}
}

func signedOut(reason Reason, carrier Carrier, err error) *State {
	s := &State{Status: SignedOut, TokenType: SessionToken, Reason: reason, Carrier: carrier, Header: http.Header{}, Err: err}
	return s.labelled()
}

// labelled puts the decision on the response as Clerk's own middleware does (a signed-in response has no such headers).
func (s *State) labelled() *State {
	s.Header.Set(HeaderAuthStatus, string(s.Status))
	s.Header.Set(HeaderAuthReason, string(s.Reason))
	return s
}
