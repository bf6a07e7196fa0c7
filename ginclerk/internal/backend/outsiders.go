package backend

import (
	"crypto/sha256"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// Anybody can make up handshake nonces, machine tokens and refresh tokens, as many as they like, and only Clerk can tell them
// from good ones. Clerk counts all requests of an instance together, and signed-in users need it to renew their sessions. So
// Clerk is asked once about the same thing at a time, what it does not know is remembered for a while, and questions that it
// answers with no have a small share of what it takes: what is good costs nothing of the share.
const (
	// outsidersPart is the part of Clerk's limit that such questions may take together, and addressPart that of one address.
	outsidersPart = 10
	addressPart   = 20
	// sessionRefusals is how many refresh tokens Clerk may refuse for one session in Clerk's period.
	sessionRefusals = 3

	// maxRemembered is how many refusals are kept of each kind, and how many machine tokens that are good.
	maxRemembered = 10_000
	// A nonce that Clerk does not know will never be one. A token may be known a moment later.
	nonceRefusalLife = time.Minute
	tokenRefusalLife = 10 * time.Second
	// goodTokenLife is how long after an answer of Clerk a machine token is no outsider's. Clerk is asked about it all the same.
	goodTokenLife = 10 * time.Minute
)

var (
	errOutsiders = fmt.Errorf("%w: too much that Clerk does not know was presented; it is not asked about more just now", authn.ErrUnreachable)
	// errRefusedOften is no outage: the browser is better off with a handshake, for which Clerk itself sees it.
	errRefusedOften = fmt.Errorf("%w: Clerk has refused several refresh tokens of the session", authn.ErrNotAsked)
)

// share is what questions may take that Clerk answers with no: so many in a period from all, and from each. The second half is
// for the first question of each, so that a few who ask all the time can't keep out those who ask once. It is safe for
// concurrent use.
type share struct {
	now       func() time.Time
	all, each int
	per       time.Duration

	mu    sync.Mutex
	begun time.Time
	used  int
	by    map[string]int
}

func outsidersShare(of instance.Type, now func() time.Time) *share {
	requests, per := of.RateLimit()
	return &share{now: now, all: requests / outsidersPart, each: requests / addressPart, per: per, by: map[string]int{}}
}

func sessionsShare(of instance.Type, now func() time.Time) *share {
	_, per := of.RateLimit()
	return &share{now: now, all: math.MaxInt, each: sessionRefusals, per: per, by: map[string]int{}}
}

// take reports whether a question may be asked. It counts as answered with no until it is given back.
func (s *share) take(who string) (period time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.now(); now.Before(s.begun) || now.Sub(s.begun) >= s.per {
		s.begun, s.used = now, 0
		clear(s.by)
	}
	if s.used >= s.all || s.by[who] >= s.each || s.by[who] > 0 && s.used >= s.all/2 {
		return s.begun, false
	}
	s.used++
	s.by[who]++
	return s.begun, true
}

// giveBack is for a question that Clerk has answered with yes.
func (s *share) giveBack(who string, period time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !period.Equal(s.begun) {
		return
	}
	s.used--
	if s.by[who]--; s.by[who] <= 0 {
		delete(s.by, who)
	}
}

// digest stands for a secret where it is remembered.
type digest [sha256.Size]byte

func digestOf(parts ...string) digest {
	hash := sha256.New()
	for _, part := range parts {
		_, _ = fmt.Fprintf(hash, "%d:%s", len(part), part) // a hash takes everything
	}
	return digest(hash.Sum(nil))
}

// memory remembers for a while what Clerk has said about a secret. It is safe for concurrent use.
type memory struct {
	now   func() time.Time
	life  time.Duration
	known *otter.Cache[digest, said]
}

type said struct {
	err error // nil: it is good
	at  time.Time
}

func newMemory(life time.Duration, now func() time.Time) (*memory, error) {
	known, err := otter.New(&otter.Options[digest, said]{MaximumSize: maxRemembered})
	if err != nil {
		return nil, err
	}
	return &memory{now: now, life: life, known: known}, nil
}

func (m *memory) find(d digest) (said, bool) {
	s, found := m.known.GetIfPresent(d)
	if age := m.now().Sub(s.at); !found || age < 0 || age >= m.life {
		return said{}, false
	}
	return s, true
}

func (m *memory) keep(d digest, err error) { m.known.Set(d, said{err, m.now()}) }
