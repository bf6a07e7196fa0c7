package ginclerk_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/user"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

const operationUsers = "GET /v1/users"

// profile is a handler that shows the user of the request.
func profile(k *ginclerk.Clerk) gin.HandlerFunc {
	return func(c *gin.Context) {
		u, err := ginclerk.From(c).User(c)
		if err != nil {
			k.Answer(c, ginclerk.ProblemFor(err))
			return
		}
		c.String(http.StatusOK, "%s <%s> banned %t", u.FullName(), u.PrimaryEmailAddress.Address, u.Banned)
	}
}

// says checks what a handler wrote.
func (a *answer) says(tb testing.TB, want string) {
	tb.Helper()
	if a.wantStatus(tb, http.StatusOK); a.Body.String() != want {
		tb.Errorf("the handler says %q, want %q", a.Body, want)
	}
}

// backend changes something at Clerk, as the dashboard does.
func (a *app) backend(tb testing.TB, method, path, body string) {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), method, a.server.BackendURL()+path, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+a.server.SecretKey())
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode/100 != 2 {
		tb.Fatalf("%s %s: %s", method, path, response.Status)
	}
}

// receives has the application receive Clerk's webhooks. What it returns delivers those that are due.
func (a *app) receives(tb testing.TB) (deliver func()) {
	tb.Helper()
	var receiver http.Handler
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { receiver.ServeHTTP(w, r) }))
	tb.Cleanup(endpoint.Close)
	hook, err := a.server.AddWebhook(endpoint.URL)
	if err != nil {
		tb.Fatal(err)
	}
	receiver, err = webhook.New(webhook.Config{
		Secrets: []string{hook.SigningSecret}, Revocations: a.clerk, Users: a.clerk.Users(), Now: a.clock.Now,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return func() {
		if err := a.server.DeliverWebhooks(tb.Context()); err != nil {
			tb.Fatal(err)
		}
	}
}

func TestTheUserOfARequest(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	var got user.User
	a.engine.GET("/", a.clerk.RequireSession(), func(c *gin.Context) {
		var err error
		if got, err = ginclerk.FromContext(c.Request.Context()).User(c.Request.Context()); err != nil {
			t.Error(err)
		}
	})
	a.ask(http.MethodGet, "/", program, bearer(a.token(t, ada))).wantStatus(t, http.StatusOK)
	if got.ID != a.userID(t, ada) || got.FirstName != "Ada" || got.LastName != "Okafor" || string(got.PublicMetadata) != `{"role":"admin"}` {
		t.Errorf("%+v", got)
	}
	if got.PrimaryEmailAddress != (user.EmailAddress{Address: ada, Verified: true}) || got.ImageURL == "" || got.Banned || got.Locked {
		t.Errorf("%+v", got)
	}
	if !got.CreatedAt.Equal(a.clock.Now()) || got.UpdatedAt.IsZero() {
		t.Errorf("created %v, updated %v", got.CreatedAt, got.UpdatedAt)
	}
}

func TestWhoHasNoUserIsToldWhy(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		arrange func(t *testing.T, a *app) option
		want    error
		status  int
	}{
		{"a signed-out visitor", func(*testing.T, *app) option { return program }, ginclerk.ErrSignedOut, http.StatusUnauthorized},
		{"a machine", func(t *testing.T, a *app) option {
			t.Helper()
			issued, err := a.server.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.APIKey, Subject: a.userID(t, ada)})
			if err != nil {
				t.Fatal(err)
			}
			return bearer(issued.Secret)
		}, ginclerk.ErrNoSession, http.StatusForbidden},
		{"a user whom Clerk can't be asked about", func(t *testing.T, a *app) option {
			t.Helper()
			token := a.token(t, ada)
			a.server.Fail(clerktest.Fault{Operation: operationUsers})
			return bearer(token)
		}, ginclerk.ErrClerkUnreachable, http.StatusServiceUnavailable},
		{"a user, with a secret key that Clerk refuses", func(t *testing.T, a *app) option {
			t.Helper()
			token := a.token(t, ada)
			a.server.Fail(clerktest.Fault{Operation: operationUsers, Status: http.StatusUnauthorized})
			return bearer(token)
		}, ginclerk.ErrClerkUnreachable, http.StatusServiceUnavailable},
		{"a visitor who is not known for an outage", func(t *testing.T, a *app) option {
			t.Helper()
			token := a.token(t, ada)
			a.server.SetUnavailable(true)
			return bearer(token)
		}, ginclerk.ErrClerkUnreachable, http.StatusServiceUnavailable},
		{"a user who was deleted", func(t *testing.T, a *app) option {
			t.Helper()
			token := a.token(t, ada)
			a.backend(t, http.MethodDelete, "/v1/users/"+a.userID(t, ada), "")
			return bearer(token)
		}, user.ErrNotFound, http.StatusNotFound},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.engine.GET("/any", a.clerk.RequireToken(), func(c *gin.Context) {
				_, err := ginclerk.From(c).User(c)
				if !errors.Is(err, row.want) {
					t.Errorf("error %v, want %v", err, row.want)
				}
				a.clerk.Answer(c, ginclerk.ProblemFor(err))
			})
			a.engine.GET("/", a.clerk.Attach(), profile(a.clerk))
			sender := row.arrange(t, a)
			path := "/"
			if errors.Is(row.want, ginclerk.ErrNoSession) {
				path = "/any"
			}
			a.ask(http.MethodGet, path, program, sender).wantStatus(t, row.status)
		})
	}
}

