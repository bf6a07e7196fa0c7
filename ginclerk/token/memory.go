package token

import (
	"crypto/rsa"
	"hash/maphash"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultRemembered is how many tokens a [Memory] keeps unless it is told otherwise. With usual tokens, which take 2 to 2.5 KB each, it
// grows to 40 MB; with tokens that are as large as a cookie can be, to 130 MB.
const DefaultRemembered = 16 << 10

const (
	// placesPerBucket is how many places are searched for a token. The tokens of one user take at most one place in so many from
	// others.
	placesPerBucket = 16
	// maxRemembered is the length of the longest token that is remembered, in bytes. A session token has to fit into a cookie.
	maxRemembered = 4 << 10
	// maxTokens is how many tokens a memory keeps at most. They take some 40 GB.
	maxTokens = 16 << 20
)

// Memory keeps tokens that a [Verifier] has accepted, with the key that has signed each, so that the next request with the same token
// costs no verification of the signature and no decoding. Make one with [NewMemory]; several verifiers may share it. It is safe for
// concurrent use. A token that it knows is found without a lock.
//
// # What it decides
//
// It says that a key has signed these bytes, which stays true for ever, and nothing else. A verifier asks its own key source for every
// request, and believes it only while the source returns that very key: when a key is withdrawn, is replaced under the same id, or
// can't be had, its tokens are refused at once. For every request the verifier that is asked checks category, type, algorithm, times,
// issuer, parties, audiences and all else, with its own configuration and clock. Two verifiers that share a memory may answer
// differently.
//
// # What it holds
//
// Only accepted tokens get in. Refused tokens leave nothing behind, however many come. A Memory never holds more tokens than it is made
// for. New tokens take the places of expired ones. If none has expired, they take the places of the same user's tokens, and then of
// those that were not used lately: a user who has many tokens made takes few places from others. Tokens above 4 KiB are not
// remembered.
//
// A token counts as known only if all its bytes are those of one that was accepted. Its place is found by a hash with a random seed,
// which no client can know, so that no client can choose tokens for one place.
//
// Somebody who reads the process's memory finds here the tokens of the last minute. Such a reader gains nothing new: the same memory has the
// secret key, with which Clerk makes a token for any user, and the buffers of net/http have the headers of recent requests.
//
// The time of an answer may tell that a token was seen before. Only a client that has the whole token can ask, and such a client can use
// the token. Tokens that differ in one byte have unrelated hashes, so that a token can't be guessed piece by piece.
type Memory struct {
	seed    maphash.Seed
	buckets []atomic.Pointer[bucket] // by the hash of a token; made when they are needed
	sweep   atomic.Uint64            // counts the buckets that were searched for expired tokens
}

// NewMemory returns a memory of at most this many tokens, rounded up to a multiple of 16. Zero is [DefaultRemembered]; a negative number
// remembers none. No memory holds more than 16 Mi tokens, which take some 40 GB.
func NewMemory(tokens int) *Memory {
	switch {
	case tokens == 0:
		tokens = DefaultRemembered
	case tokens < 0:
		return &Memory{}
	}
	buckets := (min(tokens, maxTokens) + placesPerBucket - 1) / placesPerBucket
	return &Memory{seed: maphash.MakeSeed(), buckets: make([]atomic.Pointer[bucket], buckets)}
}

// hash is where a token belongs: the upper half names its bucket, the lower half is its tag there.
type hash uint64

func (h hash) tag() uint32 { return uint32(h) } //nolint:gosec // G115: the lower half is meant

func (m *Memory) hashOf(raw string) hash { return hash(maphash.String(m.seed, raw)) }

// proof is a token that a key has signed. It never changes, except for used.
type proof struct {
	raw     string
	hash    hash
	key     *rsa.PublicKey
	said    *reading
	expires time.Time
	used    atomic.Bool // found since it was last looked at for its place
}

// bucket has the tokens whose hashes begin alike. Readers take no lock: they may find a tag without its proof, or with another
// one, and compare the whole token.
type bucket struct {
	tags   [placesPerBucket]atomic.Uint32
	proofs [placesPerBucket]atomic.Pointer[proof]

	mu   sync.Mutex // for those who write
	next int        // the place that is looked at first when one must be freed
}

func (m *Memory) bucketOf(h hash) *atomic.Pointer[bucket] {
	return &m.buckets[uint64(h>>32)*uint64(len(m.buckets))>>32]
}

// find returns the proof for a token, or nil when there is none.
func (m *Memory) find(raw string) *proof {
	if len(m.buckets) == 0 || len(raw) > maxRemembered {
		return nil
	}
	h := m.hashOf(raw)
	b := m.bucketOf(h).Load()
	if b == nil {
		return nil
	}
	tag := h.tag()
	for i := range b.tags {
		if b.tags[i].Load() != tag {
			continue
		}
		if p := b.proofs[i].Load(); p != nil && p.raw == raw {
			if !p.used.Load() { // written once, so that cores do not take the line from each other
				p.used.Store(true)
			}
			return p
		}
	}
	return nil
}

// remember keeps a token that a verifier has accepted and that this key has signed.
func (m *Memory) remember(u *Unverified, key *rsa.PublicKey, now time.Time) {
	expires := u.said.claims.ExpiresAt.Add(DefaultClockSkew)
	if len(m.buckets) == 0 || len(u.raw) > maxRemembered || !now.Before(expires) {
		return
	}
	// A copy: what came is a part of a whole header.
	p := &proof{raw: strings.Clone(u.raw), hash: m.hashOf(u.raw), key: key, said: u.said, expires: expires}
	at := m.bucketOf(p.hash)
	b := at.Load()
	if b == nil {
		at.CompareAndSwap(nil, &bucket{})
		b = at.Load()
	}
	b.put(p, now)
	m.forgetExpired(now)
}

// forgetExpired frees the places of expired tokens in one bucket after the other, one for each token that is remembered.
func (m *Memory) forgetExpired(now time.Time) {
	if b := m.buckets[m.sweep.Add(1)%uint64(len(m.buckets))].Load(); b != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.forgetExpired(now)
	}
}

func (b *bucket) put(p *proof, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forgetExpired(now)
	i := b.place(p)
	b.proofs[i].Store(p)
	b.tags[i].Store(p.hash.tag())
}

func (b *bucket) forgetExpired(now time.Time) {
	for i := range b.proofs {
		if p := b.proofs[i].Load(); p != nil && !now.Before(p.expires) {
			b.proofs[i].Store(nil)
		}
	}
}

// place returns where a token goes: in its own place, else in a free one, else in that of another token of the same user, else in
// that of a token that was not used lately.
func (b *bucket) place(p *proof) int {
	free, same := -1, -1
	for i := range b.proofs {
		switch known := b.proofs[i].Load(); {
		case known == nil:
			free = i
		case known.raw == p.raw:
			return i
		case known.said.claims.UserID == p.said.claims.UserID:
			same = i
		}
	}
	switch {
	case free >= 0:
		return free
	case same >= 0:
		return same
	default:
		return b.leastUsed()
	}
}

// leastUsed goes around the places of a full bucket, once at most, and stops at the first token that was not used since it came by.
func (b *bucket) leastUsed() int {
	for range placesPerBucket {
		i := b.advance()
		if !b.proofs[i].Load().used.Swap(false) {
			return i
		}
	}
	return b.advance()
}

func (b *bucket) advance() int {
	i := b.next
	b.next = (b.next + 1) % placesPerBucket
	return i
}
