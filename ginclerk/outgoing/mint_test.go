package outgoing_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// held is a minter that answers when the test releases it.
func held(clock *clocktest.Clock) (m *minter, release func()) {
	m, gate := &minter{clock: clock}, make(chan struct{})
	m.mint = func(ctx context.Context, r outgoing.Request) (string, error) {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-gate:
			return jwt(sessionClaims(r, clock.Now(), time.Minute)), nil
		}
	}
	return m, func() { close(gate) }
}

// outcome is the result of one caller.
type outcome struct {
	token outgoing.Token
	err   error
}

func askInBackground(ctx context.Context, source *outgoing.Source, callers int) chan outcome {
	outcomes := make(chan outcome, callers)
	for range callers {
		go func() {
			token, err := source.Token(ctx, adas())
			outcomes <- outcome{token, err}
		}()
	}
	synctest.Wait()
	return outcomes
}

func TestManyCallersCauseOneMinting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, release := held(clocktest.At(noon()))
		source := newSource(t, m)
		const callers = 20
		outcomes := askInBackground(t.Context(), source, callers)
		release()
		first := <-outcomes
		for range callers - 1 {
			if got := <-outcomes; got.err != nil || got.token != first.token {
				t.Errorf("a caller got another token, or the error %v", got.err)
			}
		}
		if m.count() != 1 {
			t.Errorf("%d tokens were made, want 1", m.count())
		}
	})
}

// TestACallerWhoGivesUp: the others get their token, even though the minting began for the caller that gave up.
func TestACallerWhoGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, release := held(clocktest.At(noon()))
		source := newSource(t, m)
		ctx, cancel := context.WithCancel(t.Context())
		impatient := askInBackground(ctx, source, 1)
		patient := askInBackground(t.Context(), source, 1)
		cancel()
		if got := <-impatient; !errors.Is(got.err, context.Canceled) || errors.Is(got.err, outgoing.ErrUnavailable) {
			t.Errorf("who gave up got %v, want context.Canceled", got.err)
		}
		release()
		if got := <-patient; got.err != nil {
			t.Errorf("who waited got %v", got.err)
		}
		if _, err := source.Token(ctx, adas()); !errors.Is(err, context.Canceled) {
			t.Errorf("who had given up before got %v", err)
		}
		ask(t, source, adas())
		if m.count() != 1 {
			t.Errorf("%d tokens were made, want 1", m.count())
		}
	})
}

func TestAMintingThatTakesTooLongIsAnOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, _ := held(clocktest.At(noon()))
		_, err := newSource(t, m).Token(t.Context(), adas()) // synctest's clock runs to the timeout
		if !errors.Is(err, outgoing.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want ErrUnavailable and not the end of the caller's context", err)
		}
	})
}

func TestForgetWhileATokenIsBeingMade(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, release := held(clocktest.At(noon()))
		source := newSource(t, m)
		before := askInBackground(t.Context(), source, 1)
		source.Forget("sess_1")
		after := askInBackground(t.Context(), source, 1)
		if m.count() != 2 {
			t.Errorf("%d mintings, want another one after Forget", m.count())
		}
		release()
		for _, outcomes := range []chan outcome{before, after} {
			if got := <-outcomes; got.err != nil {
				t.Error(got.err)
			}
		}
		ask(t, source, adas())
		if m.count() != 2 {
			t.Errorf("%d mintings, want the second one's token kept", m.count())
		}
	})
}

func TestATokenThatWasForgottenInFlightIsNotKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, release := held(clocktest.At(noon()))
		source := newSource(t, m)
		outcomes := askInBackground(t.Context(), source, 1)
		source.Forget("sess_1")
		release()
		<-outcomes
		ask(t, source, adas())
		if m.count() != 2 {
			t.Errorf("%d mintings, want 2", m.count())
		}
	})
}

// TestATokenFromBeforeForgetIsNotHandedOutAfterIt: many callers ask at any moment of a minting.
func TestATokenFromBeforeForgetIsNotHandedOutAfterIt(t *testing.T) {
	t.Parallel()
	m := &minter{clock: clocktest.At(noon())}
	source := newSource(t, m)
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for range 1000 {
				begun := m.count()
				source.Forget("sess_1")
				got, err := source.Token(t.Context(), adas())
				if number := numberOf(t, got); err != nil || number <= begun {
					t.Errorf("got token %d, error %v, although %d were begun before Forget", number, err, begun)
					return
				}
			}
		})
	}
	callers.Wait()
}

// numberOf is the place of a token among those that the minter has made.
func numberOf(tb testing.TB, made outgoing.Token) int {
	tb.Helper()
	read, err := token.Read(made.Value)
	if err != nil {
		tb.Error(err)
		return 0
	}
	number, _ := read.Claims().Raw()["jti"].(float64)
	return int(number)
}
