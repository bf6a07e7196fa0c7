package pages

import (
	"cmp"
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/user"
	"github.com/ginclerk/ginclerk/templates"
)

// Form fields of a switch. The page is given the second one as a parameter, too.
const (
	organizationField = "organization_id"
	returnField       = answer.RedirectParameter
)

// errOrganizationShape is the error of a body that names no organization.
var errOrganizationShape = errors.New(`the body is no object with a string "organization_id", which is empty for the personal account`)

func (s *Site) showOrganizations(c *gin.Context) {
	auth := ginclerk.From(c)
	s.clerk.For(c).Users().Forget(auth.UserID) // who was invited a moment ago loads this page again
	memberships, err := auth.OrganizationMemberships(c)
	if err != nil {
		_ = c.Error(err)
		s.clerk.For(c).Answer(c, ginclerk.ProblemFor(err))
		return
	}
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, organizationsState(auth, memberships))
		return
	}
	v := s.voice(c)
	view := templates.OrganizationsView{
		Page: s.Frame(c, v.Text("organizations.title")), Personal: auth.OrganizationID == "",
		SwitchURL: s.link(c, s.base+pathSwitchOrganization), AccountsURL: s.link(c, s.AccountsURL()),
	}
	switch {
	case !s.fixesOrganization(c):
	case s.besideOthers(c):
		view.Fixed = v.Text("organizations.fixed-tab")
	default:
		view.Fixed = v.Text("organizations.fixed")
	}
	if asked := c.Query(returnField); asked != "" {
		visit := s.request(c).Visit
		view.ReturnTo, view.Asked = visit.Link(visit.ReturnTarget(asked)), true
		view.Saved = s.kept(c, view.ReturnTo, "forms.kept-organization")
	}
	for _, m := range memberships {
		row := organizationRow(auth, m)
		row.ImageURL = s.options.Brand.picture(m.Organization.ImageURL)
		view.Organizations = append(view.Organizations, row)
	}
	s.Render(c, http.StatusOK, s.options.Templates.Organizations(view))
}

// fixesOrganization reports whether nothing can have Clerk change the organization of the request's session.
func (s *Site) fixesOrganization(c *gin.Context) bool {
	return s.request(c).FixesOrganization()
}

func organizationRow(auth *ginclerk.Auth, m user.OrganizationMembership) templates.OrganizationRow {
	name := organizationName(m.Organization)
	return templates.OrganizationRow{
		ID: m.Organization.ID, Name: name, Slug: m.Organization.Slug, Role: cmp.Or(m.RoleName, m.Role), Initials: initials(name),
		Current: m.Organization.ID == auth.OrganizationID,
	}
}

func organizationName(o user.Organization) string { return cmp.Or(o.Name, o.Slug, o.ID) }

// namedOrganization describes the active organization as its members know it. The page does not fail because a name is missing: then
// it has what the token says.
func (s *Site) namedOrganization(c *gin.Context) templates.Organization {
	auth := ginclerk.From(c)
	if auth.OrganizationID == "" {
		return templates.Organization{}
	}
	memberships, err := auth.OrganizationMemberships(c)
	if err != nil {
		_ = c.Error(err)
	}
	for _, m := range memberships {
		if m.Organization.ID == auth.OrganizationID {
			return templates.Organization{Name: organizationName(m.Organization), Role: cmp.Or(m.RoleName, m.Role)}
		}
	}
	return Organization(auth)
}

// switchOrganization makes an organization of the user the active one, or the personal account.
func (s *Site) switchOrganization(c *gin.Context) {
	id, returnTo, err := readOrganization(c)
	back := s.OrganizationsURL()
	if returnTo != "" {
		back = answer.WithParameter(back, returnField, returnTo)
	}
	if err != nil {
		s.unreadable(c, back, err, s.voice(c).Text("organizations.not-named"))
		return
	}
	if !mayAsk(c, s.limits.actions) {
		return
	}
	r := s.request(c)
	target := s.OrganizationsURL()
	if returnTo != "" {
		target = r.Visit.ReturnTarget(returnTo)
	}
	redirect, err := r.SwitchOrganization(id, target)
	switch {
	case err != nil:
		s.organizationRefused(c, back, err)
		return
	case ginclerk.WantsJSON(c):
		s.json(c, http.StatusOK, organizationSwitchedJSON{
			Object: "organization_switch", OrganizationID: textOrNull(id), RedirectURL: s.tell(c, redirect),
		})
		return
	case returnTo == "": // another page of the application would not tell it
		r.SetFlash(serving.Flash{Kind: "success", Text: s.switchedTo(c, id)})
		redirect = toNotice(redirect)
	}
	s.respond(c, redirect)
}

// organizationRefused says why the organization was not switched.
func (s *Site) organizationRefused(c *gin.Context, back string, err error) {
	v, p := s.voice(c), ginclerk.ProblemFor(err)
	if p.Status >= http.StatusInternalServerError {
		_ = c.Error(err)
		p = ginclerk.Unavailable(err)
		s.failedAction(c, back, p, v.Text("problem.action.unreachable", "duration", v.Duration(p.RetryAfter)))
		return
	}
	s.failedAction(c, back, p, v.sentences(p.Words.Keys()))
}

// switchedTo says to which organization. The switch does not fail because the name is missing.
func (s *Site) switchedTo(c *gin.Context, id string) string {
	v := s.voice(c)
	if id == "" {
		return v.Text("organizations.switched-to-personal")
	}
	memberships, err := ginclerk.From(c).OrganizationMemberships(c)
	if err != nil {
		_ = c.Error(err)
	}
	for _, m := range memberships {
		if m.Organization.ID == id {
			return v.Text("organizations.switched", "organization", organizationName(m.Organization))
		}
	}
	return v.Text("organizations.switched-somewhere")
}

// readOrganization reads the organization that a body names, and where the browser goes on to: from a form, or from JSON if the answer
// is JSON, too.
func readOrganization(c *gin.Context) (id, returnTo string, err error) {
	form, asJSON, err := readBody(c, maxForm)
	switch {
	case err != nil:
		return "", "", err
	case asJSON:
		return decodeOrganization(c.Request.Body)
	}
	returnTo = form.Get(returnField)
	if len(form[organizationField]) != 1 {
		return "", returnTo, errOrganizationShape
	}
	return form.Get(organizationField), returnTo, nil
}

func decodeOrganization(body io.Reader) (id, returnTo string, err error) {
	var named struct {
		OrganizationID *string `json:"organization_id"`
		RedirectURL    string  `json:"redirect_url"`
	}
	if err := decodeBody(body, &named, errOrganizationShape); err != nil {
		return "", "", err
	}
	if named.OrganizationID == nil {
		return "", "", errOrganizationShape
	}
	return *named.OrganizationID, named.RedirectURL, nil
}
