package activity_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/internal/logtest"
)

const user = "user_1"

func noon() time.Time { return time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC) }

func edge() session.Device {
	return session.Device{Type: "Windows", Browser: "Edge", BrowserVersion: "139.0", IP: "192.0.2.14", City: "Toronto", Country: "CA"}
}

// clerk knows sessions by their ids.
type clerk map[string]session.Session

func (c clerk) Session(_ context.Context, id string) (session.Session, error) {
	if one, known := c[id]; known {
		return one, nil
	}
	return session.Session{}, session.ErrUnavailable
}

func journal(tb testing.TB, change func(*activity.Config)) *activity.Journal {
	tb.Helper()
	now := clocktest.At(noon()).Now
	config := activity.Config{Store: storage.NewMemory(storage.MemoryConfig{Now: now}), Now: now}
	if change != nil {
		change(&config)
	}
	j, err := activity.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	return j
}

// told describes entries in a few words, the newest first.
func told(tb testing.TB, j *activity.Journal) []string {
	tb.Helper()
	entries, err := j.Entries(tb.Context(), user)
	if err != nil {
		tb.Fatal(err)
	}
	var words []string
	for _, e := range entries {
		words = append(words, strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %s %s", e.Kind, e.SessionID, e.By.Agent, e.Reason, e.Device.Browser)), " "))
	}
	return words
}

func ago(d time.Duration) time.Time { return noon().Add(-d) }

// The rows tell the journal the same thing in every order: first as they are written, then the other way round.
func TestTheSameIsRecordedOnceWhateverTheOrder(t *testing.T) {
	t.Parallel()
	in := activity.Entry{Kind: activity.SignedIn, SessionID: "sess_1", At: ago(time.Hour), Device: edge()}
	revoked := activity.Entry{Kind: activity.SignedOut, SessionID: "sess_1", At: ago(time.Minute)}
	byUser := activity.Entry{Kind: activity.SignedOut, SessionID: "sess_1", At: ago(time.Minute), By: activity.By{Agent: activity.User, SessionID: "sess_2"}}
	job := activity.Entry{Kind: activity.SignedOutOthers, At: ago(2 * time.Minute), By: activity.By{Agent: activity.User, SessionID: "sess_2"}}
	for _, row := range []struct {
		name string
		told []activity.Entry
		want []string
	}{
		{"a sign-in that comes twice", []activity.Entry{in, in}, []string{"signed_in sess_1 Edge"}},
		{"a sign-in that is told without its device, too", []activity.Entry{{Kind: activity.SignedIn, SessionID: "sess_1", At: ago(time.Hour)}, in}, []string{"signed_in sess_1 Edge"}},
		{"an end whose beginning is told", []activity.Entry{in, revoked}, []string{"signed_out sess_1 Edge", "signed_in sess_1 Edge"}},
		{"an end that only one source says who did", []activity.Entry{revoked, byUser}, []string{"signed_out sess_1 user"}},
		{"an end that a job stands for", []activity.Entry{job, revoked}, []string{"signed_out_others user"}},
		{"an end by somebody else during a job", []activity.Entry{job, byUser}, []string{"signed_out sess_1 user", "signed_out_others user"}},
		{"an end long before a job", []activity.Entry{job, {Kind: activity.SignedOut, SessionID: "sess_3", At: ago(time.Hour)}}, []string{"signed_out_others user", "signed_out sess_3"}},
		{"a session that Clerk ended", []activity.Entry{{Kind: activity.SessionEnded, SessionID: "sess_1", Reason: session.Expired, At: ago(time.Minute)}, in}, []string{"session_ended sess_1 expired Edge", "signed_in sess_1 Edge"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			for _, reversed := range []bool{false, true} {
				j := journal(t, nil)
				for i := range row.told {
					e := row.told[i]
					if reversed {
						e = row.told[len(row.told)-1-i]
					}
					if err := j.Record(t.Context(), user, e); err != nil {
						t.Fatal(err)
					}
				}
				if diff := cmp.Diff(row.want, told(t, j)); diff != "" {
					t.Errorf("reversed %v: %s", reversed, diff)
				}
			}
		})
	}
}

func TestTheDeviceOfASignInComesFromClerk(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		clerk clerk
		want  activity.Entry
	}{
		{"where Clerk knows it", clerk{"sess_1": {ID: "sess_1", UserID: user, Device: edge()}}, activity.Entry{Device: edge()}},
		{"not where Clerk can't be asked", clerk{}, activity.Entry{}},
		{"not where the session is another user's", clerk{"sess_1": {ID: "sess_1", UserID: "user_2", Device: edge()}}, activity.Entry{}},
		{
			"with who acts as the user",
			clerk{"sess_1": {ID: "sess_1", UserID: user, Device: edge(), Impersonated: true, Actor: "user_9"}},
			activity.Entry{Device: edge(), By: activity.By{Agent: activity.Impersonator, ID: "user_9"}},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			j := journal(t, func(c *activity.Config) { c.Sessions = row.clerk })
			if err := j.Record(t.Context(), user, activity.Entry{Kind: activity.SignedIn, SessionID: "sess_1"}); err != nil {
				t.Fatal(err)
			}
			row.want.Kind, row.want.SessionID, row.want.At, row.want.ID = activity.SignedIn, "sess_1", noon(), activity.IDOf("sess_1")
			got, err := j.Entries(t.Context(), user)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]activity.Entry{row.want}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnEntrySaysFromWhichDeviceItWasDone(t *testing.T) {
	t.Parallel()
	j := journal(t, nil)
	err := j.Record(t.Context(), user,
		activity.Entry{Kind: activity.SignedIn, SessionID: "sess_1", At: ago(time.Hour), Device: edge()},
		activity.Entry{Kind: activity.SignedOut, SessionID: "sess_2", By: activity.By{Agent: activity.User, SessionID: "sess_1"}})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := j.Entries(t.Context(), user)
	if err != nil || len(entries) != 2 {
		t.Fatal(entries, err)
	}
	if diff := cmp.Diff(edge(), entries[0].By.Device); diff != "" {
		t.Error(diff)
	}
}

func TestChangesOfAnAccount(t *testing.T) {
	t.Parallel()
	created := ago(40 * 24 * time.Hour)
	base := activity.Account{UserID: user, CreatedAt: created, UpdatedAt: created, PasswordChangedAt: created, Contacts: []string{"ada@example.com"}}
	with := func(change func(*activity.Account)) activity.Account {
		a := base
		a.UpdatedAt = ago(time.Hour)
		change(&a)
		return a
	}
	locked := with(func(a *activity.Account) { a.Locked = true })
	for _, row := range []struct {
		name string
		told []activity.Account
		want []string
	}{
		{"a new user, whose first password is no change", []activity.Account{base}, nil},
		{"nothing that matters", []activity.Account{base, with(func(*activity.Account) {})}, nil},
		{"another password, told twice", []activity.Account{
			base, with(func(a *activity.Account) { a.PasswordChangedAt = ago(time.Hour) }), with(func(a *activity.Account) { a.PasswordChangedAt = ago(time.Hour) }),
		}, []string{"password_changed"}},
		{"another password of a user who was not known", []activity.Account{with(func(a *activity.Account) { a.PasswordChangedAt = ago(time.Hour) })}, []string{"password_changed"}},
		{"two-step verification", []activity.Account{base, with(func(a *activity.Account) {
			a.MFAEnabledAt, a.MFADisabledAt = ago(2*time.Hour), ago(time.Hour)
		})}, []string{"mfa_disabled", "mfa_enabled"}},
		{"another address", []activity.Account{base, with(func(a *activity.Account) { a.Contacts = []string{"eve@example.com"} })}, []string{"contacts_changed"}},
		{"an older event with the address of before", []activity.Account{with(func(*activity.Account) {}), with(func(a *activity.Account) {
			a.UpdatedAt, a.Contacts = ago(2*time.Hour), []string{"old@example.com"}
		})}, nil},
		{"the same addresses in another order", []activity.Account{
			with(func(a *activity.Account) {
				a.UpdatedAt, a.Contacts = ago(2*time.Hour), []string{"a@example.com", "b@example.com"}
			}),
			with(func(a *activity.Account) { a.Contacts = []string{"b@example.com", "a@example.com"} }),
		}, nil},
		{"a lock, told twice", []activity.Account{base, locked, with(func(a *activity.Account) { a.Locked, a.UpdatedAt = true, ago(time.Minute) })}, []string{"locked"}},
		{"a lock that ends", []activity.Account{base, locked, with(func(a *activity.Account) { a.UpdatedAt = ago(time.Minute) })}, []string{"unlocked", "locked"}},
		{"a ban", []activity.Account{with(func(a *activity.Account) { a.Banned = true })}, []string{"banned"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			j := journal(t, nil)
			for _, a := range row.told {
				if err := j.RecordAccount(t.Context(), a); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(row.want, told(t, j)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheActivityOfAUserIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 1000)
	j := journal(t, nil)
	for i := range 300 {
		e := activity.Entry{
			Kind: activity.SignedIn, SessionID: fmt.Sprintf("sess_%d", i), At: ago(time.Duration(300-i) * time.Minute),
			Device: session.Device{Type: long, Browser: long, BrowserVersion: long, IP: long, City: long, Country: "\xff"},
			By:     activity.By{Agent: activity.Impersonator, ID: long, SessionID: long, Device: session.Device{Type: long, Browser: long, City: long}},
		}
		if err := j.Record(t.Context(), user, e); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := j.Entries(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) > activity.MaxEntries || len(entries) < 20 || entries[0].SessionID != "sess_299" {
		t.Errorf("%d entries, the newest of %s", len(entries), entries[0].SessionID)
	}
	if got := entries[0].Device.Browser; len(got) > 96 || strings.ToValidUTF8(got, "") != got {
		t.Errorf("a name of %d bytes", len(got))
	}
	if err := j.Record(t.Context(), user, activity.Entry{Kind: activity.SignedIn, SessionID: "sess_old", At: ago(activity.Kept)}); err != nil {
		t.Error(err)
	}
	if after, _ := j.Entries(t.Context(), user); len(after) != len(entries) {
		t.Error("an entry is recorded that is older than what is kept")
	}
}

// What is done again and again gives way before what happened once.
func TestNothingBuriesTheRest(t *testing.T) {
	t.Parallel()
	j := journal(t, nil)
	first := []activity.Entry{
		{Kind: activity.SignedIn, SessionID: "sess_1", At: ago(300 * time.Minute)}, {Kind: activity.PasswordChanged, At: ago(299 * time.Minute)},
	}
	if err := j.Record(t.Context(), user, first...); err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		e := activity.Entry{Kind: activity.SignedOutSelected, At: ago(time.Duration(200-i) * time.Minute), Count: 1}
		if i%2 == 0 {
			e.Kind = activity.SignedOutOthers
		}
		if err := j.Record(t.Context(), user, e); err != nil {
			t.Fatal(err)
		}
	}
	if got := told(t, j); len(got) != activity.MaxEntries || got[98] != "password_changed" || got[99] != "signed_in sess_1" {
		t.Errorf("%d entries, the oldest are %q", len(got), got[len(got)-2:])
	}
	old := session.Session{ID: "sess_0", UserID: user, Created: ago(400 * time.Minute)}
	if err := j.Learn(t.Context(), user, []session.Session{old}); err != nil {
		t.Fatal(err)
	}
	if got := told(t, j); len(got) != activity.MaxEntries || got[99] != "signed_in sess_0" {
		t.Errorf("%d entries, the oldest is %q", len(got), got[99])
	}
}

func TestEntriesEndAfterNinetyDays(t *testing.T) {
	t.Parallel()
	clock := clocktest.At(noon())
	j := journal(t, func(c *activity.Config) {
		c.Store, c.Now = storage.NewMemory(storage.MemoryConfig{Now: clock.Now}), clock.Now
	})
	for _, id := range []string{"sess_1", "sess_2"} {
		if err := j.Record(t.Context(), user, activity.Entry{Kind: activity.SignedIn, SessionID: id}); err != nil {
			t.Fatal(err)
		}
		clock.Advance(60 * 24 * time.Hour)
	}
	if diff := cmp.Diff([]string{"signed_in sess_2"}, told(t, j)); diff != "" {
		t.Error(diff)
	}
}

func TestListedSessionsAreLearned(t *testing.T) {
	t.Parallel()
	calls := 0
	j := journal(t, func(c *activity.Config) { c.Recorded = func(context.Context, string, activity.Entry) { calls++ } })
	var many []session.Session
	for i := range 500 {
		many = append(many, session.Session{ID: fmt.Sprintf("sess_%03d", i), UserID: user, Created: ago(time.Duration(i) * time.Minute), Device: edge()})
	}
	many = append(many, session.Session{ID: "sess_other", UserID: "user_2", Created: noon()}, session.Session{ID: "sess_undated", UserID: user})
	for range 2 {
		if err := j.Learn(t.Context(), user, many); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := j.Entries(t.Context(), user)
	if err != nil || len(entries) != activity.MaxEntries || entries[0].SessionID != "sess_000" || !entries[0].Learned {
		t.Errorf("%d entries, %v", len(entries), err)
	}
	if err := j.Close(t.Context()); err != nil || calls != 0 {
		t.Errorf("the application was told of %d learned sign-ins; %v", calls, err)
	}
}

func TestASignInIsAcknowledged(t *testing.T) {
	t.Parallel()
	j := journal(t, nil)
	in := activity.Entry{Kind: activity.SignedIn, SessionID: "sess_1", Device: edge()}
	if err := j.Record(t.Context(), user, in, activity.Entry{Kind: activity.PasswordChanged}); err != nil {
		t.Fatal(err)
	}
	entries, _ := j.Entries(t.Context(), user)
	for _, e := range entries {
		err := j.Acknowledge(t.Context(), user, e.ID)
		if (e.Kind == activity.SignedIn) != (err == nil) {
			t.Errorf("%s: %v", e.Kind, err)
		}
	}
	if err := j.Acknowledge(t.Context(), "user_2", activity.IDOf("sess_1")); !errors.Is(err, activity.ErrNotFound) {
		t.Errorf("another user: %v", err)
	}
	if err := j.Record(t.Context(), user, in); err != nil { // the webhook comes again
		t.Fatal(err)
	}
	entries, _ = j.Entries(t.Context(), user)
	for _, e := range entries {
		if e.Acknowledged != (e.Kind == activity.SignedIn) {
			t.Errorf("%s is acknowledged: %v", e.Kind, e.Acknowledged)
		}
	}
}

func TestADeletedUserIsForgotten(t *testing.T) {
	t.Parallel()
	j := journal(t, nil)
	if err := j.Record(t.Context(), user, activity.Entry{Kind: activity.PasswordChanged}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := j.Forget(t.Context(), user); err != nil {
			t.Fatal(err)
		}
	}
	if got := told(t, j); got != nil {
		t.Error(got)
	}
}

// Webhooks come in any order: what is told of a deleted user does not begin the record anew. After two days no webhook comes.
func TestLateWebhooksOfADeletedUserAreLeftOut(t *testing.T) {
	t.Parallel()
	clock := clocktest.At(noon())
	var forgotten []string
	j := journal(t, func(c *activity.Config) {
		c.Store, c.Now = storage.NewMemory(storage.MemoryConfig{Now: clock.Now}), clock.Now
		c.Forgotten = func(_ context.Context, userID string) error {
			forgotten = append(forgotten, userID)
			return nil
		}
	})
	late := map[string]func() error{
		"the end of a session": func() error {
			return j.Record(t.Context(), user, activity.Entry{Kind: activity.SignedOut, SessionID: "sess_1"})
		},
		"a sign-in": func() error {
			return j.Record(t.Context(), user, activity.Entry{Kind: activity.SignedIn, SessionID: "sess_1", Device: edge()})
		},
		"a change": func() error {
			return j.RecordAccount(t.Context(), activity.Account{UserID: user, UpdatedAt: noon(), Locked: true, Contacts: []string{"a@example.com"}})
		},
		"a list": func() error {
			return j.Learn(t.Context(), user, []session.Session{{ID: "sess_1", UserID: user, Created: noon(), Device: edge()}})
		},
		"a job": func() error {
			return j.RecordJob(t.Context(), user, activity.Entry{Kind: activity.SignedOutSelected, Count: 1}, "sess_1")
		},
		"the ends of a job": func() error { return j.RecordEnds(t.Context(), user, "sess_1") },
	}
	if err := j.Forget(t.Context(), user); err != nil || len(forgotten) != 1 || forgotten[0] != user {
		t.Fatalf("forgotten %q: %v", forgotten, err)
	}
	for name, tell := range late {
		if err := tell(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := told(t, j); got != nil {
			t.Errorf("%s began the record anew: %q", name, got)
		}
	}
	if err := j.Record(t.Context(), "user_2", activity.Entry{Kind: activity.PasswordChanged}); err != nil {
		t.Fatal(err)
	}
	if others, err := j.Entries(t.Context(), "user_2"); err != nil || len(others) != 1 {
		t.Errorf("another user has %d entries: %v", len(others), err)
	}
	clock.Advance(48 * time.Hour)
	if err := late["a sign-in"](); err != nil || len(told(t, j)) != 1 {
		t.Errorf("what is kept for it stays longer than it has to: %q %v", told(t, j), err)
	}
}

// What else is kept of a deleted user must not stay unnoticed.
func TestWhatCantBeForgottenIsTold(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	j := journal(t, func(c *activity.Config) { c.Forgotten = func(context.Context, string) error { return away } })
	if err := j.Forget(t.Context(), user); !errors.Is(err, away) {
		t.Errorf("the error is %v", err)
	}
}

// A job stands for the ends of its own sessions, and for no other end in the same minutes.
func TestAJobStandsForItsOwnSessions(t *testing.T) {
	t.Parallel()
	own := activity.By{Agent: activity.User, SessionID: "sess_own"}
	revoked := func(id string) activity.Entry {
		return activity.Entry{Kind: activity.SignedOut, SessionID: id, At: ago(time.Minute)}
	}
	in := func(id string, at time.Time) activity.Entry {
		return activity.Entry{Kind: activity.SignedIn, SessionID: id, At: at}
	}
	for _, row := range []struct {
		name     string
		job      activity.Entry
		selected []string
		settled  []string // told at the end
		others   []activity.Entry
		want     []string
	}{
		{"a selected session", activity.Entry{Kind: activity.SignedOutSelected, By: own}, []string{"sess_1"}, nil, []activity.Entry{revoked("sess_1")}, []string{"signed_out_selected user"}},
		{"a session that was not selected", activity.Entry{Kind: activity.SignedOutSelected, By: own}, []string{"sess_1"}, nil, []activity.Entry{revoked("sess_2")}, []string{"signed_out sess_2", "signed_out_selected user"}},
		{"a session of all", activity.Entry{Kind: activity.SignedOutEverywhere, By: own}, nil, nil, []activity.Entry{in("sess_1", ago(time.Hour)), revoked("sess_1")}, []string{"signed_out_everywhere user", "signed_in sess_1"}},
		{"a session that began after all others had ended", activity.Entry{Kind: activity.SignedOutEverywhere, By: own}, nil, nil, []activity.Entry{in("sess_1", ago(90*time.Second)), revoked("sess_1")}, []string{"signed_out sess_1", "signed_in sess_1", "signed_out_everywhere user"}},
		{"the session that has ended all others", activity.Entry{Kind: activity.SignedOutOthers, By: own}, nil, nil, []activity.Entry{revoked("sess_own")}, []string{"signed_out sess_own", "signed_out_others user"}},
		{"the user's session during a job of an impersonator", activity.Entry{Kind: activity.SignedOutEverywhere, By: activity.By{Agent: activity.Impersonator, ID: "user_9"}}, nil, []string{"sess_1"}, []activity.Entry{revoked("sess_1"), revoked("sess_2")}, []string{"signed_out sess_2", "signed_out_everywhere impersonator"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.job.At, row.job.Count = ago(2*time.Minute), len(row.selected)
			steps := []func(*activity.Journal) error{
				func(j *activity.Journal) error { return j.RecordJob(t.Context(), user, row.job, row.selected...) },
				func(j *activity.Journal) error { return j.Record(t.Context(), user, row.others...) },
				func(j *activity.Journal) error { return j.RecordEnds(t.Context(), user, row.settled...) },
			}
			for _, order := range [][]int{{0, 1, 2}, {1, 0, 2}, {0, 2, 1}} {
				j := journal(t, nil)
				for _, at := range order {
					if err := steps[at](j); err != nil {
						t.Fatal(err)
					}
				}
				if diff := cmp.Diff(row.want, told(t, j)); diff != "" {
					t.Errorf("in the order %v: %s", order, diff)
				}
			}
		})
	}
}

// The sign-ins of sessions that a job has ended say so, also where the sign-in is told after the end, and after a thousand other ends.
func TestTheSignInOfAnEndedSessionSaysSo(t *testing.T) {
	t.Parallel()
	for name, endsFirst := range map[string]bool{"told before": false, "told after": true} {
		j := journal(t, nil)
		steps := []func() error{
			func() error {
				return j.Record(t.Context(), user, activity.Entry{Kind: activity.SignedIn, SessionID: "sess_1", At: ago(time.Hour)},
					activity.Entry{Kind: activity.SignedIn, SessionID: "sess_2", At: ago(time.Hour)})
			},
			func() error { return j.RecordEnds(t.Context(), user, "sess_1", "sess_3") },
		}
		if endsFirst {
			steps[0], steps[1] = steps[1], steps[0]
		}
		for _, step := range steps {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}
		entries, err := j.Entries(t.Context(), user)
		if err != nil || len(entries) != 2 {
			t.Fatalf("%s: %d entries: %v", name, len(entries), err)
		}
		for _, e := range entries {
			if e.Ended != (e.SessionID == "sess_1") {
				t.Errorf("%s: %s has ended: %v", name, e.SessionID, e.Ended)
			}
		}
	}
}

// However many sessions jobs end, the record stays small, and the newest ends are known.
func TestTheEndsOfJobsAreBounded(t *testing.T) {
	t.Parallel()
	clock := clocktest.At(noon())
	store := &sized{Store: storage.NewMemory(storage.MemoryConfig{Now: clock.Now})}
	j := journal(t, func(c *activity.Config) { c.Store, c.Now = store, clock.Now })
	for job := range 20 {
		ids := make([]string, 2000)
		for i := range ids {
			ids[i] = fmt.Sprintf("sess_%d_%d", job, i)
		}
		if err := j.RecordEnds(t.Context(), user, ids...); err != nil {
			t.Fatal(err)
		}
	}
	if store.largest > 16<<10 {
		t.Errorf("the record has %d bytes", store.largest)
	}
	if err := j.Record(t.Context(), user, activity.Entry{Kind: activity.SignedIn, SessionID: "sess_19_0", At: ago(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if entries, err := j.Entries(t.Context(), user); err != nil || len(entries) != 1 || !entries[0].Ended {
		t.Errorf("the newest end is not known: %+v %v", entries, err)
	}
	clock.Advance(15 * time.Minute)
	if err := j.Record(t.Context(), user, activity.Entry{Kind: activity.PasswordChanged}); err != nil {
		t.Fatal(err)
	}
	if store.last > 1<<10 {
		t.Errorf("after the time of its webhooks the record has %d bytes", store.last)
	}
}

// sized tells how long the values are that are stored.
type sized struct {
	storage.Store
	largest, last int
}

func (s *sized) CompareAndSwap(ctx context.Context, key string, old, next []byte, lifetime time.Duration) (bool, error) {
	s.last = len(next)
	s.largest = max(s.largest, s.last)
	return s.Store.CompareAndSwap(ctx, key, old, next, lifetime)
}

func TestUsersAndInstancesAreApart(t *testing.T) {
	t.Parallel()
	store := storage.NewMemory(storage.MemoryConfig{})
	one := journal(t, func(c *activity.Config) { c.Store, c.Instance = store, "clerk.one.example" })
	two := journal(t, func(c *activity.Config) { c.Store, c.Instance = store, "clerk.two.example" })
	if err := one.Record(t.Context(), user, activity.Entry{Kind: activity.PasswordChanged}); err != nil {
		t.Fatal(err)
	}
	if got := told(t, two); got != nil {
		t.Errorf("another instance: %v", got)
	}
	if got, err := one.Entries(t.Context(), "user_2"); err != nil || got != nil {
		t.Errorf("another user: %v, %v", got, err)
	}
}

func TestWhatIsNoEntryIsRefused(t *testing.T) {
	t.Parallel()
	j := journal(t, nil)
	for name, err := range map[string]error{
		"no user":              j.Record(t.Context(), "", activity.Entry{Kind: activity.PasswordChanged}),
		"a user that is no id": j.Record(t.Context(), strings.Repeat("u", 200), activity.Entry{Kind: activity.PasswordChanged}),
		"no session":           j.Record(t.Context(), user, activity.Entry{Kind: activity.SignedIn}),
		"no session that ends": j.Record(t.Context(), user, activity.Entry{Kind: activity.SessionEnded}),
	} {
		if !errors.Is(err, activity.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := activity.New(activity.Config{}); err == nil {
		t.Error("a journal is made of nothing")
	}
}

// A record of another program, or of a later release, must not end recording for ninety days.
func TestARecordThatCantBeReadIsBegunAnew(t *testing.T) {
	t.Parallel()
	store := &spoiled{Store: storage.NewMemory(storage.MemoryConfig{})}
	j := journal(t, func(c *activity.Config) { c.Store = store })
	if _, err := j.Entries(t.Context(), user); err == nil {
		t.Error("what can't be read looks like an empty history")
	}
	if err := j.Record(t.Context(), user, activity.Entry{Kind: activity.PasswordChanged}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"password_changed"}, told(t, j)); diff != "" {
		t.Error(diff)
	}
}

// spoiled is a store whose first record of each key is no JSON.
type spoiled struct {
	storage.Store
	swapped bool
}

func (s *spoiled) Load(ctx context.Context, key string) ([]byte, error) {
	if !s.swapped {
		return []byte("{"), nil
	}
	return s.Store.Load(ctx, key)
}

func (s *spoiled) CompareAndSwap(ctx context.Context, key string, _, next []byte, lifetime time.Duration) (bool, error) {
	s.swapped = true
	return s.Store.CompareAndSwap(ctx, key, nil, next, lifetime)
}

func TestManyWritersLoseNothing(t *testing.T) {
	t.Parallel()
	j := journal(t, nil)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if err := j.Record(t.Context(), user, activity.Entry{Kind: activity.SignedIn, SessionID: fmt.Sprint("sess_", i)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := told(t, j); len(got) != 20 {
		t.Errorf("%d entries", len(got))
	}
}

func TestTheApplicationIsToldOfEachNewEntryOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var got []string
		held := make(chan struct{})
		log := &logtest.Buffer{}
		j := journal(t, func(c *activity.Config) {
			c.Logger = slog.New(slog.NewTextHandler(log, nil))
			c.Recorded = func(_ context.Context, userID string, e activity.Entry) {
				<-held
				got = append(got, userID+" "+string(e.Kind)+" "+e.SessionID)
				if e.SessionID == "sess_1" {
					panic("a secret")
				}
			}
		})
		for range 2 { // the webhook comes twice
			for _, id := range []string{"sess_1", "sess_2"} {
				if err := j.Record(t.Context(), user, activity.Entry{Kind: activity.SignedIn, SessionID: id}); err != nil {
					t.Fatal(err)
				}
			}
		}
		brief, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := j.Close(brief); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("closing does not wait: %v", err)
		}
		close(held)
		if err := j.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"user_1 signed_in sess_1", "user_1 signed_in sess_2"}, got); diff != "" {
			t.Error(diff)
		}
		if !strings.Contains(log.String(), "panicked") || strings.Contains(log.String(), "a secret") {
			t.Errorf("log %s", log)
		}
		if err := j.Record(t.Context(), user, activity.Entry{Kind: activity.SignedIn, SessionID: "sess_3"}); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if len(got) != 2 || len(told(t, j)) != 3 {
			t.Errorf("after closing: told of %d, recorded %d", len(got), len(told(t, j)))
		}
	})
}

// A user who does something again and again leaves room for what others are told of.
func TestOneUserDoesNotFillTheQueueOfAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		held := make(chan struct{})
		told := map[string]int{}
		j := journal(t, func(c *activity.Config) {
			c.Recorded = func(_ context.Context, userID string, _ activity.Entry) { <-held; told[userID]++ }
		})
		for i := range 400 {
			err := j.Record(t.Context(), user, activity.Entry{Kind: activity.SignedOutSelected, At: ago(time.Duration(i) * time.Minute), Count: 1})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := j.Record(t.Context(), "user_2", activity.Entry{Kind: activity.SignedIn, SessionID: "sess_2"}); err != nil {
			t.Fatal(err)
		}
		close(held)
		if err := j.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if told["user_2"] != 1 || told[user] == 0 {
			t.Errorf("told %v", told)
		}
	})
}

// A function that hangs must neither hold a request nor fill the memory.
func TestASlowApplicationHoldsNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		held, calls := make(chan struct{}), 0
		j := journal(t, func(c *activity.Config) {
			c.Recorded = func(context.Context, string, activity.Entry) { <-held; calls++ }
		})
		for i := range 400 {
			if err := j.Record(t.Context(), fmt.Sprint("user_", i), activity.Entry{Kind: activity.PasswordChanged}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		close(held)
		if err := j.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if calls < 256 || calls > 258 {
			t.Errorf("%d calls", calls)
		}
	})
}
