package forms_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// TestAFormTooManyIsRefused: the forms that were parked before stay.
func TestAFormTooManyIsRefused(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	owner, other := forms.User("user_1"), forms.User("user_2")
	others := y.mustPark(t, formOf(other))
	var ids []string
	for range forms.DefaultPerOwner {
		ids = append(ids, y.mustPark(t, formOf(owner)))
		y.clock.Advance(time.Second)
	}
	for range 2 {
		if _, err := y.Park(t.Context(), formOf(owner)); !errors.Is(err, forms.ErrTooMany) {
			t.Errorf("one more: %v", err)
		}
	}
	for i, id := range ids {
		if !y.has(t, id, owner) {
			t.Errorf("form %d is gone", i)
		}
	}
	if !y.has(t, others, other) {
		t.Error("another user's form went")
	}
	if got := len(y.store.keys("forms:form:")); got != 4 {
		t.Errorf("%d records of forms, want 4", got)
	}
	y.mustPark(t, formOf(other)) // // this owner has room
	if _, err := y.Claim(t.Context(), ids[1], owner); err != nil {
		t.Fatal(err)
	}
	y.mustPark(t, formOf(owner))
}

// TestAnActorIsNotTheUser: an actor owns neither the forms of the user nor those of another actor.
func TestAnActorIsNotTheUser(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	owner := forms.Actor("user_1", "user_support")
	id := y.mustPark(t, formOf(owner))
	for _, other := range []forms.Owner{
		forms.User("user_1"), forms.User("user_support"), forms.Actor("user_1", "user_other"), forms.Actor("user_2", "user_support"),
		forms.Actor("user_1", ""), forms.Actor("user_1:user", "support"),
	} {
		if y.has(t, id, other) {
			t.Errorf("%#v finds it", other)
		}
	}
	if !y.has(t, id, owner) || owner.IsUser() || owner.IsBrowser() {
		t.Error("it is not the actor's")
	}
	if _, err := y.Park(t.Context(), formOf(forms.Actor("", "user_support"))); !errors.Is(err, forms.ErrInvalid) {
		t.Errorf("an actor of nobody: %v", err)
	}
}

func TestWhatIsTakenMakesRoom(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	owner := forms.User("user_1")
	first, second, third := y.mustPark(t, formOf(owner)), y.mustPark(t, formOf(owner)), y.mustPark(t, formOf(owner))
	if _, err := y.Claim(t.Context(), second, owner); err != nil {
		t.Fatal(err)
	}
	fourth := y.mustPark(t, formOf(owner))
	for _, id := range []string{first, third, fourth} {
		if !y.has(t, id, owner) {
			t.Errorf("form %s is gone", id)
		}
	}
}

func TestWhatHasExpiredMakesRoom(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	owner := forms.User("user_1")
	y.mustPark(t, formOf(owner))
	y.clock.Advance(59 * time.Minute)
	second, third := y.mustPark(t, formOf(owner)), y.mustPark(t, formOf(owner))
	y.clock.Advance(2 * time.Minute)
	fourth := y.mustPark(t, formOf(owner))
	for _, id := range []string{second, third, fourth} {
		if !y.has(t, id, owner) {
			t.Errorf("form %s is gone", id)
		}
	}
}

// fill parks forms of ever new owners until the parking is full, and returns how many it took.
func (y *yard) fill(tb testing.TB, size int, owner func(i int) forms.Owner) (ids []string) {
	tb.Helper()
	for i := range 10_000 {
		form := formOf(owner(i))
		form.Body = make([]byte, size)
		id, err := y.Park(tb.Context(), form)
		if errors.Is(err, forms.ErrFull) {
			return ids
		}
		if err != nil {
			tb.Fatal(err)
		}
		ids = append(ids, id)
	}
	tb.Fatal("the parking never fills up")
	return nil
}

func user(i int) forms.Owner    { return forms.User(fmt.Sprintf("user_%d", i)) }
func browser(i int) forms.Owner { return forms.Browser(fmt.Sprintf("%022d", i)) }

func TestTotal(t *testing.T) {
	t.Parallel()
	const size, total = 10_000, 1 << 20
	y := newYard(t, func(c *forms.Config) { c.MaxForm, c.MaxTotal = size, total })
	ids := y.fill(t, size, user)
	if held := len(ids) * size; held > total || held < total*8/10 {
		t.Errorf("%d bytes of forms in a parking of %d", held, total)
	}
	for i, id := range ids {
		if !y.has(t, id, user(i)) {
			t.Fatalf("form %d went when the parking was full", i)
		}
	}
	// The bytes of a form that is claimed are free for the next form, and no more than those.
	if err := y.Discard(t.Context(), ids[0], user(0)); err != nil {
		t.Fatal(err)
	}
	if got := len(y.fill(t, size, func(i int) forms.Owner { return user(-i - 1) })); got != 1 {
		t.Errorf("one form left, and %d came in", got)
	}
	y.clock.Advance(2 * time.Hour)
	if got := len(y.fill(t, size, user)); got != len(ids) {
		t.Errorf("when all have expired %d fit, want %d", got, len(ids))
	}
}

