package user

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/ginclerk/ginclerk/ginclerk/internal/flight"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

const (
	// DefaultLifetime is how long an answer of Clerk is remembered if [Config].Lifetime is 0.
	DefaultLifetime = time.Minute
	// perRequest is how many users Clerk takes in one request (@clerk/backend, UserApi: "Accepts up to 100 user IDs").
	perRequest = 100
)

// Reader asks Clerk about users. Its errors match [ErrUnavailable] for an outage. It is used concurrently. The slices that it returns are
// the caller's.
type Reader interface {
	// Users returns the users of at most 100 ids that exist, in any order.
	Users(ctx context.Context, ids []string) ([]User, error)
	// UsersByEmailAddress returns the users who have an e-mail address, verified or not, in any order.
	UsersByEmailAddress(ctx context.Context, address string) ([]User, error)
	// OrganizationMemberships returns all memberships of a user. Its error matches [ErrNotFound] for an unknown id.
	OrganizationMemberships(ctx context.Context, id string) ([]OrganizationMembership, error)
}

// Config configures a [Service].
type Config struct {
	// Reader is required.
	Reader Reader
	// Now is the clock. Required.
	Now func() time.Time
	// Lifetime is how long an answer of Clerk is remembered; 0 means DefaultLifetime.
	Lifetime time.Duration
	// Requests is how many requests the service sends Clerk in Per, both at once and over time; at least two. 0 means no limit.
	Requests int
	Per      time.Duration
	// Observer is told of requests that are not sent, because there have been too many ([observe.ClerkNotAsked]); nil means no observer.
	Observer observe.Observer
}

// Service tells who users are. Make one with [New]; it is safe for concurrent use.
type Service struct {
	reader      Reader
	now         func() time.Time
	users       *memory[User]
	memberships *memory[memberships]
	budget      *rate.Limiter
	observer    observe.Observer
}

// New makes a service. It reports every problem of the configuration at once.
func New(config Config) (*Service, error) {
	var problems []error
	if config.Reader == nil || config.Now == nil {
		problems = append(problems, errors.New("user: Reader and Now are required"))
	}
	if config.Lifetime < 0 || config.Requests < 0 || config.Per < 0 {
		problems = append(problems, errors.New("user: Lifetime, Requests and Per must not be negative"))
	}
	if config.Requests > 0 && (config.Requests < 2 || config.Per == 0) {
		problems = append(problems, errors.New("user: Requests needs at least two, and a time Per that they count for"))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	lifetime := cmp.Or(config.Lifetime, DefaultLifetime)
	users, usersErr := newMemory[User](lifetime, config.Now)
	members, membersErr := newMemory[memberships](lifetime, config.Now)
	if err := errors.Join(usersErr, membersErr); err != nil {
		return nil, err
	}
	return &Service{
		reader: config.Reader, now: config.Now, users: users, memberships: members, budget: config.budget(), observer: observe.All(config.Observer),
	}, nil
}

// budget is a bucket that is never emptied faster than Requests in Per: half of them at once, and half as time passes.
func (c Config) budget() *rate.Limiter {
	if c.Requests == 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	half := c.Requests / 2
	return rate.NewLimiter(rate.Limit(float64(half)/c.Per.Seconds()), half)
}

// User returns one user. Errors match [ErrNotFound] and [ErrUnavailable].
func (s *Service) User(ctx context.Context, id string) (User, error) {
	const op = "user"
	users, err := s.list(ctx, []string{id})
	switch {
	case err != nil:
		return User{}, fail(op, err)
	case len(users) == 0:
		return User{}, fail(op, ErrNotFound)
	default:
		return users[0], nil
	}
}

// Remembered returns a user of whom Clerk has told a moment ago. It never asks Clerk; false: nothing is remembered.
func (s *Service) Remembered(id string) (User, bool) {
	a, ok := s.users.get(id)
	if !ok || !a.found {
		return User{}, false
	}
	return a.value.own(), true
}

// List returns the users of the ids in the order of the ids, each once. It leaves out ids that Clerk has no user for. It returns all
// others or an error, which matches [ErrUnavailable] for an outage.
func (s *Service) List(ctx context.Context, ids ...string) ([]User, error) {
	users, err := s.list(ctx, ids)
	return users, fail("list", err)
}

// maxAddress is the longest e-mail address, in bytes (RFC 5321, section 4.5.3.1.3).
const maxAddress = 254

// ByEmailAddress returns the users who have an e-mail address, verified or not. Clerk is asked each time. It returns none for what is no
// address. Errors match [ErrUnavailable].
func (s *Service) ByEmailAddress(ctx context.Context, address string) ([]User, error) {
	const op = "by e-mail address"
	if err := ctx.Err(); err != nil {
		return nil, fail(op, err)
	}
	if len(address) > maxAddress || !strings.Contains(address, "@") {
		return nil, nil
	}
	if err := s.mayAsk(ctx, s.now()); err != nil {
		return nil, fail(op, err)
	}
	users, err := s.reader.UsersByEmailAddress(ctx, address)
	return users, fail(op, err)
}

// mayAsk counts a request to Clerk, and returns an error where there have been too many.
func (s *Service) mayAsk(ctx context.Context, now time.Time) error {
	if s.budget.AllowN(now, 1) {
		return nil
	}
	s.observer.Observe(ctx, observe.Event{Kind: observe.ClerkNotAsked, Target: "users", Reason: observe.UsersLimit})
	return errOftenAsked
}

// Forget drops what is remembered of users and their memberships. Whoever asks from then on is told what Clerk says.
func (s *Service) Forget(ids ...string) {
	for _, id := range ids {
		s.users.forget(id)
		s.memberships.forget(id)
	}
}

func (s *Service) list(ctx context.Context, ids []string) ([]User, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	known, unknown := s.remembered(ids)
	for batch := range slices.Chunk(unknown, perRequest) {
		asked, err := s.ask(ctx, batch)
		if err != nil {
			return nil, err
		}
		for id, a := range asked {
			known[id] = a
		}
	}
	users := make([]User, 0, len(known))
	for _, id := range ids {
		if known[id].found {
			users = append(users, known[id].value.own())
		}
		delete(known, id)
	}
	return users, nil
}

// remembered returns what is known of the ids, and the ids of which nothing is known, each once.
func (s *Service) remembered(ids []string) (known map[string]answer[User], unknown []string) {
	known = make(map[string]answer[User], len(ids))
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		if id == "" || seen[id] {
			continue
		}
		seen[id] = true
		if a, ok := s.users.get(id); ok {
			known[id] = a
		} else {
			unknown = append(unknown, id)
		}
	}
	return known, unknown
}

// ask asks Clerk about users, once for all who ask about the same ones at the same time. What is forgotten meanwhile is asked about
// again.
func (s *Service) ask(ctx context.Context, ids []string) (map[string]answer[User], error) {
	changes := s.users.changesOf(ids)
	return flight.Do(ctx, &s.users.questions, question(changes, ids), func(ctx context.Context) (map[string]answer[User], error) {
		asked := s.now()
		if err := s.mayAsk(ctx, asked); err != nil {
			return nil, err
		}
		users, err := s.reader.Users(ctx, ids)
		if err != nil {
			return nil, err
		}
		answers := make(map[string]answer[User], len(ids))
		for _, id := range ids {
			answers[id] = answer[User]{asked: asked}
		}
		for _, u := range users {
			if _, wanted := answers[u.ID]; wanted {
				answers[u.ID] = answer[User]{value: u, found: true, asked: asked}
			}
		}
		for i, id := range ids {
			s.users.keep(id, answers[id], changes[i])
		}
		return answers, nil
	})
}
