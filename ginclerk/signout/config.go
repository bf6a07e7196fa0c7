package signout

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// Sessions lists sessions. It is used concurrently. A session.Reader is one.
type Sessions interface {
	// OfUser returns all sessions of a user, of any status. Before each request to Clerk but the first it calls
	// [session.AwaitTurn]. Its errors match [session.ErrUnavailable] for an outage.
	OfUser(ctx context.Context, userID string, states ...session.Status) ([]session.Session, error)
}

// Revoker ends sessions. It is used concurrently. A session.Revoker is one.
type Revoker interface {
	// Revoke ends a session, with turns as above. No error means that Clerk says that it has ended; there must be none for
	// anything that went wrong after that. Errors match [session.ErrNotFound] for a session that is gone and
	// [session.ErrUnavailable] for an outage.
	Revoke(ctx context.Context, sessionID string) error
}

// Limit is how many requests Clerk takes from an instance in a period. Jobs use half of it.
type Limit struct {
	Requests int
	Per      time.Duration
}

// ClerkLimit returns the limit that Clerk has for a type of instance ([instance.Type.RateLimit]).
func ClerkLimit(t instance.Type) Limit {
	requests, per := t.RateLimit()
	return Limit{Requests: requests, Per: per}
}

// Config configures a [Runner].
type Config struct {
	// Sessions is required.
	Sessions Sessions
	// Revoker is required.
	Revoker Revoker
	// Ended is called for sessions of a job that have ended, as Clerk's list shows, although no answer of Revoker said so: the answer was
	// lost, or another caller was quicker. nil does nothing. It is used concurrently.
	Ended func(ctx context.Context, sessionIDs []string)
	// Store is required. Replicas that share it share jobs and the limit.
	Store storage.Store
	// Instance tells Clerk instances apart that share a store, such as by the host of the Frontend API; "" where there is one.
	Instance string
	// Limit is Clerk's; the zero value is that of development instances, see [ClerkLimit].
	Limit Limit
	// Now is the clock. Required.
	Now func() time.Time
	// Logger is told about jobs that stop; nil discards it. Ids are not logged.
	Logger *slog.Logger
}

func (c Config) prepare() (Config, error) {
	var problems []error
	for _, p := range []struct {
		field   string
		missing bool
	}{
		{"Sessions", c.Sessions == nil},
		{"Revoker", c.Revoker == nil},
		{"Store", c.Store == nil},
		{"Now", c.Now == nil},
	} {
		if p.missing {
			problems = append(problems, fmt.Errorf("signout: %s is missing", p.field))
		}
	}
	if c.Limit == (Limit{}) {
		c.Limit = ClerkLimit(instance.Development)
	}
	if c.Limit.Requests < 2 || c.Limit.Per <= 0 {
		problems = append(problems, errors.New("signout: Limit has no half: at least 2 requests in some time are needed"))
	}
	if c.Ended == nil {
		c.Ended = func(context.Context, []string) {}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c, errors.Join(problems...)
}
