package world_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

func TestAnOperationReportsAChangeOnce(t *testing.T) {
	t.Parallel()
	w := world.New(time.Now)
	ada, eve := w.AddUser(world.NewUser{Email: "ada@example.com"}), w.AddUser(world.NewUser{Email: "eve@example.com"})
	w.Changed(ada)
	for _, want := range [][]world.EventType{
		{world.EventUserCreated, world.EventUserCreated},
		{world.EventUserUpdated, world.EventUserUpdated},
		nil,
	} {
		var got []world.EventType
		for _, e := range w.TakeEvents() {
			got = append(got, e.Type)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if len(got) > 0 && got[0] == world.EventUserCreated {
			w.Changed(ada)
			w.Lock(eve)
			w.Changed(ada)
		}
	}
}
