package redisstore

import (
	"context"
	"fmt"
	"sync"

	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

var (
	errSlow        = fmt.Errorf("%w: Redis did not answer in time", storage.ErrUnavailable)
	errSilent      = fmt.Errorf("%w: Redis does not answer", storage.ErrUnavailable)
	errReconnected = fmt.Errorf("%w: the subscription was interrupted", storage.ErrUnavailable)
)

type linkState int

const (
	starting linkState = iota // the first connection is on its way: callers wait for it
	up
	down
	closed
)

// outgoing are entries to write to Redis, and the channel of the caller that waits for the write.
type outgoing struct {
	entries []revocation.Entry
	told    chan<- error // has room for one
}

// link is the state of the connection, with the entries that wait for it. An entry is in the local set before it is enqueued. A
// new connection calls collect before it compares the local set with Redis: it finds earlier entries in the set, and later
// entries in the queue, so that it misses none.
type link struct {
	wake chan struct{} // has room for one: an entry waits

	mu         sync.Mutex
	state      linkState
	lost       chan struct{} // closed while down
	cause      error
	collecting bool
	waiting    []outgoing
}

func newLink() *link {
	return &link{wake: make(chan struct{}, 1), lost: make(chan struct{}), collecting: true}
}

func (l *link) connected() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state == up
}

// reason returns why the link is down.
func (l *link) reason() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cause
}

// enqueue hands entries to the goroutine that keeps the connection. It returns a channel that is closed when the connection is
// lost, or the reason why the link is down.
func (l *link) enqueue(out outgoing) (<-chan struct{}, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state == closed {
		return nil, ErrClosed
	}
	if l.collecting {
		l.waiting = append(l.waiting, out)
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
	if l.state == down {
		return nil, l.cause
	}
	return l.lost, nil
}

// take removes and returns the waiting entries.
func (l *link) take() []outgoing {
	l.mu.Lock()
	defer l.mu.Unlock()
	waiting := l.waiting
	l.waiting = nil
	return waiting
}

// collect makes the link keep enqueued entries.
func (l *link) collect() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.collecting = true
}

// rise marks the link as up. It returns the state before, and whether the link has come up. A connection that has already ended
// does not count.
func (l *link) rise(ctx context.Context) (before linkState, risen bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before = l.state
	if ctx.Err() != nil || before == up || before == closed {
		return before, false
	}
	if before == down {
		l.lost = make(chan struct{})
	}
	l.state, l.cause = up, nil
	return before, true
}

// fall marks the link as down, and reports whether it was not down before.
func (l *link) fall(cause error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state == down || l.state == closed {
		return false
	}
	l.state, l.cause = down, cause
	close(l.lost)
	return true
}

// rest drops the waiting entries: they are in the local set, which the next connection compares with Redis.
func (l *link) rest() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.collecting, l.waiting = false, nil
}

func (l *link) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state != down {
		close(l.lost)
	}
	l.state, l.cause = closed, ErrClosed
}
