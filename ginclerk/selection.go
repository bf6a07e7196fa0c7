package ginclerk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/prefetch"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Where the application does not see the browser's credential for the Frontend API, it can't have Clerk make another session
// the current one. It then remembers, in a sealed cookie, which other session of the same browser requests are taken for.
//
// A selection never authenticates. The request is authenticated by its own token first; then Clerk has to say, each token
// lifetime anew, that both sessions are of one browser and that the selected one is active and the user's. Its token is made
// by the Backend API, stays on the server, and is never written to Clerk's cookies.
const (
	selectionCookie                 = "__Host-ginclerk_selection"
	selectionPurpose sealed.Purpose = "selection"
	// selectionLife is how much longer than the session the cookie lives, so that it is there to tell of the session's end;
	// where Clerk names no end, it counts from now.
	selectionLife = 7 * 24 * time.Hour
)

// selection is what the cookie says.
type selection struct {
	ClientID  string `json:"c"`
	UserID    string `json:"u"`
	SessionID string `json:"s"`
	// BaseID is the browser's own session at the time. When another takes its place, a later choice has been made elsewhere.
	BaseID string `json:"b"`
	// Impersonated says that somebody acts as the user in the selected session, and Actor who.
	Impersonated bool   `json:"i,omitempty"`
	Actor        string `json:"a,omitempty"`
}

// actor is who acts as the user in the selected session; nil where nobody does.
func (s selection) actor() *token.Actor {
	if !s.Impersonated {
		return nil
	}
	return &token.Actor{Subject: s.Actor}
}

// errSelectionOver says that what was selected can't be used any more.
var errSelectionOver = errors.New("ginclerk: the selected session has ended or is not of this browser any more")

// selectionFor returns what the browser has selected, if the state is one that a selection applies to.
func (k *Clerk) selectionFor(c *gin.Context, state *authn.State) (_ selection, found bool) {
	switch {
	case cookie(c.Request, selectionCookie) == "":
		return selection{}, false
	case state.Reason == authn.ReasonSessionTokenAndUATMissing:
		k.dropSelection(c) // signed out for good, not merely expired
		return selection{}, false
	case state.Status != authn.SignedIn || state.Claims == nil || state.Carrier != authn.CarrierCookie || state.Pending():
		return selection{}, false
	}
	chosen, readable := k.openSelection(c)
	if readable && chosen.SessionID == state.Claims.SessionID {
		k.dropSelection(c) // the browser's own by now
		return selection{}, false
	}
	return chosen, true // one that can't be read names no session: it is over, and that has to be told
}

// openSelection reads the cookie. One that has expired, or is of another key or instance, can't be read: it is the zero value.
func (k *Clerk) openSelection(c *gin.Context) (chosen selection, readable bool) {
	raw, err := k.keyring.Open(selectionPurpose, cookie(c.Request, selectionCookie), k.instanceBinding())
	if err != nil || json.Unmarshal(raw, &chosen) != nil {
		return selection{}, false
	}
	return chosen, true
}

// adoptSelected makes the selected session the request's. One that can't be used is dropped with a notice; nothing is done in
// another account's name meanwhile.
func (k *Clerk) adoptSelected(c *gin.Context, basis *decision, chosen selection, accepts authn.Accepts) {
	state, own := basis.state, basis.state.Claims
	raw, claims, err := k.selectedToken(c.Request.Context(), own, chosen)
	selected := *state
	switch {
	case err == nil:
		selected.Claims, selected.Token = claims, raw
		auth := k.newAuth(basis, &selected, accepts)
		auth.baseSessionID = own.SessionID
		if auth.Actor == nil { // should the token not say it
			auth.Actor = chosen.actor()
		}
		k.adopt(c, &selected, auth)
	case errors.Is(err, errSelectionOver):
		lost := nobody(state, ReasonSelectionEnded, nil)
		k.adopt(c, lost, k.newAuth(basis, lost, accepts))
		k.leaveSelection(c)
	default:
		unknown := nobody(state, ReasonClerkUnavailable, err)
		k.adopt(c, unknown, k.newAuth(basis, unknown, accepts))
	}
}

// nobody is a state that leaves the browser's cookies as the given one does, and signs nobody in.
func nobody(state *authn.State, reason authn.Reason, upstream error) *authn.State {
	out := *state
	out.Status, out.Claims, out.Token, out.Reason, out.Upstream = authn.SignedOut, nil, "", reason, upstream
	return &out
}

