package clerktest_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

const supportActor = `{"sub":"user_support","iss":"https://dashboard.example.com","reason":{"ticket":42}}`

// actorClaim is the actor claim in JSON.
func actorClaim() map[string]any {
	return map[string]any{
		"sub": "user_support", "iss": "https://dashboard.example.com", "reason": map[string]any{"ticket": 42.0},
	}
}

// actorToken creates an actor token for ten minutes.
func actorToken(t *testing.T, srv *clerktest.Server, email string) result {
	t.Helper()
	body := `{"user_id":"` + userID(t, srv, email) + `","actor":` + supportActor + `,"session_max_duration_in_seconds":600}`
	return backend(srv, http.MethodPost, "/v1/actor_tokens", body).do(t).want(t, http.StatusOK)
}

func (p *page) ticket(t *testing.T, token string) result {
	t.Helper()
	return p.post(t, "/v1/client/sign_ins", "strategy", "ticket", "ticket", token)
}

// wantActor fails unless the token is one of the session, with the actor.
func wantActor(t *testing.T, srv *clerktest.Server, what, token, sessionID string) {
	t.Helper()
	_, claims := verified(t, srv, token)
	if claims["sid"] != sessionID {
		t.Errorf("%s: sid %v, want %s", what, claims["sid"], sessionID)
	}
	if diff := cmp.Diff(any(actorClaim()), claims["act"]); diff != "" {
		t.Errorf("%s: act (-want +got):\n%s", what, diff)
	}
}

func TestActorTokenBeginsAnImpersonatedSession(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t, standing))
	ticket := actorToken(t, p.srv, "ada@example.com")
	res := p.ticket(t, ticket.text(t, "token")).want(t, http.StatusOK)
	if got := res.text(t, "response", "status"); got != "complete" {
		t.Fatalf("status %q, want complete", got)
	}
	if got := res.text(t, "response", "first_factor_verification", "object"); got != "verification_ticket" {
		t.Errorf("verification %q, want verification_ticket", got)
	}
	id := res.text(t, "response", "created_session_id")
	if got := res.text(t, "client", "last_active_session_id"); got != id {
		t.Errorf("last active session %s, want %s", got, id)
	}
	shown := backend(p.srv, http.MethodGet, "/v1/sessions/"+id, "").do(t).want(t, http.StatusOK)
	browsers := p.get(t, "/v1/client/sessions/"+id).want(t, http.StatusOK)
	mine := p.get(t, "/v1/me/sessions/active").want(t, http.StatusOK)
	for who, actor := range map[string]any{
		"Backend API": shown.at(t, "actor"), "Frontend API": browsers.at(t, "response", "actor"),
		"the client": browsers.at(t, "client", "sessions", 0, "actor"), "the user's sessions": mine.at(t, 0, "actor"),
	} {
		if diff := cmp.Diff(any(actorClaim()), actor); diff != "" {
			t.Errorf("%s: actor (-want +got):\n%s", who, diff)
		}
	}
	if got, want := shown.at(t, "expire_at"), float64(noon().Add(10*time.Minute).UnixMilli()); got != want {
		t.Errorf("expire_at %v, want %v", got, want)
	}
	touch, tokens := "/v1/client/sessions/"+id+"/touch", "/v1/client/sessions/"+id+"/tokens"
	for what, token := range map[string]string{
		"sign-in":     res.text(t, "client", "sessions", 0, "last_active_token", "jwt"),
		"touch":       p.post(t, touch, "active_organization_id", "").text(t, "response", "last_active_token", "jwt"),
		"tokens":      p.post(t, tokens).text(t, "jwt"),
		"Backend API": backend(p.srv, http.MethodPost, "/v1/sessions/"+id+"/tokens", "").do(t).text(t, "jwt"),
	} {
		wantActor(t, p.srv, what, token, id)
	}
	if _, claims := verified(t, p.srv, p.post(t, tokens+"/billing").text(t, "jwt")); claims["act"] != nil {
		t.Errorf("a token of a template has act %v", claims["act"])
	}
	p.srv.Clock().Advance(10 * time.Minute)
	p.post(t, tokens).wantError(t, http.StatusUnauthorized, "authentication_invalid")
	if got := statusOf(t, p.srv, id); got != "expired" {
		t.Errorf("status %q after ten minutes, want expired", got)
	}
}

