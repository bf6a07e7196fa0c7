package world

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
)

// Level is the set of factors that a reverification asks for, in Clerk's words.
type Level string

// The levels that a reverification can have.
const (
	LevelFirstFactor  Level = "first_factor"
	LevelSecondFactor Level = "second_factor"
	LevelMultiFactor  Level = "multi_factor"
)

// Known reports whether Clerk has the level.
func (l Level) Known() bool {
	return l == LevelFirstFactor || l == LevelSecondFactor || l == LevelMultiFactor
}

// Reverification is an attempt to verify factors of a session again.
type Reverification struct {
	// ID is new for each attempt: the shortcode session.reverification_id.
	ID      string
	Session *Session
	// Level is the requested level. If the user has no second factor, the first one replaces it.
	Level                     Level
	FirstFactor, SecondFactor Verification
}

// Status returns the state of the attempt, in Clerk's words.
func (r *Reverification) Status() string {
	second := r.Level != LevelFirstFactor && r.Session.User.TOTP
	first := r.Level != LevelSecondFactor || !second
	switch {
	case first && r.FirstFactor.Status != statusVerified:
		return StatusNeedsFirstFactor
	case second && r.SecondFactor.Status != statusVerified:
		return StatusNeedsSecondFactor
	default:
		return StatusComplete
	}
}

// NewReverification begins an attempt, in place of the session's last one.
func (w *World) NewReverification(s *Session, level Level) (*Reverification, error) {
	if !level.Known() {
		return nil, apierr.Param("form_param_value_invalid", "level", "level must be first_factor, second_factor or multi_factor.")
	}
	s.Reverification = &Reverification{ID: NewID("rev_"), Session: s, Level: level}
	return s.Reverification, nil
}

// PrepareReverification sends a code (that is, nothing) for the first factor.
func (w *World) PrepareReverification(s *Session) error {
	r, err := reverifying(s, StatusNeedsFirstFactor)
	if err != nil {
		return err
	}
	r.FirstFactor.sendCode(StrategyEmailCode, w.now())
	return nil
}

// ReverifyFirstFactor tries a password or a code, as the strategy says. The right one resets the factor's age.
func (w *World) ReverifyFirstFactor(s *Session, strategy, proof string) error {
	r, err := reverifying(s, StatusNeedsFirstFactor)
	if err != nil {
		return err
	}
	if err := w.tryFirst(s.User, &r.FirstFactor, strategy, proof); err != nil {
		return err
	}
	s.FirstFactorAt, s.UpdatedAt = w.now(), w.now()
	return nil
}

// PrepareSecondReverification fails: neither authenticator apps nor backup codes need a preparation.
func (w *World) PrepareSecondReverification(s *Session, strategy string) error {
	if _, err := reverifying(s, StatusNeedsSecondFactor); err != nil {
		return err
	}
	return noSecondFactor(strategy)
}

// ReverifySecondFactor tries a code of an authenticator app or a backup code.
func (w *World) ReverifySecondFactor(s *Session, strategy, code string) error {
	r, err := reverifying(s, StatusNeedsSecondFactor)
	if err != nil {
		return err
	}
	if err := w.trySecondFactor(s.User, &r.SecondFactor, strategy, code); err != nil {
		return err
	}
	s.SecondFactorAt, s.UpdatedAt = w.now(), w.now()
	return nil
}

// reverifying returns the session's attempt, if it waits for this factor.
func reverifying(s *Session, status string) (*Reverification, error) {
	r := s.Reverification
	if r == nil {
		return nil, apierr.New(http.StatusBadRequest, "session_reverification_missing", "Start a reverification of this session first.")
	}
	if r.Status() != status {
		return nil, apierr.New(http.StatusBadRequest, "invalid_action_for_session_reverification",
			"The reverification of this session does not wait for this: it is "+r.Status()+".")
	}
	return r, allowed(s.User)
}
