package ratelimit

import "slices"

// JudgeEach is [Judge] for takes whose counters are at several places, each with a clock of its own: nows has a time for each
// take, and [Decision.Now] is the latest of them.
func JudgeEach(nows []int64, takes []Take, counts []Counts) Decision {
	d := lookEach(nows, takes, counts)
	if d.Allowed {
		d.charge()
	}
	return d
}

// ForeseeEach is [Foresee] as [JudgeEach] is [Judge].
func ForeseeEach(nows []int64, takes []Take, counts []Counts) Decision {
	return lookEach(nows, takes, counts)
}

func lookEach(nows []int64, takes []Take, counts []Counts) Decision {
	if len(takes) == 1 {
		return look(nows[0], takes, counts)
	}
	d := Decision{Allowed: true, now: slices.Max(nows), count: len(takes), more: make([]Result, len(takes))}
	for i := range takes {
		d.more[i].look(nows[i], &takes[i], counts[i])
		d.Allowed = d.Allowed && d.more[i].Allowed
	}
	return d
}
