package webhook_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// The shapes are from Clerk's webhook specification (2025-04-15). The values are made up.
const (
	userJSON = `{"object":"user","id":"user_1","external_id":"ex_1","username":null,"first_name":"Jane","last_name":null,
		"image_url":"https://img.example/1","has_image":true,"primary_email_address_id":"idn_2","primary_phone_number_id":"idn_3",
		"email_addresses":[
			{"object":"email_address","id":"idn_1","email_address":"old@example.com","verification":null,"linked_to":[]},
			{"object":"email_address","id":"idn_2","email_address":"jane@example.com","verification":{"status":"verified","strategy":"email_code"},"linked_to":[]}],
		"phone_numbers":[{"id":"idn_3","phone_number":"+15555550100","verification":{"status":"unverified"}}],
		"public_metadata":{"plan":"pro"},"private_metadata":null,"unsafe_metadata":{},
		"banned":false,"locked":true,"created_at":1716883200000,"updated_at":1716883500123,"last_sign_in_at":null}`
	sessionJSON = `{"object":"session","id":"sess_1","user_id":"user_1","client_id":"client_1","status":"pending",
		"actor":{"iss":"https://dashboard.clerk.com","sub":"admin_1"},"last_active_organization_id":null,
		"last_active_at":1716883400000,"expire_at":1717488000000,"abandon_at":1719475200000,
		"updated_at":1716883400000,"created_at":1716883200000,"tasks":[{"key":"choose-organization"}],
		"latest_activity":{"object":"session_activity","id":"sess_activity_1","device_type":"Macintosh","is_mobile":false,
			"browser_name":"Chrome","browser_version":"128.0","ip_address":"192.0.2.1","city":"Berlin","country":"DE"},
		"user":` + userJSON + `}`
)

func jane() webhook.User {
	return webhook.User{
		ID: "user_1", ExternalID: "ex_1", FirstName: "Jane", ImageURL: "https://img.example/1",
		EmailAddresses: []webhook.EmailAddress{
			{ID: "idn_1", Address: "old@example.com"},
			{ID: "idn_2", Address: "jane@example.com", Verified: true, Primary: true},
		},
		PhoneNumbers:   []webhook.PhoneNumber{{ID: "idn_3", Number: "+15555550100", Primary: true}},
		PublicMetadata: json.RawMessage(`{"plan":"pro"}`), PrivateMetadata: json.RawMessage(`null`), UnsafeMetadata: json.RawMessage(`{}`),
		Locked: true, CreatedAt: time.Unix(1716883200, 0), UpdatedAt: time.UnixMilli(1716883500123),
	}
}

// seen has the events that the handlers got.
type seen struct {
	session []webhook.SessionEvent
	user    []webhook.UserEvent
	deleted []webhook.UserDeletedEvent
	any     []webhook.Event
}

func newSeen(tb testing.TB) (*bench, *seen) {
	tb.Helper()
	s := &seen{}
	return newBench(tb, func(c *webhook.Config) {
		c.OnSession = func(_ context.Context, e webhook.SessionEvent) error { s.session = append(s.session, e); return nil }
		c.OnUser = func(_ context.Context, e webhook.UserEvent) error { s.user = append(s.user, e); return nil }
		c.OnUserDeleted = func(_ context.Context, e webhook.UserDeletedEvent) error {
			s.deleted = append(s.deleted, e)
			return nil
		}
		c.OnEvent = func(_ context.Context, e webhook.Event) error { s.any = append(s.any, e); return nil }
	}), s
}

