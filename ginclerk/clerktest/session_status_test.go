package clerktest_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// lived is a session of a browser, with everything that was issued while it was signed in.
type lived struct {
	*page
	browser        *clerktest.Browser
	id             string
	token, refresh string
}

func newLived(t *testing.T, options ...func(*clerktest.Config)) lived {
	t.Helper()
	srv := clerktest.New(t, append(options, standing)...)
	b := srv.NewBrowser()
	l := lived{page: &page{srv: srv, dev: b.DevBrowser()}, browser: b, id: signIn(t, b, "ada@example.com").ID}
	key, err := instance.ParsePublishableKey(srv.PublishableKey())
	if err != nil {
		t.Fatal(err)
	}
	cookies, err := b.Cookies(appOrigin)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range cookies {
		switch cookie.Name {
		case key.Suffixed(instance.CookieRefresh):
			l.refresh = cookie.Value
		case "__session":
			l.token = cookie.Value
		}
	}
	return l
}

// The ways in which a session gets its status.
func wayRevoked(t *testing.T, l lived) {
	t.Helper()
	backend(l.srv, http.MethodPost, "/v1/sessions/"+l.id+"/revoke", "").do(t).want(t, http.StatusOK)
}

func wayRevokedByUser(t *testing.T, l lived) {
	t.Helper()
	other := open(t, l.srv)
	other.signIn(t, "ada@example.com")
	other.post(t, "/v1/me/sessions/"+l.id+"/revoke").want(t, http.StatusOK)
}

func wayBanned(t *testing.T, l lived) {
	t.Helper()
	backend(l.srv, http.MethodPost, "/v1/users/"+userID(t, l.srv, "ada@example.com")+"/ban", "").do(t).want(t, http.StatusOK)
}

func wayPosted(action string) func(*testing.T, lived) {
	return func(t *testing.T, l lived) {
		t.Helper()
		l.post(t, "/v1/client/sessions/"+l.id+action).want(t, http.StatusOK)
	}
}

func waySignedOut(t *testing.T, l lived) {
	t.Helper()
	l.send(t, http.MethodDelete, "/v1/client/sessions", url.Values{}).want(t, http.StatusOK)
}

func wayReplaced(t *testing.T, l lived) {
	t.Helper()
	if _, err := l.browser.SignIn("mia@example.com"); err != nil {
		t.Fatal(err)
	}
}

func wayTime(d time.Duration) func(*testing.T, lived) {
	return func(_ *testing.T, l lived) { l.srv.Clock().Advance(d) }
}

// onClient says how the Frontend API's client shows a session.
type onClient int

const (
	shownOver onClient = iota // with its status
	shownGone                 // not at all
)

func TestEndedSessionsAreRefused(t *testing.T) {
	t.Parallel()
	short := func(c *clerktest.Config) { c.SessionLifetime = 2 * time.Hour }
	idle := func(c *clerktest.Config) { c.InactivityTimeout = time.Hour }
	single := func(c *clerktest.Config) { c.SingleSession = true }
	nothing := func(*clerktest.Config) {}
	for _, row := range []struct {
		name, status string
		option       func(*clerktest.Config)
		way          func(*testing.T, lived)
		shown        onClient
	}{
		{"ended by its user", "ended", nothing, wayPosted("/end"), shownOver},
		{"removed by its user", "removed", nothing, wayPosted("/remove"), shownGone},
		{"signed out with all others", "removed", nothing, waySignedOut, shownGone},
		{"revoked by the application", "revoked", nothing, wayRevoked, shownOver},
		{"revoked by its user from another browser", "revoked", nothing, wayRevokedByUser, shownOver},
		{"its user was banned", "revoked", nothing, wayBanned, shownOver},
		{"after seven days", "expired", nothing, wayTime(7 * 24 * time.Hour), shownOver},
		{"after the instance's lifetime", "expired", short, wayTime(2 * time.Hour), shownOver},
		{"unused for too long", "abandoned", idle, wayTime(time.Hour), shownOver},
		{"replaced by another account", "replaced", single, wayReplaced, shownGone},
	} {
		t.Run(row.status+", "+row.name, func(t *testing.T) {
			t.Parallel()
			l := newLived(t, row.option)
			row.way(t, l)
			l.wantOver(t, row.status, row.shown)
		})
	}
}

