package signout

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// Sessions lists sessions. It is used concurrently. A session.Reader is one.
type Sessions interface {
	// OfUser returns all sessions of a user, of any status. It calls [session.AwaitTurn] before each request to Clerk except the
	// first. Its errors match [session.ErrUnavailable] for an outage.
	OfUser(ctx context.Context, userID string, states ...session.Status) ([]session.Session, error)
}

// Revoker ends sessions. It is used concurrently. A session.Revoker is one.
type Revoker interface {
	// Revoke ends a session, with turns as above. It returns nil if Clerk says that the session has ended, even if something goes
	// wrong afterwards. Errors match [session.ErrNotFound] for a session that does not exist any more and
	// [session.ErrUnavailable] for an outage.
	Revoke(ctx context.Context, sessionID string) error
}

// Limit is the number of requests that Clerk takes from an instance in a period. Jobs use half of it.
type Limit struct {
	Requests int
	Per      time.Duration
}

// ClerkLimit returns Clerk's limit for a type of instance ([instance.Type.RateLimit]).
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
	// Ended is called with sessions of a job that Clerk's list shows as ended although Revoker did not report their end: an
	// answer was lost, or another caller was faster. Nil means no call. It is used concurrently.
	Ended func(ctx context.Context, sessionIDs []string)
	// Settled is called before a job is told as finished, with its sessions that have ended, by the job or otherwise. A process that
	// takes a job over may call it again. The job waits for it. Nil means no call. It is used concurrently.
	Settled func(ctx context.Context, userID string, sessionIDs []string)
	// Store is required. Replicas with the same store share the jobs and the limit.
	Store storage.Store
	// Instance distinguishes Clerk instances that share a store, for example by the host of the Frontend API. It may be empty if
	// the store has one instance.
	Instance string
	// Limit is Clerk's limit; the zero value means that of development instances. See [ClerkLimit].
	Limit Limit
	// Now is the clock. Required.
	Now func() time.Time
	// Observer is told when a call to Clerk waits for its turn ([observe.ClerkAwaited]) and when this process has ended its work on a job
	// ([observe.SignOutEnded]); nil means no observer.
	Observer observe.Observer
	// Logger gets a line when a job stops before its end; nil discards it. Ids are not logged.
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
	c.Observer = observe.All(c.Observer)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c, errors.Join(problems...)
}
