package clerktest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// seedProblems collects the problems of a seed, each with the path of its field, such as users[0].email.
type seedProblems []error

func (p *seedProblems) add(path, format string, args ...any) {
	*p = append(*p, fmt.Errorf("%s: %w", path, fmt.Errorf(format, args...)))
}

func (p *seedProblems) required(path, value string) {
	if value == "" {
		p.add(path, "it is required")
	}
}

// check returns every problem of the seed, joined, or nil.
func (s *Seed) check() error {
	var p seedProblems
	there := world.New(func() time.Time { return time.Time{} }) // what the seed has so far
	for i, o := range s.Organizations {
		path := fmt.Sprintf("organizations[%d]", i)
		p.required(path+".name", o.Name)
		p.required(path+".slug", o.Slug)
		if there.Organization(o.Slug) != nil {
			p.add(path+".slug", "another organization has the slug %q", o.Slug)
		}
		there.AddOrganization(world.NewOrganization{Slug: o.Slug})
	}
	for i, u := range s.Users {
		u.check(&p, fmt.Sprintf("users[%d]", i), there)
		there.AddUser(world.NewUser{Email: u.Email, Username: u.Username, Phone: u.Phone})
	}
	p.claims("session_claims", s.SessionClaims)
	for _, name := range slices.Sorted(maps.Keys(s.Templates)) {
		p.claims("templates."+name+".claims", s.Templates[name].Claims)
	}
	return errors.Join(p...)
}

// claims finds the shortcodes that Clerk doesn't have.
func (p *seedProblems) claims(path string, claims map[string]any) {
	for _, unknown := range mint.Check(claims) {
		p.add(path+"."+unknown.Claim, "%w", unknown)
	}
}

// check adds the problems of a user who comes to those that are there.
func (u User) check(p *seedProblems, path string, there *world.World) {
	if u.Email == "" {
		p.add(path+".email", "the e-mail address is required")
	} else if there.UserByEmail(u.Email) != nil {
		p.add(path+".email", "another user has the address %s", u.Email)
	}
	if there.UserByUsername(u.Username) != nil {
		p.add(path+".username", "another user has the username %s", u.Username)
	}
	if there.UserByPhone(world.NormalizePhone(u.Phone)) != nil {
		p.add(path+".phone", "another user has the phone number %s", u.Phone)
	}
	if len(u.BackupCodes) > 0 && !u.TOTP {
		p.add(path+".backup_codes", "they need an authenticator app (TOTP)")
	}
	for i, m := range u.Memberships {
		at := fmt.Sprintf("%s.memberships[%d]", path, i)
		if there.Organization(m.Organization) == nil {
			p.add(at+".organization", "no organization has the slug %q", m.Organization)
		}
		p.required(at+".role", m.Role)
	}
	isActive := func(m Membership) bool { return m.Organization == u.ActiveOrganization }
	if u.ActiveOrganization != "" && !slices.ContainsFunc(u.Memberships, isActive) {
		p.add(path+".active_organization", "the user is no member of %q", u.ActiveOrganization)
	}
	for i, d := range u.Devices {
		d.check(p, fmt.Sprintf("%s.devices[%d]", path, i))
	}
}

func (d Device) check(p *seedProblems, path string) {
	if d.SignedInAgo < 0 || d.SignedInAgo >= world.SessionLifetime {
		p.add(path+".signed_in_ago", "it is less than 0, or not below the seven days after which sessions end")
	}
	if d.IdleFor < 0 || d.IdleFor > d.SignedInAgo {
		p.add(path+".idle_for", "it is less than 0, or longer than signed_in_ago")
	}
}
