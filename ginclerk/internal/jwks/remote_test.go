package jwks_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func mustFind(t *testing.T, r *jwks.Remote, kid string) {
	t.Helper()
	if key, err := r.Key(t.Context(), kid); err != nil || key == nil {
		t.Errorf("key %q: %v, %v", kid, key, err)
	}
}

func mustMiss(t *testing.T, r *jwks.Remote, kid string, want token.Reason, outage bool) {
	t.Helper()
	key, err := r.Key(t.Context(), kid)
	if key != nil || token.ReasonOf(err) != want || errors.Is(err, token.ErrKeysUnavailable) != outage {
		t.Errorf("key %q: %v, %v; want reason %q, outage %v", kid, key, err, want, outage)
	}
}

func mustHaveFetched(t *testing.T, s *keyServer, want int) {
	t.Helper()
	if got := s.count(); got != want {
		t.Errorf("%d fetches, want %d", got, want)
	}
}

func TestKnownKeyIsFetchedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()), jwkOf("ins_2", secondKey()))
		r := remote(t, server)
		for range 100 {
			mustFind(t, r, "ins_1")
			mustFind(t, r, "ins_2")
		}
		key, err := r.Key(t.Context(), "ins_2")
		if err != nil || !key.Equal(secondKey()) {
			t.Errorf("%v, %v: not the key that was published", key, err)
		}
		mustHaveFetched(t, server, 1)
	})
}

// What was verified with a key counts as verified while its pointer is the same.
func TestAKeyThatIsFetchedAgainIsTheSamePointer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()), jwkOf("ins_2", firstKey()))
		r := remote(t, server)
		pointer := func(kid string) *rsa.PublicKey {
			t.Helper()
			key, err := r.Key(t.Context(), kid)
			if err != nil {
				t.Fatal(err)
			}
			return key
		}
		first, second := pointer("ins_1"), pointer("ins_2")
		letPass(jwks.DefaultLifetime)
		server.answer(jwkOf("ins_1", firstKey()), jwkOf("ins_2", secondKey()))
		if pointer("ins_1") != first {
			t.Error("a key that did not change has another pointer")
		}
		if now := pointer("ins_2"); now == second || !now.Equal(secondKey()) {
			t.Error("a key that was replaced under its id is still the old one")
		}
		letPass(jwks.DefaultLifetime)
		server.answer(jwkOf("ins_2", secondKey()))
		mustMiss(t, r, "ins_1", token.ReasonJWKKidMismatch, false)
		mustHaveFetched(t, server, 3)
	})
}

func TestLifetimeIsNotProlongedByUse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server)
		mustFind(t, r, "ins_1")
		server.answer(jwkOf("ins_2", secondKey())) // ins_1 is withdrawn
		for range 239 {
			letPass(time.Second)
			mustFind(t, r, "ins_1")
		}
		mustHaveFetched(t, server, 1)
		letPass(jwks.DefaultLifetime - 239*time.Second)
		mustMiss(t, r, "ins_1", token.ReasonJWKKidMismatch, false)
		mustHaveFetched(t, server, 2)
	})
}

// The next key set is fetched once, in the last fifth of the lifetime, and no caller waits for it.
func TestNextKeySetIsFetchedAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		server.delay = time.Second
		r := remote(t, server)
		mustFind(t, r, "ins_1")
		for range 1200 { // twenty minutes of one request each second
			letPass(time.Second)
			begun := time.Now()
			mustFind(t, r, "ins_1")
			if waited := time.Since(begun); waited != 0 {
				t.Fatalf("a request waited %v", waited)
			}
		}
		mustHaveFetched(t, server, 1+1200/240)
	})
}

// A set that is fetched ahead counts at once: a withdrawn key is refused from then on.
func TestKeyWithdrawnIsRefusedOnceTheNextSetIsThere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server)
		mustFind(t, r, "ins_1")
		server.answer(jwkOf("ins_2", secondKey()))
		letPass(jwks.DefaultLifetime - time.Second)
		mustFind(t, r, "ins_1")
		synctest.Wait()
		mustMiss(t, r, "ins_1", token.ReasonJWKKidMismatch, false)
		mustFind(t, r, "ins_2")
	})
}

// The lifetime begins with the request: a change during the answer may not be in it.
func TestLifetimeBeginsWithTheRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		server.delay = 4 * time.Second
		r := remote(t, server)
		mustFind(t, r, "ins_1")
		letPass(jwks.DefaultLifetime - 4*time.Second)
		mustFind(t, r, "ins_1")
		mustHaveFetched(t, server, 2)
	})
}

func TestNewKeyIsFoundAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server)
		mustFind(t, r, "ins_1")
		letPass(time.Minute)
		server.answer(jwkOf("ins_1", firstKey()), jwkOf("ins_2", secondKey()))
		mustFind(t, r, "ins_2")
		mustFind(t, r, "ins_1")
		mustHaveFetched(t, server, 2)
	})
}

func TestUnknownKeyIsClerksReason(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server)
		mustMiss(t, r, "ins_2", token.ReasonJWKKidMismatch, false)
		mustMiss(t, r, "", token.ReasonJWKKidMismatch, false)
		_, err := r.Key(t.Context(), string(make([]byte, 1<<20)))
		if token.ReasonOf(err) != token.ReasonJWKKidMismatch || !errors.Is(err, jwt.ErrTokenUnverifiable) {
			t.Errorf("an id of a megabyte: %v", err)
		}
		mustHaveFetched(t, server, 1)
	})
}

