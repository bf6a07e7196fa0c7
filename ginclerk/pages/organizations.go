package pages

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"mime"
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

// fixedOrganization says why the organization of an account can't be changed that the browser has switched to.
const fixedOrganization = "You have switched to this account here, and Clerk does not know of that. Its organization can’t be changed " +
	"from this browser until you sign in to the account again."

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
	view := templates.OrganizationsView{
		Page: s.Frame(c, "Your organizations"), Personal: auth.OrganizationID == "",
		SwitchURL: s.link(c, s.base+pathSwitchOrganization), AccountsURL: s.link(c, s.AccountsURL()),
	}
	if s.fixesOrganization(c) {
		view.Fixed = fixedOrganization
	}
	if asked := c.Query(returnField); asked != "" {
		v := s.request(c).Visit
		view.ReturnTo, view.Asked = v.Link(v.ReturnTarget(asked)), true
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
	r := s.request(c)
	return r.Bearer || r.Switched() && !r.Browser().HasCredential()
}

func organizationRow(auth *ginclerk.Auth, m user.OrganizationMembership) templates.OrganizationRow {
	name := cmp.Or(m.Organization.Name, m.Organization.Slug, m.Organization.ID)
	return templates.OrganizationRow{
		ID: m.Organization.ID, Name: name, Slug: m.Organization.Slug, Role: cmp.Or(m.RoleName, m.Role), Initials: initials(name),
		Current: m.Organization.ID == auth.OrganizationID,
	}
}

// switchOrganization makes an organization of the user the active one, or the personal account.
func (s *Site) switchOrganization(c *gin.Context) {
	id, returnTo, err := readOrganization(c)
	back := s.OrganizationsURL()
	if returnTo != "" {
		back = answer.WithParameter(back, returnField, returnTo)
	}
	if err != nil {
		s.unreadable(c, back, err, "The form did not say which organization. Nothing was done.")
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
		s.refused(c, back, err)
		return
	case ginclerk.WantsJSON(c):
		s.json(c, http.StatusOK, organizationSwitchedJSON{
			Object: "organization_switch", OrganizationID: textOrNull(id), RedirectURL: s.tell(c, redirect),
		})
		return
	case returnTo == "": // another page of the application would not tell it
		r.SetFlash(serving.Flash{Kind: "success", Text: s.switchedTo(c, id)})
	}
	s.respond(c, redirect)
}

// switchedTo says to which organization. The switch does not fail because the name is missing.
func (s *Site) switchedTo(c *gin.Context, id string) string {
	if id == "" {
		return "You use your personal account now."
	}
	memberships, err := ginclerk.From(c).OrganizationMemberships(c)
	if err != nil {
		_ = c.Error(err)
	}
	for _, m := range memberships {
		if m.Organization.ID == id {
			return "You switched to " + cmp.Or(m.Organization.Name, m.Organization.Slug, id) + "."
		}
	}
	return "You switched to another organization."
}

// readOrganization reads the organization that a body names, and where the browser goes on to: from a form, or from JSON if the answer
// is JSON, too.
func readOrganization(c *gin.Context) (id, returnTo string, err error) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxForm)
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	switch {
	case err != nil:
		return "", "", errBodyType
	case kind == "application/x-www-form-urlencoded":
		if err := c.Request.ParseForm(); err != nil {
			return "", "", err
		}
		returnTo = c.Request.PostForm.Get(returnField)
		if len(c.Request.PostForm[organizationField]) != 1 {
			return "", returnTo, errOrganizationShape
		}
		return c.Request.PostForm.Get(organizationField), returnTo, nil
	case kind == "application/json" && ginclerk.WantsJSON(c):
		return decodeOrganization(c.Request.Body)
	default:
		return "", "", errBodyType
	}
}

func decodeOrganization(body io.Reader) (id, returnTo string, err error) {
	var named struct {
		OrganizationID *string `json:"organization_id"`
		RedirectURL    string  `json:"redirect_url"`
	}
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	err = decoder.Decode(&named)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return "", "", err
	}
	if err != nil || named.OrganizationID == nil {
		return "", "", errOrganizationShape
	}
	if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
		return "", "", errOrganizationShape
	}
	return *named.OrganizationID, named.RedirectURL, nil
}
