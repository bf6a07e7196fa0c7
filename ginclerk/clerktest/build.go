package clerktest

import (
	"cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// build makes the server without its listener.
func (s *Server) build(config Config) error {
	origins, err := core.NewOrigins(config.Origins)
	if err != nil {
		return err
	}
	earlier, err := readState(config)
	if err != nil {
		return err
	}
	var ids seedIDs
	config.Seed, ids = config.Seed.settled(earlier)
	w := config.world()
	if s.seeded, err = config.Seed.load(w, ids); err != nil {
		return err
	}
	if earlier.private != nil {
		config.signingKey, config.KeyID = earlier.private, earlier.KeyID
	}
	minter, err := newMinter(config, w)
	if err != nil {
		return err
	}
	s.core = &core.Core{
		World: w, Minter: minter, Key: instance.NewPublishableKey(config.FrontendAPI, config.Type),
		SecretKey: newSecretKey(config.Type), Origins: origins,
		SignInPath: config.SignInPath, SignUpPath: config.SignUpPath, ApplicationName: config.ApplicationName,
		DestroyClientOnSignOut: config.DestroyClientOnSignOut,
		Home:                   "/", Logger: config.Logger, Calls: core.NewCalls(), Faults: &core.Faults{},
	}
	if config.ServePortal {
		s.core.Home = s.Origins()[0] + "/"
	}
	if err := s.restore(earlier); err != nil {
		return err
	}
	s.core.Faults.SetUnavailable(config.StartUnavailable)
	s.buildWebhooks(config)
	s.start = start{config: config, ids: ids, key: s.core.Minter.Key.Newest(), moved: config.Clock.moved()}
	return s.buildPortal(config)
}

// world returns an empty world with the settings of the instance.
func (c Config) world() *world.World {
	w := world.New(c.Clock.Now)
	w.SessionLifetime, w.InactivityLimit = c.SessionLifetime, c.InactivityTimeout
	w.SingleSession = c.SingleSession
	w.ForceOrganizationSelection, w.OrganizationAtSignIn = c.ForceOrganizationSelection, c.OrganizationAtSignIn
	w.Usernames, w.PhoneNumbers, w.SocialProvider = c.Usernames, c.PhoneNumbers, c.SocialProvider
	return w
}

// newMinter gives every server its own key id, even for a shared key, because caches in one process use the key id.
func newMinter(config Config, w *world.World) (*mint.Minter, error) {
	private := config.signingKey
	if private == nil {
		var err error
		if private, err = freshKey(); err != nil {
			return nil, err
		}
	}
	first := mint.NewKey(cmp.Or(config.KeyID, world.NewID("ins_")), private)
	return &mint.Minter{
		Key: mint.NewRing(first), World: w, Issuer: "https://" + config.FrontendAPI,
		Lifetime: config.TokenLifetime, SessionClaims: config.Seed.sessionClaims(), Templates: config.Seed.templates(),
	}, nil
}

func newSecretKey(t instance.Type) string {
	if t == instance.Production {
		return "sk_live_" + world.NewSecret()
	}
	return "sk_test_" + world.NewSecret()
}
