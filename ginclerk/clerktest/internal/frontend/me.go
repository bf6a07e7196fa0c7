package frontend

import (
	"cmp"
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

func (a *api) me(v *visit, s *world.Session) (any, error) {
	return a.with(v, a.showUser(s.User))
}

// mySessions and myActiveSessions answer with a bare array, like all of Clerk's lists of sessions.
func (a *api) mySessions(_ *visit, s *world.Session) (any, error) {
	return wire.Each(visible(a.World.SessionsOf(s.User.ID)), func(s *world.Session) wire.Object { return a.sessionWith(s, "") }), nil
}

func (a *api) myActiveSessions(_ *visit, s *world.Session) (any, error) {
	active := slices.DeleteFunc(a.World.SessionsOf(s.User.ID), func(s *world.Session) bool { return !s.SignedIn() })
	return wire.Each(active, wire.NewActiveSession), nil
}

// revokeMySession ends a session of the same user in any browser.
func (a *api) revokeMySession(v *visit, s *world.Session) (any, error) {
	id := v.request.PathValue("session_id")
	other := a.World.Session(id)
	if other == nil || other.User != s.User {
		return nil, apierr.NotFound("session", id)
	}
	a.World.EndSession(other, world.StatusRevoked)
	return a.withSession(v, other)
}

func (a *api) myMemberships(v *visit, s *world.Session) (any, error) {
	query := v.request.URL.Query()
	page, badPage := core.ReadPage(query)
	paginated, _, badFlag := core.Flag(query, "paginated")
	if err := cmp.Or(badPage, badFlag); err != nil {
		return nil, err
	}
	all := a.World.MembershipsOf(s.User.ID)
	if paginated {
		return list(a, v, all, a.showMembership)
	}
	return a.with(v, wire.Each(core.Cut(page, all), a.showMembership))
}

// leave ends the user's own membership.
func (a *api) leave(v *visit, m *world.Membership) (any, error) {
	a.World.RemoveMember(m)
	return a.with(v, wire.NewDeleted("organization_membership", m.ID))
}

func (a *api) myInvitations(v *visit, s *world.Session) (any, error) {
	found := slices.DeleteFunc(a.World.InvitationsTo(s.User), func(i *world.Invitation) bool {
		return !chosen(v.request.URL.Query(), "status", i.Status)
	})
	return list(a, v, found, wire.NewInvitation)
}

func (a *api) acceptInvitation(v *visit, s *world.Session) (any, error) {
	id := v.request.PathValue("invitation_id")
	i := a.World.Invitation(id)
	if i == nil || !s.User.HasEmail(i.Email) {
		return nil, apierr.NotFound("organization invitation", id)
	}
	if err := a.World.CanJoin(i.Organization, s.User); err != nil {
		return nil, err
	}
	if err := a.World.CloseInvitation(i, world.InvitationAccepted); err != nil {
		return nil, err
	}
	a.World.AddMember(i.Organization, s.User, i.Role, a.World.PermissionsOf(i.Role))
	return a.with(v, wire.NewInvitation(i))
}

// mySuggestions is always empty: verified domains make suggestions, and the instance has none.
func (a *api) mySuggestions(v *visit, _ *world.Session) (any, error) {
	return list(a, v, []wire.Object{}, func(o wire.Object) wire.Object { return o })
}

// updateMe changes the fields that the request has.
func (a *api) updateMe(v *visit, s *world.Session) (any, error) {
	u := s.User
	if other := a.World.UserByUsername(v.form.Get("username")); other != nil && other != u {
		return nil, world.UsernameTaken()
	}
	if v.form.Has("primary_email_address_id") {
		id := v.form.Get("primary_email_address_id")
		if u.Email(id) == nil {
			return nil, apierr.NotFound("e-mail address", id)
		}
		u.PrimaryEmailID = id
	}
	for name, field := range map[string]*string{"first_name": &u.FirstName, "last_name": &u.LastName, "username": &u.Username} {
		if v.form.Has(name) {
			*field = v.form.Get(name)
		}
	}
	a.World.Changed(u)
	return a.me(v, s)
}

func (a *api) deleteMe(v *visit, s *world.Session) (any, error) {
	a.World.RemoveUser(s.User.ID)
	return a.with(v, wire.NewDeleted("user", s.User.ID))
}

// changePassword replaces the password of a user who has none or sends it.
func (a *api) changePassword(v *visit, s *world.Session) (any, error) {
	u, password := s.User, v.form.Get("new_password")
	if u.PasswordEnabled() && !u.HasPassword(v.form.Get("current_password")) {
		return nil, apierr.Param("form_password_incorrect", "current_password", "The password is incorrect. Try again.")
	}
	if err := a.World.CheckFields(world.SignUpFields{Password: &password}); err != nil {
		return nil, err
	}
	a.World.SetPassword(u, password)
	a.World.Changed(u)
	others, _, err := core.Flag(v.form, "sign_out_of_other_sessions")
	if err != nil {
		return nil, err
	}
	if others {
		a.World.RevokeSessions(u, s)
	}
	return a.me(v, s)
}

// current returns the session of the request: the session that it names, or the client's last active one.
func (a *api) current(v *visit) (*world.Session, error) {
	c := v.browser.Client
	if c == nil {
		return nil, apierr.SignedOut()
	}
	s := c.LastActive()
	if id := v.request.URL.Query().Get("_clerk_session_id"); id != "" {
		s = c.Session(id)
	}
	if s == nil || !s.SignedIn() {
		return nil, apierr.SignedOut()
	}
	return s, nil
}
