package clerktest

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/mint"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
	"github.com/ginclerk/ginclerk/internal/graphjson"
)

// state is what a server has that the next one needs to go on.
type state struct {
	SecretKey string                   `json:"secret_key"`
	KeyID     string                   `json:"key_id"`
	Key       []byte                   `json:"key"` // PKCS #8; the one that signs
	Moved     time.Duration            `json:"moved"`
	Templates map[string]mint.Template `json:"templates"`
	World     graphjson.Document       `json:"world"`
	// Seeded are the users of the seed by e-mail address, and Organizations the ids of its organizations by slug.
	Seeded        map[string]SeededUser `json:"seeded"`
	Organizations map[string]string     `json:"organizations"`

	private *rsa.PrivateKey // the Key
}

// passing returns the names of the world's fields that are not kept: events, and what the configuration sets, which is exported.
func passing() []string {
	names := []string{"events"}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[world.World]()) {
		if f.IsExported() {
			names = append(names, f.Name)
		}
	}
	return names
}

// State returns everything that a later server needs to go on from here, for [Config].State: accounts, organizations, browsers and
// sessions, the time of the clock, JWT templates, the secret key and the newest signing key. It leaves out webhooks, faults, counts and
// older signing keys. It is as secret as the keys. It is the same text as long as nothing changes, and only for this version of the package.
func (s *Server) State() (text []byte, err error) {
	out := state{
		SecretKey: s.SecretKey(), Moved: s.clock.moved(), Seeded: map[string]SeededUser{}, Organizations: s.start.ids.organizations,
	}
	for _, u := range s.start.config.Seed.Users {
		email := world.NormalizeEmail(u.Email)
		out.Seeded[email] = SeededUser{ID: s.start.ids.users[email], Password: u.Password}
	}
	s.core.Do(func() {
		var keyErr error
		out.KeyID, out.Templates = s.core.Minter.Key.Newest().ID(), s.core.Minter.Templates
		out.Key, keyErr = s.core.Minter.Key.Newest().Private()
		out.World, err = graphjson.Of(s.core.World, passing()...)
		if err = errors.Join(keyErr, err); err == nil {
			text, err = json.Marshal(out) // the templates may change later
		}
	})
	if err != nil {
		return nil, fmt.Errorf("clerktest: state: %w", err)
	}
	return text, nil
}

// readState returns the state in a configuration; without one it is empty.
func readState(config Config) (state, error) {
	var earlier state
	if config.State == nil {
		return earlier, nil
	}
	if err := json.Unmarshal(config.State, &earlier); err != nil {
		return earlier, fmt.Errorf("clerktest: field State: %w", err)
	}
	if prefix := newSecretKey(config.Type)[:len("sk_test_")]; !strings.HasPrefix(earlier.SecretKey, prefix) {
		return earlier, fmt.Errorf("clerktest: field State: it is not of a %s instance", config.Type)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(earlier.Key)
	private, ok := parsed.(*rsa.PrivateKey)
	if err == nil && !ok {
		err = errors.New("the key is not RSA")
	}
	if err != nil {
		return earlier, fmt.Errorf("clerktest: field State: %w", err)
	}
	earlier.private = private
	return earlier, nil
}

// restore replaces what was built from the seed. The key is not made anew: see build.
func (s *Server) restore(earlier state) error {
	if earlier.SecretKey == "" {
		return nil
	}
	if err := earlier.World.Into(s.core.World); err != nil {
		return fmt.Errorf("clerktest: field State: %w", err)
	}
	s.core.SecretKey, s.core.Minter.Templates = earlier.SecretKey, earlier.Templates
	s.clock.Advance(earlier.Moved - s.clock.moved())
	return nil
}
