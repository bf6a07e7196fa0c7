package redisstore

import (
	"context"
	"errors"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// findings are the answers of the nodes about all charges. Each node has its own clock, and its counters only ever see that clock.
type findings struct {
	nows   []int64
	counts []ratelimit.Counts
}

func newFindings(charges int) findings {
	return findings{nows: make([]int64, charges), counts: make([]ratelimit.Counts, charges)}
}

func (f *findings) add(part chargesOfNode, s seen) {
	for i, place := range part.place {
		f.nows[place], f.counts[place] = s.now, s.counts[i]
	}
}

func (l *Limits) peekApart(ctx context.Context, charges []ratelimit.Charge, parts []chargesOfNode) (ratelimit.Decision, error) {
	found, err := l.readApart(ctx, charges, parts)
	if err != nil {
		return ratelimit.Decision{}, err
	}
	return ratelimit.PeekWithClocks(found.nows, charges, found.counts), nil
}

func (l *Limits) readApart(ctx context.Context, charges []ratelimit.Charge, parts []chargesOfNode) (findings, error) {
	found := newFindings(len(charges))
	for i, a := range l.scripts.peek.runApart(ctx, l.client, parts, l.arguments) {
		if a.err != nil {
			return findings{}, a.err
		}
		s, err := readSeen(a.text, make([]ratelimit.Counts, len(parts[i].charges)))
		if err != nil {
			return findings{}, err
		}
		found.add(parts[i], s)
	}
	return found, nil
}

// decideApart reads the counters of all nodes, charges all nodes, and refunds them if another request was faster on one of them.
func (l *Limits) decideApart(ctx context.Context, charges []ratelimit.Charge, parts []chargesOfNode) (ratelimit.Decision, error) {
	found, err := l.readApart(ctx, charges, parts)
	if err != nil {
		return ratelimit.Decision{}, err
	}
	if decision := ratelimit.DecideWithClocks(found.nows, charges, found.counts); !decision.Allowed {
		return decision, nil
	}
	return l.chargeApart(ctx, charges, parts)
}

func (l *Limits) chargeApart(ctx context.Context, charges []ratelimit.Charge, parts []chargesOfNode) (ratelimit.Decision, error) {
	var charged []chargedPart
	var problems []error
	found, allowed := newFindings(len(charges)), true
	for i, a := range l.scripts.decide.runApart(ctx, l.client, parts, l.arguments) {
		if a.err != nil {
			problems = append(problems, a.err) // it is unknown whether it was charged
			continue
		}
		s, err := readSeen(a.text, make([]ratelimit.Counts, len(parts[i].charges)))
		if err != nil {
			problems = append(problems, err)
			continue
		}
		found.add(parts[i], s)
		if s.allowed {
			charged = append(charged, chargedPart{parts[i], s})
		}
		allowed = allowed && s.allowed
	}
	if allowed && problems == nil {
		decision := ratelimit.DecideWithClocks(found.nows, charges, found.counts)
		if !decision.Allowed {
			return ratelimit.Decision{}, errDisagree
		}
		return decision, nil
	}
	problems = append(problems, l.refund(ctx, charged))
	if err := errors.Join(problems...); err != nil {
		return ratelimit.Decision{}, err
	}
	return ratelimit.DecideWithClocks(found.nows, charges, found.counts), nil
}
