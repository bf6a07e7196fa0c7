package pages

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/user"
	"github.com/ginclerk/ginclerk/templates"
)

// maxChoices is how many organizations a page for a missing right offers by name.
const maxChoices = 3

// Unauthorized shows the page for a signed-in person who has no access to this page, with status 403. Required says who has access, in the
// application's words, such as "Administrators of Acme"; an empty Required leaves it out.
func (s *Site) Unauthorized(c *gin.Context, required string) {
	x := s.exchange(c)
	if x == nil {
		return
	}
	reference := exchange.Reference(c)
	x.Observe(observe.Event{
		Kind: observe.Refused, Reason: string(reason.RequirementNotMet), Status: http.StatusForbidden, Reference: reference,
	})
	view := s.unauthorizedView(c, ginclerk.Problem{Words: answer.Words{Row: rowForbidden, Reference: reference}}, nil)
	view.Required = required
	s.Render(c, http.StatusForbidden, s.options.Templates.Unauthorized(view))
}

// showForbidden is [Site.Unauthorized] for what a guard requires. Where the user has it in another organization, the page offers that.
func (s *Site) showForbidden(c *gin.Context, p ginclerk.Problem) {
	memberships, err := ginclerk.From(c).OrganizationMemberships(c)
	if err != nil {
		_ = c.Error(err) // the page does not fail because it can offer less
	}
	s.Render(c, p.Status, s.options.Templates.Unauthorized(s.unauthorizedView(c, p, memberships)))
}

// unauthorizedView is the view of a problem for a user with these memberships; nil: they are not known.
func (s *Site) unauthorizedView(c *gin.Context, p ginclerk.Problem, memberships []user.OrganizationMembership) templates.UnauthorizedView {
	v, auth := s.voice(c), ginclerk.From(c)
	told := v.told(p)
	view := templates.UnauthorizedView{
		Page: s.Frame(c, told.title), What: v.joined(told.what, s.kept(c, returnTo(p.Action), "forms.kept-organization")), Required: whoHasAccess(v, p.Words, memberships),
		BackURL: s.link(c, s.options.HomeURL), Reference: p.Words.Reference,
	}
	if auth.SignedIn() {
		view.Name, view.Email = person(auth)
		view.Email = cmp.Or(view.Email, auth.UserID)
		view.Organization = organizationOf(auth, memberships)
		s.offerOrganizations(c, &view, p, memberships)
	}
	if p.Words.Row != rowNeedsOrg || view.OrganizationsURL == "" { // else another account, or an administrator, is not what helps
		view.SwitchURL = s.link(c, s.AccountsURL())
		view.Todo = append(view.Todo, v.Text("access.todo-account"), v.Text("access.todo-ask"))
	}
	return view
}

// offerOrganizations offers other organizations, unless it is known that none of them helps.
func (s *Site) offerOrganizations(c *gin.Context, view *templates.UnauthorizedView, p ginclerk.Problem, memberships []user.OrganizationMembership) {
	v, auth := s.voice(c), ginclerk.From(c)
	view.Organizations = organizationChoices(v, auth, p.Words, memberships)
	decided := memberships != nil && (p.Words.Role != "" || p.Words.Permission != "" || !hasOther(auth, memberships))
	if s.fixesOrganization(c) || len(view.Organizations) == 0 && decided {
		view.Organizations = nil
		return
	}
	switch {
	case len(view.Organizations) > 0:
		view.Todo = append(view.Todo, v.Text("access.todo-here"))
	case p.Words.Row == rowNeedsOrg:
		view.Todo = append(view.Todo, v.Text("problem.organization-required.todo"))
	default:
		view.Todo = append(view.Todo, v.Text("access.todo-organizations"))
	}
	view.OrganizationsURL = cmp.Or(templ.SafeURL(p.Action), s.link(c, s.OrganizationsURL()))
	view.SwitchOrganizationURL = s.link(c, s.base+pathSwitchOrganization)
	view.ReturnTo = cmp.Or(returnTo(p.Action), s.at(c, s.retryURL(c)))
}

// organizationOf describes the active organization, with its name where the user's memberships are known.
func organizationOf(auth *ginclerk.Auth, memberships []user.OrganizationMembership) templates.Organization {
	for _, m := range memberships {
		if m.Organization.ID == auth.OrganizationID {
			return templates.Organization{Name: organizationName(m.Organization), Role: cmp.Or(m.RoleName, m.Role)}
		}
	}
	return Organization(auth)
}

// hasOther reports whether a user is a member of an organization that is not the active one.
func hasOther(auth *ginclerk.Auth, memberships []user.OrganizationMembership) bool {
	return slices.ContainsFunc(memberships, func(m user.OrganizationMembership) bool { return m.Organization.ID != auth.OrganizationID })
}

// organizationChoices are the organizations in which the user has what is required.
func organizationChoices(v voice, auth *ginclerk.Auth, w answer.Words, memberships []user.OrganizationMembership) []templates.OrganizationChoice {
	var found []templates.OrganizationChoice
	for _, m := range memberships {
		if m.Organization.ID == auth.OrganizationID || !grants(m, w) || len(found) == maxChoices {
			continue
		}
		label := v.Text("access.switch-to", "organization", organizationName(m.Organization))
		if w.Role != "" {
			label = v.Text("access.switch-to-role", "organization", organizationName(m.Organization), "role", cmp.Or(m.RoleName, m.Role))
		}
		found = append(found, templates.OrganizationChoice{ID: m.Organization.ID, Label: label})
	}
	return found
}

// grants reports whether a membership has what is required. The guard of the page decides: a plan of the organization may be required, too.
func grants(m user.OrganizationMembership, w answer.Words) bool {
	switch {
	case w.Role != "":
		return bare(m.Role) == bare(w.Role)
	case w.Permission != "":
		return slices.ContainsFunc(m.Permissions, func(has string) bool { return bare(has) == bare(w.Permission) })
	default:
		return false
	}
}

// bare is a role or a permission without its prefix, which applications may leave out.
func bare(key string) string { return strings.TrimPrefix(key, "org:") }

// whoHasAccess says who has access, as far as a guard has said it. A role has the name that the user's memberships give it.
func whoHasAccess(v voice, w answer.Words, memberships []user.OrganizationMembership) string {
	switch {
	case w.Role != "":
		role := bare(w.Role)
		for _, m := range memberships {
			if bare(m.Role) == role {
				role = cmp.Or(m.RoleName, role)
				break
			}
		}
		return v.Text("access.role", "role", role)
	case w.Permission != "":
		return v.Text("access.permission", "permission", bare(w.Permission))
	default:
		return ""
	}
}
