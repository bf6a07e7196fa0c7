package outgoing

import (
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// read checks that a new token is the requested one, and returns it with the end of its life.
func read(raw string, r Request, asked time.Time) (Token, error) {
	claims, session, err := claimsOf(raw)
	if err != nil {
		return Token{}, err
	}
	switch {
	case r.Template == "" && !session:
		return Token{}, unusable("the token is no session's")
	case claims.ExpiresAt.IsZero() || claims.IssuedAt.IsZero():
		return Token{}, unusable("the token does not say when it was made and when it expires")
	case claims.UserID != r.UserID:
		return Token{}, unusable("the token is another user's")
	case r.Template == "" && claims.SessionID != r.SessionID:
		return Token{}, unusable("the token is another session's")
	case r.Template == "" && claims.OrganizationID != r.OrganizationID:
		return Token{}, ErrOrganizationChanged // since the minter has checked it
	}
	t := Token{Value: raw, Expires: claims.ExpiresAt, lifetime: claims.ExpiresAt.Sub(claims.IssuedAt)}
	if here := asked.Add(t.lifetime); here.Before(t.Expires) {
		t.Expires = here
	}
	return t, nil
}

// claimsOf returns the claims of a token, and whether it can be the token of a session.
func claimsOf(raw string) (claims *token.Claims, session bool, err error) {
	made, err := token.Read(raw)
	if err != nil {
		return nil, false, unusable("the token can't be read")
	}
	return made.Claims(), made.MayBeSession(), nil
}
