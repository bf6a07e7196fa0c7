package authn

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/token"
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
	// Reason says why the request is not signed in; empty when it is.
	Reason Reason
	// Carrier says where the token was found that the decision rests on.
	Carrier Carrier
	// Token is the session token of a signed-in request, which a refresh may have replaced.
	Token string
	// Claims are those of Token; nil unless signed in.
	Claims *token.Claims
	// Header holds the response headers that belong to the decision: Set-Cookie, X-Clerk-Auth-Status and -Reason, and
	// Location where the browser must go elsewhere, which may also be so when signed in or out. Never nil.
	Header http.Header
	// Upstream is set when something that the decision needed could not be reached. The status is then what Clerk
	// would say, and the caller should answer that it can't tell.
	Upstream error
	// Err is the cause of a refusal, for logs. It never contains a token.
	Err error
}

// Location returns where the browser must be sent, or "".
func (s *State) Location() string { return s.Header.Get("Location") }

const (
	headerAuthStatus = "X-Clerk-Auth-Status"
	headerAuthReason = "X-Clerk-Auth-Reason"
)

func signedIn(claims *token.Claims, raw string, carrier Carrier) *State {
	return &State{Status: SignedIn, Carrier: carrier, Token: raw, Claims: claims, Header: http.Header{}}
}

func signedOut(reason Reason, carrier Carrier, err error) *State {
	s := &State{Status: SignedOut, Reason: reason, Carrier: carrier, Header: http.Header{}, Err: err}
	return s.labelled()
}

// labelled puts the decision on the response as Clerk's own middleware does (a signed-in response has no such headers).
func (s *State) labelled() *State {
	s.Header.Set(headerAuthStatus, string(s.Status))
	s.Header.Set(headerAuthReason, string(s.Reason))
	return s
}
