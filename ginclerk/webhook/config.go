package webhook

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/bounded"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/internal/nilvalue"
	"github.com/ginclerk/ginclerk/ginclerk/internal/pasted"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/storage"

	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
)

// Defaults and limits of a [Config].
const (
	DefaultTolerance = 5 * time.Minute
	DefaultMaxBody   = 1 << 20
	DefaultLease     = time.Minute
	// DefaultRevokeFor is the plugin's default Tokens.MaxLifetime of 24 hours plus twice its clock skew.
	DefaultRevokeFor = 24*time.Hour + time.Minute
	// Remembered is how long the id of a handled event is kept: longer than Svix retries (27 h 35 min).
	Remembered = 48 * time.Hour
	// MaxTolerance is the largest Tolerance.
	MaxTolerance = time.Hour
)

const (
	secretPrefix = "whsec_"
	// minSecret is the shortest key that Standard Webhooks allows, in bytes.
	minSecret = 24
	maxName   = 64
)

// Revocations revokes ended sessions and changed memberships: a revocation.Set, or a set that also tells other replicas. If Revoke returns an error,
// some replicas may not know. It must be safe for concurrent use.
type Revocations interface {
	Revoke(ctx context.Context, entries ...revocation.Entry) error
}

// Users remembers who users are: a user.Service. It must be safe for concurrent use.
type Users interface {
	// Forget drops what is remembered of users.
	Forget(userIDs ...string)
}

// Journal keeps what happens to the accounts of users: an activity.Journal. It must be safe for concurrent use.
type Journal interface {
	// Record adds entries of a user.
	Record(ctx context.Context, userID string, entries ...activity.Entry) error
	// RecordAccount adds what has happened to an account since the last call.
	RecordAccount(ctx context.Context, account activity.Account) error
	// Forget deletes what is kept of a user.
	Forget(ctx context.Context, userID string) error
}

// Config configures a [Receiver]. Secrets are required. Store is required if there is a handler. Handlers must be safe for
// concurrent use. Their context ends after Lease, and not when Clerk closes the connection. If a handler returns an error,
// Clerk retries. Without a handler, Revocations, Users and Activity, the receiver is for [Receiver.Verify] alone. Config does not print
// its secrets.
type Config struct {
	// Secrets are the endpoint's signing secrets, "whsec_…": one, or the old and the new one during a rotation.
	Secrets []string
	// Store keeps the ids of events. Replicas share one.
	Store storage.Store
	// Name distinguishes this endpoint from others with the same Store: Svix gives a message the same id at each endpoint. It
	// has letters, digits, hyphens and underscores, and may be empty.
	Name string

	// Revocations receives the sessions, users and memberships that the events end or change; nil means that events revoke nothing.
	Revocations Revocations
	// Users forgets what it remembers of the users that events change; nil means that nothing is remembered of users. It is
	// ginclerk's Clerk.Users.
	Users Users
	// Activity records what the events tell of the accounts of users; nil means that nothing is recorded. It is pages' Site.Activity. What
	// can't be recorded is logged, and the event counts as handled.
	Activity Journal
	// RevokeFor is how long a revocation lasts: the longest lifetime of an accepted token, plus twice the clock skew, plus the
	// Tokens.OutageReading of the plugin. What the plugin itself revokes (Clerk.Revoke) lasts as long anyway. 0 means
	// DefaultRevokeFor.
	RevokeFor time.Duration

	// OnSession handles session.created, .pending, .ended, .removed and .revoked.
	OnSession func(ctx context.Context, event SessionEvent) error
	// OnUser handles user.created and user.updated.
	OnUser func(ctx context.Context, event UserEvent) error
	// OnUserDeleted handles user.deleted. The event has only ids.
	OnUserDeleted func(ctx context.Context, event UserDeletedEvent) error
	// OnOrganization handles organization.created and organization.updated.
	OnOrganization func(ctx context.Context, event OrganizationEvent) error
	// OnOrganizationDeleted handles organization.deleted. The event has only an id.
	OnOrganizationDeleted func(ctx context.Context, event OrganizationDeletedEvent) error
	// OnOrganizationMembership handles organizationMembership.created, .updated and .deleted.
	OnOrganizationMembership func(ctx context.Context, event OrganizationMembershipEvent) error
	// OnEvent handles every event, also of unknown types, after the handler for its type.
	OnEvent func(ctx context.Context, event Event) error

	// Tolerance is the largest difference between the time of sending and now; 0 means DefaultTolerance. At most MaxTolerance.
	Tolerance time.Duration
	// MaxBody is the largest body, in bytes; 0 means DefaultMaxBody.
	MaxBody int64
	// Lease is how long the handlers of an event may take together; 0 means DefaultLease.
	Lease time.Duration
	// Now tells the time; nil means the wall clock.
	Now func() time.Time
	// Observer is told of each delivery that was answered ([observe.WebhookReceived]); nil means no observer.
	Observer observe.Observer
	// Logger logs each refused request and each failed handler, with the id and the type of the event and never its data; nil
	// discards the lines.
	Logger *slog.Logger
}

// String keeps the secrets out of text.
func (c Config) String() string { return "webhook.Config{…}" }

// LogValue keeps the secrets out of logs.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Format keeps the secrets out of text of every verb.
func (c Config) Format(state fmt.State, _ rune) { unprinted.Write(state, c.String()) }