// wantOver fails if the session still works anywhere, or if it has another status anywhere.
func (l lived) wantOver(t *testing.T, status string, shown onClient) {
	t.Helper()
	path := "/v1/sessions/" + l.id
	if got := backend(l.srv, http.MethodGet, path, "").do(t).want(t, http.StatusOK).text(t, "status"); got != status {
		t.Errorf("Backend API says %q, want %q", got, status)
	}
	listed := backend(l.srv, http.MethodGet, "/v1/sessions?user_id="+userID(t, l.srv, "ada@example.com")+"&status="+status, "").do(t).want(t, http.StatusOK).ids(t)
	if diff := cmp.Diff([]string{l.id}, listed); diff != "" {
		t.Errorf("sessions with the status (-want +got):\n%s", diff)
	}
	for _, op := range []string{"/tokens", "/tokens/billing", "/verify"} {
		backend(l.srv, http.MethodPost, path+op, "").do(t).wantError(t, http.StatusUnauthorized, "authentication_invalid")
	}
	body := `{"expired_token":"` + l.token + `","refresh_token":"` + l.refresh + `","request_origin":"` + appOrigin + `"}`
	backend(l.srv, http.MethodPost, path+"/refresh", body).do(t).wantError(t, http.StatusUnauthorized, "session_not_active")
	if got := backend(l.srv, http.MethodPost, path+"/revoke", "").do(t).want(t, http.StatusOK).text(t, "status"); got != status {
		t.Errorf("revoked afterwards it is %q: the first status is final", got)
	}
	_, cookies := shake(t, l.srv, url.Values{"format": {"nonce"}, "__clerk_db_jwt": {l.dev}})
	if cookie := cookies["__session"]; cookie != nil && cookie.Value != "" {
		if _, claims := verified(t, l.srv, cookie.Value); claims["sid"] == l.id {
			t.Error("a handshake gives a token of it")
		}
	}
	l.wantOverInBrowser(t, status, shown)
}

func (l lived) wantOverInBrowser(t *testing.T, status string, shown onClient) {
	t.Helper()
	want := http.StatusUnauthorized
	if shown == shownGone {
		want = http.StatusNotFound
	}
	base := "/v1/client/sessions/" + l.id
	for _, op := range []string{"/tokens", "/tokens/billing", "/touch"} {
		l.post(t, base+op).want(t, want)
	}
	l.post(t, base+"/verify", "level", "first_factor").want(t, want)
	client := l.get(t, "/v1/client").want(t, http.StatusOK)
	found := ""
	for i, id := range client.ids(t, "response", "sessions") {
		if id == l.id {
			found = client.text(t, "response", "sessions", i, "status")
		}
	}
	switch {
	case shown == shownGone && found != "":
		t.Errorf("the client still shows it, as %q", found)
	case shown == shownOver && found != status:
		t.Errorf("the client shows it as %q, want %q", found, status)
	}
	if got := client.at(t, "response", "last_active_session_id"); got == l.id {
		t.Error("it is still the last active one")
	}
	if shown == shownOver {
		l.get(t, base).want(t, http.StatusOK)
		l.post(t, base+"/remove").want(t, http.StatusOK)
		if ids := l.get(t, "/v1/client").ids(t, "response", "sessions"); len(ids) != 0 {
			t.Errorf("after its removal the client has %v", ids)
		}
	}
}

func TestActiveAndPendingSessionsGoOn(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"active", "pending"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			p := open(t, clerktest.New(t))
			id := session(t, p.srv, "ada@example.com", clerktest.SessionOptions{ClientID: clientOf(t, p), Status: status}).ID
			base := "/v1/client/sessions/" + id
			for what, token := range map[string]string{
				"Backend API":  backend(p.srv, http.MethodPost, "/v1/sessions/"+id+"/tokens", "").do(t).want(t, http.StatusOK).text(t, "jwt"),
				"Frontend API": p.post(t, base+"/tokens").want(t, http.StatusOK).text(t, "jwt"),
				"touch":        p.post(t, base+"/touch").want(t, http.StatusOK).text(t, "response", "last_active_token", "jwt"),
			} {
				if _, claims := verified(t, p.srv, token); claims["sts"] != status || claims["sid"] != id {
					t.Errorf("%s: sts %v, want %s", what, claims["sts"], status)
				}
			}
			client := p.get(t, "/v1/client").want(t, http.StatusOK)
			if got := client.text(t, "response", "last_active_session_id"); got != id {
				t.Errorf("last active session %s, want %s", got, id)
			}
			if got := client.text(t, "response", "sessions", 0, "status"); got != status {
				t.Errorf("the client shows it as %q", got)
			}
			if tasks := client.at(t, "response", "sessions", 0, "tasks"); (tasks != nil) != (status == "pending") {
				t.Errorf("tasks %v", tasks)
			}
		})
	}
}

