package ratelimit

import "slices"

// DecideWithClocks is [Decide] for charges whose counters are on several nodes, each with its own clock: nows has one time for each
// charge, and [Decision.Now] is the latest of them.
func DecideWithClocks(nows []int64, charges []Charge, counts []Counts) Decision {
	d := lookWithClocks(nows, charges, counts)
	if d.Allowed {
		d.spend()
	}
	return d
}

// PeekWithClocks is [DecideWithClocks] without charging anything, as [Peek] is [Decide].
func PeekWithClocks(nows []int64, charges []Charge, counts []Counts) Decision {
	return lookWithClocks(nows, charges, counts)
}

func lookWithClocks(nows []int64, charges []Charge, counts []Counts) Decision {
	if len(charges) == 1 {
		return look(nows[0], charges, counts)
	}
	d := Decision{Allowed: true, now: slices.Max(nows), count: len(charges), more: make([]Result, len(charges))}
	for i := range charges {
		d.more[i].look(nows[i], &charges[i], counts[i])
		d.Allowed = d.Allowed && d.more[i].Allowed
	}
	return d
}