func TestWithoutAClerkNoUserIsSignedIn(t *testing.T) {
	t.Parallel()
	if _, err := ginclerk.FromContext(t.Context()).User(t.Context()); !errors.Is(err, ginclerk.ErrSignedOut) {
		t.Errorf("error %v", err)
	}
	many := ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) { return nil, ginclerk.ErrNoTenant })
	if many.Users() != nil {
		t.Error("a Clerk of many tenants knows users")
	}
}

// Clerk is asked about a user once in a minute, however many requests ask, and about nobody else's.
func TestClerkIsAskedAboutAUserOncePerMinute(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.GET("/", a.clerk.RequireSession(), profile(a.clerk))
	long := clerktest.TokenOptions{Lifetime: time.Hour}
	first := a.mint(t, a.session(t, ada, clerktest.SessionOptions{}).ID, long)
	second := a.mint(t, a.session(t, bob, clerktest.SessionOptions{}).ID, long)
	for range 3 {
		a.ask(http.MethodGet, "/", program, bearer(first)).says(t, "Ada Okafor <ada@example.com> banned false")
		a.ask(http.MethodGet, "/", program, bearer(second)).says(t, "Bob Lindgren <bob@example.com> banned false")
	}
	if asked := a.server.Calls()[operationUsers]; asked != 2 {
		t.Errorf("%d requests to Clerk for two users", asked)
	}
	a.backend(t, http.MethodPatch, "/v1/users/"+a.userID(t, ada), `{"first_name":"Adaeze"}`)
	a.ask(http.MethodGet, "/", program, bearer(first)).says(t, "Ada Okafor <ada@example.com> banned false")
	a.clock.Advance(time.Minute)
	a.ask(http.MethodGet, "/", program, bearer(first)).says(t, "Adaeze Okafor <ada@example.com> banned false")
}

func TestAWebhookHasAUserAskedAboutAnew(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(t *testing.T, a *app, id string)
		want   int
		body   string
	}{
		{"a new name", func(t *testing.T, a *app, id string) {
			t.Helper()
			a.backend(t, http.MethodPatch, "/v1/users/"+id, `{"first_name":"Adaeze"}`)
		}, http.StatusOK, "Adaeze Okafor <ada@example.com> banned false"},
		{"a lock refuses the tokens so far", func(t *testing.T, a *app, id string) {
			t.Helper()
			a.backend(t, http.MethodPost, "/v1/users/"+id+"/lock", "")
		}, http.StatusUnauthorized, ""},
		{"a deleted user is signed out", func(t *testing.T, a *app, id string) {
			t.Helper()
			a.backend(t, http.MethodDelete, "/v1/users/"+id, "")
		}, http.StatusUnauthorized, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			deliver := a.receives(t)
			a.engine.GET("/", a.clerk.RequireSession(), profile(a.clerk))
			token := a.token(t, ada)
			a.ask(http.MethodGet, "/", program, bearer(token)).wantStatus(t, http.StatusOK)
			row.change(t, a, a.userID(t, ada))
			deliver()
			got := a.ask(http.MethodGet, "/", program, bearer(token)).wantStatus(t, row.want)
			if row.body != "" {
				got.says(t, row.body)
			}
		})
	}
}

// A banned user who is still let in, because no webhook tells of the ban, is told to be banned within the minute.
func TestABannedUserIsToldToBeBanned(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.GET("/", a.clerk.RequireSession(), profile(a.clerk))
	token := a.token(t, ada)
	a.backend(t, http.MethodPost, "/v1/users/"+a.userID(t, ada)+"/ban", "")
	a.ask(http.MethodGet, "/", program, bearer(token)).says(t, "Ada Okafor <ada@example.com> banned true")
}

func TestRevokingAUserHasTheUserAskedAboutAnew(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	id := a.userID(t, ada)
	if _, err := a.clerk.Users().User(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	a.backend(t, http.MethodDelete, "/v1/users/"+id, "")
	if err := a.clerk.Revoke(t.Context(), revocation.Entry{UserID: id}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.clerk.Users().User(t.Context(), id); !errors.Is(err, user.ErrNotFound) {
		t.Errorf("error %v", err)
	}
}

func TestManyUsersAtOnce(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	got, err := a.clerk.Users().List(t.Context(), a.userID(t, bob), "user_nobody", "not an id", a.userID(t, ada))
	if err != nil || len(got) != 2 || got[0].FirstName != "Bob" || got[1].FirstName != "Ada" {
		t.Errorf("%v, %v", got, err)
	}
	if asked := a.server.Calls()[operationUsers]; asked != 1 {
		t.Errorf("%d requests", asked)
	}
}

// Whoever has an application ask about users that somebody makes up leaves Clerk's limit to the rest: signing in and renewals go on.
func TestMadeUpUsersLeaveClerkToOthers(t *testing.T) {
	t.Parallel()
	a := newApp(t, limitedByClerk())
	refused := 0
	for i := range 300 {
		_, err := a.clerk.Users().User(t.Context(), "user_x"+strings.Repeat("y", i%100)+strings.Repeat("z", i/100))
		if errors.Is(err, user.ErrUnavailable) {
			refused++
		}
	}
	if asked := a.server.Calls()[operationUsers]; asked == 0 || asked > 25 || refused != 300-asked {
		t.Errorf("%d requests in Clerk's ten seconds, %d refused", asked, refused)
	}
}
