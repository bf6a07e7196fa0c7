package session_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

func TestNewTellsEveryProblem(t *testing.T) {
	t.Parallel()
	_, err := session.New(session.Config{})
	if err == nil || err.Error() != "session: Reader is missing\nsession: Revoker is missing" {
		t.Errorf("error is %v", err)
	}
}

func TestForUser(t *testing.T) {
	t.Parallel()
	all := []session.Session{
		active("sess_old", ann, "client_1", 1),
		active("sess_new", ann, "client_2", 9),
		active("sess_mid", ann, "client_1", 5),
		with(active("sess_gone", ann, "client_1", 7), status(session.Revoked)),
		with(active("sess_pending", ann, "client_1", 8), status(session.Pending)),
		active("sess_bob", bob, "client_1", 6),
	}
	tests := []struct {
		name    string
		user    string
		current string
		want    []string
	}{
		{"the newest activity comes first", ann, "", []string{"sess_new", "sess_mid", "sess_old"}},
		{"the current one comes first of all", ann, "sess_old", []string{"sess_old", "sess_new", "sess_mid"}},
		{"a current one of somebody else changes nothing", ann, "sess_bob", []string{"sess_new", "sess_mid", "sess_old"}},
		{"a user without sessions has none", "user_x", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := service(t, &fake{sessions: all}).ForUser(t.Context(), tt.user, tt.current)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, ids(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// careless is a Clerk that does not filter.
type careless struct{ *fake }

func (c careless) OfUser(context.Context, string, ...session.Status) ([]session.Session, error) {
	return c.sessions, nil
}

func (c careless) OfClient(context.Context, string) ([]session.Session, error) {
	return c.sessions, nil
}

func TestWhatClerkListsByMistakeIsNotTouched(t *testing.T) {
	t.Parallel()
	f := &fake{sessions: []session.Session{
		active("sess_ann", ann, "client_1", 1),
		active("sess_bob", bob, "client_2", 2),
		with(active("sess_gone", ann, "client_1", 3), status(session.Ended)),
	}}
	s, err := session.New(session.Config{Reader: careless{f}, Revoker: f})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.ForUser(t.Context(), ann, "")
	if diff := cmp.Diff([]string{"sess_ann"}, ids(got)); diff != "" || err != nil {
		t.Errorf("ForUser: %v %s", err, diff)
	}
	accounts, err := s.ForBrowser(t.Context(), "sess_ann")
	if err != nil || len(accounts) != 1 || accounts[0].Session.ID != "sess_ann" {
		t.Errorf("ForBrowser: %v %v", accounts, err)
	}
}

func TestCurrent(t *testing.T) {
	t.Parallel()
	f := &fake{sessions: []session.Session{active("sess_ann", ann, "client_1", 1), active("sess_bob", bob, "client_1", 1)}}
	got, err := service(t, f).Current(t.Context(), ann, "sess_ann")
	if err != nil || got.ID != "sess_ann" {
		t.Errorf("got %v, error %v", got, err)
	}
}

func TestForeignSessionCannotBeToldFromAnUnknownOne(t *testing.T) {
	t.Parallel()
	f := &fake{sessions: []session.Session{
		active("sess_ann", ann, "client_1", 1), active("sess_bob", bob, "client_2", 1),
		with(active("sess_bob_gone", bob, "client_2", 1), status(session.Ended)),
	}}
	s := service(t, f)
	browser := session.Browser{DevBrowser: "dvb"}
	calls := map[string]func(ctx context.Context, id string) error{
		"Current":          func(ctx context.Context, id string) error { _, err := s.Current(ctx, ann, id); return err },
		"Revoke":           func(ctx context.Context, id string) error { return s.Revoke(ctx, ann, id) },
		"RevokeForBrowser": func(ctx context.Context, id string) error { return s.RevokeForBrowser(ctx, "sess_ann", id) },
		"Switch":           func(ctx context.Context, id string) error { return s.Switch(ctx, browser, "sess_ann", id) },
	}
	for name, call := range calls {
		unknown := call(t.Context(), "sess_unknown")
		for _, id := range []string{"sess_bob", "sess_bob_gone", ""} {
			err := call(t.Context(), id)
			if !errors.Is(err, session.ErrNotFound) || err.Error() != unknown.Error() {
				t.Errorf("%s(%q): %v; of an unknown session: %v", name, id, err, unknown)
			}
		}
	}
	if len(f.revoked)+len(f.touched) != 0 {
		t.Errorf("revoked %v, touched %v", f.revoked, f.touched)
	}
	if _, err := s.Current(t.Context(), "", "sess_ann"); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("nobody's session: %v", err)
	}
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	outage := errors.Join(errors.New("502"), session.ErrUnavailable)
	tests := []struct {
		name     string
		onRevoke func(id string, f *fake) error
		status   session.Status
		want     error
		revoked  int
	}{
		{"an active session ends", nil, session.Active, nil, 1},
		{"a pending session ends", nil, session.Pending, nil, 1},
		{"one that has ended is fine", nil, session.Ended, nil, 0},
		{"one that was revoked is fine", nil, session.Revoked, nil, 0},
		{"one that expired is fine", nil, session.Expired, nil, 0},
		{"one that is gone at the last moment is fine", func(string, *fake) error { return session.ErrNotFound }, session.Active, nil, 0},
		{
			"one that another ended at the last moment is fine",
			func(id string, f *fake) error { f.find(id).Status = session.Ended; return errRefused },
			session.Active, nil, 0,
		},
		{"a refusal is an error", func(string, *fake) error { return errRefused }, session.Active, errRefused, 0},
		{"an outage is an error", func(string, *fake) error { return outage }, session.Active, session.ErrUnavailable, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := &fake{sessions: []session.Session{with(active("sess_1", ann, "client_1", 1), status(tt.status))}, onRevoke: tt.onRevoke}
			err := service(t, f).Revoke(t.Context(), ann, "sess_1")
			if !errors.Is(err, tt.want) || (tt.want == nil && err != nil) {
				t.Errorf("error is %v, want %v", err, tt.want)
			}
			if len(f.revoked) != tt.revoked {
				t.Errorf("revoked %v", f.revoked)
			}
		})
	}
}

func TestOutageIsNeverSignedOut(t *testing.T) {
	t.Parallel()
	f := &fake{sessions: []session.Session{active("sess_1", ann, "client_1", 1)}, down: session.ErrUnavailable}
	s := service(t, f)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	calls := map[string]func(ctx context.Context) error{
		"ForUser":          func(ctx context.Context) error { _, err := s.ForUser(ctx, ann, "sess_1"); return err },
		"ForBrowser":       func(ctx context.Context) error { _, err := s.ForBrowser(ctx, "sess_1"); return err },
		"Current":          func(ctx context.Context) error { _, err := s.Current(ctx, ann, "sess_1"); return err },
		"Revoke":           func(ctx context.Context) error { return s.Revoke(ctx, ann, "sess_1") },
		"RevokeForBrowser": func(ctx context.Context) error { return s.RevokeForBrowser(ctx, "sess_1", "sess_1") },
		"Switch": func(ctx context.Context) error {
			return s.Switch(ctx, session.Browser{Client: "c"}, "sess_1", "sess_1")
		},
	}
	for name, call := range calls {
		err := call(t.Context())
		if !errors.Is(err, session.ErrUnavailable) || errors.Is(err, session.ErrNotFound) || errors.Is(err, session.ErrNotActive) {
			t.Errorf("%s: %v", name, err)
		}
		if err := call(cancelled); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, cancelled: %v", name, err)
		}
	}
}
