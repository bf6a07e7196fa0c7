package clerktest

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

func (s *Server) controlClock(*http.Request) (any, error) {
	return map[string]time.Time{"now": s.clock.Now().UTC()}, nil
}

type advanceJSON struct {
	Advance string `json:"advance"`
}

func (s *Server) controlAdvance(r *http.Request, body advanceJSON) (any, error) {
	d, err := time.ParseDuration(body.Advance)
	if err != nil {
		return nil, fmt.Errorf("field advance: %w", err)
	}
	s.clock.Advance(d)
	return s.controlClock(r)
}

func (s *Server) controlReset(r *http.Request, _ struct{}) (any, error) {
	if err := s.Reset(); err != nil {
		return nil, failing(http.StatusInternalServerError, err)
	}
	return s.controlClock(r)
}

type tokenJSON struct {
	Email           string `json:"email"`
	AuthorizedParty string `json:"authorized_party"`
	Lifetime        string `json:"lifetime"`
}

// controlToken answers with a session token of a user.
func (s *Server) controlToken(_ *http.Request, body tokenJSON) (any, error) {
	options := TokenOptions{AuthorizedParty: body.AuthorizedParty}
	if body.Lifetime != "" {
		var err error
		if options.Lifetime, err = time.ParseDuration(body.Lifetime); err != nil {
			return nil, fmt.Errorf("field lifetime: %w", err)
		}
	}
	token, of, err := s.tokenOf(body.Email, options)
	if err != nil {
		return nil, failing(http.StatusBadRequest, fmt.Errorf("field email: %w", err))
	}
	return map[string]string{"token": token, "user_id": of.UserID, "session_id": of.ID}, nil
}

func (s *Server) controlKey(*http.Request) (any, error) {
	return map[string]string{"kid": s.KeyID()}, nil
}

func (s *Server) controlRotate(r *http.Request, _ struct{}) (any, error) {
	if _, err := s.RotateKey(); err != nil {
		return nil, failing(http.StatusInternalServerError, err)
	}
	return s.controlKey(r)
}

func (s *Server) controlWithdraw(r *http.Request) (any, error) {
	err := s.WithdrawKey(r.PathValue("kid"))
	if err != nil && !errors.Is(err, ErrNotFound) {
		err = failing(http.StatusConflict, err)
	}
	if err != nil {
		return nil, err
	}
	return s.controlKey(r)
}