func TestImpersonationLeavesNoTraceOfActivityOfTheUser(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	res := p.ticket(t, actorToken(t, p.srv, "ada@example.com").text(t, "token")).want(t, http.StatusOK)
	p.post(t, "/v1/client/sessions/"+res.text(t, "response", "created_session_id")+"/touch").want(t, http.StatusOK)
	ada := backend(p.srv, http.MethodGet, "/v1/users/"+userID(t, p.srv, "ada@example.com"), "").do(t).want(t, http.StatusOK)
	if signIn, active := ada.at(t, "last_sign_in_at"), ada.at(t, "last_active_at"); signIn != nil || active != nil {
		t.Errorf("last sign-in %v, last active %v: the impersonator is not the user", signIn, active)
	}
}

func TestActorTokensAreUsedOnce(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	used, revoked, expired := actorToken(t, srv, "ada@example.com"), actorToken(t, srv, "ada@example.com"), actorToken(t, srv, "ada@example.com")
	open(t, srv).ticket(t, used.text(t, "token")).want(t, http.StatusOK)
	backend(srv, http.MethodPost, "/v1/actor_tokens/"+revoked.text(t, "id")+"/revoke", "").do(t).want(t, http.StatusOK)
	backend(srv, http.MethodPost, "/v1/actor_tokens/"+used.text(t, "id")+"/revoke", "").do(t).
		wantError(t, http.StatusBadRequest, "token_cannot_be_revoked")
	gone, err := srv.AddUser(clerktest.User{Email: "gone@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	body := `{"user_id":"` + gone.ID + `","actor":` + supportActor + `}`
	orphan := backend(srv, http.MethodPost, "/v1/actor_tokens", body).do(t).want(t, http.StatusOK)
	if err := srv.RemoveUser(gone.ID); err != nil {
		t.Fatal(err)
	}
	refuses := func(name, token string, status int, code string) {
		open(t, srv).ticket(t, token).wantError(t, status, code)
		accept := srv.FrontendURL() + "/v1/tickets/accept?redirect_url=" + url.QueryEscape(appOrigin) + "&ticket=" + url.QueryEscape(token)
		if res := (call{method: http.MethodGet, url: accept}).do(t); res.status != status {
			t.Errorf("%s: accept answers %d, want %d", name, res.status, status)
		}
	}
	refuses("used", used.text(t, "token"), http.StatusBadRequest, "actor_token_already_used_code")
	refuses("revoked", revoked.text(t, "token"), http.StatusBadRequest, "actor_token_revoked_code")
	refuses("of a user who is gone", orphan.text(t, "token"), http.StatusNotFound, "actor_token_subject_not_found")
	refuses("made up", "x", http.StatusBadRequest, "ticket_invalid_code")
	srv.Clock().Advance(time.Hour)
	refuses("expired", expired.text(t, "token"), http.StatusBadRequest, "ticket_expired_code")
}

func TestAUserWhoIsSignedInHereCanBeImpersonated(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	own := p.signIn(t, "ada@example.com")
	res := p.ticket(t, actorToken(t, p.srv, "ada@example.com").text(t, "token")).want(t, http.StatusOK)
	actors := res.text(t, "response", "created_session_id")
	if actors == own || res.text(t, "client", "last_active_session_id") != actors {
		t.Fatalf("the actor has not a session of their own: %s", res.raw)
	}
	for id, actor := range map[string]any{own: nil, actors: actorClaim()} {
		shown := p.get(t, "/v1/client/sessions/"+id).want(t, http.StatusOK)
		if diff := cmp.Diff(actor, shown.at(t, "response", "actor"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("actor of %s (-want +got):\n%s", id, diff)
		}
	}
	p.post(t, "/v1/client/sessions/"+actors+"/remove").want(t, http.StatusOK)
	if got := statusOf(t, p.srv, own); got != "active" {
		t.Errorf("the user's own session is %s after the impersonation", got)
	}
}

func TestAUserCanSignInWhereAnActorIs(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t))
	p.ticket(t, actorToken(t, p.srv, "ada@example.com").text(t, "token")).want(t, http.StatusOK)
	p.signIn(t, "ada@example.com")
	if got := p.srv.Sessions(userID(t, p.srv, "ada@example.com")); len(got) != 2 {
		t.Errorf("sessions %+v, want the actor's and the user's", got)
	}
}

func TestAnActorReplacesTheSessionOfASingleSessionInstance(t *testing.T) {
	t.Parallel()
	p := open(t, clerktest.New(t, func(c *clerktest.Config) { c.SingleSession = true }))
	own := p.signIn(t, "ada@example.com")
	p.ticket(t, actorToken(t, p.srv, "ada@example.com").text(t, "token")).want(t, http.StatusOK)
	if got := statusOf(t, p.srv, own); got != "replaced" {
		t.Errorf("the user's own session is %s, want replaced", got)
	}
}

func TestImpersonationGoesThroughHandshakeAndRefresh(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	b := srv.NewBrowser()
	made := session(t, srv, "ada@example.com", clerktest.SessionOptions{ClientID: b.ClientID(), Actor: actorClaim()})
	if made.ActorID != "user_support" {
		t.Errorf("actor %q", made.ActorID)
	}
	minted, err := srv.MintToken(made.ID, clerktest.TokenOptions{AuthorizedParty: appOrigin})
	if err != nil {
		t.Fatal(err)
	}
	wantActor(t, srv, "MintToken", minted, made.ID)
	_, cookies := shake(t, srv, url.Values{"format": {"nonce"}, "__clerk_db_jwt": {b.DevBrowser()}})
	wantActor(t, srv, "handshake", cookies["__session"].Value, made.ID)
	key, err := instance.ParsePublishableKey(srv.PublishableKey())
	if err != nil {
		t.Fatal(err)
	}
	r := refreshable{srv: srv, expiredToken: minted, refreshToken: cookies[key.Suffixed(instance.CookieRefresh)].Value}
	srv.Clock().Advance(2 * time.Minute)
	res := r.refresh(t, made.ID, map[string]any{"format": "token"}).want(t, http.StatusOK)
	wantActor(t, srv, "refresh", res.text(t, "jwt"), made.ID)
	if got := session(t, srv, "ada@example.com", clerktest.SessionOptions{}); got.ActorID != "" {
		t.Errorf("a session without an actor has %q", got.ActorID)
	}
	if _, err := srv.CreateSession(made.UserID, clerktest.SessionOptions{Actor: map[string]any{"name": "x"}}); err == nil {
		t.Error("an actor without sub was taken")
	}
	if _, err := srv.CreateSession("user_x", clerktest.SessionOptions{Actor: actorClaim()}); !errors.Is(err, clerktest.ErrNotFound) {
		t.Errorf("error %v", err)
	}
}

func TestSessionActorShortcode(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, func(c *clerktest.Config) {
		c.Seed = clerktest.DefaultSeed()
		c.Seed.Templates["who"] = clerktest.JWTTemplate{Claims: map[string]any{"by": "{{session.actor.sub}}"}}
	})
	for _, row := range []struct {
		actor map[string]any
		want  any
	}{{actorClaim(), "user_support"}, {nil, nil}} {
		s := session(t, srv, "ada@example.com", clerktest.SessionOptions{Actor: row.actor})
		token, err := srv.MintToken(s.ID, clerktest.TokenOptions{Template: "who"})
		if err != nil {
			t.Fatal(err)
		}
		if _, claims := verified(t, srv, token); claims["by"] != row.want {
			t.Errorf("by = %v, want %v", claims["by"], row.want)
		}
	}
}

