package ratelimit

import (
	"context"
	"fmt"
)

// MaxTakes is how many policies one decision may be about.
const MaxTakes = 16

// Take is what one request wants of one policy: Cost units of what Key has under Policy.
//
// A counter belongs to Policy.Name, Policy.Window and Key together. Policies of one name may differ in Limit (by role or plan):
// they share the count. Another name or window counts from nothing.
type Take struct {
	// Key is who or what is limited. It never leaves the server, and is never in an error.
	Key string
	// Policy is the limit that applies.
	Policy Policy
	// Cost is how many units the request uses, 1 to [MaxLimit]. A cost above the limit is never allowed.
	Cost int64
}

// Store counts. Implementations are safe for concurrent use, and decide by [Judge].
//
// Every method wants 1 to [MaxTakes] takes of different counters, with valid numbers; anything else is an error that matches
// [ErrInvalid] and counts nothing ([Check] tells).
type Store interface {
	// Decide lets the request in and charges every take, or refuses it and charges none.
	Decide(ctx context.Context, takes ...Take) (Decision, error)
	// Peek says what Decide would, and charges nothing: Remaining is what is left without this request.
	Peek(ctx context.Context, takes ...Take) (Decision, error)
	// Reset forgets what the counters have counted. The takes' costs are ignored.
	Reset(ctx context.Context, takes ...Take) error
}

// Check says whether a store may decide on the takes; the error matches [ErrInvalid] and names no key.
func Check(takes []Take) error {
	for i := range takes {
		if takes[i].Cost < 1 || takes[i].Cost > MaxLimit {
			return fmt.Errorf("%w cost %d under policy %q: want 1 to %d", ErrInvalid, takes[i].Cost, takes[i].Policy.Name, MaxLimit)
		}
	}
	return CheckCounters(takes)
}

// CheckCounters is [Check] for [Store.Reset], where costs don't matter.
func CheckCounters(takes []Take) error {
	if len(takes) == 0 || len(takes) > MaxTakes {
		return fmt.Errorf("%w number of policies: %d, want 1 to %d", ErrInvalid, len(takes), MaxTakes)
	}
	for i := range takes {
		if err := takes[i].Policy.checkNumbers(); err != nil {
			return err
		}
		for j := range i {
			if takes[i].sameCounter(&takes[j]) {
				return fmt.Errorf("%w takes: policy %q is there twice for one key", ErrInvalid, takes[i].Policy.Name)
			}
		}
	}
	return nil
}

func (t *Take) sameCounter(other *Take) bool {
	return t.Policy.Name == other.Policy.Name && t.Policy.Window == other.Policy.Window && t.Key == other.Key
}
