package pages

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/templates"
)

// confirmAccounts asks before all accounts on this browser are signed out.
func (s *Site) confirmAccounts(c *gin.Context) {
	accounts, ok := s.browserAccounts(c)
	if !ok {
		return
	}
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, plannedJSON{Object: "sign_out_plan", Scope: scopeBrowser, Total: len(accounts.ends)})
		return
	}
	v := s.voice(c)
	view := templates.ConfirmView{
		Page: s.Frame(c, v.Text("signout.accounts-title")), Button: v.Text("signout.accounts-button"), Danger: true,
		URL: s.link(c, s.base+pathSignOutAccounts), CancelURL: s.link(c, s.AccountsURL()),
		Consequences: []string{v.Text("signout.accounts-count", "count", len(accounts.ends)), v.Text("signout.accounts-consequence")},
		ListTitle:    v.Text("signout.accounts-list"), List: accountNames(accounts.ends),
	}
	if len(accounts.kept) > 0 {
		view.KeptTitle, view.Kept = v.Text("signout.accounts-kept"), accountNames(accounts.kept)
	}
	s.Render(c, http.StatusOK, s.options.Templates.Confirm(view))
}

// scopeBrowser is the scope of the action that ends all accounts on a browser.
const scopeBrowser = "browser"

// browserAccounts are the accounts on a browser: those that the viewer may sign out of, the current one last, and the others.
type browserAccounts struct{ ends, kept []session.Account }

func (s *Site) browserAccounts(c *gin.Context) (browserAccounts, bool) {
	auth := ginclerk.From(c)
	all, err := s.clerk.For(c).Sessions().ForBrowser(c.Request.Context(), auth.SessionID)
	if err != nil {
		s.failed(c, err)
		return browserAccounts{}, false
	}
	var accounts, current browserAccounts
	for _, account := range all {
		switch {
		case account.Session.ID == auth.SessionID:
			current.ends = append(current.ends, account)
		case s.mayEnd(auth, account.Session):
			accounts.ends = append(accounts.ends, account)
		default:
			accounts.kept = append(accounts.kept, account)
		}
	}
	accounts.ends = append(accounts.ends, current.ends...)
	return accounts, true
}

// signOutAccounts ends the sessions of all accounts on this browser, the current one last. Where one can't be ended, the current one stays,
// so that the person can try again, and the answer says which are left.
func (s *Site) signOutAccounts(c *gin.Context) {
	if !mayAsk(c, s.limits.switches) {
		return
	}
	accounts, ok := s.browserAccounts(c)
	if !ok {
		return
	}
	auth := ginclerk.From(c)
	var ended []string
	var left, current []session.Account
	for _, account := range accounts.ends {
		id := account.Session.ID
		if id == auth.SessionID {
			current = []session.Account{account}
			continue
		}
		err := s.clerk.For(c).Sessions().RevokeForBrowser(c.Request.Context(), auth.SessionID, id)
		if err != nil && !errors.Is(err, session.ErrNotFound) { // not found: it has just ended
			_ = c.Error(err)
			left = append(left, account)
			continue
		}
		s.refuseFromNowOn(c, id)
		s.recordEnd(c, account.Session)
		ended = append(ended, id)
	}
	if len(left) == 0 {
		err := s.end(c, auth.SessionID)
		if err == nil {
			s.leftBrowser(c, append(ended, auth.SessionID), accounts.kept)
			return
		}
		_ = c.Error(err)
	}
	s.stillOnBrowser(c, ended, append(left, current...))
}

// leftBrowser says that this session has ended with the others.
func (s *Site) leftBrowser(c *gin.Context, ended []string, kept []session.Account) {
	if ginclerk.WantsJSON(c) {
		state := s.browserState(c, ended, kept)
		state.SignedOut, state.RedirectURL = true, s.leaveQuietly(c)
		s.json(c, http.StatusOK, state)
		return
	}
	v := s.voice(c)
	if len(kept) > 0 {
		text := v.Text("signout.accounts-only-user", "count", len(kept), "accounts", strings.Join(accountNames(kept), ", "))
		s.request(c).SetFlash(serving.Flash{Kind: "warning", Text: text})
		s.respond(c, s.leave(c))
		return
	}
	s.signedOut(c, v.Text("signout.accounts-done"))
}

// stillOnBrowser says which accounts are still signed in.
func (s *Site) stillOnBrowser(c *gin.Context, ended []string, left []session.Account) {
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, s.browserState(c, ended, left))
		return
	}
	text := s.voice(c).Text("signout.accounts-left", "count", len(left), "accounts", strings.Join(accountNames(left), ", "))
	s.done(c, s.AccountsURL(), "error", text)
}

func (s *Site) browserState(c *gin.Context, ended []string, left []session.Account) browserSignOutJSON {
	state := browserSignOutJSON{
		Object: "browser_sign_out", Ended: append([]string{}, ended...), Left: []string{}, Complete: len(left) == 0, Effective: s.effective(c, false),
	}
	for _, account := range left {
		state.Left = append(state.Left, account.Session.ID)
	}
	return state
}

func accountNames(accounts []session.Account) []string {
	names := make([]string, 0, len(accounts))
	for _, account := range accounts {
		names = append(names, label(account.Profile))
	}
	return names
}
