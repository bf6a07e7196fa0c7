package redisstore

import (
	"context"
	"errors"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// errDisagree says that the script and package ratelimit decided differently, which is a bug.
var errDisagree = errors.New("redisstore: decide: the script and package ratelimit decided differently")

// askTogether runs a script on the counters of the charges, and decides by what the script saw.
func (l *Limits) askTogether(ctx context.Context, q question, all chargesOfNode) (ratelimit.Decision, error) {
	script := &l.scripts.decide
	if q == peek {
		script = &l.scripts.peek
	}
	answered, err := script.run(ctx, l.process, all.keys, l.arguments(all))
	if err != nil {
		return ratelimit.Decision{}, err
	}
	s, err := readSeen(answered, make([]ratelimit.Counts, len(all.charges)))
	if err != nil {
		return ratelimit.Decision{}, err
	}
	if q == peek {
		return ratelimit.Peek(s.now, all.charges, s.counts), nil
	}
	decision := ratelimit.Decide(s.now, all.charges, s.counts)
	if decision.Allowed != s.allowed {
		return ratelimit.Decision{}, errDisagree
	}
	return decision, nil
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