func TestNoFetchForAnEmptyOrEndlessKeyID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server)
		mustMiss(t, r, "", token.ReasonJWKKidMismatch, false)
		mustMiss(t, r, string(make([]byte, 257)), token.ReasonJWKKidMismatch, false)
		mustHaveFetched(t, server, 0)
	})
}

func TestStormOfMadeUpKeyIDs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server)
		mustFind(t, r, "ins_1")
		// 10,000 ids in 100 seconds, and requests with the good key in between.
		for i := range 10_000 {
			letPass(10 * time.Millisecond)
			mustMiss(t, r, fmt.Sprintf("ins_made_up_%d", i), token.ReasonJWKKidMismatch, false)
			mustFind(t, r, "ins_1")
		}
		if got, most := server.count(), 1+100/10; got > most {
			t.Errorf("%d fetches, want at most %d", got, most)
		}
		for i := 1; i < len(server.at); i++ {
			if gap := server.at[i].Sub(server.at[i-1]); gap < jwks.DefaultMinInterval {
				t.Errorf("fetches %v apart", gap)
			}
		}
	})
}

func TestStormAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		server.delay = time.Second
		r := remote(t, server)
		var wg sync.WaitGroup
		for i := range 10_000 {
			wg.Go(func() { mustMiss(t, r, fmt.Sprintf("ins_made_up_%d", i), token.ReasonJWKKidMismatch, false) })
		}
		wg.Wait()
		mustFind(t, r, "ins_1")
		mustHaveFetched(t, server, 1)
	})
}

func TestKeyIDThatStaysUnknownIsAskedForRarely(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server)
		for range 600 { // ten minutes of one withdrawn key
			mustMiss(t, r, "ins_gone", token.ReasonJWKKidMismatch, false)
			letPass(time.Second)
		}
		if got, most := server.count(), 3+600/12; got > most {
			t.Errorf("%d fetches, want at most %d", got, most)
		}
	})
}

// A token may arrive a moment before Clerk publishes the key that signed it.
func TestKeyPublishedAMomentLaterIsFoundInSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server)
		mustFind(t, r, "ins_1")
		letPass(time.Minute)
		mustMiss(t, r, "ins_2", token.ReasonJWKKidMismatch, false)
		letPass(time.Second)
		server.answer(jwkOf("ins_1", firstKey()), jwkOf("ins_2", secondKey()))
		mustMiss(t, r, "ins_2", token.ReasonJWKKidMismatch, false)
		letPass(2 * time.Second)
		mustFind(t, r, "ins_2")
		mustHaveFetched(t, server, 3)
	})
}

func TestManyCallersShareOneFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		server.delay = time.Second
		r := remote(t, server)
		for range 3 { // cold, and each time the lifetime has ended
			var wg sync.WaitGroup
			for range 200 {
				wg.Go(func() { mustFind(t, r, "ins_1") })
			}
			wg.Wait()
			letPass(jwks.DefaultLifetime)
		}
		mustHaveFetched(t, server, 3)
	})
}

func TestACallerThatLeavesDoesNotEndTheFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		server.delay = 2 * time.Second
		r := remote(t, server)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := r.Key(ctx, "ins_1")
			if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, token.ErrKeysUnavailable) {
				t.Errorf("the first caller: %v", err)
			}
			if waited := time.Since(begun); waited != time.Second {
				t.Errorf("the first caller waited %v", waited)
			}
		})
		synctest.Wait()
		wg.Go(func() { mustFind(t, r, "ins_1") })
		wg.Wait()
		mustHaveFetched(t, server, 1)
	})
}

func TestFetchEndsAfterItsTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		server.hang()
		r := remote(t, server, func(c *jwks.RemoteConfig) { c.Timeout = 3 * time.Second })
		begun := time.Now()
		mustMiss(t, r, "ins_1", token.ReasonJWKRemoteFailedToLoad, true)
		if waited := time.Since(begun); waited != 3*time.Second {
			t.Errorf("waited %v", waited)
		}
	})
}

func TestCloseEndsTheFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		server.hang()
		r := remote(t, server)
		var wg sync.WaitGroup
		wg.Go(func() { mustMiss(t, r, "ins_1", token.ReasonJWKRemoteFailedToLoad, true) })
		synctest.Wait()
		begun := time.Now()
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
		wg.Wait()
		if waited := time.Since(begun); waited != 0 {
			t.Errorf("waited %v", waited)
		}
		mustMiss(t, r, "ins_1", token.ReasonJWKRemoteFailedToLoad, true)
		mustHaveFetched(t, server, 1)
	})
}

func TestClosedRemoteServesWhatItHas(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := serving(jwkOf("ins_1", firstKey()))
		r := remote(t, server)
		mustFind(t, r, "ins_1")
		if err := r.Close(t.Context()); err != nil {
			t.Error(err)
		}
		mustFind(t, r, "ins_1")
		mustMiss(t, r, "ins_2", token.ReasonJWKKidMismatch, false)
		letPass(jwks.DefaultLifetime)
		mustMiss(t, r, "ins_1", token.ReasonJWKRemoteFailedToLoad, true)
		mustHaveFetched(t, server, 1)
	})
}
