package reverify

import (
	"context"
	"errors"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Config configures a [Service].
type Config struct {
	// Frontend asks Clerk. Required.
	Frontend Frontend
	// Keyring seals what pages carry. Required.
	Keyring *sealed.Keyring
	// Now is the clock; nil means the system's.
	Now func() time.Time
}

// Service verifies factors of sessions of one Clerk instance again. Make one with [New]. It keeps nothing between calls and is safe
// for concurrent use.
type Service struct {
	frontend Frontend
	keyring  *sealed.Keyring
	now      func() time.Time
}

// New makes a service. It reports every problem of the configuration at once.
func New(config Config) (*Service, error) {
	var problems []error
	if config.Frontend == nil {
		problems = append(problems, errors.New("reverify: Frontend is missing"))
	}
	if config.Keyring == nil {
		problems = append(problems, errors.New("reverify: Keyring is missing"))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return &Service{frontend: config.Frontend, keyring: config.Keyring, now: clock.Or(config.Now)}, nil
}

// Start begins to prove once more who is signed in, and ends what was begun before. A browser without a credential gets
// [session.ErrNoCredential], and Clerk is not asked.
func (s *Service) Start(ctx context.Context, b session.Browser, sessionID string, level token.Level) (Verification, error) {
	if err := canAsk(b, sessionID); err != nil {
		return Verification{}, err
	}
	got, err := s.frontend.StartVerification(ctx, b, sessionID, level)
	return read(level, got, err)
}

// SendCode has Clerk send the code of one of the verification's factors. Errors are those of [Service.Start] and of this package.
func (s *Service) SendCode(ctx context.Context, b session.Browser, sessionID string, v Verification, factor Factor) (Verification, error) {
	if err := canAsk(b, sessionID); err != nil {
		return Verification{}, err
	}
	got, err := s.frontend.SendCode(ctx, b, sessionID, v, factor)
	return read(v.Level, got, err)
}

// Attempt tries a password or a code for one of the verification's factors. The proof is kept nowhere and is in no error. Errors are
// those of [Service.SendCode].
func (s *Service) Attempt(
	ctx context.Context, b session.Browser, sessionID string, v Verification, factor Factor, proof string,
) (Verification, error) {
	if err := canAsk(b, sessionID); err != nil {
		return Verification{}, err
	}
	got, err := s.frontend.AttemptFactor(ctx, b, sessionID, v, factor, proof)
	return read(v.Level, got, err)
}

func canAsk(b session.Browser, sessionID string) error {
	if !b.HasCredential() || sessionID == "" {
		return session.ErrNoCredential
	}
	return nil
}

func read(level token.Level, got Answer, err error) (Verification, error) {
	if err != nil {
		return Verification{}, err
	}
	return verificationOf(level, got), nil
}
