package clerktest

import (
	"fmt"
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// load adds the seed to an empty world, and returns its users with their passwords.
func (s *Seed) load(w *world.World, ids seedIDs) ([]SeededUser, error) {
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("clerktest: seed: %w", err)
	}
	for _, o := range s.Organizations {
		w.AddOrganization(world.NewOrganization{ID: ids.organizations[o.Slug], Name: o.Name, Slug: o.Slug, Features: o.Features, Plan: o.Plan})
	}
	var seeded []SeededUser
	for _, u := range s.Users {
		seeded = append(seeded, u.load(w, ids.users[world.NormalizeEmail(u.Email)]))
	}
	return seeded, nil
}

// load adds a checked user; without an id, they get a new one.
func (u User) load(w *world.World, id string) SeededUser {
	password := u.Password
	if password == "" && !u.CodeOnly {
		password = newPassword()
	}
	if u.CodeOnly {
		password = ""
	}
	added := w.AddUser(world.NewUser{
		ID: id, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Password: password,
		PublicMetadata: u.PublicMetadata, PrivateMetadata: u.PrivateMetadata, Features: u.Features, Plan: u.Plan,
		Username: u.Username, Phone: u.Phone, TOTP: u.TOTP, BackupCodes: slices.Clone(u.BackupCodes),
	})
	for _, m := range u.Memberships {
		w.AddMember(w.Organization(m.Organization), added, m.Role, m.Permissions)
	}
	added.ActiveOrganization = u.ActiveOrganization
	for _, d := range u.Devices {
		session := w.StartSession(w.NewClient(), added, world.StrategyPassword, d.activity())
		w.Backdate(session, d.SignedInAgo, d.IdleFor)
	}
	return SeededUser{ID: added.ID, Name: added.FullName(), Email: added.PrimaryEmail(), Password: password, Note: u.Note}
}

func (d Device) activity() world.Activity {
	return world.Activity{
		DeviceType: d.Type, Mobile: d.Mobile, BrowserName: d.Browser, BrowserVersion: d.BrowserVersion,
		IPAddress: d.IPAddress, City: d.City, Country: d.Country,
	}
}

func (s *Seed) sessionClaims() map[string]any {
	if s.SessionClaims == nil {
		return defaultSessionClaims()
	}
	return s.SessionClaims
}

func (s *Seed) templates() map[string]mint.Template {
	out := make(map[string]mint.Template, len(s.Templates))
	for name, t := range s.Templates {
		out[name] = mint.Template{Claims: t.Claims, Lifetime: t.Lifetime, Skew: mint.DefaultSkew}
	}
	return out
}
