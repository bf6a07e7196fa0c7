package user_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/user"
)

// fake is Clerk as this package sees it.
type fake struct {
	mu    sync.Mutex
	users map[string]user.User
	// memberships are those of users by their ids.
	memberships map[string][]user.OrganizationMembership

	err   error
	asked [][]string
	hold  chan struct{} // nil: it answers at once
}

func (f *fake) Users(_ context.Context, ids []string) ([]user.User, error) {
	f.mu.Lock()
	f.asked = append(f.asked, slices.Clone(ids))
	users, err, hold := f.pick(ids), f.err, f.hold
	f.mu.Unlock()
	if hold != nil {
		<-hold
	}
	return users, err
}

func (f *fake) UsersByEmailAddress(_ context.Context, address string) ([]user.User, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, []string{"users of " + address})
	var found []user.User
	for _, u := range f.users {
		if u.PrimaryEmailAddress.Address == address {
			found = append(found, u)
		}
	}
	return found, f.err
}

func (f *fake) OrganizationMemberships(_ context.Context, id string) ([]user.OrganizationMembership, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, []string{"memberships of " + id})
	switch {
	case f.err != nil:
		return nil, f.err
	case f.users[id].ID == "":
		return nil, fmt.Errorf("404: %w", user.ErrNotFound)
	default:
		return slices.Clone(f.memberships[id]), nil
	}
}

// pick returns the users in an order that nobody asked for.
func (f *fake) pick(ids []string) []user.User {
	var found []user.User
	for _, id := range ids {
		if u, exists := f.users[id]; exists {
			found = append(found, u)
		}
	}
	rand.Shuffle(len(found), func(i, j int) { found[i], found[j] = found[j], found[i] })
	return found
}

func (f *fake) rename(id, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.users[id] = user.User{ID: id, FirstName: name}
}

func (f *fake) requests() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.asked)
}

func people(n int) *fake {
	f := &fake{users: map[string]user.User{}}
	for i := range n {
		id := "user_" + strconv.Itoa(i)
		f.users[id] = user.User{ID: id, FirstName: "N" + strconv.Itoa(i), PublicMetadata: []byte(`{"n":1}`)}
	}
	return f
}

func service(tb testing.TB, f *fake, change func(*user.Config)) *user.Service {
	tb.Helper()
	config := user.Config{Reader: f, Now: clocktest.At(noon()).Now}
	if change != nil {
		change(&config)
	}
	s, err := user.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func noon() time.Time { return time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC) }

func ids(users []user.User) []string {
	var all []string
	for _, u := range users {
		all = append(all, u.ID)
	}
	return all
}

func TestListKeepsTheOrderOfTheIDs(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name      string
		ask, want []string
		requests  int
	}{
		{"none", nil, nil, 0},
		{"in the order asked", []string{"user_2", "user_0", "user_1"}, []string{"user_2", "user_0", "user_1"}, 1},
		{"each once", []string{"user_1", "user_0", "user_1"}, []string{"user_1", "user_0"}, 1},
		{"without those that do not exist", []string{"user_x", "user_2", "", "user_y"}, []string{"user_2"}, 1},
		{"none that exists", []string{"user_x"}, nil, 1},
		{"an empty id costs nothing", []string{"", ""}, nil, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f := people(3)
			got, err := service(t, f, nil).List(t.Context(), row.ask...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, ids(got)); diff != "" {
				t.Error(diff)
			}
			if f.requests() != row.requests {
				t.Errorf("%d requests, want %d", f.requests(), row.requests)
			}
		})
	}
}

func TestAListAsksForAHundredAtATimeAndOnlyForWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	f := people(250)
	s := service(t, f, nil)
	var all []string
	for i := range 250 {
		all = append(all, "user_"+strconv.Itoa(i))
	}
	slices.Reverse(all)
	if _, err := s.List(t.Context(), all[:50]...); err != nil {
		t.Fatal(err)
	}
	got, err := s.List(t.Context(), all...)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all, ids(got)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]string{all[:50], all[50:150], all[150:]}, f.asked); diff != "" {
		t.Error(diff)
	}
}

