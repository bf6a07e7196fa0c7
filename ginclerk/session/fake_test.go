package session_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

const (
	ann = "user_ann"
	bob = "user_bob"
)

var errRefused = errors.New("refused")

// fake is Clerk as this package sees it.
type fake struct {
	mu       sync.Mutex
	sessions []session.Session
	profiles map[string]session.Profile
	names    map[string]string

	// onList is called before each list with its number, from 0.
	onList func(n int, f *fake) error
	// onRevoke is called before each revocation; an error refuses it.
	onRevoke func(id string, f *fake) error

	down      error // of everything
	namesDown error
	touchErr  error

	lists   int
	revoked []string
	touched []string
}

func (f *fake) find(id string) *session.Session {
	for i := range f.sessions {
		if f.sessions[i].ID == id {
			return &f.sessions[i]
		}
	}
	return nil
}

func (f *fake) Session(ctx context.Context, id string) (session.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := errors.Join(ctx.Err(), f.down); err != nil {
		return session.Session{}, err
	}
	if s := f.find(id); s != nil {
		return *s, nil
	}
	return session.Session{}, errors.Join(errors.New("404 for "+id), session.ErrNotFound)
}

func (f *fake) OfUser(ctx context.Context, userID string, states ...session.Status) ([]session.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.onList != nil {
		if err := f.onList(f.lists, f); err != nil {
			return nil, err
		}
	}
	f.lists++
	return f.where(ctx, func(s session.Session) bool {
		return s.UserID == userID && (len(states) == 0 || slices.Contains(states, s.Status))
	})
}

func (f *fake) OfClient(ctx context.Context, clientID string) ([]session.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.where(ctx, func(s session.Session) bool { return s.ClientID == clientID })
}

func (f *fake) where(ctx context.Context, match func(session.Session) bool) ([]session.Session, error) {
	if err := errors.Join(ctx.Err(), f.down); err != nil {
		return nil, err
	}
	var out []session.Session
	for _, s := range f.sessions {
		if match(s) {
			out = append(out, s)
		}
	}
	return out, nil
}

func (f *fake) Revoke(ctx context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.onRevoke != nil {
		if err := f.onRevoke(id, f); err != nil {
			return err
		}
	}
	if err := errors.Join(ctx.Err(), f.down); err != nil {
		return err
	}
	s := f.find(id)
	if s == nil {
		return session.ErrNotFound
	}
	s.Status = session.Revoked
	f.revoked = append(f.revoked, id)
	return nil
}

func (f *fake) Profiles(_ context.Context, ids []string) (map[string]session.Profile, error) {
	out := make(map[string]session.Profile)
	for _, id := range ids {
		if p, ok := f.profiles[id]; ok {
			out[id] = p
		}
	}
	return out, f.down
}

func (f *fake) OrganizationNames(ctx context.Context, _ string) (map[string]string, error) {
	return f.names, errors.Join(ctx.Err(), f.namesDown)
}

func (f *fake) SelectOrganization(_ context.Context, _ session.Browser, id, organizationID string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.touched = append(f.touched, id+" to "+organizationID)
	return f.touchErr
}

func (f *fake) Touch(_ context.Context, _ session.Browser, id, organizationID string) error {
	f.touched = append(f.touched, id+" in "+organizationID)
	return f.touchErr
}

func service(t *testing.T, f *fake) *session.Service {
	t.Helper()
	s, err := session.New(session.Config{Reader: f, Revoker: f, Profiles: f, Toucher: f})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// active is an active session of a user on a browser, last used that many minutes after noon.
func active(id, user, client string, minute int) session.Session {
	at := time.Date(2026, 5, 12, 12, minute, 0, 0, time.UTC)
	return session.Session{ID: id, UserID: user, ClientID: client, Status: session.Active, LastActive: at, Created: at}
}

func with(s session.Session, change func(*session.Session)) session.Session {
	change(&s)
	return s
}

func status(st session.Status) func(*session.Session) {
	return func(s *session.Session) { s.Status = st }
}

func ids(sessions []session.Session) []string {
	var out []string
	for _, s := range sessions {
		out = append(out, s.ID)
	}
	return out
}
