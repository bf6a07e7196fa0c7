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

// patience is how long Revoke waits for Redis at most, so that the caller's request goes on.
const patience = time.Second

// Revocations are the ended sessions that replicas share. Each replica has all of them in memory: Revoked makes no request, and a
// replica refuses a token until the end of its entry, even if Redis fails.
//
// One goroutine keeps the connection: it subscribes to the entries of other replicas, reads the entries in Redis, and writes back
// those that Redis does not have, for example after Redis lost its data. During an outage of Redis the local entries stay, and
// the other replicas get them afterwards. Messages of Redis can be lost, so the goroutine also asks for new entries every Resync.
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

// NewRevocations returns revocations and starts to connect. It does not wait: before they are connected, [Revocations.Revoked]
// knows only the entries of this process. Give them to Config.Stores.Revocations of package ginclerk. Errors are about the Config.
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

// Revoke adds entries in this process at once. Before it returns, it also writes them to Redis, which tells the other replicas.
// An error means that this process has the entries, but that Redis did not confirm them within a second or before ctx ended; the
// other replicas get them when Redis can be reached. It matches storage.ErrUnavailable if Redis can't be reached, and [ErrClosed]
// after Close.
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

// MembershipRevoked reports whether a token of the user in which the organization is active, issued at that time, is refused because
// the membership has ended or changed. It reads memory only.
func (r *Revocations) MembershipRevoked(organizationID, userID string, issuedAt time.Time) bool {
	return r.set.MembershipRevoked(wire.Hash(organizationID), wire.Hash(userID), issuedAt)
}

// Changed returns a channel that is closed when the next entry is added, here or by another replica.
func (r *Revocations) Changed() <-chan struct{} { return r.set.Changed() }

// Connected reports whether this replica receives the entries of the others now. It turns true after all earlier entries are
// read, and false at most four seconds after Redis stops answering.
func (r *Revocations) Connected() bool { return r.link.connected() }

// Close ends the goroutine and waits for its end or the end of ctx. The entries stay in this process, and new ones are not sent
// to other replicas. Close can be called again. A command that Redis does not answer ends with the time limits of the client.
func (r *Revocations) Close(ctx context.Context) error {
	r.close()
	select {
	case <-r.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("redisstore: close: %w", ctx.Err())
	}
}

// tell waits until Redis has the entries.
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