func TestBrowsersLeaveRoomForUsers(t *testing.T) {
	t.Parallel()
	const size, total = 10_000, 1 << 20
	y := newYard(t, func(c *forms.Config) { c.MaxForm, c.MaxTotal = size, total })
	browsers := len(y.fill(t, size, browser)) * size
	if browsers > total/2 || browsers < total*4/10 {
		t.Errorf("browsers took %d bytes of %d", browsers, total)
	}
	if users := len(y.fill(t, size, user)) * size; users < total*4/10 || users+browsers > total {
		t.Errorf("users got %d bytes", users)
	}
}

// TestTakingReleases: an owner who parks and claims forms for a long time never fills the parking.
func TestTakingReleases(t *testing.T) {
	t.Parallel()
	const size = 10_000
	y := newYard(t, func(c *forms.Config) { c.MaxForm, c.MaxTotal = size, 10*size })
	form := formOf(forms.User("user_1"))
	form.Body = make([]byte, size)
	for range 100 {
		if err := y.Discard(t.Context(), y.mustPark(t, form), form.Owner); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFullStoreIsAFullParking(t *testing.T) {
	t.Parallel()
	clock := clocktest.At(noon())
	y := newYard(t, func(c *forms.Config) {
		c.Store = storage.NewMemory(storage.MemoryConfig{MaxBytes: 100_000, Now: clock.Now})
	})
	ids := y.fill(t, 10_000, user)
	if len(ids) < 5 {
		t.Errorf("%d forms fit", len(ids))
	}
	for i, id := range ids {
		if !y.has(t, id, user(i)) {
			t.Errorf("form %d is gone", i)
		}
	}
}

func TestFormsCountUntilTheyExpire(t *testing.T) {
	t.Parallel()
	const size = 10_000
	y := newYard(t, func(c *forms.Config) { c.MaxForm, c.MaxTotal = size, 20*size })
	y.clock.Advance(17 * time.Second) // not at the beginning of a slot
	y.fill(t, size, user)
	y.clock.Advance(forms.DefaultLifetime - time.Millisecond)
	if got := len(y.fill(t, size, func(i int) forms.Owner { return user(-i - 1) })); got != 0 {
		t.Errorf("%d forms fit into a parking that is full for another millisecond", got)
	}
}

// TestALostTotalGivesNoCredit: forms that a lost total had counted do not make the new one negative.
func TestALostTotalGivesNoCredit(t *testing.T) {
	t.Parallel()
	const size = 10_000
	settings := func(c *forms.Config) { c.MaxForm, c.MaxTotal = size, 20*size }
	alone := len(newYard(t, settings).fill(t, size, user))
	y := newYard(t, settings)
	ids := y.fill(t, size, user)
	total, err := y.store.Load(t.Context(), "forms:total")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := y.store.CompareAndSwap(t.Context(), "forms:total", total, nil, 0); err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		if err := y.Discard(t.Context(), id, user(i)); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(y.fill(t, size, user)); got != alone {
		t.Errorf("%d forms fit, want %d", got, alone)
	}
}

// TestRoomComesBackBitByBit: also while forms are parked all the time.
func TestRoomComesBackBitByBit(t *testing.T) {
	t.Parallel()
	const size = 10_000
	y := newYard(t, func(c *forms.Config) { c.MaxForm, c.MaxTotal = size, 20*size })
	form := formOf(forms.User("user_x"))
	form.Body = make([]byte, size)
	y.mustPark(t, form)
	y.clock.Advance(30 * time.Minute)
	y.fill(t, size, user)
	y.clock.Advance(32 * time.Minute)
	if got := len(y.fill(t, size, func(i int) forms.Owner { return user(-i - 1) })); got != 1 {
		t.Errorf("one form has expired, and %d fit", got)
	}
}

// TestAFormThatIsGoneTakesNoPlace: the list still has the form, because the process that claimed it died before it removed the
// entry.
func TestAFormThatIsGoneTakesNoPlace(t *testing.T) {
	t.Parallel()
	y := newYard(t, func(c *forms.Config) { c.PerOwner = 1 })
	owner := forms.User("user_1")
	id := y.mustPark(t, formOf(owner))
	y.store.calls, y.store.failAt = 0, 6 // the form's record twice, the total twice, the list for reading, and this
	if _, err := y.Claim(t.Context(), id, owner); err != nil {
		t.Fatal(err)
	}
	if got := len(y.store.keys("forms:owner:")); got != 1 {
		t.Fatalf("%d lists are left, want 1", got)
	}
	y.mustPark(t, formOf(owner))
}

// TestWhatIsRefusedTakesNoRoom: a refused form is not in the total.
func TestWhatIsRefusedTakesNoRoom(t *testing.T) {
	t.Parallel()
	const size = 10_000
	settings := func(c *forms.Config) { c.MaxForm, c.MaxTotal, c.PerOwner = size, 20*size, 1 }
	alone := len(newYard(t, settings).fill(t, size, user))
	y := newYard(t, settings)
	form := formOf(forms.User("user_x"))
	form.Body = make([]byte, size)
	y.mustPark(t, form)
	for range 5 {
		if _, err := y.Park(t.Context(), form); !errors.Is(err, forms.ErrTooMany) {
			t.Fatal(err)
		}
	}
	if got := len(y.fill(t, size, user)); got != alone-1 {
		t.Errorf("%d forms fit beside one, want %d", got, alone-1)
	}
}

// slow is a store whose calls take a while, as those of a remote Redis do.
type slow struct{ storage.Store }

func (s slow) Load(ctx context.Context, key string) ([]byte, error) {
	time.Sleep(5 * time.Millisecond) //nolint:forbidigo // the time of synctest
	return s.Store.Load(ctx, key)
}

func (s slow) CompareAndSwap(ctx context.Context, key string, old, replacement []byte, lifetime time.Duration) (bool, error) {
	time.Sleep(5 * time.Millisecond) //nolint:forbidigo // the time of synctest
	return s.Store.CompareAndSwap(ctx, key, old, replacement, lifetime)
}

// TestAFullListKeepsNobodyElseWaiting: an owner with a full list sends more forms all the time, and the parking still takes the
// form of another owner in time.
func TestAFullListKeepsNobodyElseWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		parking, err := forms.New(forms.Config{Store: slow{storage.NewMemory(storage.MemoryConfig{})}, Keys: keys(1), PerOwner: 30})
		if err != nil {
			t.Fatal(err)
		}
		busy := forms.User("user_busy")
		for range 30 {
			if _, err := parking.Park(t.Context(), formOf(busy)); err != nil {
				t.Fatal(err)
			}
		}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		for range 20 {
			running.Go(func() {
				for ctx.Err() == nil {
					if _, err := parking.Park(ctx, formOf(busy)); err == nil {
						t.Error("kept one too many")
					}
				}
			})
		}
		time.Sleep(time.Second) //nolint:forbidigo // the time of synctest
		for i := range 5 {
			began := time.Now()
			if _, err := parking.Park(t.Context(), formOf(forms.User(fmt.Sprintf("user_%d", i)))); err != nil || time.Since(began) > 500*time.Millisecond {
				t.Errorf("somebody else's form, after %s: %v", time.Since(began), err)
			}
		}
		stop()
		running.Wait()
		time.Sleep(time.Second) //nolint:forbidigo // the time of synctest: the calls that were left behind end
	})
}

// TestAFewUsersLeaveRoomForOthers: also if they send the longest forms.
func TestAFewUsersLeaveRoomForOthers(t *testing.T) {
	t.Parallel()
	y := newYard(t, func(c *forms.Config) { c.PerOwner = 30 })
	long := func(owner forms.Owner) forms.Form {
		form := formOf(owner)
		form.Path = "/" + strings.Repeat("p", 8000)
		form.Body = bytes.Repeat([]byte("x"), forms.DefaultMaxForm)
		return form
	}
	for i := range 8 {
		owner, kept := forms.User(fmt.Sprintf("user_busy_%d", i)), 0
		for range 30 {
			_, err := y.Park(t.Context(), long(owner))
			if err != nil && !errors.Is(err, forms.ErrTooMany) && !errors.Is(err, forms.ErrFull) {
				t.Fatal(err)
			}
			if err == nil {
				kept++
			}
		}
		if kept < forms.DefaultPerOwner {
			t.Errorf("%d of the longest forms are kept", kept)
		}
	}
	for i := range 3 {
		y.mustPark(t, long(forms.User("user_1")))
		y.mustPark(t, formOf(forms.User(fmt.Sprintf("user_%d", i+2))))
	}
}
