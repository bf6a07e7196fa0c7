package webhook

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

const (
	// storeCall limits one call to the store, and claimTime all calls that claim an event. Svix waits for fifteen seconds, and
	// the handlers run after the claim.
	storeCall = 2 * time.Second
	claimTime = 4 * time.Second

	doneMark    = "done"
	claimPrefix = "claimed "
	// claimMargin is how much longer a claim lives than the handlers may take: the time to write the outcome.
	claimMargin = 15 * time.Second
	// maxTries limits how often a call retries because a claim lapses between two reads.
	maxTries = 3
)

// standing is the state of an event in the store.
type standing int

const (
	inProgress standing = iota
	claimed
	done
)

// claim is the right to handle an event.
type claim struct {
	key  string
	mark []byte
}

// claim claims the event for this call, unless the event is done or another call has claimed it.
func (r *Receiver) claim(ctx context.Context, id string) (claim, standing, error) {
	ctx, cancel := bounded.Within(ctx, claimTime)
	defer cancel()
	c := claim{key: "webhook:" + r.config.Name + ":" + id, mark: []byte(claimPrefix + rand.Text())}
	for range maxTries {
		swapped, err := r.config.Store.CompareAndSwap(ctx, c.key, nil, c.mark, r.config.Lease+claimMargin)
		if err != nil {
			return claim{}, inProgress, fmt.Errorf("%w: claim: %w", errUnavailable, err)
		}
		if swapped {
			return c, claimed, nil
		}
		mark, err := r.config.Store.Load(ctx, c.key)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return claim{}, inProgress, fmt.Errorf("%w: claim: %w", errUnavailable, err)
		}
		if string(mark) == doneMark {
			return claim{}, done, nil
		}
		return claim{}, inProgress, nil
	}
	return claim{}, inProgress, nil
}

// finish marks the event as done, even if its claim has lapsed, unless another call has claimed the event since.
func (r *Receiver) finish(ctx context.Context, c claim) error {
	for _, old := range [][]byte{c.mark, nil} {
		swapped, err := r.config.Store.CompareAndSwap(ctx, c.key, old, []byte(doneMark), Remembered)
		if err != nil {
			return fmt.Errorf("webhook: mark as done: %w", err)
		}
		if swapped {
			return nil
		}
	}
	return errors.New("webhook: mark as done: the handlers took longer than the lease, and another call has the event")
}

// release ends the claim, so that another call can handle the event.
func (r *Receiver) release(ctx context.Context, c claim) error {
	if _, err := r.config.Store.CompareAndSwap(ctx, c.key, c.mark, nil, 0); err != nil {
		return fmt.Errorf("webhook: release: %w", err)
	}
	return nil // Not swapped: the claim has lapsed.
}
