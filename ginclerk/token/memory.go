package token

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultRemembered is how many tokens a [Memory] keeps unless it is told otherwise. With usual tokens, which take 1.0 to 1.5 KB each, it
// grows to 25 MB; with tokens that are as large as a cookie can be, to 60 MB.
const DefaultRemembered = 16 << 10

const (
	// placesPerBucket is how many places are searched for a token. The tokens of one user take at most one place in so many from
	// others.
	placesPerBucket = 16
	// maxRemembered is the length of the longest token that is remembered, in bytes. A session token has to fit into a cookie.
	maxRemembered = 4 << 10
	// maxTokens is how many tokens a memory keeps at most. They take some 25 GB.
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
// A token is found by the SHA-256 of its bytes. The bytes themselves and the signature are not kept: a digest is short, and it is
// no credential. Somebody who reads the process's memory finds here what tokens say, and can't send a request with it. The tokens
// of the requests that run at that moment are in the process with and without a Memory, so nothing new is gained.
//
// The time of an answer may tell that a token was seen before. Only a client that has the whole token can ask, and such a client can use
// the token. Tokens that differ in one byte have unrelated digests, so that a token can't be guessed piece by piece.
type Memory struct {
	buckets []atomic.Pointer[bucket] // by the digest; made when they are needed
	sweep   atomic.Uint64            // counts the buckets that were searched for expired tokens
}

// NewMemory returns a memory of at most this many tokens, rounded up to a multiple of 16. Zero is [DefaultRemembered]; a negative number
// remembers none. No memory holds more than 16 Mi tokens, which take some 25 GB.
func NewMemory(tokens int) *Memory {
	switch {
	case tokens == 0:
		tokens = DefaultRemembered
	case tokens < 0:
		return &Memory{}
	}
	tokens = min(tokens, maxTokens)
	return &Memory{buckets: make([]atomic.Pointer[bucket], (tokens+placesPerBucket-1)/placesPerBucket)}
}

type digest [sha256.Size]byte

// tag is the part of a digest that is compared first.
func (d *digest) tag() uint32 { return binary.BigEndian.Uint32(d[len(d)-4:]) }

func digestOf(raw string) digest {
	var space [usualPart]byte // a conversion would allocate
	return sha256.Sum256(append(space[:0], raw...))
}

// proof is a token that a key has signed. It never changes, except for used.
type proof struct {
	digest  digest
	key     *rsa.PublicKey
	said    *reading
	expires time.Time
	used    atomic.Bool // found since it was last looked at for its place
}

// bucket has the tokens whose digests begin alike. Readers take no lock: they may find a tag without its proof, or with another
// one, and compare the whole digest.
type bucket struct {
	tags   [placesPerBucket]atomic.Uint32
	proofs [placesPerBucket]atomic.Pointer[proof]

	mu   sync.Mutex // for those who write
	next int        // the place that is looked at first when one must be freed
}

func (m *Memory) bucketOf(d *digest) *atomic.Pointer[bucket] {
	return &m.buckets[binary.BigEndian.Uint64(d[:8])%uint64(len(m.buckets))]
}

// find returns the proof for a token, or nil when there is none, and the digest of the token if it had to be computed.
func (m *Memory) find(raw string) (*proof, digest) {
	if len(m.buckets) == 0 || len(raw) > maxRemembered {
		return nil, digest{}
	}
	d := digestOf(raw)
	b := m.bucketOf(&d).Load()
	if b == nil {
		return nil, d
	}
	tag := d.tag()
	for i := range b.tags {
		if b.tags[i].Load() != tag {
			continue
		}
		if p := b.proofs[i].Load(); p != nil && p.digest == d {
			if !p.used.Load() { // written once, so that cores do not take the line from each other
				p.used.Store(true)
			}
			return p, d
		}
	}
	return nil, d
}

// remember keeps a token that a verifier has accepted and that this key has signed.
func (m *Memory) remember(u *Unverified, key *rsa.PublicKey, now time.Time) {
	expires := u.said.claims.ExpiresAt.Add(DefaultClockSkew)
	if len(m.buckets) == 0 || len(u.raw) > maxRemembered || !now.Before(expires) {
		return
	}
	p := &proof{digest: u.digest, key: key, said: u.said, expires: expires}
	if p.digest == (digest{}) {
		p.digest = digestOf(u.raw)
	}
	at := m.bucketOf(&p.digest)
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
	b.tags[i].Store(p.digest.tag())
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
		case known.digest == p.digest:
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