func TestTicketsLeadToTheSignInPage(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, query string
		header      map[string]string
		origins     []string
		want        string
	}{
		{"redirect_url names the application", "&redirect_url=http://localhost:8080/back", nil, nil, appOrigin},
		{"the proxy's origin", "", map[string]string{"Clerk-Proxy-Url": appOrigin + "/__clerk"}, nil, appOrigin},
		{"the proxy's forwarded host", "", map[string]string{"X-Forwarded-Host": "localhost:8080"}, nil, appOrigin},
		{"the instance's first origin", "", nil, []string{"https://app.example.com", "https://b.example.com"}, "https://app.example.com"},
		{"a foreign redirect_url", "&redirect_url=https://evil.example.com/", nil, []string{appOrigin}, ""},
		{"a foreign proxy", "", map[string]string{"X-Forwarded-Host": "evil.example.com"}, []string{appOrigin}, appOrigin},
		{"no application is known", "", nil, nil, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t, func(c *clerktest.Config) { c.Origins = row.origins })
			ticket := actorToken(t, srv, "ada@example.com")
			res := call{method: http.MethodGet, url: ticket.text(t, "url") + row.query, header: row.header}.do(t)
			if row.want == "" {
				res.wantError(t, http.StatusBadRequest, "redirect_url_invalid")
				return
			}
			to, err := url.Parse(res.want(t, http.StatusSeeOther).header.Get("Location"))
			if err != nil {
				t.Fatal(err)
			}
			if got := to.Scheme + "://" + to.Host + to.Path; got != row.want+"/sign-in" {
				t.Errorf("leads to %s, want the sign-in page of %s", got, row.want)
			}
			query := to.Query()
			if query.Get("__clerk_ticket") != ticket.text(t, "token") || query.Get("__clerk_status") != "sign_in" {
				t.Errorf("leads to %s, without the ticket", to)
			}
		})
	}
}

