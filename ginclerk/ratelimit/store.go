package ratelimit

import (
	"context"
	"fmt"
)

// MaxCharges is how many policies one decision may be about.
const MaxCharges = 16

// Charge is the cost of one request under one policy: Cost units of the limit that Policy gives to Key.
//
// A counter belongs to Policy.Name, Policy.Window and Key together. Policies of one name may differ in Limit (by role or plan):
// they share the count. Another name or window counts from nothing.
type Charge struct {
	// Key identifies the caller, or the thing, that is limited. It never leaves the server, and is never in an error.
	Key string
	// Policy is the limit that applies.
	Policy Policy
	// Cost is how many units the request uses, 1 to [MaxLimit]. A cost above the limit is never allowed.
	Cost int64
}

// Store counts. Implementations are safe for concurrent use, and decide by [Decide].
//
// Every method wants 1 to [MaxCharges] charges of different counters, with valid numbers; anything else is an error that matches
// [ErrInvalid] and counts nothing ([Check] tells).
type Store interface {
	// Decide lets the request in and charges every charge, or refuses it and charges none.
	Decide(ctx context.Context, charges ...Charge) (Decision, error)
	// Peek says what Decide would, and charges nothing: Remaining is what is left without this request.
	Peek(ctx context.Context, charges ...Charge) (Decision, error)
	// Reset forgets what the counters have counted. The charges' costs are ignored.
	Reset(ctx context.Context, charges ...Charge) error
}

// Check says whether a store may decide on the charges; the error matches [ErrInvalid] and names no key.
func Check(charges []Charge) error {
	for i := range charges {
		if charges[i].Cost < 1 || charges[i].Cost > MaxLimit {
			return fmt.Errorf("%w cost %d under policy %q: want 1 to %d", ErrInvalid, charges[i].Cost, charges[i].Policy.Name, MaxLimit)
		}
	}
	return CheckCounters(charges)
}

// CheckCounters is [Check] for [Store.Reset], where costs don't matter.
func CheckCounters(charges []Charge) error {
	if len(charges) == 0 || len(charges) > MaxCharges {
		return fmt.Errorf("%w number of policies: %d, want 1 to %d", ErrInvalid, len(charges), MaxCharges)
	}
	for i := range charges {
		if err := charges[i].Policy.checkNumbers(); err != nil {
			return err
		}
		for j := range i {
			if charges[i].sameCounter(&charges[j]) {
				return fmt.Errorf("%w charges: policy %q is there twice for one key", ErrInvalid, charges[i].Policy.Name)
			}
		}
	}
	return nil
}

func (t *Charge) sameCounter(other *Charge) bool {
	return t.Policy.Name == other.Policy.Name && t.Policy.Window == other.Policy.Window && t.Key == other.Key
}
