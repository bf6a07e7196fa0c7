package forms_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// eachFailure runs a test with the first call to the store failing, the second, and so on, each with the swap undone and
// with only its answer lost, until no call fails any more.
func eachFailure(t *testing.T, test func(t *testing.T, y *yard, arm func()) (failed bool)) {
	t.Helper()
	for _, applied := range []bool{false, true} {
		for at := 1; ; at++ {
			failed := false
			t.Run(fmt.Sprintf("call %d, applied %t", at, applied), func(t *testing.T) {
				y := newYard(t, nil)
				failed = test(t, y, func() {
					y.store.mu.Lock()
					defer y.store.mu.Unlock()
					y.store.calls, y.store.failAt, y.store.applied = 0, at, applied
				})
			})
			if !failed {
				break
			}
		}
	}
}

// reached ends the failures and reports whether there was one.
func (y *yard) reached() bool {
	y.store.mu.Lock()
	defer y.store.mu.Unlock()
	reached := y.store.calls >= y.store.failAt
	y.store.failAt = 0
	return reached
}

func TestStoreFailsWhileParking(t *testing.T) {
	t.Parallel()
	owner := forms.User("user_1")
	eachFailure(t, func(t *testing.T, y *yard, arm func()) bool {
		t.Helper()
		before := []string{y.mustPark(t, formOf(owner)), y.mustPark(t, formOf(owner))}
		arm()
		id, err := y.Park(t.Context(), formOf(owner))
		failed := y.reached()
		if failed && !errors.Is(err, storage.ErrUnavailable) || !failed && err != nil {
			t.Fatalf("error is %v", err)
		}
		if (err == nil) != (id != "") {
			t.Errorf("id %q with error %v", id, err)
		}
		for _, id := range before {
			if !y.has(t, id, owner) {
				t.Error("an older form was lost")
			}
		}
		want := 2
		if err == nil {
			want = 3
		}
		if got := len(y.store.keys("forms:form:")); got != want {
			t.Errorf("%d records, want %d", got, want)
		}
		if err == nil {
			return failed
		}
		// The failed form is not on the list, and is in the total only if nothing else was written.
		before = append(before, y.mustPark(t, formOf(owner)))
		for _, id := range before {
			if err := y.Discard(t.Context(), id, owner); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		}
		if left := y.store.keys(""); len(left) != 0 && (!y.store.applied || !slices.Equal(left, []string{"forms:total"})) {
			t.Errorf("left in the store: %v", left)
		}
		return failed
	})
}

func TestStoreFailsWhileTaking(t *testing.T) {
	t.Parallel()
	owner := forms.User("user_1")
	eachFailure(t, func(t *testing.T, y *yard, arm func()) bool {
		t.Helper()
		id := y.mustPark(t, formOf(owner))
		arm()
		first, err := y.Claim(t.Context(), id, owner)
		failed := y.reached()
		if err != nil && (!errors.Is(err, storage.ErrUnavailable) || first.Body != nil) {
			t.Fatalf("error is %v, body %q", err, first.Body)
		}
		_, again := y.Claim(t.Context(), id, owner)
		if again != nil && !errors.Is(again, forms.ErrNotFound) {
			t.Errorf("again: %v", again)
		}
		if err == nil && again == nil {
			t.Error("it was given out twice")
		}
		if err != nil && !y.store.applied && again != nil {
			t.Error("it was lost")
		}
		return failed
	})
}

// TestWhatAFailureReservedIsFreeAgain: at the latest, when its slot of time is over.
func TestWhatAFailureReservedIsFreeAgain(t *testing.T) {
	t.Parallel()
	const size = 10_000
	settings := func(c *forms.Config) { c.MaxForm, c.MaxTotal = size, 20*size }
	alone := len(newYard(t, settings).fill(t, size, user))
	y := newYard(t, settings)
	form := formOf(forms.User("user_x"))
	form.Body = make([]byte, size)
	for at := 1; at < 12; at++ {
		form.Owner = user(-at)
		for _, applied := range []bool{false, true} {
			y.store.calls, y.store.failAt, y.store.applied = 0, at, applied
			id, err := y.Park(t.Context(), form)
			if err == nil {
				_, err = y.Claim(t.Context(), id, form.Owner)
			}
			if err != nil && !errors.Is(err, storage.ErrUnavailable) {
				t.Fatal(err)
			}
		}
	}
	y.store.failAt = 0
	y.clock.Advance(forms.DefaultLifetime + forms.DefaultLifetime/60)
	if got := len(y.fill(t, size, user)); got != alone {
		t.Errorf("%d forms fit, want %d", got, alone)
	}
}

func TestARequestThatIsOver(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	owner := forms.User("user_1")
	id := y.mustPark(t, formOf(owner))
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := y.Park(over, formOf(owner)); !errors.Is(err, context.Canceled) {
		t.Errorf("park: %v", err)
	}
	if form, err := y.Claim(over, id, owner); !errors.Is(err, context.Canceled) || form.Body != nil {
		t.Errorf("take: %v", err)
	}
	if !y.has(t, id, owner) || len(y.store.keys("forms:form:")) != 1 {
		t.Error("a request that was over changed something")
	}
}

// TestListsThatCannotBeRead: no form is lost if another program has overwritten a list.
func TestListsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, garbage := range []string{"", "x", "null", "7", `{"1":null}`, `[{"k":"","e":-1}]`, `{"9999999999999":{"u":5}}`} {
		y := newYard(t, nil)
		owner := forms.User("user_1")
		first := y.mustPark(t, formOf(owner))
		for _, key := range append(y.store.keys("forms:owner:"), "forms:total") {
			old, err := y.store.Load(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := y.store.CompareAndSwap(t.Context(), key, old, []byte(garbage), forms.DefaultLifetime); err != nil {
				t.Fatal(err)
			}
		}
		second := y.mustPark(t, formOf(owner))
		for _, id := range []string{first, second} {
			if _, err := y.Claim(t.Context(), id, owner); err != nil {
				t.Errorf("%q: %v", garbage, err)
			}
		}
	}
}
