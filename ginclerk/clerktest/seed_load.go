package clerktest

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// load puts the seed into an empty world, and returns its users with their passwords.
func (s *Seed) load(w *world.World) ([]SeededUser, error) {
	if err := s.checkClaims(); err != nil {
		return nil, err
	}
	for _, o := range s.Organizations {
		if o.Name == "" || o.Slug == "" || w.Organization(o.Slug) != nil {
			return nil, fmt.Errorf("clerktest: seed: organization %q needs a name and a slug of its own", o.Name)
		}
		w.AddOrganization(world.NewOrganization{Name: o.Name, Slug: o.Slug, Features: o.Features, Plan: o.Plan})
	}
	var seeded []SeededUser
	for _, u := range s.Users {
		added, err := u.load(w)
		if err != nil {
			return nil, err
		}
		seeded = append(seeded, added)
	}
	return seeded, nil
}

// checkClaims returns an error that names every shortcode that Clerk doesn't have.
func (s *Seed) checkClaims() error {
	var problems []error
	problem := func(where string, claims map[string]any) {
		for _, unknown := range mint.Check(claims) {
			problems = append(problems, fmt.Errorf("clerktest: seed: %s: %s: %w", where, unknown.Claim, unknown))
		}
	}
	problem("session claims", s.SessionClaims)
	for _, name := range slices.Sorted(maps.Keys(s.Templates)) {
		problem("template "+name, s.Templates[name].Claims)
	}
	return errors.Join(problems...)
}

func (u User) load(w *world.World) (SeededUser, error) {
	if err := u.check(w); err != nil {
		return SeededUser{}, err
	}
	password := u.Password
	if password == "" && !u.CodeOnly {
		password = newPassword()
	}
	if u.CodeOnly {
		password = ""
	}
	added := w.AddUser(world.NewUser{
		FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Password: password,
		PublicMetadata: u.PublicMetadata, PrivateMetadata: u.PrivateMetadata, Features: u.Features, Plan: u.Plan,
		TOTP: u.TOTP, BackupCodes: slices.Clone(u.BackupCodes),
	})
	for _, m := range u.Memberships {
		w.AddMember(w.Organization(m.Organization), added, m.Role, m.Permissions)
	}
	added.ActiveOrganization = u.ActiveOrganization
	for _, d := range u.Devices {
		session := w.StartSession(w.NewClient(), added, world.StrategyPassword, d.activity())
		w.Backdate(session, d.SignedInAgo, d.IdleFor)
	}
	return SeededUser{ID: added.ID, Name: added.FullName(), Email: added.PrimaryEmail(), Password: password, Note: u.Note}, nil
}

func (u User) check(w *world.World) error {
	if u.Email == "" {
		return errors.New("clerktest: user without an e-mail address")
	}
	if w.UserByEmail(u.Email) != nil {
		return fmt.Errorf("clerktest: user %s is there already", u.Email)
	}
	if len(u.BackupCodes) > 0 && !u.TOTP {
		return fmt.Errorf("clerktest: user %s: backup codes need an authenticator app (TOTP)", u.Email)
	}
	for _, m := range u.Memberships {
		if w.Organization(m.Organization) == nil {
			return fmt.Errorf("clerktest: user %s: there is no organization %q", u.Email, m.Organization)
		}
	}
	isMember := func(m Membership) bool { return m.Organization == u.ActiveOrganization }
	if u.ActiveOrganization != "" && !slices.ContainsFunc(u.Memberships, isMember) {
		return fmt.Errorf("clerktest: user %s: no member of the active organization %q", u.Email, u.ActiveOrganization)
	}
	for _, d := range u.Devices {
		if d.SignedInAgo < 0 || d.SignedInAgo >= world.SessionLifetime || d.IdleFor < 0 || d.IdleFor > d.SignedInAgo {
			return fmt.Errorf("clerktest: user %s: a device's times don't fit a session", u.Email)
		}
	}
	return nil
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
