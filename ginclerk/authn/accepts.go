package authn

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// TokenType is the kind of a token, in Clerk's spelling.
type TokenType = token.Type

// The kinds of tokens.
const (
	SessionToken = token.TypeSession
	APIKey       = token.TypeAPIKey
	M2MToken     = token.TypeM2M
	OAuthToken   = token.TypeOAuth
)

// Accepts says which kinds of tokens a request may present, as acceptsToken does in Clerk's SDKs. The zero value accepts session
// tokens only. It is a value: compare it with == and share it freely.
type Accepts struct {
	form    acceptsForm
	types   typeSet
	only    TokenType
	clients *Clients
}

// acceptsForm is how the kinds were given. Clerk's reason for a refusal depends on it.
type acceptsForm uint8

const (
	sessionsOnly acceptsForm = iota
	oneMachineType
	listOfTypes
	anyType
)

// AcceptOnly accepts one kind. With any kind but session tokens, a decision ignores cookies.
func AcceptOnly(t TokenType) Accepts {
	switch t {
	case SessionToken:
		return Accepts{}
	case APIKey, M2MToken, OAuthToken:
		return Accepts{form: oneMachineType, types: bitOf(t), only: t}
	default:
		return AcceptOneOf()
	}
}

// AcceptOneOf accepts the listed kinds. An empty list accepts nothing.
func AcceptOneOf(types ...TokenType) Accepts {
	accepts := Accepts{form: listOfTypes}
	for _, t := range types {
		accepts.types |= bitOf(t)
	}
	return accepts
}

// AcceptAny accepts every kind.
func AcceptAny() Accepts {
	return Accepts{form: anyType, types: bitOf(SessionToken) | bitOf(APIKey) | bitOf(M2MToken) | bitOf(OAuthToken)}
}

// Allows reports whether a token of this kind may be presented.
func (a Accepts) Allows(t TokenType) bool {
	if a.form == sessionsOnly {
		return t == SessionToken
	}
	return a.types&bitOf(t) != 0
}

// String returns the kinds as acceptsToken spells them, for logs.
func (a Accepts) String() string {
	switch a.form {
	case anyType:
		return "any"
	case listOfTypes:
		return a.types.String()
	case oneMachineType:
		return string(a.only)
	default:
		return string(SessionToken)
	}
}

// typeSet has a bit for each kind.
type typeSet uint8

func bitOf(t TokenType) typeSet {
	switch t {
	case SessionToken:
		return 1 << 0
	case APIKey:
		return 1 << 1
	case M2MToken:
		return 1 << 2
	case OAuthToken:
		return 1 << 3
	default:
		return 0
	}
}

// String lists the kinds.
func (s typeSet) String() string {
	list := "["
	for _, t := range []TokenType{SessionToken, APIKey, M2MToken, OAuthToken} {
		if s&bitOf(t) == 0 {
			continue
		}
		if list != "[" {
			list += " "
		}
		list += string(t)
	}
	return list + "]"
}

// Clients are programs that a route serves beside the application's own pages. They send bearer tokens; cookies are the pages' alone, and
// what is said here does not count for them. It never changes and is safe for concurrent use.
type Clients struct {
	// Parties are those that the programs' tokens may name, beside [Options].AuthorizedParties. Nil is none.
	Parties token.Parties
	// TokenFrom finds the token of a request without an Authorization header; nil looks nowhere else. The caller of [Authenticator.Authenticate] asks it.
	TokenFrom func(*http.Request) string
}

// For returns the same for a route that serves these clients, too. Nil is none.
func (a Accepts) For(clients *Clients) Accepts {
	a.clients = clients
	return a
}

// Clients returns what [Accepts.For] was told.
func (a Accepts) Clients() *Clients { return a.clients }

// parties are those that a bearer token may name beside the configured ones.
func (a Accepts) parties() token.Parties {
	if a.clients == nil {
		return nil
	}
	return a.clients.Parties
}