func TestSessionEvents(t *testing.T) {
	t.Parallel()
	for _, kind := range []webhook.Type{
		webhook.SessionCreated, webhook.SessionPending, webhook.SessionEnded, webhook.SessionRemoved, webhook.SessionRevoked,
	} {
		b, s := newSeen(t)
		b.deliver(t, b.genuine("msg_1", event(string(kind), sessionJSON, noon().Add(-time.Minute))))
		want := webhook.Event{
			ID: "msg_1", Type: kind, InstanceID: "ins_1", Timestamp: noon().Add(-time.Minute), Sent: noon(),
			Data: json.RawMessage(sessionJSON), ClientIP: "192.0.2.7", UserAgent: "Firefox",
		}
		user := jane()
		session := webhook.Session{
			ID: "sess_1", UserID: "user_1", ClientID: "client_1", Status: "pending", ActorID: "admin_1",
			Tasks: []string{"choose-organization"}, CreatedAt: time.Unix(1716883200, 0), UpdatedAt: time.Unix(1716883400, 0),
			LastActiveAt: time.Unix(1716883400, 0), ExpireAt: time.Unix(1717488000, 0), AbandonAt: time.Unix(1719475200, 0),
			Activity: webhook.Activity{
				ID: "sess_activity_1", DeviceType: "Macintosh", BrowserName: "Chrome", BrowserVersion: "128.0",
				IPAddress: "192.0.2.1", City: "Berlin", Country: "DE",
			},
			User: &user,
		}
		if diff := cmp.Diff(&seen{session: []webhook.SessionEvent{{Event: want, Session: session}}, any: []webhook.Event{want}}, s, cmp.AllowUnexported(seen{})); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

func TestASessionEventWithUnreadableDetailsIsHandled(t *testing.T) {
	t.Parallel()
	b, s := newSeen(t)
	b.deliver(t, b.genuine("msg_1", event("session.ended",
		`{"id":"sess_1","user_id":"user_1","actor":null,"tasks":null,"latest_activity":null,"user":null,"expire_at":null}`, noon())))
	if len(s.session) != 1 {
		t.Fatal("not handled")
	}
	if diff := cmp.Diff(webhook.Session{ID: "sess_1", UserID: "user_1"}, s.session[0].Session); diff != "" {
		t.Error(diff)
	}
}

func TestUserEvents(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"user.created", "user.updated"} {
		b, s := newSeen(t)
		b.deliver(t, b.genuine("msg_1", event(kind, userJSON, noon())))
		if len(s.user) != 1 || len(s.any) != 1 || len(s.deleted)+len(s.session) != 0 {
			t.Fatalf("%s: seen %+v", kind, s)
		}
		if diff := cmp.Diff(jane(), s.user[0].User); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
		if email, found := s.user[0].User.PrimaryEmail(); !found || email.Address != "jane@example.com" {
			t.Errorf("%s: primary address %v", kind, email)
		}
	}
	if _, found := (webhook.User{EmailAddresses: []webhook.EmailAddress{{ID: "idn_1"}}}).PrimaryEmail(); found {
		t.Error("an address that is not primary was taken for it")
	}
}

func TestUserDeleted(t *testing.T) {
	t.Parallel()
	b, s := newSeen(t)
	b.deliver(t, b.genuine("msg_1", event("user.deleted", `{"object":"user","id":"user_1","deleted":true,"external_id":"ex_1"}`, noon())))
	if len(s.deleted) != 1 || len(s.user) != 0 || s.deleted[0].UserID != "user_1" || s.deleted[0].ExternalID != "ex_1" {
		t.Errorf("seen %+v", s)
	}
}

func TestEventsOfUnknownTypesStayRaw(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"organizationDomain.created", "session.refreshed", "user.", "x"} {
		b, s := newSeen(t)
		b.deliver(t, b.genuine("msg_1", event(kind, `["anything"]`, noon())))
		if len(s.any) != 1 || string(s.any[0].Data) != `["anything"]` || len(s.session)+len(s.user)+len(s.deleted) != 0 {
			t.Errorf("%s: seen %+v", kind, s)
		}
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	at := time.Unix(1716883200, 0)
	tests := []struct {
		name, text string
		want       time.Time
	}{
		{"milliseconds", "1716883200000", at},
		{"milliseconds with a fraction of a second", "1716883200123", at.Add(123 * time.Millisecond)},
		{"seconds", "1716883200", at},
		{"seconds with a fraction", "1716883200.5", at.Add(500 * time.Millisecond)},
		{"an exponent", "1.7168832e12", at},
		{"null", "null", time.Time{}},
		{"nothing", "0", time.Time{}},
		{"text", `"1716883200"`, time.Time{}},
		{"below nothing", "-1", time.Time{}},
		{"beyond the year 9999", "253402300800000", time.Time{}},
		{"beyond everything", "1e400", time.Time{}},
		{"the last millisecond of the year 9999", "253402300799999", time.UnixMilli(253402300799999)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			m := b.genuine("msg_1", `{"type":"x","data":{},"timestamp":`+tt.text+`}`)
			got, err := b.receiver.Verify(m.header(t), []byte(m.body))
			if err != nil || !got.Timestamp.Equal(tt.want) || got.Timestamp.IsZero() != tt.want.IsZero() {
				t.Errorf("%v, %v, want %v", got.Timestamp, err, tt.want)
			}
		})
	}
}