func TestAnAnswerIsRememberedForItsLifetime(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		lifetime time.Duration // 0: the default
		id       string
		passed   time.Duration
		requests int
	}{
		{"a user, at once", 0, "user_0", 0, 1},
		{"a user, just before a minute", 0, "user_0", time.Minute - time.Nanosecond, 1},
		{"a user, after a minute", 0, "user_0", time.Minute, 2},
		{"a user, within a longer lifetime", time.Hour, "user_0", 59 * time.Minute, 1},
		{"a user, the clock having gone back", 0, "user_0", -time.Nanosecond, 2},
		{"that there is no user, just before ten seconds", 0, "user_x", 10*time.Second - time.Nanosecond, 1},
		{"that there is no user, after ten seconds", 0, "user_x", 10 * time.Second, 2},
		{"that there is no user, within a shorter lifetime", time.Second, "user_x", time.Second, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f, clock := people(1), clocktest.At(noon())
			s := service(t, f, func(c *user.Config) { c.Now, c.Lifetime = clock.Now, row.lifetime })
			_, before := s.User(t.Context(), row.id)
			clock.Advance(row.passed)
			_, after := s.User(t.Context(), row.id)
			if found := row.id == "user_0"; found != (before == nil) || found != (after == nil) {
				t.Errorf("found: %t, errors %v and %v", found, before, after)
			}
			if f.requests() != row.requests {
				t.Errorf("%d requests, want %d", f.requests(), row.requests)
			}
		})
	}
}

func TestErrorsSayWhatIsWrongAndAreNotRemembered(t *testing.T) {
	t.Parallel()
	f := people(1)
	s := service(t, f, nil)
	if _, err := s.User(t.Context(), "user_x"); !errors.Is(err, user.ErrNotFound) || errors.Is(err, user.ErrUnavailable) {
		t.Errorf("a user who does not exist: %v", err)
	}
	f.err = fmt.Errorf("no route: %w", user.ErrUnavailable)
	if _, err := s.User(t.Context(), "user_0"); !errors.Is(err, user.ErrUnavailable) || errors.Is(err, user.ErrNotFound) {
		t.Errorf("an outage: %v", err)
	}
	if got, err := s.List(t.Context(), "user_x", "user_0"); !errors.Is(err, user.ErrUnavailable) || got != nil {
		t.Errorf("an outage for one of two: %v, %v", got, err)
	}
	f.err = nil
	if u, err := s.User(t.Context(), "user_0"); err != nil || u.FirstName != "N0" {
		t.Errorf("after the outage: %v, %v", u, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.User(gone, "user_0"); !errors.Is(err, context.Canceled) || errors.Is(err, user.ErrUnavailable) {
		t.Errorf("a caller who has left: %v", err)
	}
}

func TestWhoAsksAtTheSameTimeSharesOneRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := people(1)
		f.hold = make(chan struct{})
		s := service(t, f, func(c *user.Config) { c.Now = time.Now })
		leaving, leave := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for i := range 20 {
			ctx := t.Context()
			if i == 0 {
				ctx = leaving
			}
			group.Go(func() {
				u, err := s.User(ctx, "user_0")
				if (err == nil) != (u.ID == "user_0") || err != nil && !errors.Is(err, context.Canceled) {
					t.Errorf("%v, %v", u, err)
				}
			})
			synctest.Wait() // the first one asks
		}
		leave() // which ends nothing for the others
		synctest.Wait()
		close(f.hold)
		group.Wait()
		if f.requests() != 1 {
			t.Errorf("%d requests", f.requests())
		}
	})
}

// What somebody makes up as an id must not be the question of somebody else.
func TestWhoAsksSomethingElseAtTheSameTimeGetsTheirOwnAnswer(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		madeUp []string
		ask    func(ctx context.Context, s *user.Service) (found int, err error)
		want   int
	}{
		{"the ids as one", []string{"user_0 user_1"}, func(ctx context.Context, s *user.Service) (int, error) {
			users, err := s.List(ctx, "user_0", "user_1")
			return len(users), err
		}, 2},
		{"the memberships of the user as two ids", []string{"memberships", "user_0"}, func(ctx context.Context, s *user.Service) (int, error) {
			memberships, err := s.OrganizationMemberships(ctx, "user_0")
			return len(memberships), err
		}, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := joined(people(2))
				f.hold = make(chan struct{})
				s := service(t, f, nil)
				go func() { _, _ = s.List(t.Context(), row.madeUp...) }()
				synctest.Wait()
				var found int
				var err error
				go func() { found, err = row.ask(t.Context(), s) }()
				synctest.Wait()
				close(f.hold)
				synctest.Wait()
				if err != nil || found != row.want {
					t.Errorf("found %d, want %d; error %v", found, row.want, err)
				}
			})
		})
	}
}

