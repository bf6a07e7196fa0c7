package clerktest

import (
	"fmt"
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// seedChecker makes a [Seed] of its JSON form, and notes where something doesn't fit.
type seedChecker struct {
	where    *jsonIndex
	problems []error
}

// problem names the line of a field, or of the object around it where the field is missing.
func (c *seedChecker) problem(path, format string, args ...any) {
	line, around := 0, path
	for line == 0 && around != "" {
		if line = c.where.lines[around]; line == 0 {
			around = around[:max(lastStep(around), 0)]
		}
	}
	c.problems = append(c.problems, fmt.Errorf("line %d: %s: %w", max(line, 1), path, fmt.Errorf(format, args...)))
}

// lastStep returns where the last field name or index of a path begins.
func lastStep(path string) int {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '.' || path[i] == '[' {
			return i
		}
	}
	return 0
}

func (c *seedChecker) seed(in seedJSON) *Seed {
	out := &Seed{SessionClaims: in.SessionClaims, Templates: map[string]JWTTemplate{}}
	slugs := map[string]bool{}
	for i, o := range in.Organizations {
		path := fmt.Sprintf("organizations[%d]", i)
		c.required(path+".name", o.Name)
		c.required(path+".slug", o.Slug)
		if slugs[o.Slug] {
			c.problem(path+".slug", "another organization has the slug %q", o.Slug)
		}
		slugs[o.Slug] = true
		out.Organizations = append(out.Organizations, Organization(o))
	}
	emails := map[string]bool{}
	for i, u := range in.Users {
		path := fmt.Sprintf("users[%d]", i)
		c.required(path+".email", u.Email)
		address := world.NormalizeEmail(u.Email)
		if emails[address] && address != "" {
			c.problem(path+".email", "another user has the address %s", address)
		}
		emails[address] = true
		out.Users = append(out.Users, c.user(path, u, slugs))
	}
	c.claims("session_claims", in.SessionClaims)
	for name, t := range in.Templates {
		c.claims("templates."+name+".claims", t.Claims)
		out.Templates[name] = JWTTemplate{Claims: t.Claims, Lifetime: c.duration("templates."+name+".lifetime", t.Lifetime)}
	}
	return out
}

func (c *seedChecker) claims(path string, claims map[string]any) {
	for _, unknown := range mint.Check(claims) {
		c.problem(path+"."+unknown.Claim, "%w", unknown)
	}
}

func (c *seedChecker) required(path, value string) {
	if value == "" {
		c.problem(path, "it is required")
	}
}

func (c *seedChecker) user(path string, in userJSON, slugs map[string]bool) User {
	out := User{
		FirstName: in.FirstName, LastName: in.LastName, Email: in.Email, Password: in.Password, CodeOnly: in.CodeOnly,
		PublicMetadata: in.PublicMetadata, PrivateMetadata: in.PrivateMetadata, Features: in.Features, Plan: in.Plan,
		ActiveOrganization: in.ActiveOrganization, Note: in.Note, TOTP: in.TOTP, BackupCodes: in.BackupCodes,
	}
	if len(in.BackupCodes) > 0 && !in.TOTP {
		c.problem(path+".backup_codes", "they need totp")
	}
	for i, m := range in.Memberships {
		if at := fmt.Sprintf("%s.memberships[%d].organization", path, i); !slugs[m.Organization] {
			c.problem(at, "there is no organization with the slug %q", m.Organization)
		}
		c.required(fmt.Sprintf("%s.memberships[%d].role", path, i), m.Role)
		out.Memberships = append(out.Memberships, Membership(m))
	}
	active := func(m Membership) bool { return m.Organization == in.ActiveOrganization }
	if in.ActiveOrganization != "" && !slices.ContainsFunc(out.Memberships, active) {
		c.problem(path+".active_organization", "the user is no member of %q", in.ActiveOrganization)
	}
	for i, d := range in.Devices {
		out.Devices = append(out.Devices, c.device(fmt.Sprintf("%s.devices[%d]", path, i), d))
	}
	return out
}

func (c *seedChecker) device(path string, in deviceJSON) Device {
	out := Device{
		Type: in.Type, Mobile: in.Mobile, Browser: in.Browser, BrowserVersion: in.BrowserVersion, IPAddress: in.IPAddress,
		City: in.City, Country: in.Country,
		SignedInAgo: c.duration(path+".signed_in_ago", in.SignedInAgo), IdleFor: c.duration(path+".idle_for", in.IdleFor),
	}
	if out.SignedInAgo >= world.SessionLifetime {
		c.problem(path+".signed_in_ago", "sessions end after seven days")
	}
	if out.IdleFor > out.SignedInAgo {
		c.problem(path+".idle_for", "it is longer than signed_in_ago")
	}
	return out
}
