package forms_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
)

func TestOneOfManyTakesIt(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	parkings := []*yard{y, y.replica(t, nil), y.replica(t, nil)}
	owner := forms.User("user_1")
	for range 20 {
		id := y.mustPark(t, formOf(owner))
		var taken atomic.Int32
		var running sync.WaitGroup
		start := make(chan struct{})
		for i := range 64 {
			running.Go(func() {
				<-start
				form, err := parkings[i%len(parkings)].Claim(t.Context(), id, owner)
				if err == nil && string(form.Body) == "title=Hello&text=World" {
					taken.Add(1)
				} else if !errors.Is(err, forms.ErrNotFound) || form.Body != nil {
					t.Errorf("error %v with %d bytes", err, len(form.Body))
				}
			})
		}
		close(start)
		running.Wait()
		if taken.Load() != 1 {
			t.Fatalf("taken %d times", taken.Load())
		}
	}
	if left := y.store.keys(""); len(left) != 0 {
		t.Errorf("left in the store: %v", left)
	}
}

// TestOneTakesWhatAllHaveRead: no call deletes the record before all 64 have read it.
func TestOneTakesWhatAllHaveRead(t *testing.T) {
	t.Parallel()
	const takers = 64
	y := newYard(t, nil)
	parkings := []*yard{y, y.replica(t, nil), y.replica(t, nil)}
	owner := forms.User("user_1")
	id := y.mustPark(t, formOf(owner))
	var all, running sync.WaitGroup
	all.Add(takers)
	y.store.loaded = func(key string) {
		if strings.HasPrefix(key, "forms:form:") {
			all.Done()
			all.Wait()
		}
	}
	var taken, dropped atomic.Int32
	for i := range takers {
		running.Go(func() {
			parking := parkings[i%len(parkings)]
			if i%8 == 0 { // Dropping is taking.
				if parking.Discard(t.Context(), id, owner) == nil {
					dropped.Add(1)
				}
				return
			}
			if form, err := parking.Claim(t.Context(), id, owner); err == nil {
				taken.Add(1)
			} else if !errors.Is(err, forms.ErrNotFound) || form.Body != nil {
				t.Errorf("error %v with %d bytes", err, len(form.Body))
			}
		})
	}
	running.Wait()
	if taken.Load()+dropped.Load() != 1 {
		t.Errorf("taken %d times, dropped %d times", taken.Load(), dropped.Load())
	}
}

func TestQuotaOfAnOwnerUnderARace(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	parkings := []*yard{y, y.replica(t, nil), y.replica(t, nil)}
	owner := forms.User("user_1")
	ids := make([]string, 64)
	var running sync.WaitGroup
	for i := range ids {
		running.Go(func() {
			id, err := parkings[i%len(parkings)].Park(t.Context(), formOf(owner))
			if err != nil && !errors.Is(err, forms.ErrTooMany) {
				t.Error(err)
			}
			ids[i] = id
		})
	}
	running.Wait()
	parked := 0
	for _, id := range ids {
		if id == "" {
			continue
		}
		if parked++; !y.has(t, id, owner) {
			t.Error("a form that was parked is gone")
		}
	}
	if records := len(y.store.keys("forms:form:")); parked != 3 || records != 3 {
		t.Errorf("%d forms and %d records are there, want 3", parked, records)
	}
}

func TestTotalUnderARace(t *testing.T) {
	t.Parallel()
	const size, total = 10_000, 200_000
	settings := func(c *forms.Config) { c.MaxForm, c.MaxTotal = size, total }
	y := newYard(t, settings)
	parkings := []*yard{y, y.replica(t, settings), y.replica(t, settings)}
	var parked atomic.Int32
	var running sync.WaitGroup
	for i := range 64 {
		running.Go(func() {
			form := formOf(user(i))
			form.Body = make([]byte, size)
			if _, err := parkings[i%len(parkings)].Park(t.Context(), form); err == nil {
				parked.Add(1)
			} else if !errors.Is(err, forms.ErrFull) {
				t.Error(err)
			}
		})
	}
	running.Wait()
	alone := len(newYard(t, settings).fill(t, size, user))
	if int(parked.Load()) != alone {
		t.Errorf("%d forms went in at once, %d one after the other", parked.Load(), alone)
	}
}

// TestParkAndTakeAtOnce parks and claims forms at the same time. At the end no record is left and nothing is counted.
func TestParkAndTakeAtOnce(t *testing.T) {
	t.Parallel()
	y := newYard(t, nil)
	parkings := []*yard{y, y.replica(t, nil)}
	var running sync.WaitGroup
	for i := range 32 {
		running.Go(func() {
			parking, owner := parkings[i%len(parkings)], user(i%16)
			for range 10 {
				id := parking.mustPark(t, formOf(owner))
				if _, err := parkings[(i+1)%len(parkings)].Claim(t.Context(), id, owner); err != nil && !errors.Is(err, forms.ErrNotFound) {
					t.Error(err)
				}
			}
		})
	}
	running.Wait()
	if left := y.store.keys(""); len(left) != 0 {
		t.Errorf("left in the store: %v", left)
	}
}
