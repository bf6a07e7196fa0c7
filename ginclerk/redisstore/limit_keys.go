package redisstore

import (
	"strconv"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore/internal/wire"
)

// takesOfOne are takes whose counters one node has.
type takesOfOne struct {
	takes []ratelimit.Take
	keys  []string // of Redis
	place []int    // where they are among all takes; nil where they are all
}

func (l *Limits) together(takes []ratelimit.Take) takesOfOne {
	keys := make([]string, len(takes))
	for i := range takes {
		keys[i] = l.key(&takes[i])
	}
	return takesOfOne{takes: takes, keys: keys}
}

// key is a counter's key in Redis. Who is limited is there by a hash alone, which is also the key's hash tag, so that all
// counters of one are in one slot.
func (l *Limits) key(take *ratelimit.Take) string {
	var space [160]byte
	key := append(space[:0], l.prefix...)
	key = append(append(key, '{'), wire.Hash("limit\x00"+take.Key)...)
	key = append(key, "}:"...)
	key = strconv.AppendInt(key, take.Policy.Window.Milliseconds(), 10)
	key = append(append(key, ':'), take.Policy.Name...)
	return string(key)
}

// parts tells takes apart by the hash tag of their keys: those of one tag are in one slot of a Cluster, those of several may
// be anywhere.
func (t takesOfOne) parts() []takesOfOne {
	var tags []string
	var parts []takesOfOne
	for i, key := range t.keys {
		tag, at := hashTag(key), 0
		for at < len(tags) && tags[at] != tag {
			at++
		}
		if at == len(tags) {
			tags, parts = append(tags, tag), append(parts, takesOfOne{})
		}
		p := &parts[at]
		p.takes, p.keys, p.place = append(p.takes, t.takes[i]), append(p.keys, key), append(p.place, i)
	}
	return parts
}

// hashTag is the part of a key that a Cluster chooses the slot by (Redis Cluster specification, "Hash tags"): between the
// first brace and the first that closes after it, or all of it where that is nothing.
func hashTag(key string) string {
	_, after, found := strings.Cut(key, "{")
	if tag, _, closed := strings.Cut(after, "}"); found && closed && tag != "" {
		return tag
	}
	return key
}