func TestUseKeepsSessionsFromBeingAbandoned(t *testing.T) {
	t.Parallel()
	l := newLived(t, func(c *clerktest.Config) { c.InactivityTimeout = time.Hour })
	for range 3 {
		l.srv.Clock().Advance(59 * time.Minute)
		l.post(t, "/v1/client/sessions/"+l.id+"/tokens").want(t, http.StatusOK)
	}
	l.srv.Clock().Advance(time.Hour)
	l.wantOver(t, "abandoned", shownOver)
}

func TestOtherAccountsStayWhenTheCurrentOneEnds(t *testing.T) {
	t.Parallel()
	l := newLived(t)
	mia := signIn(t, l.browser, "mia@example.com")
	l.post(t, "/v1/client/sessions/"+mia.ID+"/end").want(t, http.StatusOK)
	client := l.get(t, "/v1/client").want(t, http.StatusOK)
	if got := client.at(t, "response", "last_active_session_id"); got != nil {
		t.Errorf("last active session %v, want none until the browser chooses one", got)
	}
	if got := l.post(t, "/v1/client/sessions/"+l.id+"/touch").want(t, http.StatusOK).text(t, "client", "last_active_session_id"); got != l.id {
		t.Errorf("last active session %s, want %s", got, l.id)
	}
}

func TestASingleSessionInstanceAllowsOneSession(t *testing.T) {
	t.Parallel()
	single := func(c *clerktest.Config) { c.SingleSession = true }
	srv := clerktest.New(t, single)
	for _, row := range []struct {
		srv  *clerktest.Server
		want bool
	}{{srv, true}, {clerktest.New(t), false}} {
		environment := call{method: http.MethodGet, url: row.srv.FrontendURL() + "/v1/environment"}.do(t).want(t, http.StatusOK)
		if got := environment.at(t, "auth_config", "single_session_mode"); got != row.want {
			t.Errorf("single_session_mode %v, want %v", got, row.want)
		}
	}
	p := open(t, srv)
	signUp := p.post(t, "/v1/client/sign_ups", "email_address", "new@example.com", "password", "long enough", "strategy", "email_code")
	path := "/v1/client/sign_ups/" + signUp.want(t, http.StatusOK).text(t, "response", "id")
	ada := p.signIn(t, "ada@example.com")
	refused := p.post(t, "/v1/client/sign_ins", "identifier", "mia@example.com").wantError(t, http.StatusBadRequest, "session_exists")
	if diff := cmp.Diff([]string{ada}, refused.ids(t, "meta", "client", "sessions")); diff != "" {
		t.Errorf("sessions beside the error (-want +got):\n%s", diff)
	}
	p.post(t, "/v1/client/sign_ups", "email_address", "another@example.com").wantError(t, http.StatusBadRequest, "session_exists")
	token := backend(srv, http.MethodPost, "/v1/sign_in_tokens", `{"user_id":"`+userID(t, srv, "mia@example.com")+`"}`).do(t).text(t, "token")
	p.ticket(t, token).wantError(t, http.StatusBadRequest, "session_exists")

	p.post(t, path+"/prepare_verification", "strategy", "email_code").want(t, http.StatusOK)
	res := p.post(t, path+"/attempt_verification", "strategy", "email_code", "code", "424242").want(t, http.StatusOK)
	created := res.text(t, "response", "created_session_id")
	if diff := cmp.Diff([]string{created}, res.ids(t, "client", "sessions")); diff != "" {
		t.Errorf("sessions of the browser (-want +got):\n%s", diff)
	}
	if got := statusOf(t, srv, ada); got != "replaced" {
		t.Errorf("the session before is %s, want replaced", got)
	}
	shown := backend(srv, http.MethodGet, "/v1/clients/"+res.text(t, "client", "id"), "").do(t).want(t, http.StatusOK)
	if diff := cmp.Diff([]string{ada, created}, shown.ids(t, "sessions")); diff != "" {
		t.Errorf("sessions of the client in the Backend API (-want +got):\n%s", diff)
	}
	actor := p.ticket(t, actorToken(t, srv, "mia@example.com").text(t, "token")).want(t, http.StatusOK)
	if got := statusOf(t, srv, created); got != "replaced" {
		t.Errorf("beside an actor the session is %s, want replaced", got)
	}
	p.post(t, "/v1/client/sessions/"+actor.text(t, "response", "created_session_id")+"/end").want(t, http.StatusOK)
	p.signIn(t, "ada@example.com")
}

func TestPortalOfASingleSession(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, func(c *clerktest.Config) { c.SingleSession = true }).signIn(t, "ada@example.com")
	v.open(t, "/sign-in").wantText(t, "Continue as Ada Okafor")
	v.open(t, "/sign-in/add-account").submit(t, "form", "identifier", "mia@example.com").wantText(t, "one at a time")
	if got := v.current(t); got != "ada@example.com" {
		t.Errorf("signed in as %s", got)
	}
}
