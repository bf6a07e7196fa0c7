package redisstore

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

const (
	// DefaultPrefix is the default of Config.Prefix.
	DefaultPrefix = "ginclerk:"
	// DefaultResync is the default of Config.Resync.
	DefaultResync = 10 * time.Second
)

// Outage is the Target of the events that [Revocations] report.
const Outage = "revocations"

// Config configures [NewStore], [NewRevocations] and [NewLimits]. Only the Client is required.
type Config struct {
	// Client is the client of Redis. This package never closes it. Its user in Redis needs the permission to run GET, SET, SETRANGE,
	// DEL, EVAL, EVALSHA, PUBLISH, SUBSCRIBE, PING, TIME and the commands for sorted sets and hashes on keys and channels that begin
	// with Prefix.
	Client redis.UniversalClient
	// Prefix begins every key and the name of the channel; "" means DefaultPrefix. Replicas of one application have the
	// same prefix; two applications never do.
	Prefix string
	// Now is the clock; nil means the wall clock. Only Revocations use it: records expire by Redis's clock.
	Now func() time.Time
	// Logger gets a line when Revocations connect to Redis and when they lose the connection; nil discards them.
	Logger *slog.Logger
	// Observer gets an event for each message of a replica ([observe.RevocationsArrived]), when Revocations lose Redis ([observe.OutageBegan]) and when they are connected again
	// ([observe.OutageEnded]), both with the Target [Outage]; nil means no observer. With [observe.Log], leave Logger nil, or
	// most lines come twice.
	Observer observe.Observer
	// Resync is the time between two questions of Revocations for entries that they may have missed, plus up to a tenth; 0 means
	// DefaultResync.
	Resync time.Duration
}

var errNoClient = errors.New("redisstore: Client is required: make one with redis.NewClient or redis.NewUniversalClient")

// noClient reports whether the client is missing. A nil pointer of one of go-redis's types counts as missing.
func (c Config) noClient() bool {
	switch client := c.Client.(type) {
	case nil:
		return true
	case *redis.Client:
		return client == nil
	case *redis.ClusterClient:
		return client == nil
	case *redis.Ring:
		return client == nil
	default:
		return false
	}
}

func (c Config) withDefaults() Config {
	if c.Prefix == "" {
		c.Prefix = DefaultPrefix
	}
	if c.Resync <= 0 {
		c.Resync = DefaultResync
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.Observer = observe.All(c.Observer)
	c.Now = clock.Or(c.Now)
	return c
}

func (c Config) validate() error {
	var problems []error
	if c.noClient() {
		problems = append(problems, errNoClient)
	}
	if strings.Contains(c.Prefix, "{}") {
		// Redis would hash the whole key then, and the three keys of the revocations would be in three slots.
		problems = append(problems, errors.New(`redisstore: Prefix must not contain "{}"`))
	}
	if strings.ContainsFunc(c.Prefix, unicode.IsSpace) {
		problems = append(problems, errors.New("redisstore: Prefix must not contain white space: write myapp: for example"))
	}
	switch {
	case c.Resync < 0:
		problems = append(problems, errors.New("redisstore: Resync must not be negative; 0 means DefaultResync"))
	case c.Resync > 0 && c.Resync < time.Millisecond:
		problems = append(problems, fmt.Errorf("redisstore: Resync is %v: a number without a unit counts nanoseconds, so write for example %d * time.Second",
			c.Resync, int64(c.Resync)))
	}
	return errors.Join(problems...)
}
