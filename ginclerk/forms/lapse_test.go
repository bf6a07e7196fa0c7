package forms_test

import (
	"context"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// TestFormsThatLapseAreCounted, once for all replicas, and apart from those that were sent or discarded.
func TestFormsThatLapseAreCounted(t *testing.T) {
	t.Parallel()
	lapsed := 0
	count := func(c *forms.Config) {
		c.Observer = observe.Func(func(_ context.Context, e observe.Event) {
			if e.Kind != observe.Lapsed {
				t.Errorf("told %+v", e)
			}
			lapsed += e.Count
		})
	}
	y := newYard(t, count)
	other := y.replica(t, count)
	ada, bob := forms.User("user_ada"), forms.User("user_bob")
	sent, discarded := y.mustPark(t, formOf(ada)), y.mustPark(t, formOf(ada))
	y.mustPark(t, formOf(bob))
	other.mustPark(t, formOf(forms.Browser(browserSecret)))
	if _, err := other.Claim(t.Context(), sent, ada); err != nil {
		t.Fatal(err)
	}
	if err := y.Discard(t.Context(), discarded, ada); err != nil {
		t.Fatal(err)
	}
	y.clock.Advance(forms.DefaultLifetime / 2)
	y.mustPark(t, formOf(ada))
	y.clock.Advance(forms.DefaultLifetime/2 + 2*time.Minute)
	if lapsed != 0 {
		t.Errorf("%d lapsed before anything came", lapsed)
	}
	other.mustPark(t, formOf(bob))
	y.mustPark(t, formOf(bob))
	if lapsed != 2 {
		t.Errorf("%d lapsed, want those of Bob and of the browser", lapsed)
	}
}
