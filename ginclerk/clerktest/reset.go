package clerktest

import (
	"cmp"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// start is what a server began with.
type start struct {
	config Config
	ids    seedIDs
	key    *mint.Key
	moved  time.Duration // how far the clock had been moved
}

// Reset makes the server as it was at its start, for the next test. The seed's users and organizations are there again, with the ids and
// passwords that they had, and the seed's devices in new sessions; the first signing key signs, and the clock is where it would be if it had
// not been moved. Everything else is gone: other accounts, sessions and browsers, templates, machines, faults, counts of calls and of rate
// limits, webhook messages and the endpoints that [Server.AddWebhook] added. Nothing of it sends a webhook. Addresses, secret key and
// publishable key stay. An error means that nothing was changed.
func (s *Server) Reset() error {
	config := s.start.config
	fresh := config.world()
	s.visitors.mu.Lock()
	defer s.visitors.mu.Unlock()
	var err error
	s.clock.Advance(s.start.moved - s.clock.moved())
	s.core.Do(func() {
		if _, err = config.Seed.load(fresh, s.start.ids); err != nil {
			return
		}
		fresh.TakeEvents()
		s.core.World.TakeEvents()
		*s.core.World = *fresh
		s.core.Minter.Templates = config.Seed.templates()
		*s.core.Minter.Key = *mint.NewRing(s.start.key)
		s.visitors.browsers = nil
	})
	if err != nil {
		return err
	}
	s.core.Faults.Clear()
	s.core.Calls.Reset()
	for _, limit := range s.limits {
		limit.Reset()
	}
	s.webhooks.Reset(len(config.Webhooks))
	return nil
}

// seedIDs are the ids of a seed's users by e-mail address, and of its organizations by slug.
type seedIDs struct{ users, organizations map[string]string }

// settled returns a copy in which every password is chosen, and ids for its users and organizations: as in the earlier state, if the seed
// had them then.
func (s *Seed) settled(earlier state) (*Seed, seedIDs) {
	out, ids := *s, seedIDs{map[string]string{}, map[string]string{}}
	out.Users = slices.Clone(s.Users)
	for i := range out.Users {
		u := &out.Users[i]
		email := world.NormalizeEmail(u.Email)
		before := earlier.Seeded[email]
		ids.users[email] = cmp.Or(before.ID, world.NewID("user_"))
		if u.Password == "" && !u.CodeOnly {
			u.Password = cmp.Or(before.Password, newPassword())
		}
	}
	for _, o := range s.Organizations {
		ids.organizations[o.Slug] = cmp.Or(earlier.Organizations[o.Slug], world.NewID("org_"))
	}
	return &out, ids
}