func TestPortalUsesTickets(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	follow := func(v *visitor, ticket result) *visitor {
		accept := ticket.text(t, "url") + "&redirect_url=" + url.QueryEscape(v.app+"/back")
		res := call{method: http.MethodGet, url: accept}.do(t).want(t, http.StatusSeeOther)
		return v.open(t, strings.TrimPrefix(res.header.Get("Location"), v.app))
	}
	first := actorToken(t, v.srv, "ada@example.com")
	follow(v, first).wantAt(t, "/back")
	if got := v.current(t); got != "ada@example.com" {
		t.Errorf("signed in as %s", got)
	}
	if got := v.srv.Sessions(userID(t, v.srv, "ada@example.com")); len(got) != 1 || got[0].ActorID != "user_support" {
		t.Errorf("sessions %+v, want one that is impersonated", got)
	}
	if v.open(t, "/sign-in?__clerk_ticket="+url.QueryEscape(first.text(t, "token"))); v.status != http.StatusBadRequest {
		t.Errorf("the same ticket again: status %d", v.status)
	}
	v.wantText(t, "The actor token was used already.")

	own := v.anew(t).signIn(t, "ada@example.com")
	own.open(t, "/sign-in?redirect_url=/x&__clerk_ticket="+url.QueryEscape(actorToken(t, v.srv, "ada@example.com").text(t, "token"))).wantAt(t, "/x")
	body := `{"user_id":"` + userID(t, v.srv, "ada@example.com") + `"}`
	token := backend(v.srv, http.MethodPost, "/v1/sign_in_tokens", body).do(t).text(t, "token")
	own.open(t, "/sign-in?redirect_url=/x&__clerk_ticket="+url.QueryEscape(token)).wantAt(t, "/x")
	v.anew(t).open(t, "/sign-in?redirect_url=/y&__clerk_ticket="+url.QueryEscape(token)).wantAt(t, "/y") // the ticket was not used up
}
