package pages

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/user"
	"github.com/ginclerk/ginclerk/templates"
)

// Administrators says who may see and end the sessions of other users on the pages below /sessions/users. They see names, e-mail
// addresses, devices, IP addresses and activity. An impersonator is never an administrator, whatever the user may do for whom they act.
type Administrators struct {
	// Requirements must all be met, such as ginclerk.Role("org:admin") or ginclerk.Permission("org:sessions:manage"), and
	// ginclerk.Reverified(token.PresetStrict). Everybody else gets 403. Empty: the pages don't exist. A zero requirement is never met, and
	// neither is one of Clerk's system permissions (org:sys_…), which Clerk puts into no session token.
	Requirements []ginclerk.Requirement
	// EveryUser lets administrators manage each user of the instance. false: those who are members of the organization that is active in
	// the administrator's session, and no user without an active organization. All other users don't exist for them.
	//
	// Set it only if the requirements can be met in an organization of your own staff alone: where users create organizations, each user
	// is an administrator of one.
	EveryUser bool
}

// Paths of the pages for administrators, below the path of the pages.
const (
	pathUsers             = "/users"
	userParameter         = "user"
	pathUser              = "/:" + userParameter
	pathUserSignOut       = "/sign-out"
	pathUserSignOutAll    = "/sign-out-everywhere"
	queryParameter        = "query"
	maxFoundUsers         = 10
	maxQuery              = 254 // the longest e-mail address
	prefixOfIDs           = "user_"
	managedActivity       = 25 // entries on the page of a user
	managedDevicesAtATime = 100
)

// mountAdmin mounts the pages for administrators, if there are any.
func (s *Site) mountAdmin(r gin.IRouter) {
	required := s.options.Administrators.Requirements
	if len(required) == 0 {
		return
	}
	group := r.Group(s.options.Path+pathUsers, ginclerk.SkipForms(), ginclerk.RefuseOutageReading(), s.requireSession, s.refuseImpersonator, s.clerk.Require(required...))
	for path, handler := range map[string]gin.HandlerFunc{"": s.findUser, pathUser: s.showUser} {
		group.GET(path, s.limits.accounts, handler)
		group.HEAD(path, s.limits.accounts, handler)
	}
	asks := s.prove(nil, s.limits.accounts, s.confirmUser)
	group.GET(pathUser+pathUserSignOutAll, asks...)
	group.HEAD(pathUser+pathUserSignOutAll, asks...)
	if s.options.LimitActions != nil {
		group.Use(s.options.LimitActions)
	}
	group.POST(pathUser+pathUserSignOut, s.signOutUserSession)
	asking := func(c *gin.Context) string { return s.userURL(c.Param(userParameter)) + pathUserSignOutAll }
	group.POST(pathUser+pathUserSignOutAll, s.prove(asking, s.signOutUser)...)
}

// UsersURL is the path of the page on which administrators find users. It is empty without Options.Administrators.
func (s *Site) UsersURL() string {
	if len(s.options.Administrators.Requirements) == 0 {
		return ""
	}
	return s.base + pathUsers
}

// adminLinks is the link to the users for an administrator, else nothing.
func (s *Site) adminLinks(c *gin.Context, v voice) []templates.NavLink {
	auth := ginclerk.From(c)
	if s.UsersURL() == "" || auth.Actor != nil || !auth.Has(s.options.Administrators.Requirements...) {
		return nil
	}
	return []templates.NavLink{{Label: v.Text("admin.title"), URL: templ.SafeURL(s.UsersURL()), TestID: "nav-users"}}
}

// refuseImpersonator turns away who acts as an administrator.
func (s *Site) refuseImpersonator(c *gin.Context) {
	if ginclerk.From(c).Actor == nil {
		return
	}
	v := s.voice(c)
	s.clerk.For(c).Answer(c, ginclerk.Problem{
		Status: http.StatusForbidden, Error: v.Text("admin.impersonating"), Detail: v.Text("admin.impersonating-detail"),
		Remedy: v.Text("admin.impersonating-remedy"), Reason: reasonActing,
	})
}

