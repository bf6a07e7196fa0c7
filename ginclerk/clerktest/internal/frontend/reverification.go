package frontend

import (
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// startReverification begins to verify factors of a session again.
func (a *api) startReverification(v *visit) (any, error) {
	return a.reverify(v, func(s *world.Session) error {
		level := v.form.Get("level")
		if level == "" {
			return apierr.Missing("level")
		}
		_, err := a.World.NewReverification(s, world.Level(level))
		return err
	})
}

func (a *api) prepareReverification(v *visit) (any, error) {
	return a.reverify(v, func(s *world.Session) error {
		if _, err := v.strategy(world.StrategyEmailCode); err != nil {
			return err
		}
		if id := v.form.Get("email_address_id"); id != "" && !owns(s.User, id) {
			return apierr.NotFound("e-mail address", id)
		}
		return a.World.PrepareReverification(s)
	})
}

func (a *api) attemptReverification(v *visit) (any, error) {
	return a.reverify(v, func(s *world.Session) error {
		strategy, err := v.strategy(world.StrategyPassword, world.StrategyEmailCode)
		if err != nil {
			return err
		}
		return a.World.ReverifyFirstFactor(s, strategy, v.proof(strategy))
	})
}

func (a *api) prepareSecondReverification(v *visit) (any, error) {
	return a.reverify(v, func(s *world.Session) error { return a.World.PrepareSecondReverification(s, v.form.Get("strategy")) })
}

func (a *api) attemptSecondReverification(v *visit) (any, error) {
	return a.reverify(v, func(s *world.Session) error {
		strategy, err := v.strategy(secondFactors()...)
		if err != nil {
			return err
		}
		return a.World.ReverifySecondFactor(s, strategy, v.form.Get("code"))
	})
}

// reverify answers with the session's reverification after a step. The tokens of its session, and of the client beside it, have
// the new factor ages.
func (a *api) reverify(v *visit, step func(*world.Session) error) (any, error) {
	s, err := a.signedIn(v)
	if err != nil {
		return nil, err
	}
	if err := step(s); err != nil {
		return nil, err
	}
	session, err := a.showSession(v, s)
	if err != nil {
		return nil, err
	}
	return a.with(v, wire.NewReverification(s.Reverification, session))
}
