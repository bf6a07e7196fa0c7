package outgoing

import (
	"context"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/internal/flight"
)

// minting is one call of the minter.
type minting struct {
	key       key
	forgotten bool // guarded by the source's lock
}

// mintOnce gets a token from the minter, once for all callers that want the same token at the same time, and keeps it.
func (s *Source) mintOnce(ctx context.Context, r Request) (Token, error) {
	return flight.Do(ctx, &s.flights, r.key().String(), func(ctx context.Context) (Token, error) {
		m := s.begin(r.key())
		// Another call may have ended after the caller looked into the memory and before this call started. Forget already finds
		// this call, so a caller after Forget does not wait for an older token.
		made, found := s.kept(r)
		var err error
		if !found {
			made, err = s.mint(ctx, r)
		}
		s.end(m, made, err)
		return made, err
	})
}

func (s *Source) mint(ctx context.Context, r Request) (Token, error) {
	asked := s.config.Now()
	raw, err := s.config.Minter.Mint(ctx, r)
	if err != nil {
		if ctx.Err() != nil || isEnd(err) { // The context is that of the minting, which took too long.
			return Token{}, fmt.Errorf("%w: %w", ErrUnavailable, errTimeout)
		}
		return Token{}, err
	}
	return read(raw, r, asked)
}

// begin registers a minting, so that [Source.Forget] finds it.
func (s *Source) begin(k key) *minting {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &minting{key: k}
	s.mintings[m] = struct{}{}
	return m
}

// end keeps the token, unless [Source.Forget] was called for it meanwhile.
func (s *Source) end(m *minting, made Token, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.mintings, m)
	if !m.forgotten && err == nil && made.left(s.config.Now()) > 0 {
		s.tokens.Set(m.key, made)
	}
}
