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
	// askPatience is how long the store may take when a caller starts a job or asks for one.
	askPatience = 2 * time.Second
	// storePatience is how long a job waits for an unavailable store. Afterwards another process can take the job over.
	storePatience = 30 * time.Second
	storePause    = 250 * time.Millisecond
	// chunkRenewal is the time after which a job renews the records that it does not change.
	chunkRenewal = retention / 3
)

// ledger reads and writes the record of a job for the process that works on the job. It is not safe for concurrent use.
type ledger struct {
	store storage.Store
	key   string
	now   func() time.Time

	rec    *record
	stored []byte // the record as stored
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

// hold makes this process the owner of the job. The next save writes it.
func (l *ledger) hold() { l.rec.Owner = newID() }

// snapshot returns a copy of the ledger that does not change.
func (l *ledger) snapshot() *ledger {
	seen, rec := *l, *l.rec
	rec.Chunks = slices.Clone(rec.Chunks)
	seen.rec, seen.stored = &rec, bytes.Clone(l.stored)
	return &seen
}

// encode sets the times of the record and encodes it. It prolongs the lease of a running job with an owner, and ends any other
// lease.
func (l *ledger) encode() ([]byte, error) {
	now := l.now()
	l.rec.Updated, l.rec.Lease = now.UnixMilli(), 0
	if l.rec.running() && l.rec.Owner != "" {
		l.rec.Lease = now.Add(lease).UnixMilli()
	}
	return l.rec.encode()
}

// write saves the record. It returns false if another process has changed the record.
func (l *ledger) write(ctx context.Context) (bool, error) {
	data, err := l.encode()
	if err != nil {
		return false, err
	}
	return l.swap(ctx, data)
}

// swap writes the record. It recognizes when an earlier swap succeeded and only the answer was lost.
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

// save writes the record, and waits for an unavailable store. Its error is errLost if another process has the job.
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
