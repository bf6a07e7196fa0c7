package user_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/user"
)

func joined(f *fake) *fake {
	f.memberships = map[string][]user.OrganizationMembership{"user_0": {
		{ID: "orgmem_1", Role: "org:admin", Organization: user.Organization{ID: "org_1", Name: "Acme"}},
		{ID: "orgmem_2", Role: "org:member", Organization: user.Organization{ID: "org_2", Name: "Globex"}},
	}}
	return f
}

func TestMembershipsAreRememberedAndForgottenAsUsersAre(t *testing.T) {
	t.Parallel()
	f, clock := joined(people(2)), clocktest.At(noon())
	want := f.memberships["user_0"]
	s := service(t, f, func(c *user.Config) { c.Now = clock.Now })
	for step, row := range []struct {
		before   func()
		requests int
	}{
		{func() {}, 1},
		{func() { clock.Advance(time.Minute - time.Nanosecond) }, 1},
		{func() { clock.Advance(time.Nanosecond) }, 2},
		{func() { s.Forget("user_1") }, 2},
		{func() { s.Forget("user_0") }, 3},
	} {
		row.before()
		got, err := s.OrganizationMemberships(t.Context(), "user_0")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		got[0].Role = "changed by the caller"
		if f.requests() != row.requests {
			t.Errorf("step %d: %d requests, want %d", step, f.requests(), row.requests)
		}
	}
}

func TestErrorsOfMemberships(t *testing.T) {
	t.Parallel()
	f := joined(people(2))
	s := service(t, f, nil)
	if got, err := s.OrganizationMemberships(t.Context(), "user_1"); err != nil || len(got) != 0 {
		t.Errorf("a user without any: %v, %v", got, err)
	}
	for range 2 { // the second answer is remembered
		if _, err := s.OrganizationMemberships(t.Context(), "user_x"); !errors.Is(err, user.ErrNotFound) || errors.Is(err, user.ErrUnavailable) {
			t.Errorf("a user who does not exist: %v", err)
		}
	}
	if _, err := s.OrganizationMemberships(t.Context(), ""); !errors.Is(err, user.ErrNotFound) {
		t.Errorf("no user: %v", err)
	}
	if f.requests() != 2 {
		t.Errorf("%d requests", f.requests())
	}
	f.err = fmt.Errorf("no route: %w", user.ErrUnavailable)
	if _, err := s.OrganizationMemberships(t.Context(), "user_0"); !errors.Is(err, user.ErrUnavailable) || errors.Is(err, user.ErrNotFound) {
		t.Errorf("an outage: %v", err)
	}
	f.err = nil
	if got, err := s.OrganizationMemberships(t.Context(), "user_0"); err != nil || len(got) != 2 {
		t.Errorf("after the outage: %v, %v", got, err)
	}
}

func TestMembershipsCountForTheSameLimit(t *testing.T) {
	t.Parallel()
	s := service(t, people(5), func(c *user.Config) { c.Requests, c.Per = 2, time.Hour })
	if _, err := s.User(t.Context(), "user_0"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.OrganizationMemberships(t.Context(), "user_0"); !errors.Is(err, user.ErrUnavailable) {
		t.Errorf("error %v", err)
	}
}
