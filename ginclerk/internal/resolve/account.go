package resolve

import (
	"errors"
	"strconv"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/selection"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
)

// account makes the request that of the account whose path it is below. A cookie that signs another account in signs no user in there. A bearer
// token says by itself who sends it.
func (n *run) account(decision *Decision) {
	basis := decision.Basis
	if basis.Status != authn.SignedIn || basis.Carrier == authn.CarrierHeader {
		return
	}
	decision.State = SignedOut(basis, reason.AccountNotHere, nil)
	selected, readable := n.selector.OpenAccount(n.visit)
	if !readable || basis.Claims == nil || basis.Claims.SessionID == "" {
		return
	}
	if selected.Is(basis.Claims) {
		decision.State = basis
		n.follows(basis, selected)
		return
	}
	if basis.Pending() {
		return
	}
	raw, claims, err := n.selector.AccountToken(n.ctx, basis.Claims, selected)
	switch {
	case err == nil:
		state := *basis
		state.Claims, state.Token = claims, raw
		decision.State, decision.BaseSessionID, decision.Actor = &state, basis.Claims.SessionID, selected.Actor()
	case !errors.Is(err, selection.ErrOver):
		decision.State = SignedOut(basis, reason.ClerkUnavailable, err)
	}
}

// follows has the browser know the session that an account's user has now: it may have signed in again.
func (n *run) follows(own *authn.State, selected selection.Selection) {
	text, _ := visit.SplitAccountName(n.visit.Account)
	number, err := strconv.Atoi(text)
	if err != nil || selected.SessionID == own.Claims.SessionID || own.Pending() {
		return
	}
	client := n.selector.ClientOf(n.ctx, own.Claims)
	if client == "" { // it is not known, and asked about again
		return
	}
	selected.ClientID, selected.SessionID = client, own.Claims.SessionID
	if cookie, err := n.selector.KeepAccount(n.visit, selection.Account{Selection: selected, Number: number}); err == nil {
		n.set(cookie)
	}
}
