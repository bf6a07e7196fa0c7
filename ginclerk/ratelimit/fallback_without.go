package ratelimit

import (
	"context"
	"fmt"
)

// without decides without the store. The closed policies come first, then the open ones (which refuse what can't fit), and what
// the local ones charge they charge only if all of them agree.
func (f *Fallback) without(ctx context.Context, takes []Take, cause error, charge bool) (Decision, error) {
	locals, openRefuses := make([]Take, 0, len(takes)), false
	for _, take := range takes {
		switch f.config.of(take.Policy) {
		case FailClosed:
			return Decision{}, fmt.Errorf("ratelimit: policy %q: %w: %w", take.Policy.Name, ErrUnavailable, cause)
		case FailOpen:
			openRefuses = openRefuses || take.Cost > take.Policy.Limit
		default:
			take.Policy.Limit = f.config.part(take)
			locals = append(locals, take)
		}
	}
	known, err := f.locally(ctx, locals, charge && !openRefuses)
	if err != nil {
		return Decision{}, err
	}
	return f.assemble(takes, known, known.Allowed && !openRefuses, charge), nil
}

func (f *Fallback) locally(ctx context.Context, locals []Take, charge bool) (Decision, error) {
	switch {
	case len(locals) == 0:
		return Decision{Allowed: true}, nil
	case charge:
		return f.local.store.Decide(ctx, locals...)
	default:
		return f.local.store.Peek(ctx, locals...)
	}
}

// assemble puts the local results among those of the open policies, in the order of the takes.
func (f *Fallback) assemble(takes []Take, known Decision, allowed, charge bool) Decision {
	now := f.local.storeTime().UnixMilli()
	results, next := make([]Result, len(takes)), 0
	for i := range takes {
		if f.config.of(takes[i].Policy) == FailOpen {
			results[i].look(now, &takes[i], Counts{})
			if allowed && charge {
				results[i].charge()
			}
			continue
		}
		results[i] = known.At(next)
		next++
	}
	d := Decision{Allowed: allowed, now: now, count: len(takes)}
	if len(takes) == 1 {
		d.single = results[0]
	} else {
		d.more = results
	}
	return d
}

// part is what one of the replicas may let in.
func (c *FallbackConfig) part(take Take) int64 {
	replicas := int64(c.Replicas)
	part := (take.Policy.Limit + replicas - 1) / replicas
	return max(part, min(take.Cost, take.Policy.Limit))
}