// findUser finds users by an e-mail address or an id.
func (s *Site) findUser(c *gin.Context) {
	query := strings.TrimSpace(c.Query(queryParameter))
	if len(query) > maxQuery {
		query = ""
	}
	found, err := s.usersLike(c, query)
	if err != nil {
		s.usersUnavailable(c, err)
		return
	}
	more := len(found) > maxFoundUsers
	found = found[:min(len(found), maxFoundUsers)]
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, usersState(found))
		return
	}
	v := s.voice(c)
	view := templates.FindUserView{
		Page: s.Frame(c, v.Text("admin.title")), FindURL: s.link(c, s.UsersURL()), Query: query, More: more,
	}
	for _, u := range found {
		name, email := u.FullName(), u.PrimaryEmailAddress.Address
		view.Users = append(view.Users, templates.UserRow{
			ID: u.ID, Name: name, Email: email, Initials: initials(cmp.Or(name, email)), URL: s.link(c, s.userURL(u.ID)),
		})
	}
	s.Render(c, http.StatusOK, s.options.Templates.FindUser(view))
}

// usersLike returns the users with an e-mail address or an id that the administrator manages: one more than a page shows, if there are
// more.
func (s *Site) usersLike(c *gin.Context, query string) ([]user.User, error) {
	users, ctx := s.clerk.For(c).Users(), c.Request.Context()
	var candidates []user.User
	switch {
	case strings.Contains(query, "@"):
		got, err := users.ByEmailAddress(ctx, strings.ToLower(query))
		if err != nil {
			return nil, err
		}
		candidates = got
	case strings.HasPrefix(query, prefixOfIDs):
		got, err := users.User(ctx, query)
		if errors.Is(err, user.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		candidates = []user.User{got}
	}
	var found []user.User
	for _, u := range candidates {
		manages, err := s.manages(c, u.ID)
		if err != nil {
			return nil, err
		}
		if manages {
			found = append(found, u)
		}
		if len(found) > maxFoundUsers {
			break
		}
	}
	return found, nil
}

// manages reports whether the administrator who sends a request manages a user.
func (s *Site) manages(c *gin.Context, userID string) (bool, error) {
	if s.options.Administrators.EveryUser {
		return true, nil
	}
	own := ginclerk.From(c).OrganizationID
	if own == "" {
		return false, nil
	}
	memberships, err := s.clerk.For(c).Users().OrganizationMemberships(c.Request.Context(), userID)
	if errors.Is(err, user.ErrNotFound) {
		return false, nil
	}
	return slices.ContainsFunc(memberships, func(m user.OrganizationMembership) bool { return m.Organization.ID == own }), err
}

// managed returns the user that a request names, if the administrator manages that user. Otherwise the request has been answered: a user
// whom the administrator does not manage does not exist for them.
func (s *Site) managed(c *gin.Context) (user.User, bool) {
	id := c.Param(userParameter)
	if c.Request.Method == http.MethodPost {
		s.clerk.For(c).Users().Forget(id) // an action must not depend on who was a member a minute ago
	}
	u, err := s.clerk.For(c).Users().User(c.Request.Context(), id)
	manages := false
	if err == nil {
		manages, err = s.manages(c, id)
	}
	switch {
	case err == nil && manages:
		return u, true
	case err == nil, errors.Is(err, user.ErrNotFound):
		v := s.voice(c)
		s.clerk.For(c).Answer(c, ginclerk.Problem{
			Status: http.StatusNotFound, Error: v.Text("admin.not-found"), Detail: v.Text("admin.not-found-detail"),
			Remedy: v.Text("admin.not-found-remedy"), Action: s.UsersURL(), ActionLabel: v.Text("admin.title"), Reason: reason.UserNotFound,
		})
	default:
		s.usersUnavailable(c, err)
	}
	return user.User{}, false
}

func (s *Site) usersUnavailable(c *gin.Context, err error) {
	_ = c.Error(err)
	s.clerk.For(c).Answer(c, ginclerk.Unavailable(err))
}
