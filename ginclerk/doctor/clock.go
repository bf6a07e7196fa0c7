package doctor

import (
	"cmp"
	"context"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// second is how exact the header Date is (RFC 9110, section 5.6.7).
const second = time.Second

// examineClock compares the clock with the header Date of Clerk's answers.
func (e *examination) examineClock(context.Context) {
	if e.witness == nil || len(e.witness.dated()) == 0 {
		e.skipped(Clock, "Clerk did not say what time it is")
		return
	}
	allowed := cmp.Or(e.Config.Tokens.ClockSkew, token.DefaultClockSkew)
	off := e.clockOffset()
	switch {
	case off.Abs() > allowed:
		e.problem("clock-wrong", "the clock is %s Clerk's; tokens may differ by %v (Tokens.ClockSkew)", aheadOrBehind(off), allowed)
	case off.Abs() > allowed/2:
		e.problem("clock-drifts", "the clock is %s Clerk's; tokens may differ by %v (Tokens.ClockSkew)", aheadOrBehind(off), allowed)
	case off == 0:
		e.fine(Clock, "the clock agrees with Clerk's to the second")
	default:
		e.fine(Clock, "the clock is %s Clerk's, of %v that are allowed", aheadOrBehind(off), allowed)
	}
}

// clockOffset is how far the clock is ahead of Clerk's, at least; negative where it is behind. Of several answers the one counts that
// shows the least difference, because an answer that was long under way shows the most.
func (e *examination) clockOffset() time.Duration {
	var least time.Duration
	for i, a := range e.witness.dated() {
		off := time.Duration(0)
		switch {
		case a.received.Before(a.date):
			off = a.received.Sub(a.date)
		case a.sent.After(a.date.Add(second)):
			off = a.sent.Sub(a.date.Add(second))
		}
		if i == 0 || off.Abs() < least.Abs() {
			least = off
		}
	}
	return least
}

func aheadOrBehind(off time.Duration) string {
	rounded := off.Abs().Round(100 * time.Millisecond).String()
	if off < 0 {
		return rounded + " behind"
	}
	return rounded + " ahead of"
}
