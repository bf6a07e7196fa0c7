// Package redisfacts asks a Redis server what package doctor wants to know: whether it answers and how fast, its version, what it does
// when its memory is full, and whether the scripts of package redisstore run.
package redisfacts

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
)

var (
	// ErrURL says that the address can't be read.
	ErrURL = errors.New("write redis://user:password@host:port/database, or rediss:// for TLS; user, password and database may be left out")
	// ErrRefused says that the server answered and refused.
	ErrRefused = errors.New("the server refuses")
)

// prefix is in front of what [Gather] writes. It begins as that of applications does, so that a user of Redis who may do what they need
// may do this.
const prefix = redisstore.DefaultPrefix + "doctor:"

const (
	dialTimeout = 3 * time.Second
	pings       = 3
	// kept is how long what is written stays.
	kept = time.Minute
)

// Facts are what is known about a server.
type Facts struct {
	// Version is that of Redis, or the one that the server is compatible with.
	Version string
	// Latency is how long the fastest of three questions took.
	Latency time.Duration
	// Eviction is what the server drops when it has reached MaxMemory: noeviction drops nothing. MaxMemory is in bytes; 0 has no limit.
	Eviction  string
	MaxMemory int64
	// Limits and Records are what package redisstore says when it counts a request and keeps a record; nil where it can.
	Limits, Records error
}

// Major returns the first number of the version; 0 where it can't be read.
func (f Facts) Major() int {
	first, _, _ := strings.Cut(f.Version, ".")
	n, _ := strconv.Atoi(first)
	return n
}

// Gather asks the server at an address. Errors match [ErrURL], or [ErrRefused] with the server's own words; others mean that it did not
// answer. No error has the address or the password. now measures the latency.
func Gather(ctx context.Context, address string, now func() time.Time) (Facts, error) {
	options, err := redis.ParseURL(address)
	if err != nil {
		return Facts{}, ErrURL // the error of the parser may have the password
	}
	options.ContextTimeoutEnabled, options.MaxRetries, options.DialTimeout, options.DialerRetries = true, -1, dialTimeout, 1
	client := redis.NewClient(options)
	defer func() { _ = client.Close() }() // nothing is under way
	var facts Facts
	if facts.Latency, err = latency(ctx, client, now); err != nil {
		return Facts{}, refusal(err)
	}
	server, err := info(ctx, client, "server")
	if err != nil {
		return Facts{}, refusal(err)
	}
	memory, err := info(ctx, client, "memory")
	if err != nil {
		return Facts{}, refusal(err)
	}
	facts.Version, facts.Eviction = server["redis_version"], memory["maxmemory_policy"]
	facts.MaxMemory, _ = strconv.ParseInt(memory["maxmemory"], 10, 64)
	facts.Limits, facts.Records = try(ctx, client, options, server["redis_mode"] == "cluster")
	return facts, nil
}

// refusal marks what the server itself said.
func refusal(err error) error {
	if answered, ok := errors.AsType[redis.Error](err); ok {
		return fmt.Errorf("%w: %s", ErrRefused, answered.Error())
	}
	return err
}

// latency is how long the fastest of three questions takes. The first of them may open the connection.
func latency(ctx context.Context, client *redis.Client, now func() time.Time) (time.Duration, error) {
	var fastest time.Duration
	for i := range pings {
		begun := now()
		if err := client.Ping(ctx).Err(); err != nil {
			return 0, err
		}
		if took := now().Sub(begun); i == 0 || took < fastest {
			fastest = took
		}
	}
	return fastest, nil
}

// info reads one section of what the server says about itself.
func info(ctx context.Context, client *redis.Client, section string) (map[string]string, error) {
	text, err := client.Info(ctx, section).Result()
	values := make(map[string]string)
	for line := range strings.Lines(text) {
		if name, value, found := strings.Cut(strings.TrimSpace(line), ":"); found {
			values[name] = value
		}
	}
	return values, err
}

// try has package redisstore count a request and keep a record, under keys that no application uses.
func try(ctx context.Context, single *redis.Client, options *redis.Options, cluster bool) (limits, records error) {
	var client redis.UniversalClient = single
	if cluster {
		nodes := redis.NewClusterClient(&redis.ClusterOptions{
			Addrs: []string{options.Addr}, Username: options.Username, Password: options.Password, TLSConfig: options.TLSConfig,
			ContextTimeoutEnabled: true, DialTimeout: dialTimeout,
		})
		defer func() { _ = nodes.Close() }() // nothing is under way
		client = nodes
	}
	config := redisstore.Config{Client: client, Prefix: prefix}
	counted, err := redisstore.NewLimits(config)
	if err != nil {
		return err, err
	}
	key := rand.Text()
	_, limits = counted.Decide(ctx, ratelimit.Charge{Key: key, Policy: ratelimit.Policy{Name: "doctor", Limit: 1, Window: time.Second}, Cost: 1})
	_, records = redisstore.NewStore(config).CompareAndSwap(ctx, key, nil, []byte("doctor"), kept)
	return limits, records
}
