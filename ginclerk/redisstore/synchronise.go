package redisstore

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/redisstore/internal/wire"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

const (
	readPage   = 5000 // entries; a page takes a few milliseconds, in which Redis serves no other client
	writeChunk = 500
)

// position is the last entry that a replica has read.
type position struct {
	name string // of the data; "" before the first page
	last uint64 // number of an entry
}

// page is one answer of the script that reads.
type page struct {
	position
	more    bool
	entries []revocation.Entry
}

// synchronise reads the entries that were added since the last time. At the first time, and after Redis has lost its data, it
// reads all entries and writes back those that Redis does not have.
func (c *connection) synchronise(ctx context.Context) error {
	var held map[string]time.Time // nil unless everything is read
	for more := true; more; {
		next, err := c.read(ctx)
		if err != nil {
			return err
		}
		if next.name != c.position.name {
			held, c.seen = map[string]time.Time{}, 0
		}
		c.position, c.seen, more = next.position, max(c.seen, next.last), next.more
		if err := c.r.set.Revoke(ctx, next.entries...); err != nil {
			return err
		}
		if held != nil {
			for _, entry := range next.entries {
				held[wire.Member(entry)] = entry.Until
			}
		}
	}
	if held == nil {
		return nil
	}
	return c.write(ctx, slices.DeleteFunc(c.r.set.Entries(), func(entry revocation.Entry) bool {
		return !held[wire.Member(entry)].Before(entry.Until)
	}))
}

// send writes the enqueued entries, and sends the result to the callers that wait.
func (c *connection) send(ctx context.Context) error {
	waiting := c.r.link.take()
	var entries []revocation.Entry
	for _, out := range waiting {
		entries = append(entries, out.entries...)
	}
	err := c.write(ctx, entries)
	for _, out := range waiting {
		out.told <- problem("write", err)
	}
	return err
}

func (c *connection) write(ctx context.Context, entries []revocation.Entry) error {
	for chunk := range slices.Chunk(entries, writeChunk) {
		args := append(make([]any, 0, 3+2*len(chunk)), c.milliseconds(), rand.Text(), c.r.channel)
		for _, entry := range chunk {
			args = append(args, wire.Member(entry), wire.Until(entry))
		}
		reply, err := c.r.scripts.write.Run(ctx, c.r.client, c.r.keys, args...).Slice()
		if err != nil {
			return err
		}
		written, err := parsePosition(reply)
		if err != nil {
			return err
		}
		if written.name == c.position.name {
			c.seen = max(c.seen, written.last)
		}
	}
	return nil
}

func (c *connection) read(ctx context.Context) (page, error) {
	reply, err := c.r.scripts.read.Run(ctx, c.r.client, c.r.keys,
		c.milliseconds(), rand.Text(), c.position.name, c.position.last, c.seen, readPage).Slice()
	if err != nil {
		return page{}, err
	}
	return parsePage(reply)
}

func (c *connection) milliseconds() int64 { return c.r.now().UnixMilli() }

var errReply = errors.New("redisstore: unexpected answer of the script")

func parsePosition(reply []any) (position, error) {
	if len(reply) < 2 {
		return position{}, errReply
	}
	name, _ := reply[0].(string)
	number, _ := reply[1].(string)
	last, err := strconv.ParseUint(number, 10, 64)
	if err != nil || name == "" {
		return position{}, errReply
	}
	return position{name, last}, nil
}

func parsePage(reply []any) (page, error) {
	read, err := parsePosition(reply)
	if err != nil {
		return page{}, err
	}
	if len(reply)%2 == 0 {
		return page{}, errReply
	}
	more, _ := reply[2].(int64)
	next := page{position: read, more: more == 1}
	for i := 3; i < len(reply); i += 2 {
		member, _ := reply[i].(string)
		until, _ := reply[i+1].(string)
		if entry, ok := wire.Entry(member, until); ok {
			next.entries = append(next.entries, entry)
		}
	}
	return next, nil
}
