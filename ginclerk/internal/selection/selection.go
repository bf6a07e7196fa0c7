// Package selection has a browser use another of its sessions where Clerk itself can't be told.
//
// Where the application does not see the browser's credential for the Frontend API, it can't have Clerk make another session
// the current one. A sealed cookie then says which other session of the same browser requests are taken for.
//
// A selection never authenticates. The request is authenticated by its own token first; then Clerk has to say, each token
// lifetime anew, that both sessions are of one browser and that the selected one is active and the user's. The Backend API makes
// its token, which stays on the server and is never written to Clerk's cookies.
//
// The cookie lives longer than the session, so that it is there to tell of the session's end; where Clerk names no end, its life
// counts from now.
package selection

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sessionstate"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

const purpose sealed.Purpose = "selection"

// ErrOver says that the selected session can't be used any more.
var ErrOver = errors.New("ginclerk: the selected session has ended or is not of this browser any more")

// Selection is what the cookie says.
type Selection struct {
	ClientID  string `json:"c"`
	UserID    string `json:"u"`
	SessionID string `json:"s"`
	// BaseID is the browser's own session at the time. When another takes its place, a later choice was made elsewhere.
	BaseID string `json:"b"`
	// Impersonated says that an impersonator acts as the user in the selected session, and ActorID who that is.
	Impersonated bool   `json:"i,omitempty"`
	ActorID      string `json:"a,omitempty"`
}

// Actor is who acts as the user in the selected session; nil where the user is there.
func (s Selection) Actor() *token.Actor {
	if !s.Impersonated {
		return nil
	}
	return &token.Actor{Subject: s.ActorID}
}

// Tokens makes session tokens and keeps them ([outgoing.Source]).
type Tokens interface {
	Forget(sessionID string)
	Token(ctx context.Context, r outgoing.Request) (outgoing.Token, error)
}

// Verifier reads and verifies the tokens that Tokens makes ([token.Verifier]).
type Verifier interface {
	Read(raw string) (*token.Unverified, error)
	Verify(ctx context.Context, read *token.Unverified) (*token.Claims, error)
}

// Revocations knows which sessions and memberships are refused although their tokens are good.
type Revocations interface {
	MembershipRevoked(organizationID, userID string, issuedAt time.Time) bool
	Revoked(sessionID, userID string, issuedAt time.Time) bool
}

// Selector reads, makes and follows selections. All fields are required; it is safe for concurrent use.
type Selector struct {
	Keyring     *sealed.Keyring
	Binding     []byte // keeps the cookies of one Clerk instance from being used with another
	Sessions    *sessionstate.Cache
	Tokens      Tokens
	Verifier    Verifier
	Revocations Revocations
	Now         func() time.Time
}

// Applies reports whether a selection can apply to a request: a session cookie signs its browser in, and the browser has selected a
// session.
func Applies(v visit.Visit, state *authn.State) bool {
	return v.Kept(visit.Selection, "") != "" && state.Status == authn.SignedIn && state.Claims != nil &&
		state.Carrier == authn.CarrierCookie && !state.Pending()
}

// Open reads the cookie. One that has expired, or is of another key or instance, can't be read.
func (s *Selector) Open(v visit.Visit) (selected Selection, readable bool) {
	selected, err := sealed.OpenJSON[Selection](s.Keyring, purpose, v.Kept(visit.Selection, ""), s.Binding)
	return selected, err == nil
}

// Select returns the cookie that has requests of this browser taken for another session of it, which the caller has checked. base is
// the browser's own session.
func (s *Selector) Select(v visit.Visit, base string, target session.Session) (*http.Cookie, error) {
	selected := Selection{
		ClientID: target.ClientID, UserID: target.UserID, SessionID: target.ID, BaseID: base,
		Impersonated: target.Impersonated, ActorID: target.Actor,
	}
	until := target.Expires
	if until.IsZero() {
		until = s.Now()
	}
	until = until.Add(visit.Selection.Life())
	value, err := sealed.SealJSON(s.Keyring, purpose, selected, until, s.Binding)
	if err != nil {
		return nil, fmt.Errorf("ginclerk: select session: %w", err)
	}
	return v.KeepFor(visit.Selection, "", value, until.Sub(s.Now())), nil
}