// selectedToken has Clerk say that the selection still stands, and returns a verified token of the session.
func (k *Clerk) selectedToken(ctx context.Context, own *token.Claims, chosen selection) (raw string, claims *token.Claims, err error) {
	if chosen.BaseID != own.SessionID {
		return "", nil, errSelectionOver
	}
	if err := k.sameBrowser(ctx, own, chosen); err != nil {
		return "", nil, err
	}
	made, err := k.mintSelected(ctx, chosen)
	if errors.Is(err, outgoing.ErrOrganizationChanged) { // what is remembered of the session is out of date
		k.states.forget(chosen.SessionID)
		made, err = k.mintSelected(ctx, chosen)
	}
	if errors.Is(err, outgoing.ErrSessionEnded) {
		k.states.forget(chosen.SessionID)
		return "", nil, errSelectionOver
	}
	if err != nil {
		return "", nil, err
	}
	claims, err = k.minted.Verify(ctx, made)
	if err != nil {
		return "", nil, err
	}
	if claims.SessionID != chosen.SessionID || claims.UserID != chosen.UserID {
		return "", nil, fmt.Errorf("%w: it made a token of another session", authn.ErrUnreachable)
	}
	if k.revocations.Revoked(claims.SessionID, claims.UserID, claims.IssuedAt) {
		return "", nil, errSelectionOver
	}
	return made, claims, nil
}

// sameBrowser asks Clerk, at most once a minute, whether both sessions live on one browser.
func (k *Clerk) sameBrowser(ctx context.Context, own *token.Claims, chosen selection) error {
	base, err := k.selectable(ctx, own.SessionID)
	if err != nil {
		return err
	}
	target, err := k.selectable(ctx, chosen.SessionID)
	if err != nil {
		return err
	}
	if base.UserID != own.UserID || target.UserID != chosen.UserID || target.Status != session.Active ||
		chosen.ClientID == "" || base.ClientID != chosen.ClientID || target.ClientID != chosen.ClientID {
		return errSelectionOver
	}
	return nil
}

func (k *Clerk) selectable(ctx context.Context, sessionID string) (session.Session, error) {
	got, err := k.states.get(ctx, sessionID)
	if errors.Is(err, session.ErrNotFound) {
		return session.Session{}, errSelectionOver
	}
	return got, err
}

func (k *Clerk) mintSelected(ctx context.Context, chosen selection) (string, error) {
	state, err := k.selectable(ctx, chosen.SessionID)
	if err != nil {
		return "", err
	}
	made, err := k.tokens.Token(ctx, outgoing.Request{
		SessionID: chosen.SessionID, UserID: chosen.UserID, OrganizationID: state.OrganizationID,
	})
	return made.Value, err
}

// leaveSelection tells a page that it is back at the browser's own account. Anything else is refused by the guards and leaves
// the cookie where it is: it came from a page of the other account, and until the person has been told, nothing that such a
// page sends may be done in this one's name.
func (k *Clerk) leaveSelection(c *gin.Context) {
	if prefetch.Is(c.Request) {
		k.answerPrefetch(c) // a visit would be told
		return
	}
	if kindOf(c) != kindPage || c.Request.Method == http.MethodHead || c.IsAborted() {
		return
	}
	k.dropSelection(c)
	k.SetFlash(c, Flash{Kind: "warning", Text: "The account that you had switched to is signed out. Nothing was done; you are back in your other account."})
	k.redirectTo(c, k.pageInFront(c))
}

// selectSession remembers another session of this browser, which has been checked, as the one that requests are taken for.
func (k *Clerk) selectSession(c *gin.Context, target session.Session) error {
	base := cmp.Or(From(c).baseSessionID, From(c).SessionID)
	if target.ID == base {
		k.dropSelection(c)
		return nil
	}
	raw, err := json.Marshal(selection{
		ClientID: target.ClientID, UserID: target.UserID, SessionID: target.ID, BaseID: base,
		Impersonated: target.Impersonated, Actor: target.Actor,
	})
	if err != nil {
		return fmt.Errorf("ginclerk: select session: %w", err)
	}
	until := target.Expires
	if until.IsZero() {
		until = k.now()
	}
	until = until.Add(selectionLife)
	value, err := k.keyring.Seal(selectionPurpose, raw, until, k.instanceBinding())
	if err != nil {
		return fmt.Errorf("ginclerk: select session: %w", err)
	}
	k.warnInsecureOrigin(c)
	setHostCookie(c, selectionCookie, value, int(until.Sub(k.now()).Seconds()))
	return nil
}

func (k *Clerk) dropSelection(c *gin.Context) {
	if cookie(c.Request, selectionCookie) != "" {
		setHostCookie(c, selectionCookie, "", -1)
	}
}
