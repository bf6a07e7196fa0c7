package user_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/user"
)

// TestTheObserverIsToldOfQuestionsThatAreNotAsked, whatever they are about.
func TestTheObserverIsToldOfQuestionsThatAreNotAsked(t *testing.T) {
	t.Parallel()
	var told []observe.Event
	s := service(t, people(3), func(c *user.Config) {
		c.Requests, c.Per = 2, time.Minute // one at once
		c.Observer = observe.Func(func(_ context.Context, e observe.Event) { told = append(told, e) })
	})
	if _, err := s.User(t.Context(), "user_0"); err != nil || told != nil {
		t.Fatalf("error %v, told %+v", err, told)
	}
	for _, ask := range []func() error{
		func() error { _, err := s.User(t.Context(), "user_1"); return err },
		func() error { _, err := s.ByEmailAddress(t.Context(), "ada@example.com"); return err },
		func() error { _, err := s.OrganizationMemberships(t.Context(), "user_2"); return err },
	} {
		told = nil
		if err := ask(); !errors.Is(err, user.ErrUnavailable) {
			t.Errorf("error %v", err)
		}
		if len(told) != 1 || told[0] != (observe.Event{Kind: observe.ClerkNotAsked, Target: "users", Reason: observe.UsersLimit}) {
			t.Errorf("told %+v", told)
		}
	}
}
