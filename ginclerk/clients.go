package ginclerk

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/bearer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/party"
)

// ClientOptions say which programs a group of routes serves beside the application's own pages: native, desktop and mobile applications,
// browser extensions, previews on hosts of their own. They send their session token as a bearer token. What is said here counts for such tokens
// alone: a cookie's token must still be for one of [Config.AuthorizedParties]. The zero value serves none.
type ClientOptions struct {
	// Parties are origins that tokens may name (azp), beside [Config.AuthorizedParties]: of a site (https://other.example.com), of a program
	// with a scheme of its own (tauri://localhost, chrome-extension://…), or a pattern for the hosts of one domain with one star in the first
	// part (https://pr-*.preview.example.com). The star is one part of a name; a pattern below which anyone can have a name, such as
	// https://*.vercel.app, is an error.
	Parties []string
	// AllowMissingParty accepts tokens that name no party (azp), such as those of native applications and those that Clerk's Backend API
	// makes. Every holder of such a token passes, wherever it was made for.
	AllowMissingParty bool
	// TokenFrom finds the token of a request that has no Authorization header; it returns "" where the request has none. Nil looks nowhere
	// else. It must not read the body, and may run several times for a request. A token that it takes from the address or from a cookie is refused:
	// addresses end up in logs, and browsers send cookies for other sites, too. See [TokenFromWebSocketProtocol].
	TokenFrom func(*http.Request) string
}

// ServeClients returns a handler that lets a group of routes serve programs beside the application's own pages. It counts for the guards
// behind it, and for a [Clerk.Attach] behind it: put it in front of the guards of the group, and of another Attach where the group is
// public:
//
//	native, err := ginclerk.ServeClients(ginclerk.ClientOptions{Parties: []string{"tauri://localhost"}})
//	r.Group("/native", native, clerk.RequireSession())
//	r.Group("/public", native, clerk.Attach())
//
// The error names every party that is none.
func ServeClients(o ClientOptions) (gin.HandlerFunc, error) {
	parties, err := party.Parse(o.Parties, o.AllowMissingParty)
	if err != nil {
		return nil, fmt.Errorf("ginclerk: ClientOptions.Parties: %w", err)
	}
	if len(o.Parties) == 0 && !o.AllowMissingParty && o.TokenFrom == nil {
		return nil, errors.New("ginclerk: ClientOptions is empty: name Parties, AllowMissingParty or TokenFrom")
	}
	clients := &authn.Clients{Parties: parties, TokenFrom: o.TokenFrom}
	about := called("ServeClients", "", o.words()...)
	return exchange.Described(about, func(c *gin.Context) {
		exchange.ServeClients(c, clients)
		refuseReader(c)
	}), nil
}

// words are the options, for the map of routes.
func (o ClientOptions) words() []string {
	words := slices.Clone(o.Parties)
	if o.AllowMissingParty {
		words = append(words, "a missing party")
	}
	if o.TokenFrom != nil {
		words = append(words, "tokens from elsewhere")
	}
	return words
}

// TokenFromWebSocketProtocol finds the token of a WebSocket for [ClientOptions.TokenFrom]: behind a name in the header
// Sec-WebSocket-Protocol, the only one that a script can set, by new WebSocket(url, [name, token]). The server answers with the name as the
// protocol that it has chosen, never with the token.
func TokenFromWebSocketProtocol(name string) func(*http.Request) string {
	return bearer.FromWebSocketProtocol(name)
}
