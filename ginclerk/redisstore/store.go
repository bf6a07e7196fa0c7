package redisstore

import (
	"bytes"
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

//go:embed scripts/swap.lua
var swapScript string

const (
	swapBytes   = 16
	recordKind  = 'r'
	deletedKind = 'd'
	headerBytes = 1 + swapBytes
	// deletedMark is how long the mark of a deletion lives. Within this time go-redis may send the deletion again.
	deletedMark = time.Minute
)

// Store is a [storage.Store] that replicas share. A record is one key, so a Store works with a single server, Sentinel and
// Cluster. A client that reads from replicas of Redis may load an old record; the next swap then fails. Records expire by Redis's
// clock. Make one with [NewStore]; it is safe for concurrent use.
type Store struct {
	client redis.UniversalClient
	prefix string
	swap   *redis.Script
	// unusable is the problem of the configuration, or nil.
	unusable error
}

// NewStore returns a store. It uses the Client and the Prefix of the Config, and does no network I/O. If the configuration has a
// problem, every call returns it as an error that matches storage.ErrUnavailable. Give it to Config.Stores.Records of package
// ginclerk.
func NewStore(config Config) *Store {
	unusable := config.validate()
	config = config.withDefaults()
	return &Store{client: config.Client, prefix: config.Prefix + "store:", swap: redis.NewScript(swapScript), unusable: unusable}
}

// ready returns an error if a call can't be tried.
func (s *Store) ready(ctx context.Context, operation string) error {
	if s.unusable != nil {
		return fmt.Errorf("redisstore: %s: %w: %w", operation, storage.ErrUnavailable, s.unusable)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("redisstore: %s: %w", operation, err)
	}
	return nil
}

// Lasting implements [storage.Lasting]: records outlive the process.
func (*Store) Lasting() bool { return true }

// ObeysContext reports whether no call takes longer than its context. This is true if ContextTimeoutEnabled is set on
// a client of go-redis.
func (s *Store) ObeysContext() bool { return obeysContext(s.client) }

// Load implements [storage.Store].
func (s *Store) Load(ctx context.Context, key string) ([]byte, error) {
	if err := s.ready(ctx, "load"); err != nil {
		return nil, err
	}
	held, err := s.client.Get(ctx, s.prefix+key).Bytes()
	switch {
	case errors.Is(err, redis.Nil):
		return nil, fmt.Errorf("redisstore: load: %w", storage.ErrNotFound)
	case err != nil:
		return nil, problem("load", err)
	case len(held) >= headerBytes && held[0] == recordKind:
		return bytes.Clone(held[headerBytes:]), nil
	case len(held) == headerBytes && held[0] == deletedKind:
		return nil, fmt.Errorf("redisstore: load: %w", storage.ErrNotFound)
	default:
		return nil, errors.New("redisstore: load: not a record of ginclerk")
	}
}

// CompareAndSwap implements [storage.Store]. The error matches [storage.ErrFull] if Redis has reached its maxmemory. If it
// matches [storage.ErrUnavailable], it is unknown whether the swap happened.
func (s *Store) CompareAndSwap(ctx context.Context, key string, old, replacement []byte, lifetime time.Duration) (bool, error) {
	if err := storage.Check(key, replacement, lifetime); err != nil {
		return false, fmt.Errorf("redisstore: swap: %w", err)
	}
	if err := s.ready(ctx, "swap"); err != nil {
		return false, err
	}
	swap := make([]byte, swapBytes)
	_, _ = rand.Read(swap) // never fails
	swapped, err := s.swap.Run(ctx, s.client, []string{s.prefix + key},
		swap, old != nil, old, replacement != nil, replacement,
		max(1, lifetime.Milliseconds()), deletedMark.Milliseconds()).Int()
	if err != nil {
		return false, problem("swap", err)
	}
	if swapped != 0 && swapped != 1 {
		return false, fmt.Errorf("redisstore: swap: %w: not an answer of the script", storage.ErrUnavailable)
	}
	return swapped == 1, nil
}
