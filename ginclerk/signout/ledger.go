package signout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

const (
	// lease is how long a job belongs to a process that does not renew its lease.
	lease = 5 * time.Second
	// renewal is the longest time between two renewals of a lease.
	renewal = lease / 4
	// storeCall is how long one call to the store may take.
	storeCall = 2 * time.Second
	// askPatience is how long a caller that starts a job or asks for one waits for the store.
	askPatience = 2 * time.Second
	// storePatience is how long a job waits for a store that is away. Another process can take the job over afterwards.
	storePatience = 30 * time.Second
	storePause    = 250 * time.Millisecond
	// chunkRenewal is how often a job renews the records that it does not change.
	chunkRenewal = retention / 3
)

// ledger is the record of a job in the hands of the process that works on it. It is not safe for concurrent use.
type ledger struct {
	store storage.Store
	key   string
	now   func() time.Time

	rec    *record
	stored []byte // as the store has it
}

// readLedger loads a record.
func readLedger(ctx context.Context, store storage.Store, key string, now func() time.Time) (*ledger, error) {
	data, err := store.Load(ctx, key)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read job: %w", err)
	}
	rec, err := decode(data)
	if err != nil {
		return nil, err
	}
	return &ledger{store: store, key: key, now: now, rec: rec, stored: data}, nil
}

// hold makes this process the owner, from the next save on.
func (l *ledger) hold() { l.rec.Owner = newID() }

// snapshot returns a copy of the ledger that does not change.
func (l *ledger) snapshot() *ledger {
	seen, rec := *l, *l.rec
	rec.Chunks = slices.Clone(rec.Chunks)
	seen.rec, seen.stored = &rec, bytes.Clone(l.stored)
	return &seen
}

// encode stamps the record. It prolongs the lease of a running job, and ends that of any other.
func (l *ledger) encode() ([]byte, error) {
	now := l.now()
	l.rec.Updated, l.rec.Lease = now.UnixMilli(), 0
	if l.rec.running() && l.rec.Owner != "" {
		l.rec.Lease = now.Add(lease).UnixMilli()
	}
	return l.rec.encode()
}

// write saves the record, and reports whether it was still as this process knew it.
func (l *ledger) write(ctx context.Context) (bool, error) {
	data, err := l.encode()
	if err != nil {
		return false, err
	}
	return l.swap(ctx, data)
}

// swap writes the record. It recognizes that an earlier swap succeeded although its answer was lost.
func (l *ledger) swap(ctx context.Context, data []byte) (bool, error) {
	done, err := l.store.CompareAndSwap(ctx, l.key, l.stored, data, retention)
	if err != nil {
		return false, fmt.Errorf("write job: %w", err)
	}
	if !done {
		there, err := l.store.Load(ctx, l.key)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return false, fmt.Errorf("write job: %w", err)
		}
		done = err == nil && bytes.Equal(there, data)
	}
	if done {
		l.stored = data
	}
	return done, nil
}

// save writes the record, and waits for a store that is away. Its error is errLost where another process has the job.
func (l *ledger) save(ctx context.Context) error {
	data, err := l.encode()
	if err != nil {
		return err
	}
	for deadline := l.now().Add(storePatience); ; {
		done, err := l.swap(ctx, data)
		switch {
		case err == nil && done:
			return nil
		case err == nil:
			return errLost
		case ctx.Err() != nil || l.now().After(deadline):
			return err
		}
		if err := sleep(ctx, storePause); err != nil {
			return err
		}
	}
}
