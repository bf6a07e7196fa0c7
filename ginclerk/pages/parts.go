package pages

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devicelist"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/localization"
	"github.com/ginclerk/ginclerk/static"
	"github.com/ginclerk/ginclerk/templates"
)

// Parts fill the parts that an application shows on pages of its own, for one request:
//
//	parts := site.Parts(c)
//	page := home(parts.UserButton()) // in the template: @templates.UserButton(button)
//	err := page.Render(parts.Context(), c.Writer)
//
// They are ready for htmx, too: a GET of [Site.PartURL] answers with the part alone.
//
// Parts belong to their request, and are not safe for concurrent use.
type Parts struct {
	site *Site
	c    *gin.Context
}

// Parts returns the parts for a request.
func (s *Site) Parts(c *gin.Context) Parts { return Parts{site: s, c: c} }

// Context returns a context in which components speak the visitor's language. [Site.Render] takes care of that itself.
func (p Parts) Context() context.Context {
	return localization.NewContext(p.c.Request.Context(), p.site.Language(p.c))
}

// Head returns what the parts need in the element head of a page: the style sheet with the colors of the brand, and the script with which
// the Escape key closes a menu.
func (p Parts) Head() templ.Component {
	s := p.site
	return templates.Head(templates.Page{
		StylesheetURL: s.asset(p.c, static.Stylesheet), BrandURL: s.link(p.c, s.options.Brand.Stylesheet), ScriptURL: s.asset(p.c, static.PageScript), CookiePath: s.cookiePath(p.c),
	})
}

// UserButton returns the view of [templates.UserButton]. It does not ask Clerk.
func (p Parts) UserButton() templates.Viewer {
	clerk := p.site.clerk.For(p.c)
	if clerk == nil { // there is no such tenant
		return templates.Viewer{}
	}
	return p.site.viewer(p.c, p.site.voice(p.c), clerk)
}

// SessionCard returns the view of [templates.SessionCard]. It asks Clerk once. Errors are those of package session.
func (p Parts) SessionCard() (templates.SessionCardView, error) {
	s, c := p.site, p.c
	own, err := s.own(c)
	if err != nil {
		return templates.SessionCardView{}, err
	}
	v := s.voice(c)
	return templates.SessionCardView{
		Part: templates.Part{Name: partSession}, Device: v.device(own.Device), Mobile: own.Device.Mobile, Place: v.place(own.Device),
		Organization: Organization(ginclerk.From(c)),
		SignedIn:     v.moment(own.Created), LastActive: v.moment(own.LastActive), Expires: v.exactly(own.Expires),
		SessionURL: s.link(c, s.SessionURL()), SignOutURL: s.link(c, s.base+pathSignOut),
	}, nil
}

// shownDevices is how many devices [Parts.DeviceList] has. The page of devices has all.
const shownDevices = 5

// DeviceList returns the view of [templates.DeviceList]: this device, and those that were active last. It asks Clerk as the page of devices
// does. Errors are those of package session.
func (p Parts) DeviceList() (templates.DeviceListView, error) {
	s, c := p.site, p.c
	sessions, err := s.devices(c)
	if err != nil {
		return templates.DeviceListView{}, err
	}
	view := templates.DeviceListView{
		Part: templates.Part{Name: partDevices}, Total: len(sessions), AllURL: s.link(c, s.DevicesURL()), SignOutURL: s.link(c, s.base+pathRevoke),
	}
	list := s.listDevices(c, sessions[:min(shownDevices, len(sessions))], deviceQuery{})
	rows := make([]devicelist.Row, 0, len(list.entries))
	for _, entry := range list.entries {
		rows = append(rows, devicelist.Row{entry})
	}
	view.Devices = s.deviceRows(c, s.voice(c), rows, deviceQuery{})
	return view, nil
}

