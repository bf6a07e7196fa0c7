package attach

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/identity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Token returns a token of an identity's session for calls to other services: its own where that will do, else one that Clerk makes. Of
// what is asked, the template, the lifetime and the minimum life count: the rest is the identity's.
// Errors are [answer.ErrSignedOut], [answer.ErrNoSession] and those of [outgoing.Source.Token].
func (i *Instance) Token(ctx context.Context, id *identity.Identity, asked outgoing.Request) (outgoing.Token, error) {
	if err := NoToken(id); err != nil {
		return outgoing.Token{}, err
	}
	claims := id.Claims
	asked.SessionID, asked.UserID, asked.OrganizationID = claims.SessionID, claims.UserID, claims.OrganizationID
	asked.Rights = rightsOf(claims)
	if i.Core.Ended.Revoked(claims.SessionID, claims.UserID, claims.IssuedAt) { // since the request was authenticated
		i.Core.Tokens.Forget(claims.SessionID)
		return outgoing.Token{}, outgoing.ErrSessionEnded
	}
	if i.Core.Ended.MembershipRevoked(claims.OrganizationID, claims.UserID, claims.IssuedAt) { // likewise
		i.Core.Tokens.Forget(claims.SessionID)
		defer i.Core.Tokens.Forget(claims.SessionID) // the new one has not the rights that it is kept for
		return i.Core.Tokens.Token(ctx, asked)
	}
	if own := asked.Template == "" && asked.Lifetime == 0; own && id.Own.Left(i.Core.Now()) >= max(asked.MinimumLife, outgoing.DefaultMargin) {
		return outgoing.Token{Value: id.Own.Value, Expires: id.Own.Expires}, nil
	}
	return i.Core.Tokens.Token(ctx, asked)
}

// rightsOf is what a token says that its user may do in the active organization.
func rightsOf(claims *token.Claims) string {
	return claims.OrganizationRole + " " + strings.Join(claims.OrganizationPermissions, " ")
}

// NoToken says why an identity can't have a token; nil where it can.
func NoToken(id *identity.Identity) error {
	switch {
	case id.Unavailable != nil:
		return fmt.Errorf("%w: %w", outgoing.ErrUnavailable, id.Unavailable)
	case id.Machine != nil:
		return fmt.Errorf("%w: it came with a machine token", answer.ErrNoSession)
	case id.By == nil:
		return fmt.Errorf("%w: the context is not that of a request behind Attach or a guard: pass Gin's context or c.Request.Context() on", answer.ErrSignedOut)
	case !id.SignedIn() && id.Reason == "":
		return answer.ErrSignedOut
	case !id.SignedIn():
		return fmt.Errorf("%w: %s", answer.ErrSignedOut, id.Reason)
	case id.SessionID() == "":
		return fmt.Errorf("%w: its token names none", answer.ErrNoSession)
	default:
		return nil
	}
}

// OwnToken returns the session token of the browser. Where it is about to expire, the session is renewed with the refresh token, and
// the token stays what it is where that fails.
func (r Request) OwnToken() outgoing.Token {
	id := r.Identity()
	if id.Own.Left(r.to.Core.Now()) < outgoing.DefaultMargin && !id.Basis.Renewed() {
		if state, renewed := r.Renew(); renewed && !state.Pending() {
			r.AdoptRenewed(state)
			id = r.Identity()
		}
	}
	if id.Own == nil {
		return outgoing.Token{}
	}
	return outgoing.Token{Value: id.Own.Value, Expires: id.Own.Expires}
}

// Who is what package answer needs to know of the sender.
func (r Request) Who() answer.Who {
	id, credential := r.Identity(), r.to.Core.Credential(r.Visit())
	return answer.Who{Reason: id.Reason, Status: id.Status, DevBrowser: credential.DevBrowser}
}

// Serving returns what ginclerk does with the request beyond what applications may.
func (r Request) Serving() *serving.Request {
	id := r.Identity()
	userID, sessionID := id.UserID(), id.SessionID()
	if id.Reads() { // it changes nothing in the name of a session
		userID, sessionID = "", ""
	}
	return &serving.Request{
		Core: r.to.Core, Visit: r.Visit(),
		UserID: userID, SessionID: sessionID, BaseSessionID: id.BaseSessionID, Actor: id.Actor,
		Status: id.Status, Reason: id.Reason, Bearer: id.ByHeader(),
		Set: func(cookies ...*http.Cookie) { r.SetCookies(cookies...) }, Respond: r.Respond, OwnToken: r.OwnToken,
		TemplateToken: func(template string) (outgoing.Token, error) {
			return r.to.Token(r.Gin.Request.Context(), id, outgoing.Request{Template: template})
		},
	}
}