// Drop returns the cookies that have the browser forget its selection: none where it has none.
func Drop(v visit.Visit) []*http.Cookie {
	if v.Kept(visit.Selection, "") == "" {
		return nil
	}
	return []*http.Cookie{v.Drop(visit.Selection, "")}
}

// Token has Clerk say that the selection still stands, and returns a verified token of the selected session. own are the claims of the
// browser's own token. The error matches [ErrOver] where the selection has ended; any other error says that Clerk could not tell.
func (s *Selector) Token(ctx context.Context, own *token.Claims, selected Selection) (raw string, claims *token.Claims, err error) {
	if selected.BaseID != own.SessionID {
		return "", nil, ErrOver
	}
	return s.token(ctx, own, selected)
}

// token is [Selector.Token] for a selection that holds beside whichever session the browser's own is.
func (s *Selector) token(ctx context.Context, own *token.Claims, selected Selection) (raw string, claims *token.Claims, err error) {
	if err := s.sameBrowser(ctx, own, selected); err != nil {
		return "", nil, err
	}
	raw, claims, err = s.made(ctx, selected)
	if err == nil && s.changed(claims, 0) { // it was kept from before the change
		s.Sessions.Forget(selected.SessionID)
		s.Tokens.Forget(selected.SessionID)
		raw, claims, err = s.made(ctx, selected)
		if err == nil && s.changed(claims, time.Second) {
			return "", nil, fmt.Errorf("%w: it made a token that is older than a change of the membership", authn.ErrUnreachable)
		}
	}
	if err != nil {
		return "", nil, err
	}
	if s.Revocations.Revoked(claims.SessionID, claims.UserID, claims.IssuedAt) {
		return "", nil, ErrOver
	}
	return raw, claims, nil
}

// changed reports whether a token is older than a change of the membership in its active organization. Tokens count whole seconds: of one
// that has just been made, a second is known to have passed.
func (s *Selector) changed(claims *token.Claims, passed time.Duration) bool {
	return claims.OrganizationID != "" &&
		s.Revocations.MembershipRevoked(claims.OrganizationID, claims.UserID, claims.IssuedAt.Add(passed))
}

// made returns a verified token of the selected session.
func (s *Selector) made(ctx context.Context, selected Selection) (raw string, claims *token.Claims, err error) {
	made, err := s.mint(ctx, selected)
	if errors.Is(err, outgoing.ErrOrganizationChanged) { // what is remembered of the session is out of date
		s.Sessions.Forget(selected.SessionID)
		made, err = s.mint(ctx, selected)
	}
	if errors.Is(err, outgoing.ErrSessionEnded) {
		s.Sessions.Forget(selected.SessionID)
		return "", nil, ErrOver
	}
	if err != nil {
		return "", nil, err
	}
	read, err := s.Verifier.Read(made)
	if err != nil {
		return "", nil, err
	}
	claims, err = s.Verifier.Verify(ctx, read)
	if err != nil {
		return "", nil, err
	}
	if claims.SessionID != selected.SessionID || claims.UserID != selected.UserID {
		return "", nil, fmt.Errorf("%w: it made a token of another session", authn.ErrUnreachable)
	}
	return made, claims, nil
}

// sameBrowser asks Clerk, at most once a minute, whether both sessions live on one browser.
func (s *Selector) sameBrowser(ctx context.Context, own *token.Claims, selected Selection) error {
	base, err := s.session(ctx, own.SessionID)
	if err != nil {
		return err
	}
	target, err := s.session(ctx, selected.SessionID)
	if err != nil {
		return err
	}
	if base.UserID != own.UserID || target.UserID != selected.UserID || target.Status != session.Active ||
		selected.ClientID == "" || base.ClientID != selected.ClientID || target.ClientID != selected.ClientID {
		return ErrOver
	}
	return nil
}

func (s *Selector) session(ctx context.Context, sessionID string) (session.Session, error) {
	got, err := s.Sessions.Session(ctx, sessionID)
	if errors.Is(err, session.ErrNotFound) {
		return session.Session{}, ErrOver
	}
	return got, err
}

func (s *Selector) mint(ctx context.Context, selected Selection) (string, error) {
	state, err := s.session(ctx, selected.SessionID)
	if err != nil {
		return "", err
	}
	made, err := s.Tokens.Token(ctx, outgoing.Request{
		SessionID: selected.SessionID, UserID: selected.UserID, OrganizationID: state.OrganizationID,
	})
	return made.Value, err
}