func TestForgetHasTheNextCallerAskAnew(t *testing.T) {
	t.Parallel()
	f := people(2)
	s := service(t, f, nil)
	if _, err := s.List(t.Context(), "user_0", "user_1"); err != nil {
		t.Fatal(err)
	}
	f.rename("user_0", "New")
	f.rename("user_1", "New")
	s.Forget("user_0", "user_x")
	got, err := s.List(t.Context(), "user_0", "user_1")
	if err != nil || got[0].FirstName != "New" || got[1].FirstName != "N1" {
		t.Errorf("%+v, %v", got, err)
	}
}

// A question that was asked before a change may be answered with what was. Nobody who asks after the change gets that answer.
func TestAnAnswerFromBeforeAChangeIsNotRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := people(1)
		hold := make(chan struct{})
		f.hold = hold
		s := service(t, f, func(c *user.Config) { c.Now = time.Now })
		var group sync.WaitGroup
		group.Go(func() {
			if u, err := s.User(t.Context(), "user_0"); err != nil || u.FirstName != "N0" {
				t.Errorf("the early one: %v, %v", u.FirstName, err)
			}
		})
		synctest.Wait()
		f.rename("user_0", "New")
		s.Forget("user_0")
		f.mu.Lock()
		f.hold = nil
		f.mu.Unlock()
		if u, err := s.User(t.Context(), "user_0"); err != nil || u.FirstName != "New" {
			t.Errorf("while the early one waits: %v, %v", u.FirstName, err)
		}
		close(hold)
		group.Wait()
		if u, err := s.User(t.Context(), "user_0"); err != nil || u.FirstName != "New" || f.requests() != 2 {
			t.Errorf("afterwards: %v, %v, %d requests", u.FirstName, err, f.requests())
		}
	})
}

