package storage

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// MaxKeyBytes is the longest length of a key. The shortest is one byte.
const MaxKeyBytes = 256

var (
	// ErrNotFound says that the store has no record of the key, or that the record has expired.
	ErrNotFound = errors.New("storage: not found")
	// ErrFull says that the store's own limit is reached; nothing was changed.
	ErrFull = errors.New("storage: full")
	// ErrUnavailable says that the store could not be reached. It is unknown whether a swap happened.
	ErrUnavailable = errors.New("storage: unavailable")
	// ErrInvalid says that the arguments break the contract of [Store]: a mistake of the caller.
	ErrInvalid = errors.New("storage: invalid")
)

// Store keeps small records by key for a limited time. Implementations are safe for concurrent use, keep no reference to the
// bytes that they are given, and return copies. An error matches one of this package, or that of the context if the context has
// ended. An empty record is a record; nil means no record.
//
// The packages of ginclerk limit how long they wait for a store (see ginclerk's package comment). An implementation whose calls
// never take longer than their context should have a method ObeysContext() bool that returns true: it saves a goroutine for each
// call.
type Store interface {
	// Load returns a record. The error is ErrNotFound if the store has none or it has expired.
	Load(ctx context.Context, key string) ([]byte, error)
	// CompareAndSwap replaces the record of a key if it still equals old, and reports whether it did. A nil old means that the
	// store must have no record; a nil replacement deletes the record. The new record lives for lifetime from now, which must be
	// above 0 unless the replacement is nil.
	CompareAndSwap(ctx context.Context, key string, old, replacement []byte, lifetime time.Duration) (bool, error)
}

// Lasting is an optional method of a [Store]. Implement it on a store that keeps records outside of the process: the application
// then promises people that a job goes on after a restart.
type Lasting interface {
	// Lasting reports whether records outlive the process.
	Lasting() bool
}

// Lasts reports whether records of the store outlive the process; false for a store without the method.
func Lasts(store Store) bool {
	lasting, says := store.(Lasting)
	return says && lasting.Lasting()
}

// Check returns an error that matches [ErrInvalid] for arguments of [Store.CompareAndSwap] that break its contract. It is
// for implementations.
func Check(key string, replacement []byte, lifetime time.Duration) error {
	switch {
	case key == "":
		return fmt.Errorf("%w: empty key", ErrInvalid)
	case len(key) > MaxKeyBytes:
		return fmt.Errorf("%w: key of %d bytes, at most %d are allowed", ErrInvalid, len(key), MaxKeyBytes)
	case replacement != nil && lifetime <= 0:
		return fmt.Errorf("%w: a record that lives for %s", ErrInvalid, lifetime)
	default:
		return nil
	}
}
