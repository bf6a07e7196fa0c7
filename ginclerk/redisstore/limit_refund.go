package redisstore

import (
	"context"
	"errors"
	"time"
)

// refundTimeout is how long refunds may take. They are made even if the time of the request is over.
const refundTimeout = time.Second

// chargedPart is what one node has charged.
type chargedPart struct {
	chargesOfNode
	before seen
}

// refund takes charges back where other nodes refused, or failed. A refund whose answer is lost may not have happened; one that
// happened twice would let more in than the limit.
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
