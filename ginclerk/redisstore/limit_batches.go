package redisstore

import (
	"context"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
)

const (
	// mostOnTheWay is how many commands and batches are on their way to Redis before further commands wait. With fewer, a
	// command waits more often; with more, batches are smaller, and Redis and this process spend more time reading and writing.
	mostOnTheWay = 4
	// mostTogether is how many commands a batch has before it goes without waiting.
	mostTogether = 256
	// longestGathering is how long a batch waits for an answer to an earlier command, if more commands come in.
	longestGathering = 5 * time.Millisecond
)

// batches sends commands to one Redis server. A command goes at once while few others are on their way. The ones after it wait
// until one of those is answered, and then go together in one pipeline: in a busy process, reading and writing cost more than
// the decisions.
//
// A command whose context ends while it waits is not sent. A batch has the latest deadline of its commands, and each caller
// leaves at its own.
type batches struct {
	client *redis.Client

	mu       sync.Mutex
	onTheWay int // single commands, and batches
	waiting  *batch
}

// batch is what goes together.
type batch struct {
	begun    time.Time
	commands []*redis.StringCmd // nil where the caller has left
	left     int
	ctx      context.Context //nolint:containedctx // the values of the first command's context, for hooks of the client
	deadline time.Time       // the latest; the zero time if a command has none

	// state is guarded by batches.mu.
	state batchState
	// told is closed when the commands are answered, or when the one command may go.
	told chan struct{}
}

type batchState int

const (
	gathering batchState = iota
	leaving              // with all commands
	single               // one command is left, which its caller sends
)

// process sends a command and returns its answer.
func (b *batches) process(ctx context.Context, command *redis.StringCmd) (string, error) {
	joined, place := b.join(ctx, command)
	if joined == nil {
		return b.processAlone(ctx, command)
	}
	select {
	case <-joined.told:
	case <-ctx.Done():
		b.leave(joined, place) //nolint:contextcheck // a batch outlives each of its callers
		return "", ctx.Err()
	}
	if joined.state == single {
		return b.processAlone(ctx, command)
	}
	return joined.answer(place)
}

func (b *batches) processAlone(ctx context.Context, command *redis.StringCmd) (string, error) {
	defer b.landed()                   //nolint:contextcheck // a batch outlives each of its callers
	_ = b.client.Process(ctx, command) // Result has the error
	return command.Result()
}

// join adds a command to the batch that waits, and returns its place there; no batch if the command goes at once.
func (b *batches) join(ctx context.Context, command *redis.StringCmd) (joined *batch, place int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting == nil {
		if b.onTheWay < mostOnTheWay {
			b.onTheWay++
			return nil, 0
		}
		b.waiting = newBatch(ctx)
	}
	joined = b.waiting
	place = joined.add(ctx, command)
	if len(joined.commands) >= mostTogether || clock.System().Sub(joined.begun) > longestGathering {
		b.onTheWay++
		if next := b.take(); next != nil {
			go b.send(next) //nolint:contextcheck // a batch outlives each of its callers
		}
	}
	return joined, place
}

// leave takes a command out of its batch, unless it is on its way.
func (b *batches) leave(joined *batch, place int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch joined.state {
	case gathering:
		joined.commands[place] = nil
		joined.left++
	case single:
		if next := b.nextLocked(); next != nil {
			go b.send(next)
		}
	case leaving:
	}
}

// landed has the waiting batch go in place of a command that is answered.
func (b *batches) landed() {
	if next := b.next(); next != nil {
		go b.send(next)
	}
}

// send sends a batch, and then the ones that have gathered meanwhile.
func (b *batches) send(next *batch) {
	for ; next != nil; next = b.next() {
		next.send(b.client)
	}
}

// next returns the batch that goes in place of what is answered, if there is one to send here.
func (b *batches) next() *batch {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.nextLocked()
}

func (b *batches) nextLocked() *batch {
	if b.waiting == nil || b.onTheWay > mostOnTheWay {
		b.onTheWay--
		return nil
	}
	return b.take()
}

// take lets the waiting batch go. It returns nil if nothing is left to send here.
func (b *batches) take() *batch {
	next := b.waiting
	b.waiting = nil
	switch len(next.commands) - next.left {
	case 0:
		b.onTheWay--
		return nil
	case 1:
		next.state = single
		close(next.told)
		return nil
	default:
		next.state = leaving
		return next
	}
}

func newBatch(ctx context.Context) *batch {
	first := &batch{begun: clock.System(), ctx: context.WithoutCancel(ctx), told: make(chan struct{})}
	first.deadline, _ = ctx.Deadline()
	return first
}

func (t *batch) add(ctx context.Context, command *redis.StringCmd) (place int) {
	if deadline, limited := ctx.Deadline(); !limited {
		t.deadline = time.Time{}
	} else if !t.deadline.IsZero() && t.deadline.Before(deadline) {
		t.deadline = deadline
	}
	t.commands = append(t.commands, command)
	return len(t.commands) - 1
}

func (t *batch) send(client *redis.Client) {
	defer close(t.told)
	ctx := t.ctx
	if !t.deadline.IsZero() {
		limited, cancel := context.WithDeadline(ctx, t.deadline)
		defer cancel()
		ctx = limited
	}
	_, _ = client.Pipelined(ctx, func(pipe redis.Pipeliner) error { // every command has its own error
		for _, command := range t.commands {
			if command != nil {
				_ = pipe.Process(ctx, command)
			}
		}
		return nil
	})
}

// answer is the answer to a command. If a pipeline ends early, go-redis returns its error for the commands that were answered, too.
func (t *batch) answer(place int) (string, error) {
	if text := t.commands[place].Val(); text != "" {
		return text, nil
	}
	return t.commands[place].Result()
}
