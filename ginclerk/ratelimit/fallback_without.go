package ratelimit

import (
	"context"
	"fmt"
)

// without decides without the store. The closed policies come first, then the open ones (which refuse what can't fit), and what
// the local ones charge they charge only if all of them agree.
func (f *Fallback) without(ctx context.Context, charges []Charge, cause error, spend bool) (Decision, error) {
	locals, openRefuses := make([]Charge, 0, len(charges)), false
	for _, charge := range charges {
		switch f.config.of(charge.Policy) {
		case FailClosed:
			return Decision{}, fmt.Errorf("ratelimit: policy %q: %w: %w", charge.Policy.Name, ErrUnavailable, cause)
		case FailOpen:
			openRefuses = openRefuses || charge.Cost > charge.Policy.Limit
		default:
			charge.Policy.Limit = f.config.part(charge)
			locals = append(locals, charge)
		}
	}
	known, err := f.locally(ctx, locals, spend && !openRefuses)
	if err != nil {
		return Decision{}, err
	}
	return f.assemble(charges, known, known.Allowed && !openRefuses, spend), nil
}

func (f *Fallback) locally(ctx context.Context, locals []Charge, spend bool) (Decision, error) {
	switch {
	case len(locals) == 0:
		return Decision{Allowed: true}, nil
	case spend:
		return f.local.store.Decide(ctx, locals...)
	default:
		return f.local.store.Peek(ctx, locals...)
	}
}

// assemble puts the local results among those of the open policies, in the order of the charges.
func (f *Fallback) assemble(charges []Charge, known Decision, allowed, spend bool) Decision {
	now := f.local.storeTime().UnixMilli()
	results, next := make([]Result, len(charges)), 0
	for i := range charges {
		if f.config.of(charges[i].Policy) == FailOpen {
			results[i].look(now, &charges[i], Counts{})
			if allowed && spend {
				results[i].spend()
			}
			continue
		}
		results[i] = known.At(next)
		next++
	}
	d := Decision{Allowed: allowed, WithoutStore: true, now: now, count: len(charges)}
	if len(charges) == 1 {
		d.single = results[0]
	} else {
		d.more = results
	}
	return d
}

// part is what one of the replicas may let in.
func (c *FallbackConfig) part(charge Charge) int64 {
	replicas := int64(c.Replicas)
	part := (charge.Policy.Limit + replicas - 1) / replicas
	return max(part, min(charge.Cost, charge.Policy.Limit))
}
