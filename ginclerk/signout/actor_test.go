package signout_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

const support = "user_support"

// acting adds sessions of an actor who impersonates a user.
func (c *clerk) acting(user, actor string, ids ...string) {
	c.add(user, session.Active, ids...)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		s := c.sessions[id]
		s.Impersonated, s.Actor = true, actor
		c.sessions[id] = s
	}
}

// A job of an actor ends only the sessions of that actor, however it is started, taken over and tried again.
func TestAJobOfAnImpersonatorEndsTheirSessionsAlone(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		request signout.Request
		live    []string // of those that may end
		failed  int
	}{
		{"everywhere", signout.Request{Scope: signout.Everywhere, CurrentSessionID: current, Actor: support}, nil, 0},
		{"all others", signout.Request{Scope: signout.Others, CurrentSessionID: current, Actor: support}, []string{current}, 0},
		{"selected", signout.Request{
			Scope: signout.Selected, CurrentSessionID: current, Actor: support,
			SessionIDs: []string{"sess_own0", "sess_other0", "sess_unnamed0", "sess_mine0", "sess_mine1", "sess_mine2"},
		}, []string{current}, 3},
		{
			"by an actor whose id is not known",
			signout.Request{Scope: signout.Everywhere, CurrentSessionID: current},
			[]string{"sess_mine0", "sess_mine1", "sess_mine2"},
			0,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClerk()
				c.add(ann, session.Active, "sess_own0", "sess_own1")
				c.acting(ann, "user_other", "sess_other0")
				c.acting(ann, "", "sess_unnamed0")
				c.acting(ann, support, current, "sess_mine0", "sess_mine1", "sess_mine2")
				store := memory()
				one := newRunner(t, c, store, development)
				req := row.request
				req.UserID, req.Impersonated = ann, true
				job := start(t, one, req)
				wait(t, 300*time.Millisecond)
				if err := one.Close(t.Context()); err != nil { // another process goes on, with the same limits
					t.Fatal(err)
				}
				two := newRunner(t, c, store, development)
				two.Watch()
				job = finish(t, two, job.ID)
				if row.failed > 0 {
					again, err := two.Retry(t.Context(), ann, job.ID)
					if err != nil {
						t.Fatal(err)
					}
					job = finish(t, two, again.ID)
				}
				var left []string
				for _, id := range c.live(ann) {
					if strings.HasPrefix(id, "sess_mine") || id == current {
						left = append(left, id)
					}
				}
				slices.Sort(left)
				if diff := cmp.Diff(row.live, left); diff != "" {
					t.Errorf("live (-want +got):\n%s", diff)
				}
				if kept := len(c.live(ann)) - len(left); kept != 4 {
					t.Errorf("%d sessions that are not theirs live on, want 4", kept)
				}
				if len(job.Failed) != row.failed || !job.Impersonated || job.Actor != row.request.Actor {
					t.Errorf("%+v", job)
				}
				for _, failed := range job.Failed {
					if failed.Reason != signout.NotAllowed {
						t.Errorf("%s failed since it is %s", failed.SessionID, failed.Reason)
					}
				}
			})
		})
	}
}

// The jobs of the user and those of an actor who impersonates the user are kept apart.
func TestJobsOfTheUserAndOfAnImpersonatorAreApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClerk()
		c.add(ann, session.Active, names("a", 50)...)
		c.acting(ann, support, names("mine", 50)...)
		store := memory()
		r := newRunner(t, c, store, production)
		acting := start(t, r, signout.Request{UserID: ann, Scope: signout.Everywhere, Impersonated: true, Actor: support})
		own := start(t, r, signout.Request{UserID: ann, Scope: signout.Everywhere})
		if acting.ID == own.ID {
			t.Fatal("the user got the job of somebody who acts as the user")
		}
		if got, err := r.Latest(t.Context(), ann); err != nil || got.ID != own.ID {
			t.Errorf("latest: %v %v", got.ID, err)
		}
		if got, err := r.LatestActing(t.Context(), ann, support); err != nil || got.ID != acting.ID {
			t.Errorf("latest of the actor: %v %v", got.ID, err)
		}
		for _, other := range []string{"", "user_other"} {
			if _, err := r.LatestActing(t.Context(), ann, other); !errors.Is(err, signout.ErrNotFound) {
				t.Errorf("latest of %q: %v", other, err)
			}
		}
		finish(t, r, acting.ID)
		finish(t, r, own.ID)
		if live := c.live(ann); len(live) > 0 {
			t.Errorf("%v live on", live)
		}
		if _, err := r.Start(t.Context(), signout.Request{UserID: ann, Scope: signout.Everywhere, Actor: support}); !errors.Is(err, signout.ErrRequest) {
			t.Errorf("an actor without impersonation: %v", err)
		}
	})
}
