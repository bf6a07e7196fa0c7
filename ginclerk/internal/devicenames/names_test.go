package devicenames_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/internal/devicenames"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

func newNames() *devicenames.Names {
	return devicenames.New(storage.NewMemory(storage.MemoryConfig{}), "clerk.example.com")
}

func TestANameIsKeptAsItIsShown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, given, kept string
		refused           bool
	}{
		{"words", "Work laptop", "Work laptop", false},
		{"space around is left out", " \t Work laptop\u00a0", "Work laptop", false},
		{"sixty characters of any length", strings.Repeat("é", 60), strings.Repeat("é", 60), false},
		{"sixty-one characters", strings.Repeat("a", 61), "", true},
		{"a line feed within", "Work\nlaptop", "", true},
		{"an escape", "Work\x1b[31m", "", true},
		{"a mark that turns the direction", "Work \u202egnp", "", true},
		{"an emoji of several", "👩\u200d💻", "👩\u200d💻", false},
		{"no UTF-8", "Work\xff", "", true},
		{"markup is text", "<b>Work</b>", "<b>Work</b>", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			names := newNames()
			kept, err := names.Set(t.Context(), "user_1", "sess_1", tt.given, []string{"sess_1"})
			if kept != tt.kept || errors.Is(err, devicenames.ErrName) != tt.refused || err != nil && !tt.refused {
				t.Fatalf("kept %q: %v", kept, err)
			}
			if all, err := names.Of(t.Context(), "user_1"); err != nil || all["sess_1"] != tt.kept {
				t.Errorf("the names are %v: %v", all, err)
			}
		})
	}
}

func TestAnEmptyNameTakesTheNameAway(t *testing.T) {
	t.Parallel()
	names, live := newNames(), []string{"sess_1", "sess_2"}
	for _, step := range []struct {
		id, name string
		want     map[string]string
	}{
		{"sess_1", "", nil},
		{"sess_1", "Mum", map[string]string{"sess_1": "Mum"}},
		{"sess_2", "Dad", map[string]string{"sess_1": "Mum", "sess_2": "Dad"}},
		{"sess_1", "  ", map[string]string{"sess_2": "Dad"}},
		{"sess_2", "", nil},
	} {
		if _, err := names.Set(t.Context(), "user_1", step.id, step.name, live); err != nil {
			t.Fatal(err)
		}
		got, err := names.Of(t.Context(), "user_1")
		if diff := cmp.Diff(step.want, got); diff != "" || err != nil {
			t.Errorf("after %q for %s: %v\n%s", step.name, step.id, err, diff)
		}
	}
	if got, err := names.Of(t.Context(), "user_2"); len(got) != 0 || err != nil {
		t.Errorf("another user has %v: %v", got, err)
	}
}

func TestNamesOfSessionsThatAreOverAreForgotten(t *testing.T) {
	t.Parallel()
	names := newNames()
	for _, id := range []string{"sess_1", "sess_2"} {
		if _, err := names.Set(t.Context(), "user_1", id, "Name of "+id, []string{"sess_1", "sess_2"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := names.Set(t.Context(), "user_1", "sess_3", "Mum", []string{"sess_2", "sess_3"}); err != nil {
		t.Fatal(err)
	}
	got, err := names.Of(t.Context(), "user_1")
	if diff := cmp.Diff(map[string]string{"sess_2": "Name of sess_2", "sess_3": "Mum"}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestAUserHasABoundedNumberOfNames(t *testing.T) {
	t.Parallel()
	names := newNames()
	var live []string
	for i := range devicenames.MaxNames + 1 {
		live = append(live, fmt.Sprintf("sess_%d", i))
	}
	for _, id := range live[:devicenames.MaxNames] {
		if _, err := names.Set(t.Context(), "user_1", id, "Name", live); err != nil {
			t.Fatal(err)
		}
	}
	last := live[devicenames.MaxNames]
	if _, err := names.Set(t.Context(), "user_1", last, "Name", live); !errors.Is(err, devicenames.ErrFull) {
		t.Errorf("one more: %v", err)
	}
	if _, err := names.Set(t.Context(), "user_1", live[0], "Another", live); err != nil {
		t.Errorf("another name for one that has one: %v", err)
	}
	if _, err := names.Set(t.Context(), "user_1", last, "Name", live[1:]); err != nil {
		t.Errorf("after one is over: %v", err)
	}
}

// Two requests at the same time lose no name.
func TestNamesThatAreGivenAtTheSameTimeAreAllKept(t *testing.T) {
	t.Parallel()
	names := newNames()
	var live []string
	for i := range 20 {
		live = append(live, fmt.Sprintf("sess_%d", i))
	}
	var group sync.WaitGroup
	for _, id := range live {
		group.Go(func() {
			if _, err := names.Set(t.Context(), "user_1", id, "Name", live); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got, err := names.Of(t.Context(), "user_1"); len(got) != len(live) || err != nil {
		t.Errorf("%d names of %d: %v", len(got), len(live), err)
	}
}
