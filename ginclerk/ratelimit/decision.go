package ratelimit

import (
	"slices"
	"time"
)

// Decision is the answer of a store about one request. It is a value; Decision{Allowed: true} is the decision on a request that no
// policy applies to.
type Decision struct {
	// Allowed is whether every policy lets the request in. If one does not, none was charged.
	Allowed bool
	// WithoutStore is whether a [Fallback] decided by itself because its store did not answer.
	WithoutStore bool

	now    int64
	single Result // most requests have one policy: no slice for them
	count  int
	more   []Result
}

// Result is what one policy says.
type Result struct {
	// Charge is the charge that the store was asked for.
	Charge Charge
	// Allowed is whether this policy alone would let the request in.
	Allowed bool
	// Remaining is how many units are left after the decision, 0 to Charge.Policy.Limit. A refused request has used none, so
	// one that costs several may leave some.
	Remaining int64

	now    int64
	counts Counts // after the decision
}

// Decide decides on one request. A charge is allowed if floor((1 − elapsed/window) × previous) + current + cost ≤ limit, and the
// request if every charge is. now is in Unix milliseconds; counts are those of the charges, in the same order, as the store has
// them before the decision (Decide applies [Counts.At]). The charges must have passed [Check].
//
// Decide changes nothing itself: the store keeps [Result.Counts] of every result. It keeps them for a refused request too. Such a
// request is charged nothing, but where the clock stepped back the counts have moved, and counts that each request moved anew
// would not decay.
func Decide(now int64, charges []Charge, counts []Counts) Decision {
	d := look(now, charges, counts)
	if d.Allowed {
		d.spend()
	}
	return d
}

// Peek is [Decide] for [Store.Peek]: the same answer, with what remains if the request is not made.
func Peek(now int64, charges []Charge, counts []Counts) Decision { return look(now, charges, counts) }

func look(now int64, charges []Charge, counts []Counts) Decision {
	var d Decision
	if len(charges) == 1 {
		d.lookAtOne(now, &charges[0], counts[0])
		return d
	}
	d = Decision{Allowed: true, now: now, count: len(charges)}
	d.more = make([]Result, len(charges))
	for i := range charges {
		d.more[i].look(now, &charges[i], counts[i])
		d.Allowed = d.Allowed && d.more[i].Allowed
	}
	return d
}

func (d *Decision) lookAtOne(now int64, charge *Charge, counts Counts) {
	d.single.look(now, charge, counts)
	d.Allowed, d.now, d.count = d.single.Allowed, now, 1
}

func (r *Result) look(now int64, charge *Charge, counts Counts) {
	r.Charge, r.now = *charge, now
	r.counts = counts.At(now, charge.Policy.Window)
	left := charge.Policy.Limit - r.counts.used(now, charge.Policy.Window.Milliseconds())
	r.Allowed, r.Remaining = charge.Cost <= left, max(left, 0)
}

func (d *Decision) spend() {
	if d.count == 1 {
		d.single.spend()
	}
	for i := range d.more {
		d.more[i].spend()
	}
}

func (r *Result) spend() {
	r.counts.Current += r.Charge.Cost
	r.Remaining -= r.Charge.Cost
}

// Len is how many policies the decision is about.
func (d Decision) Len() int { return d.count }

// At returns the result of the i-th charge; the zero Result if i is out of range.
func (d Decision) At(i int) Result {
	switch {
	case i < 0 || i >= d.count:
		return Result{}
	case d.count == 1:
		return d.single
	default:
		return d.more[i]
	}
}

// Results is a copy of all results, in the order of the charges.
func (d Decision) Results() []Result {
	if d.count == 1 {
		return []Result{d.single}
	}
	return slices.Clone(d.more)
}

// Now is when the store decided, by its own clock; the zero time if no policy was asked.
func (d Decision) Now() time.Time {
	if d.count == 0 {
		return time.Time{}
	}
	return time.UnixMilli(d.now)
}

// RetryAfter is how long to wait until the same request is let in, if no other request uses its keys meanwhile: 0 if it is
// allowed, [Never] if it can't be. A millisecond less is too early.
func (d Decision) RetryAfter() Wait {
	if d.Allowed {
		return 0
	}
	wait := Wait(0)
	for i := range d.count {
		wait = max(wait, d.At(i).RetryAfter())
	}
	return wait
}

// Counts is what is counted after the decision: for stores, which keep it.
func (r Result) Counts() Counts { return r.counts }

// Tightest is the result of the policy that matters most to the client: of those that refuse, the one with the longest wait;
// else the one with the least remaining. The zero Result if no policy was asked.
func (d Decision) Tightest() Result {
	tightest := d.At(0)
	for i := 1; i < d.count; i++ {
		if r := d.At(i); r.tighter(tightest) {
			tightest = r
		}
	}
	return tightest
}

func (r Result) tighter(than Result) bool {
	if r.Allowed || than.Allowed {
		return !r.Allowed || (than.Allowed && r.Remaining < than.Remaining)
	}
	return r.RetryAfter() > than.RetryAfter()
}
