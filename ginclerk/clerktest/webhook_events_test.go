package clerktest_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestWebhookEventsOfTheBackendAPI(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	r := listen(t, srv)
	id := ""
	for _, row := range []struct {
		name, method, path, body string
		want                     []string
	}{
		{
			"a new user is told once, with all that it begins with",
			http.MethodPost, "/users", `{"email_address":["eve@example.com","e@example.com"],"password":"a-good-password"}`,
			[]string{"user.created"},
		},
		{"a changed user", http.MethodPatch, "/users/{id}", `{"first_name":"Eve"}`, []string{"user.updated"}},
		{"changed metadata", http.MethodPatch, "/users/{id}/metadata", `{"public_metadata":{"a":1}}`, []string{"user.updated"}},
		{"a request that only reads", http.MethodGet, "/users/{id}", "", []string{}},
		{"a refused request", http.MethodPatch, "/users/{id}", `{"primary_email_address_id":"idn_none"}`, []string{}},
		{"a session", http.MethodPost, "/sessions", `{"user_id":"{id}"}`, []string{"session.created"}},
		{"a lock leaves sessions alone", http.MethodPost, "/users/{id}/lock", "", []string{"user.updated"}},
		{"a lock that is lifted", http.MethodPost, "/users/{id}/unlock", "", []string{"user.updated"}},
		{"a ban revokes sessions", http.MethodPost, "/users/{id}/ban", "", []string{"user.updated", "session.revoked"}},
		{"a ban that is lifted", http.MethodPost, "/users/{id}/unban", "", []string{"user.updated"}},
		{"another session", http.MethodPost, "/sessions", `{"user_id":"{id}"}`, []string{"session.created"}},
		{"a password that ends sessions", http.MethodPatch, "/users/{id}", `{"password":"a-better-password","sign_out_of_other_sessions":true}`, []string{"session.revoked", "user.updated"}},
		{
			"an organization with its creator",
			http.MethodPost, "/organizations", `{"name":"Initech","slug":"initech","created_by":"{id}"}`,
			[]string{"organization.created", "organizationMembership.created"},
		},
		{"a changed organization", http.MethodPatch, "/organizations/initech", `{"name":"Initech 2"}`, []string{"organization.updated"}},
		{"an organization's metadata", http.MethodPatch, "/organizations/initech/metadata", `{"public_metadata":{}}`, []string{"organization.updated"}},
		{"another role", http.MethodPatch, "/organizations/initech/memberships/{id}", `{"role":"org:member"}`, []string{"organizationMembership.updated"}},
		{"a member who leaves", http.MethodDelete, "/organizations/initech/memberships/{id}", "", []string{"organizationMembership.deleted"}},
		{
			"a member who joins",
			http.MethodPost, "/organizations/initech/memberships", `{"user_id":"{id}","role":"org:admin"}`,
			[]string{"organizationMembership.created"},
		},
		{"an organization that is deleted with its members", http.MethodDelete, "/organizations/initech", "", []string{"organization.deleted"}},
		{"one more session", http.MethodPost, "/sessions", `{"user_id":"{id}"}`, []string{"session.created"}},
		{"a user who is deleted with sessions", http.MethodDelete, "/users/{id}", "", []string{"user.deleted"}},
	} {
		res := backend(srv, row.method, "/v1"+strings.ReplaceAll(row.path, "{id}", id), strings.ReplaceAll(row.body, "{id}", id)).do(t)
		if id == "" {
			id = res.text(t, "id")
		}
		if diff := cmp.Diff(row.want, types(r.take(t, srv))); diff != "" {
			t.Errorf("%s (%d): events (-want +got):\n%s", row.name, res.status, diff)
		}
	}
}

func TestWebhookEventsOfSessions(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	r := listen(t, srv)
	for _, row := range []struct {
		name, status string
		want         map[string]string // statuses by event
	}{
		{"a sign-in", "", map[string]string{"session.created": "active"}},
		{"a session that begins pending", "pending", map[string]string{"session.pending": "pending"}},
		{"one that ends in the same operation", "ended", map[string]string{"session.created": "active", "session.ended": "ended"}},
		{"a removed session", "removed", map[string]string{"session.created": "active", "session.removed": "removed"}},
		{"a revoked session", "revoked", map[string]string{"session.created": "active", "session.revoked": "revoked"}},
		{"a replaced session has no event", "replaced", map[string]string{"session.created": "active"}},
	} {
		session(t, srv, "ada@example.com", clerktest.SessionOptions{Status: row.status})
		got := map[string]string{}
		for _, d := range r.take(t, srv) {
			got[d.event.Type], _ = d.event.Data["status"].(string)
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.name, diff)
		}
	}
	srv.Clock().Advance(31 * 24 * time.Hour)
	ada := userID(t, srv, "ada@example.com")
	if n := len(srv.Sessions(ada)); n == 0 || slices.ContainsFunc(srv.Sessions(ada), func(s clerktest.Session) bool { return s.Status == "active" }) {
		t.Fatalf("%d sessions, and some are active still", n)
	}
	if got := types(r.take(t, srv)); len(got) > 0 {
		t.Errorf("%v, want nothing: Clerk has no event for sessions that expire or are abandoned", got)
	}
}