// MarshalText keeps the secrets out of JSON.
func (c Config) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Receiver receives events. Make one with [New]; it is safe for concurrent use.
type Receiver struct {
	config    Config
	verifiers []*svix.Webhook
	only      bool // it only verifies
}

// New makes a receiver. Its error names every problem of the configuration, and no secret.
func New(config Config) (*Receiver, error) {
	problems := config.check()
	r := &Receiver{config: config, only: !config.handles() && config.Revocations == nil && config.Users == nil && config.Activity == nil}
	for i, secret := range config.Secrets {
		verifier, err := newVerifier(secret)
		if err != nil {
			problems = append(problems, fmt.Errorf("webhook: config: Secrets[%d] %w", i, err))
		}
		r.verifiers = append(r.verifiers, verifier)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	r.config.Secrets = nil
	r.config.Now, r.config.Observer = clock.Or(config.Now), observe.All(config.Observer)
	if config.Store != nil {
		r.config.Store = bounded.NewStore(config.Store, storeCall)
	}
	setDefault(&r.config.Tolerance, DefaultTolerance)
	setDefault(&r.config.MaxBody, DefaultMaxBody)
	setDefault(&r.config.Lease, DefaultLease)
	setDefault(&r.config.RevokeFor, DefaultRevokeFor)
	if config.Logger == nil {
		r.config.Logger = slog.New(slog.DiscardHandler)
	}
	return r, nil
}

// String keeps the keys out of text.
func (r Receiver) String() string { return "webhook.Receiver{…}" }

// LogValue keeps the keys out of logs.
func (r Receiver) LogValue() slog.Value { return slog.StringValue(r.String()) }

// Format keeps the keys out of text of every verb.
func (r Receiver) Format(state fmt.State, _ rune) { unprinted.Write(state, r.String()) }

// MarshalText keeps the keys out of JSON.
func (r Receiver) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

func (c Config) check() []error {
	var problems []error
	fail := func(field, problem string) {
		problems = append(problems, fmt.Errorf("webhook: config: %s %s", field, problem))
	}
	if len(c.Secrets) == 0 {
		fail("Secrets", "are missing: take the signing secret from the endpoint's page in the Clerk dashboard; it starts with whsec_")
	}
	if c.handles() && c.Store == nil {
		fail("Store", "is missing: handlers need it to run once")
	}
	for field, part := range map[string]any{"Store": c.Store, "Revocations": c.Revocations, "Users": c.Users, "Activity": c.Activity, "Observer": c.Observer} {
		if err := nilvalue.Check(part); err != nil {
			fail(field, err.Error())
		}
	}
	if c.Name != "" && !isWord(c.Name, maxName) {
		fail("Name", "must be letters, digits, hyphens and underscores, 64 at most")
	}
	if c.Tolerance < 0 || c.Tolerance > MaxTolerance {
		fail("Tolerance", "must be from 0 to MaxTolerance")
	}
	for field, duration := range map[string]time.Duration{"Tolerance": c.Tolerance, "Lease": c.Lease, "RevokeFor": c.RevokeFor} {
		if duration > 0 && duration < time.Millisecond {
			fail(field, fmt.Sprintf("is %v: a number without a unit counts nanoseconds, so write for example %d * time.Second", duration, int64(duration)))
		}
	}
	if c.MaxBody < 0 {
		fail("MaxBody", "must not be negative")
	}
	if c.Lease < 0 {
		fail("Lease", "must not be negative")
	}
	if c.RevokeFor < 0 {
		fail("RevokeFor", "must not be negative")
	}
	return problems
}

// handles reports whether there is a handler.
func (c Config) handles() bool {
	return c.OnSession != nil || c.OnUser != nil || c.OnUserDeleted != nil || c.OnOrganization != nil ||
		c.OnOrganizationDeleted != nil || c.OnOrganizationMembership != nil || c.OnEvent != nil
}

// newVerifier decodes a secret. Its errors don't quote the secret.
func newVerifier(secret string) (*svix.Webhook, error) {
	encoded, found := strings.CutPrefix(secret, secretPrefix)
	if !found {
		return nil, errors.New("does not begin with " + secretPrefix + notSecret(secret))
	}
	key, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return nil, errors.New("is not base64 after " + secretPrefix)
	}
	if len(key) < minSecret {
		return nil, fmt.Errorf("has %d bytes; at least %d are needed", len(key), minSecret)
	}
	verifier, err := svix.NewWebhookRaw(key)
	if err != nil {
		return nil, errors.New("is not taken by svix")
	}
	return verifier, nil
}

// notSecret says which other value a text looks like that is not a signing secret, and what to do.
func notSecret(text string) string {
	const where = "take the signing secret from the endpoint's page in the Clerk dashboard"
	switch bare := pasted.Bare(text); {
	case bare == "":
		return ": it is empty, so " + where
	case bare != text:
		return ": it has white space or quotes around it, which must be taken off"
	case strings.HasPrefix(text, "sk_"), strings.HasPrefix(text, "pk_"):
		return ": it is a key of Clerk's APIs, so " + where
	case strings.Contains(text, "://"):
		return ": it is an address, so " + where
	default:
		return ": " + where
	}
}

func setDefault[T int64 | time.Duration](value *T, otherwise T) {
	if *value == 0 {
		*value = otherwise
	}
}