// AccountList returns the view of [templates.AccountList]. It asks Clerk as the page of accounts does. Errors are those of package session.
func (p Parts) AccountList() (templates.AccountListView, error) {
	s, c := p.site, p.c
	accounts, err := s.clerk.For(c).Sessions().ForBrowser(c.Request.Context(), ginclerk.From(c).SessionID)
	if err != nil {
		return templates.AccountListView{}, err
	}
	return templates.AccountListView{
		Part: templates.Part{Name: partAccounts}, Accounts: s.accountRows(c, accounts, s.shownOn(c)),
		SwitchURL: s.link(c, s.base+pathSwitch), SignOutURL: s.link(c, s.base+pathSignOutAccount), AddAccountURL: s.link(c, s.addAccountURL(c)),
	}, nil
}

// accountRows are the rows of accounts on this browser. Those that have a path of their own lead to a page of the application there.
func (s *Site) accountRows(c *gin.Context, accounts []session.Account, page string) []templates.AccountRow {
	v, rows, bases := s.voice(c), make([]templates.AccountRow, 0, len(accounts)), s.accountBases(c, accounts)
	for _, account := range accounts {
		row := v.accountRow(account)
		row.Kept = !s.mayEnd(ginclerk.From(c), account.Session)
		row.ImageURL = s.options.Brand.picture(account.Profile.ImageURL)
		if base := bases[account.Session.ID]; base != "" && !row.Current && row.Note == "" {
			row.OpenURL = templ.SafeURL(base + page)
		}
		rows = append(rows, row)
	}
	return rows
}

// accountBases returns the paths of the accounts on this browser, by their sessions: none where the application serves none
// ([ginclerk.Clerk.AccountPaths]). The page does not fail for want of them.
func (s *Site) accountBases(c *gin.Context, accounts []session.Account) map[string]string {
	r := s.request(c)
	if !r.Visit.ServesAccounts() || r.Bearer || len(accounts) < 2 {
		return nil
	}
	numbered, err := r.Number(accounts, !c.Writer.Written())
	if err != nil {
		_ = c.Error(err)
	}
	bases := make(map[string]string, len(numbered))
	for _, account := range numbered {
		bases[account.Session.ID] = account.Base
	}
	return bases
}

// OrganizationSwitcher returns the view of [templates.OrganizationSwitcher]. After a switch the browser comes back to the page of the
// request. It asks Clerk at most once a minute for each user. Errors are those of [ginclerk.Auth.OrganizationMemberships].
func (p Parts) OrganizationSwitcher() (templates.OrganizationSwitcherView, error) {
	s, c := p.site, p.c
	auth := ginclerk.From(c)
	memberships, err := auth.OrganizationMemberships(c)
	if err != nil {
		return templates.OrganizationSwitcherView{}, err
	}
	here, active := s.request(c).Visit, Organization(auth)
	view := templates.OrganizationSwitcherView{
		Part: templates.Part{Name: partOrganizations}, Personal: auth.OrganizationID != "",
		Active:   templates.OrganizationRow{ID: auth.OrganizationID, Name: active.Name, Role: active.Role},
		ReturnTo: here.Link(s.shownOn(c)), AllURL: s.link(c, s.OrganizationsURL()),
	}
	if !s.fixesOrganization(c) {
		view.SwitchURL = s.link(c, s.base+pathSwitchOrganization)
	}
	for _, m := range memberships {
		row := organizationRow(auth, m)
		row.ImageURL = s.options.Brand.picture(m.Organization.ImageURL)
		if row.Current {
			view.Active = row
		} else {
			view.Others = append(view.Others, row)
		}
	}
	return view, nil
}

// shownOn returns the path of the page that a visitor sees: htmx names it, else it is the request's own.
func (s *Site) shownOn(c *gin.Context) string {
	if page := c.GetHeader("HX-Current-URL"); page != "" && byHTMX(c) {
		return s.request(c).Visit.ReturnTarget(page)
	}
	return c.Request.URL.RequestURI()
}