func TestWebhookEventsOfTheFrontendAPI(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	r := listen(t, srv)
	p := open(t, srv)
	form := []string{"email_address", "new@example.com", "password", "a-good-password"}
	path := "/v1/client/sign_ups/" + p.post(t, "/v1/client/sign_ups", form...).want(t, http.StatusOK).text(t, "response", "id")
	p.post(t, path+"/prepare_verification", "strategy", "email_code").want(t, http.StatusOK)
	if got := types(r.take(t, srv)); len(got) > 0 {
		t.Errorf("%v before the sign-up was complete", got)
	}
	p.post(t, path+"/attempt_verification", "strategy", "email_code", "code", "424242").want(t, http.StatusOK)
	if diff := cmp.Diff([]string{"user.created", "session.created"}, types(r.take(t, srv))); diff != "" {
		t.Errorf("sign-up (-want +got):\n%s", diff)
	}
	ended, removed := p.signIn(t, "ada@example.com"), p.signIn(t, "grace@example.com")
	r.take(t, srv)
	p.post(t, "/v1/client/sessions/"+ended+"/end")
	p.post(t, "/v1/client/sessions/"+removed+"/remove")
	got := r.take(t, srv)
	if diff := cmp.Diff([]string{"session.ended", "session.removed"}, types(got)); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	for i, id := range []string{ended, removed} {
		if got[i].event.Data["id"] != id {
			t.Errorf("%s is about %v, want %s", got[i].event.Type, got[i].event.Data["id"], id)
		}
	}
}

func TestWebhookEventsOfTests(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	r := listen(t, srv)
	added, err := srv.AddUser(clerktest.User{Email: "eve@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	one, two := signIn(t, srv.NewBrowser(), added.Email), signIn(t, srv.NewBrowser(), added.Email)
	for _, err := range []error{srv.EndSession(one.ID), srv.RevokeSession(two.ID), srv.RevokeSession(two.ID), srv.RemoveUser(added.ID)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"user.created", "session.created", "session.created", "session.ended", "session.revoked", "user.deleted"}
	if diff := cmp.Diff(want, types(r.take(t, srv))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWebhookData(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	r := listen(t, srv)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{OrganizationID: "acme"})
	ada := userID(t, srv, "ada@example.com")
	backend(srv, http.MethodPatch, "/v1/users/"+ada+"/metadata", `{"private_metadata":{"secret":1}}`).do(t).want(t, http.StatusOK)
	backend(srv, http.MethodPatch, "/v1/organizations/acme", `{"name":"ACME"}`).do(t).want(t, http.StatusOK)
	got := r.take(t, srv)
	if diff := cmp.Diff([]string{"session.created", "user.updated", "organization.updated"}, types(got)); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	user := got[0].event.Data["user"].(map[string]any)
	delete(got[0].event.Data, "user")
	if user["id"] != ada {
		t.Errorf("the session's user is %v", user["id"])
	}
	for i, path := range []string{"/v1/sessions/" + s.ID, "/v1/users/" + ada, "/v1/organizations/acme"} {
		answer := backend(srv, http.MethodGet, path, "").do(t).want(t, http.StatusOK).at(t).(map[string]any)
		delete(answer, "tasks") // Clerk's webhook documents don't have it
		if diff := cmp.Diff(answer, got[i].event.Data); diff != "" {
			t.Errorf("%s: data differs from the Backend API's answer (-want +got):\n%s", got[i].event.Type, diff)
		}
	}
	for _, d := range got {
		if d.event.Object != "event" || d.event.Timestamp != noon().UnixMilli() || d.event.InstanceID != srv.InstanceID() {
			t.Errorf("%s: object %s, timestamp %d, instance %s", d.event.Type, d.event.Object, d.event.Timestamp, d.event.InstanceID)
		}
	}
}

func TestDeletionEventsNameTheDeletedResource(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	r := listen(t, srv)
	ada := userID(t, srv, "ada@example.com")
	acme := must(srv.OrganizationID("acme"))(t)
	backend(srv, http.MethodPatch, "/v1/users/"+ada, `{"external_id":"42"}`).do(t).want(t, http.StatusOK)
	backend(srv, http.MethodDelete, "/v1/organizations/"+acme, "").do(t).want(t, http.StatusOK)
	backend(srv, http.MethodDelete, "/v1/users/"+ada, "").do(t).want(t, http.StatusOK)
	var got []map[string]any
	for _, d := range r.take(t, srv)[1:] {
		got = append(got, d.event.Data)
	}
	want := []map[string]any{
		{"object": "organization", "id": acme, "slug": "acme", "deleted": true},
		{"object": "user", "id": ada, "external_id": "42", "deleted": true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWebhooksNameTheRequest(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	r := listen(t, srv)
	request := backend(srv, http.MethodPost, "/v1/users/"+userID(t, srv, "ada@example.com")+"/lock", "")
	request.header["User-Agent"], request.header["X-Forwarded-For"] = "curl/8", "203.0.113.7, 10.0.0.1"
	request.do(t).want(t, http.StatusOK)
	from := r.take(t, srv)[0].event.EventAttributes.HTTPRequest
	if from.UserAgent != "curl/8" || from.ClientIP != "203.0.113.7" {
		t.Errorf("%+v", from)
	}
}

func TestWebhookEventsOfPendingSessions(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	r := listen(t, v.srv)
	b := v.srv.NewBrowser()
	s := session(t, v.srv, "grace@example.com", clerktest.SessionOptions{ClientID: b.ClientID(), Status: "pending"})
	v.open(t, "/sign-in?__clerk_db_jwt="+b.DevBrowser()).submit(t, "accounts", "session_id", s.ID)
	v.submit(t, "form", "organization_id", must(v.srv.OrganizationID("acme"))(t))
	got := r.take(t, v.srv)
	if diff := cmp.Diff([]string{"session.pending", "session.created"}, types(got)); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	if agent := got[1].event.EventAttributes.HTTPRequest.UserAgent; agent == "" || agent == got[0].event.EventAttributes.HTTPRequest.UserAgent {
		t.Errorf("the session became active on account of %q, want the browser", agent)
	}
}
