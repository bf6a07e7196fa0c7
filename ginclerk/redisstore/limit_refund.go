package redisstore

import (
	"context"
	"errors"
	"time"
)

// refundTimeout is how long refunds may take. They are sent even if the context of the request has ended.
const refundTimeout = time.Second

// chargedPart are the charges that one node has made.
type chargedPart struct {
	chargesOfNode
	before seen
}

// refund takes charges back when other nodes refused or failed. It sends a refund once: if the answer is lost, the refund may not
// have happened, but a refund that happened twice would let in more requests than the limit.
func (l *Limits) refund(ctx context.Context, charged []chargedPart) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refundTimeout)
	defer cancel()
	var problems []error
	for _, part := range charged {
		problems = append(problems, l.scripts.refund.runOnce(ctx, l.client, part.keys, refundArguments(part)))
	}
	return errors.Join(problems...)
}

func refundArguments(part chargedPart) []any {
	args := make([]any, len(part.charges))
	for i := range part.charges {
		charge := &part.charges[i]
		args[i] = packed(charge.Policy.Window.Milliseconds(), charge.Cost, part.before.counts[i].Start)
	}
	return args
}
