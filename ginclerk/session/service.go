package session

import (
	"errors"
	"log/slog"
)

// Config configures a [Service].
type Config struct {
	// Reader is required.
	Reader Reader
	// Revoker is required.
	Revoker Revoker
	// Profiles shows accounts with names; nil shows them with ids only.
	Profiles Profiles
	// Toucher switches accounts; nil makes [Service.Switch] return [ErrNoCredential].
	Toucher Toucher
	// Logger gets a line when names are missing in an answer; nil discards it. Ids of sessions are not logged.
	Logger *slog.Logger
}

// Service is the session service of one Clerk instance. Make one with [New]. It keeps nothing between calls and is safe
// for concurrent use.
type Service struct {
	reader   Reader
	revoker  Revoker
	profiles Profiles
	toucher  Toucher
	log      *slog.Logger
}

// New makes a service. It reports every problem of the configuration at once.
func New(cfg Config) (*Service, error) {
	var problems []error
	if cfg.Reader == nil {
		problems = append(problems, errors.New("session: Reader is missing"))
	}
	if cfg.Revoker == nil {
		problems = append(problems, errors.New("session: Revoker is missing"))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	logger := cfg.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &Service{
		reader: cfg.Reader, revoker: cfg.Revoker, profiles: cfg.Profiles, toucher: cfg.Toucher, log: logger,
	}, nil
}
