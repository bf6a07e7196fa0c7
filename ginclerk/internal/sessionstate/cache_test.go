package sessionstate_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sessionstate"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// clerk answers each question when the test lets it.
type clerk struct {
	status  session.Status
	asked   int
	answers chan struct{}
}

func (c *clerk) Session(context.Context, string) (session.Session, error) {
	c.asked++
	said := session.Session{ID: "sess_1", Status: c.status}
	<-c.answers
	return said, nil
}

func TestAnAnswerFromBeforeAChangeDoesNotOutliveIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := &clerk{status: session.Active, answers: make(chan struct{})}
		cache, err := sessionstate.New(asked, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		got := make(chan session.Status, 2)
		ask := func() {
			said, err := cache.Session(t.Context(), "sess_1")
			if err != nil {
				t.Error(err)
			}
			got <- said.Status
		}
		go ask()
		synctest.Wait() // Clerk has read the session
		asked.status = session.Revoked
		cache.Forget("sess_1")
		go ask()
		synctest.Wait()
		close(asked.answers)
		if first, second := <-got, <-got; first == second {
			t.Errorf("both callers were told %s", first)
		}
		if said, err := cache.Session(t.Context(), "sess_1"); err != nil || said.Status != session.Revoked || asked.asked > 3 {
			t.Errorf("afterwards the cache says %s (%v) after %d questions", said.Status, err, asked.asked)
		}
	})
}
