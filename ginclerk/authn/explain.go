package authn

import (
	"cmp"
	"log/slog"
	"strings"
)

// The branches of the decision, in the order in which a request may come to them.
const (
	branchTokenType     = "token-type"     // what the request presents against what it may present
	branchHeader        = "header"         // a session token in the Authorization header
	branchMachineJWT    = "machine-jwt"    // a machine token that the instance's key verifies
	branchMachineOpaque = "machine-opaque" // a machine token that Clerk is asked about
	branchHandshake     = "handshake"      // the browser comes back from a handshake
	branchDomains       = "domains"        // satellites and their primary application
	branchCookies       = "cookies"        // which cookies are there
	branchSessionCookie = "session-cookie" // the token in the session cookie
	branchCrossOrigin   = "cross-origin"   // the browser comes from another site
	branchOrganization  = "organization"   // the URL names another organization
	branchRefresh       = "refresh"        // the token has expired
	branchRecovery      = "recovery"       // the cookie's token names no authorized party
	branchCaller        = "caller"         // the application asked for a handshake
)

// Explanation is a decision with the facts that it rests on, for logs and for people. It has no credentials: only the names of
// cookies, and at most the first 7 characters of a token. Text that a client can choose is cut short. It is a copy, and safe
// for concurrent use.
type Explanation struct {
	Status    Status
	Reason    Reason
	TokenType TokenType
	Carrier   Carrier
	Branch    string // the part of the decision that had the last word, such as "session-cookie" or "refresh"
	Accepts   string // the kinds of tokens that the request may present

	Method        string
	SecFetchDest  string
	Cookies       []string // names of Clerk's cookies that count
	Suffixed      bool     // the decision used the cookies with the instance's suffix
	ClientUAT     int64    // seconds since 1970; 0 is signed out, absent, or not read beside a bearer token
	RedirectCount int64
	Token         string // the beginning of the token that the decision is about
	Party         string // the authorized party that this token names (azp), good or not

	Cause  string // text of State.Err
	Advice string // what would help, in one sentence; empty when signed in
}

// Explain returns why the decision is what it is. It allocates: call it only for a reader, such as a log.
func (s *State) Explain() Explanation {
	e := Explanation{
		Status: s.Status, Reason: s.Reason, TokenType: s.TokenType, Carrier: s.Carrier, Advice: s.Reason.advice(s),
	}
	if s.Err != nil {
		e.Cause = s.Err.Error()
	}
	f := s.facts
	switch {
	case f == nil && s.grant == nil:
		return e
	case f == nil:
		f = s.grant.facts()
	}
	e.Branch, e.Accepts = f.branch, f.accepts.String()
	e.Method, e.SecFetchDest = printable(f.method, maxFact), printable(f.secFetchDest, maxFact)
	e.Cookies, e.RedirectCount = f.jar.Present().Names(f.by.key.CookieSuffix()), f.redirectCount
	if f.signed.known {
		e.Suffixed, e.ClientUAT = f.signed.suffixed, f.signed.clientUAT
	}
	e.Token = cutToken(s.explained(f))
	e.Party = printable(s.party(f), maxParty)
	return e
}

// explained returns the token that the decision is about: the bearer token, else the one that signed the request in, which a handshake
// or a refresh may have brought, else the cookie's.
func (s *State) explained(f *facts) string {
	return cmp.Or(f.header.raw, s.Token, f.sessionCookie().raw)
}

// LogValue makes the explanation when a log record is written, not before.
func (s *State) LogValue() slog.Value { return s.Explain().LogValue() }

// LogValue returns the facts as a group, without those that do not apply.
func (e Explanation) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("status", string(e.Status)), slog.String("branch", e.Branch)}
	for _, text := range []struct{ key, value string }{
		{"reason", string(e.Reason)},
		{"token_type", string(e.TokenType)},
		{"accepts", e.Accepts},
		{"carrier", string(e.Carrier)},
		{"token", e.Token},
		{"party", e.Party},
		{"method", e.Method},
		{"dest", e.SecFetchDest},
		{"cookies", strings.Join(e.Cookies, " ")},
		{"cause", e.Cause},
		{"advice", e.Advice},
	} {
		if text.value != "" {
			attrs = append(attrs, slog.String(text.key, text.value))
		}
	}
	return slog.GroupValue(append(attrs,
		slog.Bool("suffixed", e.Suffixed), slog.Int64("client_uat", e.ClientUAT), slog.Int64("redirects", e.RedirectCount),
	)...)
}

// party returns the authorized party of the token that signed the request in, else of the one that the request presents.
func (s *State) party(f *facts) string {
	shown := f.sessionCookie()
	if f.header.raw != "" {
		shown = f.header
	}
	switch {
	case s.Claims != nil:
		return s.Claims.AuthorizedParty
	case shown.read != nil:
		return shown.read.Claims().AuthorizedParty
	default:
		return ""
	}
}

const (
	maxParty     = 100
	maxFact      = 32 // bytes of a text that a client chooses
	maxTokenCut  = 7  // characters of a token, as in Clerk's debug output
	ellipsisRune = "…"
)

// cutToken returns the beginning of a token, never more than half of it.
func cutToken(raw string) string {
	if raw == "" {
		return ""
	}
	return printable(raw[:min(maxTokenCut, len(raw)/2)], maxTokenCut) + ellipsisRune
}

// printable cuts a text to limit bytes and drops everything but printable ASCII.
func printable(s string, limit int) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s[:min(limit, len(s))])
}
