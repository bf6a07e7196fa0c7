package webhook_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

func TestEventsRevokeSessionsAndUsers(t *testing.T) {
	t.Parallel()
	const lifetime = 90 * time.Second
	until := noon().Add(lifetime)
	session := []revocation.Entry{{SessionID: "sess_1", Until: until}}
	user := func(issuedBefore time.Time) []revocation.Entry {
		return []revocation.Entry{{UserID: "user_1", IssuedBefore: issuedBefore, Until: until}}
	}
	const sess, banned, locked = `{"id":"sess_1","user_id":"user_1","user":{"id":"user_1","banned":true}}`,
		`{"id":"user_1","banned":true,"locked":false}`, `{"id":"user_1","banned":false,"locked":true}`
	const membership = `{"object":"organization_membership","id":"orgmem_1","role":"org:member","organization":{"id":"org_1"},"public_user_data":{"user_id":"user_1"}}`
	members := func(userID string, issuedBefore time.Time) []revocation.Entry {
		return []revocation.Entry{{OrganizationID: "org_1", UserID: userID, IssuedBefore: issuedBefore, Until: until}}
	}
	hourAgo := noon().Add(-time.Hour)
	tests := []struct {
		name string
		body string
		sent time.Duration // relative to our clock
		want []revocation.Entry
	}{
		{"a session that ended", event("session.ended", sess, hourAgo), 0, session},
		{"a session that was removed", event("session.removed", sess, hourAgo), 0, session},
		{"a session that was revoked", event("session.revoked", sess, hourAgo), 0, session},
		{"a session that began clears and revokes nothing", event("session.created", sess, hourAgo), 0, nil},
		{"a pending session is none that ended", event("session.pending", sess, hourAgo), 0, nil},
		{"a session whose other fields have changed their form", event("session.ended", `{"id":"sess_1","created_at":"yesterday","user":7}`, hourAgo), 0, session},
		{"an event whose time has changed its form", `{"type":"session.ended","data":{"id":"sess_1"},"timestamp":"2026-05-12","event_attributes":[]}`, 0, session},
		{"a deleted user loses all until now", event("user.deleted", `{"id":"user_1","deleted":true}`, hourAgo), 0, user(noon())},
		{"a deleted user, our clock being behind", event("user.deleted", `{"id":"user_1","deleted":true}`, hourAgo), 5 * time.Second, user(noon().Add(5 * time.Second))},
		{"a banned user loses what is older than the ban", event("user.updated", banned, hourAgo), 0, user(hourAgo)},
		{"a locked user likewise", event("user.updated", locked, hourAgo), 0, user(hourAgo)},
		{"a ban told in seconds", fmt.Sprintf(`{"type":"user.updated","data":%s,"timestamp":%d}`, banned, hourAgo.Unix()), 0, user(hourAgo)},
		{"a ban in the future is one from now", event("user.updated", banned, noon().Add(time.Hour)), 0, user(noon())},
		{"a ban, our clock being behind", event("user.updated", banned, noon().Add(4*time.Second)), 5 * time.Second, user(noon().Add(4 * time.Second))},
		{"a ban beyond the time of sending", event("user.updated", banned, noon().Add(time.Hour)), 5 * time.Second, user(noon().Add(5 * time.Second))},
		{"a ban of unknown time is one from now", fmt.Sprintf(`{"type":"user.updated","data":%s}`, banned), 0, user(noon())},
		{"a user who is not banned", event("user.updated", `{"id":"user_1","banned":false,"locked":false}`, hourAgo), 0, nil},
		{"a user without the fields", event("user.updated", `{"id":"user_1"}`, hourAgo), 0, nil},
		{"a new user", event("user.created", banned, hourAgo), 0, nil},
		{"a membership that ended", event("organizationMembership.deleted", membership, hourAgo), 0, members("user_1", hourAgo)},
		{"a membership that changed", event("organizationMembership.updated", membership, hourAgo), 0, members("user_1", hourAgo)},
		{"a membership that changed in the future did so now", event("organizationMembership.updated", membership, noon().Add(time.Hour)), 0, members("user_1", noon())},
		{"a membership that began", event("organizationMembership.created", membership, hourAgo), 0, nil},
		{"a membership whose other fields have changed their form", event("organizationMembership.deleted", `{"id":7,"role":[],"organization":{"id":"org_1","name":7},"public_user_data":{"user_id":"user_1"}}`, hourAgo), 0, members("user_1", hourAgo)},
		{"an organization that was deleted", event("organization.deleted", `{"object":"organization","id":"org_1","deleted":true}`, hourAgo), 0, members("", noon())},
		{"an organization that changed", event("organization.updated", `{"id":"org_1"}`, hourAgo), 0, nil},
		{"another object's end", event("role.deleted", `{"id":"role_1","deleted":true}`, hourAgo), 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, func(c *webhook.Config) { c.RevokeFor = lifetime })
			m := b.genuine("msg_1", tt.body)
			m.sent = m.sent.Add(tt.sent)
			if status, word := b.deliver(t, m); status != http.StatusOK {
				t.Fatalf("answered %d %q", status, word)
			}
			if diff := cmp.Diff(tt.want, b.revoked.all()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Ban and unban arrive in every order.
func TestALateBanSparesWhatCameAfterIt(t *testing.T) {
	t.Parallel()
	banned := event("user.updated", `{"id":"user_1","banned":true}`, noon().Add(-30*time.Second))
	unbanned := event("user.updated", `{"id":"user_1","banned":false}`, noon().Add(-20*time.Second))
	for _, order := range [][]string{{banned, unbanned}, {unbanned, banned}, {banned, unbanned, banned}} {
		clock := clocktest.At(noon())
		set := revocation.NewSet(clock.Now)
		b := newBench(t, func(c *webhook.Config) { c.Revocations, c.Now = set, clock.Now })
		for i, body := range order {
			b.deliver(t, b.genuine(fmt.Sprintf("msg_%d", i), body))
		}
		if !set.Revoked("sess_1", "user_1", noon().Add(-40*time.Second)) {
			t.Error("a token from before the ban is accepted")
		}
		if set.Revoked("sess_2", "user_1", noon().Add(-10*time.Second)) {
			t.Error("a token from after the unban is refused")
		}
	}
}

func TestClerkRetriesIfReplicasCantBeTold(t *testing.T) {
	t.Parallel()
	handled := 0
	b := newBench(t, countHandled(&handled))
	b.revoked.fail.Store(true)
	m := b.genuine("msg_1", sessionEnded("sess_1"))
	if status, word := b.deliver(t, m); status != http.StatusServiceUnavailable || word != "unavailable" || handled != 0 {
		t.Errorf("answered %d %q, handled %d times", status, word, handled)
	}
	b.revoked.fail.Store(false)
	if status, word := b.deliver(t, m); status != http.StatusOK || word != "handled" || len(b.revoked.all()) != 2 {
		t.Errorf("answered %d %q, revoked %v", status, word, b.revoked.all())
	}
}

// forgetful collects whom it is told to forget.
type forgetful struct {
	mu  sync.Mutex
	ids []string
}

func (f *forgetful) Forget(ids ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ids = append(f.ids, ids...)
}

func TestEventsHaveUsersForgotten(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, body string
		want       []string
	}{
		{"a user who has changed", event("user.updated", `{"id":"user_1"}`, noon()), []string{"user_1"}},
		{"a user who was deleted", event("user.deleted", `{"id":"user_1","deleted":true}`, noon()), []string{"user_1"}},
		{"a user who was not known a moment ago", event("user.created", `{"id":"user_1"}`, noon()), []string{"user_1"}},
		{"a user whose other fields have changed their form", event("user.updated", `{"id":"user_1","first_name":7}`, noon()), []string{"user_1"}},
		{"a user without an id", event("user.created", `{"first_name":"Ada"}`, noon()), nil},
		{"a member", event("organizationMembership.updated", `{"organization":{"id":"org_1"},"public_user_data":{"user_id":"user_1"}}`, noon()), []string{"user_1"}},
		{"a session", sessionEnded("sess_1"), nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			users := &forgetful{}
			b := newBench(t, func(c *webhook.Config) { c.Users = users })
			m := b.genuine("msg_1", row.body)
			if status, _ := b.deliver(t, m); status != http.StatusOK {
				t.Errorf("status %d", status)
			}
			if diff := cmp.Diff(row.want, users.ids); diff != "" {
				t.Error(diff)
			}
			m.secrets = []string{otherSecret}
			b.deliver(t, m)
			if len(users.ids) != len(row.want) {
				t.Error("an event that is not Clerk's had a user forgotten")
			}
		})
	}
}

// A user is forgotten again with each attempt, whatever became of the one before.
func TestUsersAreForgottenWhileReplicasCannotBeTold(t *testing.T) {
	t.Parallel()
	users := &forgetful{}
	b := newBench(t, func(c *webhook.Config) { c.Users = users })
	b.revoked.fail.Store(true)
	m := b.genuine("msg_1", event("user.deleted", `{"id":"user_1","deleted":true}`, noon()))
	for range 2 {
		if status, _ := b.deliver(t, m); status != http.StatusServiceUnavailable {
			t.Errorf("status %d", status)
		}
	}
	if diff := cmp.Diff([]string{"user_1", "user_1"}, users.ids); diff != "" {
		t.Error(diff)
	}
}
