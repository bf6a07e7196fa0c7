package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// shared is the state of all replicas of the demo: waiting forms, jobs, handled webhooks, notes, and ended sessions. Without
// Redis it is in the memory of this process.
type shared struct {
	store storage.Store
	// revocations are nil without Redis: the plugin then uses its default.
	revocations ginclerk.Revocations
	// limits are nil without Redis, likewise.
	limits ratelimit.Store
	close  func(context.Context) error
}

// openShared opens the state of replicas. It does not wait: if Redis can't be reached, the revocations log this and try again.
func openShared(s settings, now func() time.Time, logger *slog.Logger) (*shared, error) {
	if s.redisURL == "" {
		store := storage.NewMemory(storage.MemoryConfig{Now: now})
		return &shared{store: store, close: func(context.Context) error { return nil }}, nil
	}
	options, err := readRedisURL(s.redisURL)
	if err != nil {
		return nil, err
	}
	logging.Disable() // our own logger reports the problems of Redis
	client := redis.NewClient(options)
	config := redisstore.Config{Client: client, Now: now, Logger: logger}
	counted, err := sharedLimits(client, logger)
	if err != nil {
		return nil, errors.Join(err, client.Close())
	}
	revocations, err := redisstore.NewRevocations(config)
	if err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return &shared{
		store: redisstore.NewStore(config), revocations: revocations, limits: counted,
		close: func(ctx context.Context) error { return errors.Join(revocations.Close(ctx), client.Close()) },
	}, nil
}

// readRedisURL does not repeat the parser's error, which may have the password.
func readRedisURL(url string) (*redis.Options, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, errors.New("REDIS_URL can't be read: write redis://user:password@host:port/database, or rediss:// for TLS; " +
			"user, password and database may be left out")
	}
	options.ContextTimeoutEnabled = true
	return options, nil
}
