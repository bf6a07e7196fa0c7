package session_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

func many(n int) []session.Session {
	var out []session.Session
	for i := range n {
		out = append(out, active(fmt.Sprintf("sess_%04d", i), ann, "client_1", i))
	}
	return out
}

func failed(r session.Result) []string {
	var out []string
	for _, f := range r.Failed {
		out = append(out, f.SessionID)
	}
	return out
}

func TestRevokeAllEndsTheCurrentOneLast(t *testing.T) {
	t.Parallel()
	f := &fake{sessions: append(many(50),
		active("sess_bob", bob, "client_1", 1),
		with(active("sess_pending", ann, "client_2", 1), status(session.Pending)),
		with(active("sess_gone", ann, "client_2", 1), status(session.Expired)),
	)}
	got, err := service(t, f).RevokeAll(t.Context(), ann, "sess_0020")
	if err != nil || !got.Complete() {
		t.Fatalf("got %+v, error %v", got, err)
	}
	want := append(ids(many(50)), "sess_pending")
	if last := f.revoked[len(f.revoked)-1]; last != "sess_0020" {
		t.Errorf("%s was the last", last)
	}
	slices.Sort(f.revoked)
	if diff := cmp.Diff(want, f.revoked); diff != "" {
		t.Error(diff)
	}
	slices.Sort(got.Revoked)
	if diff := cmp.Diff(want, got.Revoked); diff != "" {
		t.Error(diff)
	}
}

// slow is a Clerk where every revocation takes a second.
type slow struct {
	*fake
	busy, most *atomic.Int32
}

func (s slow) Revoke(ctx context.Context, id string) error {
	now := s.busy.Add(1)
	defer s.busy.Add(-1)
	s.most.Store(max(now, s.most.Load()))
	select {
	case <-time.After(time.Second): // of the bubble's clock
	case <-ctx.Done():
	}
	return s.fake.Revoke(ctx, id)
}

func TestRevokeAllEndsAtMostFourAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fake{sessions: many(21)}
		most := new(atomic.Int32)
		s, err := session.New(session.Config{Reader: f, Revoker: slow{f, new(atomic.Int32), most}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.RevokeAll(t.Context(), ann, "sess_0000")
		if err != nil || len(got.Revoked) != 21 {
			t.Errorf("got %+v, error %v", got, err)
		}
		if most.Load() != 4 {
			t.Errorf("%d at a time, want 4", most.Load())
		}
	})
}

func TestRevokeAllTellsHowEachWent(t *testing.T) {
	t.Parallel()
	f := &fake{sessions: many(6), onRevoke: func(id string, f *fake) error {
		switch id {
		case "sess_0001":
			return session.ErrUnavailable
		case "sess_0002":
			return session.ErrNotFound
		case "sess_0003":
			f.find(id).Status = session.Ended
			return errRefused
		default:
			return nil
		}
	}}
	got, err := service(t, f).RevokeAll(t.Context(), ann, "sess_0000")
	if err != nil {
		t.Fatal(err)
	}
	want := session.Result{
		Revoked:     []string{"sess_0005", "sess_0004"},
		AlreadyGone: []string{"sess_0003", "sess_0002"},
	}
	if diff := cmp.Diff(want.Revoked, got.Revoked); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want.AlreadyGone, got.AlreadyGone); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"sess_0001"}, failed(got)); diff != "" {
		t.Error(diff)
	}
	if !errors.Is(got.Failed[0].Err, session.ErrUnavailable) {
		t.Errorf("failed with %v", got.Failed[0].Err)
	}
	if f.find("sess_0000").Status != session.Active {
		t.Error("the current session was ended although another failed")
	}
}

func TestRevokeAllCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	broken := true
	f := &fake{sessions: many(3), onRevoke: func(id string, _ *fake) error {
		if broken && id == "sess_0001" {
			return session.ErrUnavailable
		}
		return nil
	}}
	s := service(t, f)
	if got, err := s.RevokeAll(t.Context(), ann, "sess_0000"); err != nil || got.Complete() {
		t.Fatalf("got %+v, error %v", got, err)
	}
	broken = false
	got, err := s.RevokeAll(t.Context(), ann, "sess_0000")
	if diff := cmp.Diff([]string{"sess_0001", "sess_0000"}, got.Revoked); diff != "" || err != nil {
		t.Errorf("error %v %s", err, diff)
	}
}

