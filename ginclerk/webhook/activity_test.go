package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// diary collects what the receiver records.
type diary struct {
	mu       sync.Mutex
	entries  []string
	accounts []activity.Account
	fail     bool
}

func (d *diary) Record(_ context.Context, userID string, entries ...activity.Entry) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range entries {
		d.entries = append(d.entries, strings.TrimSpace(fmt.Sprintf("%s %s %s at %s %s%s %s %s", userID, e.Kind, e.SessionID, e.At.UTC().Format(time.TimeOnly),
			e.By.Agent, e.By.ID, e.Reason, e.Device.Browser+e.Device.IP)))
	}
	return d.outcome()
}

func (d *diary) RecordAccount(_ context.Context, a activity.Account) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.accounts = append(d.accounts, a)
	return d.outcome()
}

func (d *diary) Forget(_ context.Context, userID string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.entries = append(d.entries, "forget "+userID)
	return d.outcome()
}

func (d *diary) outcome() error {
	if d.fail {
		return errors.New("the store is away")
	}
	return nil
}

// sessionEvent is an event of sess_1, which user_1 began at 11:00.
func sessionEvent(kind, status, more string) string {
	return event(kind, fmt.Sprintf(`{"object":"session","id":"sess_1","user_id":"user_1","status":%q,"created_at":%d%s}`, status, noon().Add(-time.Hour).UnixMilli(), more), noon())
}

func TestEventsOfSessionsAreRecorded(t *testing.T) {
	t.Parallel()
	const activityOf = `,"latest_activity":{"browser_name":"Edge","ip_address":"192.0.2.14"}`
	for _, row := range []struct{ name, body, want string }{
		{"a sign-in without a device", sessionEvent("session.created", "active", ""), "user_1 signed_in sess_1 at 11:00:00   192.0.2.7"},
		{"a sign-in with a device", sessionEvent("session.created", "active", activityOf), "user_1 signed_in sess_1 at 11:00:00   Edge192.0.2.14"},
		{"an impersonation", sessionEvent("session.created", "active", `,"actor":{"sub":"user_9"}`), "user_1 signed_in sess_1 at 11:00:00 impersonatoruser_9  192.0.2.7"},
		{"the user signs out", sessionEvent("session.removed", "removed", ""), "user_1 signed_out sess_1 at 12:00:00 user"},
		{"the user ends the session", sessionEvent("session.ended", "ended", ""), "user_1 signed_out sess_1 at 12:00:00 user"},
		{"an impersonator signs out", sessionEvent("session.removed", "removed", `,"actor":{"sub":"user_9"}`), "user_1 signed_out sess_1 at 12:00:00 impersonatoruser_9"},
		{"somebody revokes it", sessionEvent("session.revoked", "revoked", ""), "user_1 signed_out sess_1 at 12:00:00"},
		{"it expires", sessionEvent("session.ended", "expired", ""), "user_1 session_ended sess_1 at 12:00:00  expired"},
		{"another one replaces it", sessionEvent("session.ended", "replaced", ""), "user_1 session_ended sess_1 at 12:00:00  replaced"},
		{"a user is deleted", event("user.deleted", `{"id":"user_1","deleted":true}`, noon()), "forget user_1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			d := &diary{}
			b := newBench(t, func(c *webhook.Config) { c.Activity, c.Store = d, nil })
			if status, _ := b.deliver(t, b.genuine("msg_1", row.body)); status != http.StatusOK {
				t.Errorf("status %d", status)
			}
			if diff := cmp.Diff([]string{row.want}, d.entries); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestChangesOfUsersAreRecorded(t *testing.T) {
	t.Parallel()
	d := &diary{}
	b := newBench(t, func(c *webhook.Config) { c.Activity, c.Store = d, nil })
	at := func(hour int) time.Time { return time.Date(2026, 5, 12, hour, 0, 0, 0, time.UTC) }
	body := event("user.updated", fmt.Sprintf(`{"id":"user_1","locked":true,"created_at":%d,"updated_at":%d,"password_last_updated_at":%d,
		"mfa_enabled_at":%d,"mfa_disabled_at":null,"email_addresses":[
		{"id":"idn_1","email_address":"ada@example.com","verification":{"status":"verified"}},
		{"id":"idn_2","email_address":"eve@example.com","verification":{"status":"unverified"}}],
		"phone_numbers":[{"id":"idn_3","phone_number":"+15555550100","verification":{"status":"verified"}}]}`,
		at(1).UnixMilli(), at(4).UnixMilli(), at(2).UnixMilli(), at(3).UnixMilli()), noon())
	if status, _ := b.deliver(t, b.genuine("msg_1", body)); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	want := []activity.Account{{
		UserID: "user_1", CreatedAt: at(1), PasswordChangedAt: at(2), MFAEnabledAt: at(3), UpdatedAt: at(4), Locked: true,
		Contacts: []string{"ada@example.com", "+15555550100"},
	}}
	for i := range d.accounts {
		a := &d.accounts[i]
		for _, moment := range []*time.Time{&a.CreatedAt, &a.PasswordChangedAt, &a.MFAEnabledAt, &a.UpdatedAt} {
			*moment = moment.UTC()
		}
	}
	if diff := cmp.Diff(want, d.accounts); diff != "" {
		t.Error(diff)
	}
}

// What can't be recorded must not keep a session alive, nor have Clerk send the event again.
func TestAnEventThatCantBeRecordedIsHandled(t *testing.T) {
	t.Parallel()
	d := &diary{fail: true}
	handled := 0
	b := newBench(t, func(c *webhook.Config) {
		c.Activity = d
		c.OnSession = func(context.Context, webhook.SessionEvent) error { handled++; return nil }
	})
	status, word := b.deliver(t, b.genuine("msg_1", sessionEnded("sess_1")))
	if status != http.StatusOK || word != "handled" || handled != 1 || len(b.revoked.all()) != 1 {
		t.Errorf("status %d %q, handled %d times, %d revocations", status, word, handled, len(b.revoked.all()))
	}
	if !strings.Contains(b.log.String(), "not in the activity") || strings.Contains(b.log.String(), "sess_1") {
		t.Errorf("log %s", b.log)
	}
}

func TestAMissingJournalIsNoticed(t *testing.T) {
	t.Parallel()
	var none *activity.Journal // of a Clerk that stands for many tenants
	if _, err := webhook.New(webhook.Config{Secrets: []string{secret}, Activity: none}); err == nil || !strings.Contains(err.Error(), "Activity") {
		t.Errorf("error %v", err)
	}
}
