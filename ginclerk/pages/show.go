package pages

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/templates"
)

func (s *Site) showSession(c *gin.Context) {
	auth := ginclerk.From(c)
	current, err := s.own(c)
	if err != nil {
		s.ownFailed(c, err)
		return
	}
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, sessionState(current, auth.SessionID))
		return
	}
	v := s.voice(c)
	s.Render(c, http.StatusOK, s.options.Templates.Session(templates.SessionView{
		Page:      s.Frame(c, v.Text("session.title")),
		SessionID: current.ID, Status: statusText(v, current.Status), Active: current.Status == session.Active,
		Created: v.moment(current.Created), LastActive: v.moment(current.LastActive), Expires: v.exactly(current.Expires),
		Device:       v.device(current.Device),
		Organization: s.namedOrganization(c), Actor: v.actorOf(current), Acting: s.restricted(auth),
		SignOutURL: s.link(c, s.base+pathSignOut), SignOutEverywhereURL: s.link(c, s.base+pathSignOutEverywhere),
		DevicesURL: s.link(c, s.DevicesURL()), AccountsURL: s.link(c, s.AccountsURL()),
		OrganizationsURL: s.link(c, s.OrganizationsURL()), ActivityURL: s.link(c, s.ActivityURL()),
	}))
}

// statusText names the status of a session that lives.
func statusText(v voice, status session.Status) string {
	if status == session.Pending {
		return v.Text("session.status-pending")
	}
	return v.Text("session.status-active")
}

func (s *Site) showAccounts(c *gin.Context) {
	accounts, err := s.clerk.For(c).Sessions().ForBrowser(c.Request.Context(), ginclerk.From(c).SessionID)
	if err != nil {
		s.failed(c, err)
		return
	}
	if ginclerk.WantsJSON(c) {
		s.jsonAccounts(c, accounts)
		return
	}
	v := s.voice(c)
	s.Render(c, http.StatusOK, s.options.Templates.Accounts(templates.AccountsView{
		Page: s.Frame(c, v.Text("accounts.title")), Accounts: s.accountRows(c, accounts, s.AccountsURL()), Tabs: s.request(c).Visit.ServesAccounts(),
		SwitchURL: s.link(c, s.base+pathSwitch), SignOutURL: s.link(c, s.base+pathSignOutAccount),
		AddAccountURL: s.link(c, s.addAccountURL(c)), SignOutAllURL: s.link(c, s.base+pathSignOutAccounts),
	}))
}

func (s *Site) jsonAccounts(c *gin.Context, accounts []session.Account) {
	state := accountsJSON{Data: make([]accountJSON, 0, len(accounts)), TotalCount: len(accounts)}
	for _, account := range accounts {
		state.Data = append(state.Data, accountState(account, ginclerk.From(c).SessionID))
	}
	s.json(c, http.StatusOK, state)
}

func (v voice) accountRow(account session.Account) templates.AccountRow {
	row := templates.AccountRow{
		SessionID: account.Session.ID,
		Label:     label(account.Profile),
		Name:      account.Profile.Name, Email: account.Profile.Email,
		Initials:     initials(cmp.Or(account.Profile.Name, account.Profile.Email)),
		Organization: templates.Organization{Name: cmp.Or(account.Organization, account.Session.OrganizationID)},
		LastActive:   lastActiveText(v, account.Session.LastActive),
		Current:      account.Current,
	}
	if actor := v.actorOf(account.Session); actor != "" {
		row.Actor = v.Text("accounts.impersonated", "actor", actor)
	}
	if account.Session.Status == session.Pending {
		row.Note = v.Text("accounts.not-finished")
	}
	return row
}

// lastActiveText says when a session was last used.
func lastActiveText(v voice, t time.Time) templates.Time {
	said := v.moment(t)
	if said.Text != "" {
		said.Text = v.Text("accounts.last-active", "ago", said.Text)
	}
	return said
}

// addAccountURL returns the address at which a person signs in with one more account and then comes back to the accounts.
func (s *Site) addAccountURL(c *gin.Context) string {
	return s.addAccount(c, s.AccountsURL())
}

// own reads the session of the request from Clerk. It returns session.ErrNotActive if the session has ended.
func (s *Site) own(c *gin.Context) (session.Session, error) {
	auth := ginclerk.From(c)
	own, err := s.clerk.For(c).Sessions().Current(c.Request.Context(), auth.UserID, auth.SessionID)
	if err == nil && !own.Status.Live() {
		err = session.ErrNotActive
	}
	return own, err
}

// failed answers a request for a page whose data could not be read. If Clerk does not know the browser or the user, this
// does not mean that the session has ended: failed asks Clerk about the session.
func (s *Site) failed(c *gin.Context, err error) {
	if over(err) {
		if _, ended := s.own(c); ended != nil {
			err = ended
		} else {
			err = fmt.Errorf("%w: the session lives, but Clerk does not know what belongs to it: %s", session.ErrUnavailable, err.Error())
		}
	}
	s.ownFailed(c, err)
}

// ownFailed is failed for an error about the session of the request.
func (s *Site) ownFailed(c *gin.Context, err error) {
	if over(err) {
		ginclerk.SessionEnded(c)
		return
	}
	_ = c.Error(err)
	s.clerk.For(c).Answer(c, ginclerk.Unavailable(err))
}

func over(err error) bool {
	return errors.Is(err, session.ErrNotFound) || errors.Is(err, session.ErrNotActive)
}