func TestRevokeAllCatchesSessionsThatAppear(t *testing.T) {
	t.Parallel()
	f := &fake{sessions: many(2), onList: func(n int, f *fake) error {
		if n == 1 {
			f.sessions = append(f.sessions, active("sess_late", ann, "client_9", 9))
		}
		return nil
	}}
	got, err := service(t, f).RevokeAll(t.Context(), ann, "sess_0000")
	if diff := cmp.Diff([]string{"sess_0001", "sess_late", "sess_0000"}, got.Revoked); diff != "" || err != nil {
		t.Errorf("error %v %s", err, diff)
	}
}

func TestRevokeAllGivesUpWhenSessionsAppearWithoutEnd(t *testing.T) {
	t.Parallel()
	f := &fake{sessions: many(2), onList: func(n int, f *fake) error {
		f.sessions = append(f.sessions, active(fmt.Sprintf("sess_late%d", n), ann, "client_9", 9))
		return nil
	}}
	got, err := service(t, f).RevokeAll(t.Context(), ann, "sess_0000")
	if err != nil || got.Complete() || f.lists > 10 {
		t.Fatalf("got %+v after %d lists, error %v", got, f.lists, err)
	}
	if !errors.Is(got.Failed[0].Err, session.ErrStillAppearing) || f.find("sess_0000").Status != session.Active {
		t.Errorf("got %+v", got)
	}
}

func TestRevokeAllDoesNotEndTwiceWhatAListStillShows(t *testing.T) {
	t.Parallel()
	f := &fake{sessions: many(3)}
	stale := slices.Clone(f.sessions)
	s, err := session.New(session.Config{Reader: lagging{f, stale}, Revoker: f})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.RevokeAll(t.Context(), ann, "sess_0000")
	if diff := cmp.Diff([]string{"sess_0002", "sess_0001", "sess_0000"}, got.Revoked); diff != "" || err != nil {
		t.Errorf("error %v %s", err, diff)
	}
}

// lagging is a Clerk whose list shows what was.
type lagging struct {
	*fake
	stale []session.Session
}

func (l lagging) OfUser(context.Context, string, ...session.Status) ([]session.Session, error) {
	return l.stale, nil
}

func TestRevokeAllLeavesACurrentSessionOfSomebodyElse(t *testing.T) {
	t.Parallel()
	f := &fake{sessions: append(many(2), active("sess_bob", bob, "client_1", 1))}
	got, err := service(t, f).RevokeAll(t.Context(), ann, "sess_bob")
	if diff := cmp.Diff([]string{"sess_0001", "sess_0000"}, got.Revoked); diff != "" || err != nil {
		t.Errorf("error %v %s", err, diff)
	}
	if f.find("sess_bob").Status != session.Active {
		t.Error("a foreign session was ended")
	}
}

func TestRevokeAllWhenTheSecondListFails(t *testing.T) {
	t.Parallel()
	f := &fake{sessions: many(3), onList: func(n int, _ *fake) error {
		if n > 0 {
			return session.ErrUnavailable
		}
		return nil
	}}
	got, err := service(t, f).RevokeAll(t.Context(), ann, "sess_0000")
	if !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("error is %v", err)
	}
	if diff := cmp.Diff([]string{"sess_0002", "sess_0001"}, got.Revoked); diff != "" {
		t.Error(diff)
	}
	if f.find("sess_0000").Status != session.Active {
		t.Error("the current session was ended although nobody knows whether others are left")
	}
}

func TestRevokeAllStopsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	f := &fake{sessions: many(20), onRevoke: func(id string, _ *fake) error {
		if id == "sess_0010" {
			cancel()
		}
		return nil
	}}
	got, err := service(t, f).RevokeAll(ctx, ann, "sess_0000")
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error is %v", err)
	}
	if n := len(got.Revoked) + len(got.AlreadyGone) + len(got.Failed); n != 19 {
		t.Errorf("%d sessions are told of: %+v", n, got)
	}
	slices.Sort(got.Revoked)
	slices.Sort(f.revoked)
	if diff := cmp.Diff(f.revoked, got.Revoked); diff != "" {
		t.Error(diff)
	}
	if f.find("sess_0000").Status != session.Active {
		t.Error("the current session was ended")
	}
}