// Where users change all the time, the answers about others are remembered all the same: else each question would go to Clerk.
func TestChangesOfOthersCostNoRequests(t *testing.T) {
	t.Parallel()
	const asked = 100
	synctest.Test(t, func(t *testing.T) {
		f := people(asked)
		f.hold = make(chan struct{})
		s := service(t, f, nil)
		all := ids(slices.Collect(maps.Values(f.users)))
		go func() { _, _ = s.List(t.Context(), all...) }()
		synctest.Wait()
		s.Forget("user_of_another_team")
		close(f.hold)
		synctest.Wait()
		again := 0
		for _, id := range all {
			before := f.requests()
			if _, err := s.User(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			again += f.requests() - before
		}
		if again > asked/4 {
			t.Errorf("Clerk is asked again about %d users of %d, of whom none has changed", again, asked)
		}
	})
}

func TestRequestsAreNeverMoreThanTheirLimit(t *testing.T) {
	t.Parallel()
	const requests, per = 20, 10 * time.Second
	f, clock := people(0), clocktest.At(noon())
	s := service(t, f, func(c *user.Config) { c.Now, c.Requests, c.Per = clock.Now, requests, per })
	refused := 0
	for i := range 2000 { // two hundred a second, for ten seconds
		_, err := s.User(t.Context(), "user_made_up_"+strconv.Itoa(i))
		switch {
		case errors.Is(err, user.ErrNotFound):
		case errors.Is(err, user.ErrUnavailable):
			refused++
		default:
			t.Fatal(err)
		}
		clock.Advance(5 * time.Millisecond)
	}
	if asked := f.requests(); asked > requests || asked < requests/2 || asked+refused != 2000 {
		t.Errorf("%d requests in ten seconds, %d refused; the limit is %d", asked, refused, requests)
	}
	clock.Advance(per)
	if _, err := s.User(t.Context(), "user_y"); !errors.Is(err, user.ErrNotFound) {
		t.Errorf("after a rest: %v", err)
	}
}

func TestWhatIsRememberedCostsNoRequest(t *testing.T) {
	t.Parallel()
	f := people(1)
	s := service(t, f, func(c *user.Config) { c.Requests, c.Per = 2, time.Hour })
	for range 100 {
		if _, err := s.User(t.Context(), "user_0"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMetadataBelongsToTheCaller(t *testing.T) {
	t.Parallel()
	s := service(t, people(1), nil)
	for range 2 {
		u, err := s.User(t.Context(), "user_0")
		if err != nil || string(u.PublicMetadata) != `{"n":1}` {
			t.Fatalf("%s, %v", u.PublicMetadata, err)
		}
		copy(u.PublicMetadata, "XXXXXXX")
	}
}

// The memory is bounded by bytes: users with large metadata drive others out.
func TestTheMemoryIsBounded(t *testing.T) {
	t.Parallel()
	f := people(0)
	large := []byte(`"` + strings.Repeat("x", 1<<20) + `"`)
	for i := range 40 {
		id := "user_" + strconv.Itoa(i)
		f.users[id] = user.User{ID: id, PublicMetadata: large}
	}
	s := service(t, f, nil)
	for range 2 {
		for i := range 40 {
			if _, err := s.User(t.Context(), "user_"+strconv.Itoa(i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if f.requests() < 40+30 {
		t.Errorf("%d requests for 40 users of 1 MB, twice: more than 10 MB were remembered", f.requests())
	}
}

func TestAWrongConfigurationIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*user.Config){
		"without a reader":    func(c *user.Config) { c.Reader = nil },
		"without a clock":     func(c *user.Config) { c.Now = nil },
		"a negative lifetime": func(c *user.Config) { c.Lifetime = -1 },
		"a limit of one":      func(c *user.Config) { c.Requests, c.Per = 1, time.Second },
		"a limit without a time": func(c *user.Config) {
			c.Requests = 10
		},
	} {
		config := user.Config{Reader: people(0), Now: time.Now}
		change(&config)
		if s, err := user.New(config); err == nil || s != nil {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}

func TestAUserIsPrintedByTheID(t *testing.T) {
	t.Parallel()
	u := user.User{ID: "user_1", FirstName: "Ada", LastName: "Okafor", PrimaryEmailAddress: user.EmailAddress{Address: "ada@example.com"}}
	if text := fmt.Sprint(u, u.LogValue()); strings.Contains(text, "Ada") || strings.Contains(text, "@") || !strings.Contains(text, "user_1") {
		t.Errorf("printed as %s", text)
	}
	for want, u := range map[string]user.User{"Ada Okafor": u, "Ada": {FirstName: "Ada"}, "Okafor": {LastName: "Okafor"}, "": {Username: "ada"}} {
		if got := u.FullName(); got != want {
			t.Errorf("the full name is %q, want %q", got, want)
		}
	}
}

func TestUsersAreFoundByTheirEmailAddress(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, address string
		want          []string
		requests      int
	}{
		{"an address of a user", "ada@example.com", []string{"user_1"}, 1},
		{"an address of no user", "eve@example.com", nil, 1},
		{"no address", "ada", nil, 0},
		{"nothing", "", nil, 0},
		{"an address that is too long", strings.Repeat("a", 255) + "@example.com", nil, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f := people(2)
			f.users["user_1"] = user.User{ID: "user_1", PrimaryEmailAddress: user.EmailAddress{Address: "ada@example.com"}}
			got, err := service(t, f, nil).ByEmailAddress(t.Context(), row.address)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, ids(got)); diff != "" || f.requests() != row.requests {
				t.Errorf("%d requests, want %d; %s", f.requests(), row.requests, diff)
			}
		})
	}
}

func TestAnOutageIsNoUserWithoutAnAddress(t *testing.T) {
	t.Parallel()
	f := people(1)
	f.err = fmt.Errorf("503: %w", user.ErrUnavailable)
	if _, err := service(t, f, nil).ByEmailAddress(t.Context(), "ada@example.com"); !errors.Is(err, user.ErrUnavailable) {
		t.Errorf("error %v", err)
	}
}
