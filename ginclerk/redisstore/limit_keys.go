package redisstore

import (
	"strconv"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore/internal/wire"
)

// chargesOfNode are the charges with their counters on one node.
type chargesOfNode struct {
	charges []ratelimit.Charge
	keys    []string // of Redis
	place   []int    // indexes among all charges; nil if these are all
}

func (l *Limits) together(charges []ratelimit.Charge) chargesOfNode {
	keys := make([]string, len(charges))
	for i := range charges {
		keys[i] = l.key(&charges[i])
	}
	return chargesOfNode{charges: charges, keys: keys}
}

// key is the key of a counter in Redis. It has a hash of the caller in place of the caller, and uses the hash as the hash tag, so
// that all counters of one caller are in one slot.
func (l *Limits) key(charge *ratelimit.Charge) string {
	var space, hashed [160]byte
	key := append(append(space[:0], l.prefix...), '{')
	key = wire.AppendHash(key, append(append(hashed[:0], "limit\x00"...), charge.Key...))
	key = append(key, "}:"...)
	key = strconv.AppendInt(key, charge.Policy.Window.Milliseconds(), 10)
	key = append(append(key, ':'), charge.Policy.Name...)
	return string(key)
}

// parts groups charges by the hash tag of their keys: charges of one tag are in one slot of a Cluster, those of several tags may
// be on several nodes.
func (t chargesOfNode) parts() []chargesOfNode {
	var tags []string
	var parts []chargesOfNode
	for i, key := range t.keys {
		tag, at := hashTag(key), 0
		for at < len(tags) && tags[at] != tag {
			at++
		}
		if at == len(tags) {
			tags, parts = append(tags, tag), append(parts, chargesOfNode{})
		}
		p := &parts[at]
		p.charges, p.keys, p.place = append(p.charges, t.charges[i]), append(p.keys, key), append(p.place, i)
	}
	return parts
}

// hashTag is the part of a key that a Cluster chooses the slot by (Redis Cluster specification, "Hash tags"): the text between
// the first opening brace and the first closing brace after it. If there is no such text, the hash tag is the whole key.
func hashTag(key string) string {
	_, after, found := strings.Cut(key, "{")
	if tag, _, closed := strings.Cut(after, "}"); found && closed && tag != "" {
		return tag
	}
	return key
}
