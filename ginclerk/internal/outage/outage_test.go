package outage_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/internal/outage"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

var (
	errDown   = errors.New("no connection")
	errAnswer = errors.New("too many requests")
)

// clerk answers each question with err.
type clerk struct {
	err   error
	asked []string
	told  []observe.Kind
}

func watchOf(t *testing.T) (*outage.Watch, *clerk, *clocktest.Clock) {
	t.Helper()
	c, clock := &clerk{err: errDown}, clocktest.At(clocktest.Noon())
	w, err := outage.New(outage.Config{
		Ask: func(_ context.Context, sessionID string) error {
			c.asked = append(c.asked, sessionID)
			return c.err
		},
		Down:     func(err error) bool { return errors.Is(err, errDown) },
		Patience: 10 * time.Second,
		Observer: observe.Func(func(_ context.Context, e observe.Event) { c.told = append(c.told, e.Kind) }),
		Now:      clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w, c, clock
}

// begins reports whether a request is told at once that Clerk is down.
func begins(w *outage.Watch) (*outage.Trial, bool) {
	trial := &outage.Trial{}
	return trial, !errors.Is(w.Begin(trial), outage.ErrStanding)
}

func wantTries(t *testing.T, w *outage.Watch, want bool, when string) *outage.Trial {
	t.Helper()
	trial, tries := begins(w)
	if tries != want {
		t.Errorf("%s: a request tries %t, want %t", when, tries, want)
	}
	return trial
}

func TestOneTriesAndTheOthersAreTold(t *testing.T) {
	t.Parallel()
	w, _, clock := watchOf(t)
	first, second := wantTries(t, w, true, "before"), wantTries(t, w, true, "before")
	for _, trial := range []*outage.Trial{first, second} {
		if !w.Confirm(t.Context(), trial, "sess_1") {
			t.Error("the outage is not confirmed")
		}
	}
	wantTries(t, w, false, "at once")
	clock.Advance(5*time.Second - 1)
	wantTries(t, w, false, "in the pause")
	clock.Advance(1)
	trial := wantTries(t, w, true, "after the pause")
	wantTries(t, w, false, "while another one tries")
	w.Confirm(t.Context(), trial, "sess_1")
	wantTries(t, w, false, "when that one has failed")
	clock.Advance(5 * time.Second)
	trial = wantTries(t, w, true, "after the second pause")
	w.Leave(trial)
	wantTries(t, w, true, "when the one that tried has left")
	w.Answered(t.Context())
	wantTries(t, w, true, "when Clerk has answered")
	wantTries(t, w, true, "when Clerk has answered")
}

// TestAnOldOutageSaysNothing: that one tries again does not make an outage of an hour ago one of now.
func TestAnOldOutageSaysNothing(t *testing.T) {
	t.Parallel()
	w, _, clock := watchOf(t)
	w.Confirm(t.Context(), &outage.Trial{}, "sess_1")
	clock.Advance(time.Hour)
	wantTries(t, w, true, "the first")
	wantTries(t, w, true, "another one meanwhile")
}

// TestAClockThatGoesBack does not make an outage last.
func TestAClockThatGoesBack(t *testing.T) {
	t.Parallel()
	w, _, clock := watchOf(t)
	w.Confirm(t.Context(), &outage.Trial{}, "sess_1")
	clock.Advance(-time.Hour)
	wantTries(t, w, true, "an hour before")
}

func TestAnAnswerIsNoOutage(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]error{"yes": nil, "another one": errAnswer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c, _ := watchOf(t)
			c.err = answer
			if w.Confirm(t.Context(), &outage.Trial{}, "sess_1") || !slices.Equal(c.asked, []string{"sess_1"}) || c.told != nil {
				t.Errorf("asked %v, told %v", c.asked, c.told)
			}
			wantTries(t, w, true, "then")
		})
	}
}

// TestTheEndOfARequestIsNoOutage, whatever Clerk would have said.
func TestTheEndOfARequestIsNoOutage(t *testing.T) {
	t.Parallel()
	w, c, _ := watchOf(t)
	gone, leave := context.WithCancel(t.Context())
	leave()
	if w.Confirm(gone, &outage.Trial{}, "sess_1") || c.told != nil {
		t.Error("an outage is confirmed")
	}
}

func TestAnOutageIsToldAtItsBeginningAndAtItsEnd(t *testing.T) {
	t.Parallel()
	w, c, clock := watchOf(t)
	for range 3 {
		w.Confirm(t.Context(), &outage.Trial{}, "sess_1")
		clock.Advance(time.Minute)
	}
	w.Answered(t.Context())
	w.Answered(t.Context())
	w.Confirm(t.Context(), &outage.Trial{}, "sess_1")
	if want := []observe.Kind{observe.OutageBegan, observe.OutageEnded, observe.OutageBegan}; !slices.Equal(c.told, want) {
		t.Errorf("told %v, want %v", c.told, want)
	}
}

func TestWhatIsRefusedStaysSoForOlderTokens(t *testing.T) {
	t.Parallel()
	w, _, clock := watchOf(t)
	before := clock.Now().Add(-time.Second)
	w.Refuse("sess_1")
	clock.Advance(time.Second)
	for name, row := range map[string]struct {
		session string
		issued  time.Time
		want    bool
	}{
		"a token from before":          {"sess_1", before, true},
		"one from the same second":     {"sess_1", before.Add(time.Second), true},
		"one from the second after it": {"sess_1", clock.Now(), false},
		"one of another session":       {"sess_2", before, false},
	} {
		if got := w.Refused(row.session, row.issued); got != row.want {
			t.Errorf("%s is refused: %t, want %t", name, got, row.want)
		}
	}
}
