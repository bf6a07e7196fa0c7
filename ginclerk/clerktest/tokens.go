package clerktest

import (
	"cmp"
	"fmt"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// TokenOptions change a token that [Server.MintToken] makes. The zero value is the session token that Clerk would make for a page of the
// application.
type TokenOptions struct {
	// Lifetime is the token's lifetime, in whole seconds; 0 = that of the instance or the template. A negative one has expired
	// already.
	Lifetime time.Duration
	// AuthorizedParty is the azp claim, the origin that the token is for; "" = the first of [Server.Origins]. Claims{"azp": nil} leaves the
	// claim out, as Clerk does where a server or a native application asks for the token.
	AuthorizedParty string
	// Template names a JWT template; "" = a session token.
	Template string
	// Claims replace claims of the payload after all others are set; a nil value removes the claim.
	Claims map[string]any
	// NoKeyID leaves kid out of the header.
	NoKeyID bool
}

// MintToken makes a token for a session of any status. Errors wrap [ErrNotFound], or say that the template does not exist.
func (s *Server) MintToken(sessionID string, o TokenOptions) (token string, err error) {
	var mintErr error
	err = s.withSession(sessionID, func(session *world.Session) {
		options := mint.Options{
			AuthorizedParty: cmp.Or(o.AuthorizedParty, s.Origins()[0]), Lifetime: o.Lifetime, Claims: o.Claims, NoKeyID: o.NoKeyID,
		}
		if o.Template != "" {
			token, mintErr = s.core.Minter.Template(session, o.Template, options)
			return
		}
		token, mintErr = s.core.Minter.Session(session, options)
	})
	if err != nil {
		return "", err
	}
	if mintErr != nil {
		return "", fmt.Errorf("clerktest: mint token: %w", mintErr)
	}
	return token, nil
}
