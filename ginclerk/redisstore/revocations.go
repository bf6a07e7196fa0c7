package redisstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

// patience is how long Revoke waits for Redis where the caller's context allows more, so that the request goes on.
const patience = time.Second

// Revocations are the ended sessions that replicas share. Each has all of them in memory, so that Revoked asks nobody, and
// what one refuses it refuses for as long as the entry says, whatever becomes of Redis.
//
// One goroutine keeps the connection: it subscribes to what others add, reads what there is, and writes back what Redis has
// not, after a restart with empty hands for instance. While Redis is away the local entries stand; the other replicas hear
// of them when it is back. Messages of Redis can be lost, so what was added is also asked for every Resync.
//
// Make one with [NewRevocations]; it is safe for concurrent use.
type Revocations struct {
	client   redis.UniversalClient
	now      func() time.Time
	logger   *slog.Logger
	observer observe.Observer
	resync   time.Duration

	keys    []string
	channel string
	scripts scripts

	set   *revocation.Set
	link  *link
	close context.CancelFunc
	ended chan struct{}
}

// NewRevocations returns revocations that begin to connect. It waits for nothing: until they are connected, [Revocations.Revoked]
// knows only what this process revoked. Give them to Config.Stores.Revocations of package ginclerk. Errors are about the configuration.
func NewRevocations(config Config) (*Revocations, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	config = config.withDefaults()
	name := config.Prefix + "{revoked}:"
	ctx, cancel := context.WithCancel(context.Background())
	r := &Revocations{
		client: config.Client, now: config.Now, logger: config.Logger, observer: config.Observer, resync: config.Resync,
		keys: []string{name + "until", name + "order", name + "head"}, channel: name + "news", scripts: newScripts(),
		set: revocation.NewSet(config.Now), link: newLink(), close: cancel, ended: make(chan struct{}),
	}
	go r.run(ctx)
	return r, nil
}

// Revoke adds entries, here at once and then, before it returns, in Redis, which tells the other replicas. An error means
// that they stand here but that the others could not be told within a second or the context; they will be told when
// Redis can be reached. It matches storage.ErrUnavailable where Redis can't be, and [ErrClosed] after Close.
func (r *Revocations) Revoke(ctx context.Context, entries ...revocation.Entry) error {
	hashed := wire.Hashed(entries, r.now())
	if len(hashed) == 0 {
		return nil
	}
	if err := r.set.Revoke(ctx, hashed...); err != nil {
		return err
	}
	if err := r.tell(ctx, hashed); err != nil {
		return fmt.Errorf("redisstore: revoke: it stands here, the other replicas are not told yet: %w", err)
	}
	return nil
}

// Revoked reports whether a token of the session of the user, issued at that time, is refused. It reads memory only.
func (r *Revocations) Revoked(sessionID, userID string, issuedAt time.Time) bool {
	return r.set.Revoked(wire.Hash(sessionID), wire.Hash(userID), issuedAt)
}

// Changed returns a channel that is closed when the next entry is added, here or by another replica.
func (r *Revocations) Changed() <-chan struct{} { return r.set.Changed() }

// Connected reports whether this replica hears of the others' entries now. It turns true when everything was read that was
// there before, and false at most four seconds after Redis stopped to answer.
func (r *Revocations) Connected() bool { return r.link.connected() }

// Close ends the goroutine and waits for it, or for the context. Entries stand, and are told to nobody any more. It can be
// called again. A command that a frozen Redis does not answer ends with the client's own time limits.
func (r *Revocations) Close(ctx context.Context) error {
	r.close()
	select {
	case <-r.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("redisstore: close: %w", ctx.Err())
	}
}

// tell waits until entries are in Redis.
func (r *Revocations) tell(ctx context.Context, entries []revocation.Entry) error {
	told := make(chan error, 1)
	lost, err := r.link.enqueue(outgoing{entries: entries, told: told})
	if err != nil {
		return err
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case err := <-told:
		return err
	case <-lost:
		select {
		case err := <-told:
			return err
		default:
			return r.link.reason()
		}
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return errSlow
	}
}

// ErrClosed says that Revocations were closed.
var ErrClosed = errors.New("redisstore: closed")
