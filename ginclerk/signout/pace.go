package signout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

const (
	// lateShare is the divisor of the limit's period that gives how late after its slot a request may be sent.
	lateShare = 20
	// batchTime is how far ahead a job takes slots, and how often it saves its progress.
	batchTime = 250 * time.Millisecond
	// lead is how long before the last slot of a batch a job takes the next batch, so that a busy process misses no slot.
	lead = batchTime / 2
	// maxPause is the longest Retry-After that jobs wait for. If it is longer, they fail rather than ask too early.
	maxPause = 2 * time.Minute
	// maxAhead is the longest time until the next free slot. A later slot comes from a clock that was wrong.
	maxAhead = time.Hour
)

// pacer hands out time slots for requests to Clerk. All replicas take them from one record of the store.
//
// A request is sent at most `late` after its slot, and slots are (period+late)/half apart. In any period, the slots of the
// requests therefore lie within period+late, so there are at most half as many of them as the limit allows.
type pacer struct {
	store    storage.Store
	key      string
	now      func() time.Time
	interval time.Duration
	late     time.Duration

	until atomic.Int64 // Clerk asked to wait until then, as far as this process knows; Unix nanoseconds

	asking chan struct{} // has room for the one caller that asks the store; others wait for as long as their context lasts
	stored []byte        // the record as last seen; nil if it is unknown or does not exist
}

// paceRecord is the record in the store. Its times are Unix nanoseconds.
type paceRecord struct {
	Next  int64 `json:"next"`            // the first free slot
	Until int64 `json:"until,omitempty"` // Clerk asked to wait until then
}

func newPacer(store storage.Store, key string, limit Limit, now func() time.Time) *pacer {
	late := limit.Per / lateShare
	half := time.Duration(limit.Requests / 2)
	return &pacer{
		store: store, key: key, now: now, late: late, interval: (limit.Per + late + half - 1) / half, asking: make(chan struct{}, 1),
	}
}

// batch returns how many slots a job takes at a time.
func (p *pacer) batch() int { return int((batchTime + p.interval - 1) / p.interval) }

// take reserves n slots, one interval apart. It waits for an unavailable store.
func (p *pacer) take(ctx context.Context, n int) ([]time.Time, error) {
	for deadline := p.now().Add(storePatience); ; {
		slots, err := p.tryTake(ctx, n)
		if err == nil || errors.Is(err, errPatient) {
			return slots, err
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if p.now().After(deadline) {
			return nil, fmt.Errorf("%w: %w", errStore, err)
		}
		if err := sleep(ctx, storePause); err != nil {
			return nil, err
		}
	}
}

func (p *pacer) tryTake(ctx context.Context, n int) ([]time.Time, error) {
	var first time.Time
	err := p.update(ctx, func(r *paceRecord, now time.Time) error {
		if until := time.Unix(0, r.Until); until.Sub(now) > maxPause {
			return errPatient
		}
		first = p.first(*r, now)
		r.Next = first.Add(time.Duration(n) * p.interval).UnixNano()
		return nil
	})
	if err != nil {
		return nil, err
	}
	slots := make([]time.Time, n)
	for i := range slots {
		slots[i] = first.Add(time.Duration(i) * p.interval)
	}
	return slots, nil
}

// first returns the first free slot. It also returns a slot that has just passed, which makes up for the time that a reservation
// takes.
func (p *pacer) first(r paceRecord, now time.Time) time.Time {
	next, until := time.Unix(0, r.Next), time.Unix(0, r.Until)
	if next.Before(now.Add(-p.late/2)) || next.Sub(now) > maxAhead {
		next = now
	}
	if next.Before(until) {
		next = until
	}
	return next
}

// pause makes all jobs of all replicas wait before they ask Clerk again. If the store is unavailable, only this process waits.
func (p *pacer) pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	p.heed(p.now().Add(d).UnixNano())
	_ = p.update(ctx, func(*paceRecord, time.Time) error { return nil }) // update itself writes the pause into the record
}

// heed makes this process wait until then, unless it already waits longer.
func (p *pacer) heed(until int64) {
	for known := p.until.Load(); known < until; known = p.until.Load() {
		if p.until.CompareAndSwap(known, until) {
			return
		}
	}
}

// update changes the record by compare-and-swap.
func (p *pacer) update(ctx context.Context, change func(*paceRecord, time.Time) error) error {
	select {
	case p.asking <- struct{}{}:
		defer func() { <-p.asking }()
	case <-ctx.Done():
		return ctx.Err()
	}
	var err error
	p.stored, err = storage.UpdateFrom(ctx, p.store, p.key, p.stored, func(stored []byte) ([]byte, time.Duration, error) {
		r, now := decodePace(stored), p.now()
		p.heed(r.Until)
		r.Until = p.until.Load()
		if err := change(&r, now); err != nil {
			return nil, 0, err
		}
		data, err := json.Marshal(r)
		return data, max(time.Unix(0, r.Next).Sub(now), time.Unix(0, r.Until).Sub(now), 0) + time.Minute, err
	})
	if err != nil {
		return fmt.Errorf("pace: %w", err)
	}
	return nil
}

// decodePace reads a record. A record that can't be read is empty; the next update overwrites it.
func decodePace(stored []byte) (r paceRecord) {
	if len(stored) == 0 || json.Unmarshal(stored, &r) != nil {
		return paceRecord{}
	}
	return r
}

// await returns at the time of the slot. If the slot has passed or lies in a pause, await takes another one.
func (p *pacer) await(ctx context.Context, slot time.Time) error {
	for {
		if err := sleep(ctx, slot.Sub(p.now())); err != nil {
			return err
		}
		if p.good(slot) {
			return nil
		}
		slots, err := p.take(ctx, 1)
		if err != nil {
			return err
		}
		slot = slots[0]
	}
}

func (p *pacer) good(slot time.Time) bool {
	return p.now().Sub(slot) <= p.late && slot.UnixNano() >= p.until.Load()
}

// turn takes a slot and waits for it.
func (p *pacer) turn(ctx context.Context) error {
	slots, err := p.take(ctx, 1)
	if err != nil {
		return err
	}
	return p.await(ctx, slots[0])
}

func sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
