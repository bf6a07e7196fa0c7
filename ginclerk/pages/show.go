package pages

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/templates"
)

func (s *Site) showSession(c *gin.Context) {
	auth := ginclerk.From(c)
	current, err := s.guards.For(c).Sessions().Current(c.Request.Context(), auth.UserID, auth.SessionID)
	if err == nil && !current.Status.Live() {
		err = session.ErrNotActive
	}
	if err != nil {
		s.failed(c, err)
		return
	}
	s.Render(c, http.StatusOK, templates.SessionPage(templates.SessionView{
		Page:      s.Frame(c, "Your session"),
		SessionID: current.ID, Status: string(current.Status), Active: current.Status == session.Active,
		Created: moment(current.Created), LastActive: moment(current.LastActive), Expires: moment(current.Expires),
		Device:       deviceName(current.Device),
		Organization: Organization(auth),
		SignOutURL:   safe(s.base + pathSignOut), SignOutEverywhereURL: safe(s.base + pathSignOutEverywhere),
		DevicesURL: safe(s.DevicesURL()), AccountsURL: safe(s.AccountsURL()),
	}))
}

func (s *Site) showAccounts(c *gin.Context) {
	accounts, err := s.guards.For(c).Sessions().ForBrowser(c.Request.Context(), ginclerk.From(c).SessionID)
	if err != nil {
		s.failed(c, err)
		return
	}
	rows := make([]templates.AccountRow, 0, len(accounts))
	for _, account := range accounts {
		rows = append(rows, accountRow(account))
	}
	s.Render(c, http.StatusOK, templates.AccountsPage(templates.AccountsView{
		Page: s.Frame(c, "Accounts on this browser"), Accounts: rows,
		SwitchURL: safe(s.base + pathSwitch), SignOutURL: safe(s.base + pathSignOutAccount),
		AddAccountURL: safe(s.addAccountURL(c)),
	}))
}

func accountRow(account session.Account) templates.AccountRow {
	row := templates.AccountRow{
		SessionID: account.Session.ID,
		Label:     label(account.Profile),
		Name:      account.Profile.Name, Email: account.Profile.Email,
		Initials:     initials(cmp.Or(account.Profile.Name, account.Profile.Email)),
		Organization: templates.Organization{Name: cmp.Or(account.Organization, account.Session.OrganizationID)},
		LastActive:   moment(account.Session.LastActive),
		Current:      account.Current,
	}
	if account.Session.Status == session.Pending {
		row.Note = "Has to finish signing in."
	}
	return row
}

// addAccountURL leads to signing in with one more account, and back to the accounts.
func (s *Site) addAccountURL(c *gin.Context) string {
	if s.options.AddAccountURL == "" {
		return s.guards.For(c).SignInURL(c, s.AccountsURL())
	}
	u, err := url.Parse(s.options.AddAccountURL)
	if err != nil {
		return s.guards.For(c).SignInURL(c, s.AccountsURL())
	}
	query := u.Query()
	query.Set("redirect_url", s.guards.For(c).Browser(c).Origin+s.AccountsURL())
	u.RawQuery = query.Encode()
	return u.String()
}

func (s *Site) showDevices(c *gin.Context) {
	auth := ginclerk.From(c)
	sessions, err := s.guards.For(c).Sessions().ForUser(c.Request.Context(), auth.UserID, auth.SessionID)
	if err != nil {
		s.failed(c, err)
		return
	}
	if len(sessions) == 0 || sessions[0].ID != auth.SessionID {
		// Clerk's list of live sessions does not have this one: it was ended elsewhere.
		s.guards.For(c).SessionEnded(c)
		return
	}
	rows := make([]templates.DeviceRow, 0, len(sessions))
	for _, one := range sessions {
		rows = append(rows, deviceRow(one, auth.SessionID))
	}
	s.Render(c, http.StatusOK, templates.DevicesPage(templates.DevicesView{
		Page: s.Frame(c, "Your devices"), Devices: rows, Zone: zone,
		RevokeURL: safe(s.base + pathRevoke), SignOutEverywhereURL: safe(s.base + pathSignOutEverywhere),
	}))
}

func deviceRow(one session.Session, currentID string) templates.DeviceRow {
	name := deviceName(one.Device)
	return templates.DeviceRow{
		SessionID: one.ID, Device: name, Label: name, Mobile: one.Device.Mobile,
		IP: one.Device.IP, Place: place(one.Device),
		LastActive: momentInZone(one.LastActive), Created: momentInZone(one.Created),
		Current: one.ID == currentID,
	}
}

// failed answers a request for a page whose data could not be had.
func (s *Site) failed(c *gin.Context, err error) {
	if errors.Is(err, session.ErrNotFound) || errors.Is(err, session.ErrNotActive) {
		s.guards.For(c).SessionEnded(c)
		return
	}
	_ = c.Error(err)
	s.guards.For(c).Answer(c, ginclerk.Unavailable())
}
