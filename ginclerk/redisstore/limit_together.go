package redisstore

import (
	"context"
	"errors"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// errDisagree says that the script and package ratelimit decided differently, which is a bug.
var errDisagree = errors.New("redisstore: decide: the script and package ratelimit decided differently")

func (l *Limits) decideTogether(ctx context.Context, all chargesOfNode) (ratelimit.Decision, error) {
	s, err := l.look(ctx, l.scripts.decide, all)
	if err != nil {
		return ratelimit.Decision{}, err
	}
	decision := ratelimit.Decide(s.now, all.charges, s.counts)
	if decision.Allowed != s.allowed {
		return ratelimit.Decision{}, errDisagree
	}
	return decision, nil
}

func (l *Limits) peekTogether(ctx context.Context, all chargesOfNode) (ratelimit.Decision, error) {
	s, err := l.look(ctx, l.scripts.peek, all)
	if err != nil {
		return ratelimit.Decision{}, err
	}
	return ratelimit.Peek(s.now, all.charges, s.counts), nil
}

// look runs a script on the counters of the charges, and returns what the script saw.
func (l *Limits) look(ctx context.Context, by limitScript, all chargesOfNode) (seen, error) {
	answered, err := by.run(ctx, l.client, all.keys, l.arguments(all))
	if err != nil {
		return seen{}, err
	}
	return readSeen(answered, len(all.charges))
}

// arguments returns the arguments of the scripts: three numbers for each charge, and the time if a test sets it.
func (l *Limits) arguments(t chargesOfNode) []any {
	args := make([]any, 0, len(t.charges)+1)
	for i := range t.charges {
		charge := &t.charges[i]
		args = append(args, packed(charge.Policy.Window.Milliseconds(), charge.Policy.Limit, charge.Cost))
	}
	if l.now != nil {
		args = append(args, l.now())
	}
	return args
}
