package webhooks

import (
	"context"
	"io"
	"net/http"
	"slices"
	"time"
)

const (
	// maxAnswer is how much of an answer is kept, in bytes.
	maxAnswer = 1 << 10
	// minWait limits how often a clock that stands still is read.
	minWait = 10 * time.Millisecond
)

// deliver delivers one message after the other until ctx ends.
func (d *Dispatcher) deliver(ctx context.Context, r *receiver) {
	for {
		next, found, wait := d.next(r)
		if !found {
			if !sleep(ctx, r.wake, wait) {
				return
			}
			continue
		}
		attempt := d.attempt(ctx, r, next)
		if ctx.Err() != nil {
			return // Close aborted it
		}
		d.settle(r, next, attempt)
	}
}

// sleep waits until a delivery may be due. It returns false when ctx has ended. It also wakes after that time by the wall
// clock, which a ticking clock follows.
func sleep(ctx context.Context, wake <-chan struct{}, wait time.Duration) bool {
	var passed <-chan time.Time
	if wait >= 0 {
		timer := time.NewTimer(max(wait, minWait))
		defer timer.Stop()
		passed = timer.C
	}
	select {
	case <-ctx.Done():
		return false
	case <-wake:
	case <-passed:
	}
	return ctx.Err() == nil
}

func (d *Dispatcher) next(r *receiver) (next job, found bool, wait time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	next, found, wait = r.take(d.Now())
	r.busy = found
	return next, found, wait
}

func (d *Dispatcher) attempt(ctx context.Context, r *receiver, j job) Attempt {
	a := Attempt{At: d.Now(), Manual: j.manual}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := r.newRequest(ctx, j.message.ID, j.message.Body, a.At, FlawNone)
	if err != nil {
		a.Err = err
		return a
	}
	res, err := d.Client.Do(req)
	if err != nil {
		a.Err = err
		return a
	}
	defer func() { _ = res.Body.Close() }()
	answer, _ := io.ReadAll(io.LimitReader(res.Body, maxAnswer)) // the status counts, even if the rest can't be read
	a.Status, a.Answer, a.aborted = res.StatusCode, string(answer), aborts(res)
	return a
}

// aborts reports whether the receiver wants no further attempt (Svix, "Delivery Control").
func aborts(res *http.Response) bool { return res.Header.Get("Webhook-Delivery") == "abort-message" }

func (d *Dispatcher) settle(r *receiver, j job, a Attempt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r.busy = false
	m := j.message
	m.settle(a, d.Now())
	if m.Status != Pending {
		r.open = slices.DeleteFunc(r.open, func(o job) bool { return o.message == m && !o.manual })
	} else if !j.manual && slices.Contains(d.messages, m) { // otherwise Reset forgot it
		r.open = append(r.open, job{message: m, due: m.NextAttempt})
	}
	d.announce()
}
