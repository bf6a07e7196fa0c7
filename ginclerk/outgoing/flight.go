package outgoing

import (
	"context"
	"fmt"
)

// flight is the making of one token, and those who wait for it.
type flight struct {
	done  chan struct{} // closed when token and err are there
	token Token
	err   error

	forgotten bool // guarded by the source's lock
}

// launch starts a flight that does not end with the request that caused it. Callers hold the lock.
func (s *Source) launch(ctx context.Context, r Request) *flight {
	f := &flight{done: make(chan struct{})}
	s.flights[r.key()] = f
	shared, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.Timeout)
	go func() {
		defer cancel()
		made, err := s.mint(shared, r)
		s.land(r.key(), f, made, err)
	}()
	return f
}

func (s *Source) mint(ctx context.Context, r Request) (Token, error) {
	asked := s.config.Now()
	raw, err := s.config.Minter.Mint(ctx, r)
	if err != nil {
		if ctx.Err() != nil || isEnd(err) { // of no caller's context: it took too long
			return Token{}, fmt.Errorf("%w: %w", ErrUnavailable, errTimeout)
		}
		return Token{}, err
	}
	return read(raw, r, asked)
}

// land publishes the outcome, and keeps a token that nobody has taken back meanwhile.
func (s *Source) land(k key, f *flight, made Token, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.token, f.err = made, err
	if !f.forgotten {
		delete(s.flights, k)
		if err == nil && made.left(s.config.Now()) > 0 {
			s.tokens.Set(k, made)
		}
	}
	close(f.done)
}
