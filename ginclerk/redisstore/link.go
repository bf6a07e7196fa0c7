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
	errSilent      = fmt.Errorf("%w: Redis went silent", storage.ErrUnavailable)
	errReconnected = fmt.Errorf("%w: the subscription was made anew", storage.ErrUnavailable)
)

type linkState int

const (
	starting linkState = iota // nothing is known yet: it is worth waiting
	up
	down
	closed
)

// outgoing are entries that must be written to Redis, and the channel of the caller that waits for that.
type outgoing struct {
	entries []revocation.Entry
	told    chan<- error // has room for one
}

// link is what is known about the connection, and the entries that wait for it. An entry is in the local set before it is
// enqueued. Whoever connects calls collect before it compares the local set with Redis: what is added before is found there,
// and what is added later is enqueued, so that nothing falls between.
type link struct {
	wake chan struct{} // has room for one: there is something to send

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

// reason is why the link is down.
func (l *link) reason() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cause
}

// enqueue hands entries to the goroutine that keeps the connection. It returns a channel that is closed when the connection is lost,
// or the reason why the link is down.
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

// take returns what waits.
func (l *link) take() []outgoing {
	l.mu.Lock()
	defer l.mu.Unlock()
	waiting := l.waiting
	l.waiting = nil
	return waiting
}

// collect begins to keep what is enqueued.
func (l *link) collect() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.collecting = true
}

// rise reports whether the link is up now and was not before, and what it was before. A connection that has ended meanwhile does
// not count.
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

// fall reports whether the link is down now and was not before.
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

// rest drops what waits: it is in the local set, which is compared with Redis at the next connection.
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
