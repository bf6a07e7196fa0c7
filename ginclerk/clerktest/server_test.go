package clerktest_test

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

func start(t *testing.T, config clerktest.Config) *clerktest.Server {
	t.Helper()
	srv, err := clerktest.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return srv
}

func TestEachStartMakesNewSecrets(t *testing.T) {
	t.Parallel()
	one, two := start(t, clerktest.Config{}), start(t, clerktest.Config{})
	for what, pair := range map[string][2]string{
		"secret keys":   {one.SecretKey(), two.SecretKey()},
		"signing keys":  {one.JWTKey(), two.JWTKey()},
		"passwords":     {one.Users()[0].Password, two.Users()[0].Password},
		"user ids":      {one.Users()[0].ID, two.Users()[0].ID},
		"frontend URLs": {one.FrontendURL(), two.FrontendURL()},
	} {
		if pair[0] == pair[1] || pair[0] == "" {
			t.Errorf("%s are the same", what)
		}
	}
}

func TestClerksSDKsAcceptTheFrontendHost(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		options []func(*clerktest.Config)
		host    string
	}{
		{nil, `^[a-z]+-[a-z]+-\d\d\.clerk\.accounts\.dev$`},
		{[]func(*clerktest.Config){production}, `^clerk\.[a-z]+-\d\d\.example\.com$`},
		{[]func(*clerktest.Config){func(c *clerktest.Config) { c.FrontendAPI = "clerk.shop.example" }}, `^clerk\.shop\.example$`},
	} {
		key, err := instance.ParsePublishableKey(clerktest.New(t, row.options...).PublishableKey())
		if err != nil || !regexp.MustCompile(row.host).MatchString(key.FrontendAPI()) {
			t.Errorf("host %q (%v), want %s", key.FrontendAPI(), err, row.host)
		}
	}
}

func TestConfigRefusesProblems(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		config clerktest.Config
		want   []string
	}{
		{"an address beyond loopback", clerktest.Config{Addr: "0.0.0.0:0"}, []string{"Addr"}},
		{"an address without host", clerktest.Config{Addr: ":0"}, []string{"Addr"}},
		{"no address", clerktest.Config{Addr: "localhost"}, []string{"Addr"}},
		{"an unknown type", clerktest.Config{Type: "staging"}, []string{"Type"}},
		{"an origin with a path", clerktest.Config{Origins: []string{"http://localhost/x"}}, []string{"Origins"}},
		{"an origin without scheme", clerktest.Config{Origins: []string{"localhost:8080"}}, []string{"Origins"}},
		{"an invalid host", clerktest.Config{FrontendAPI: "localhost"}, []string{"FrontendAPI"}},
		{"paths in each other", clerktest.Config{SignInPath: "/sign", SignUpPath: "/sign/up"}, []string{"SignUpPath"}},
		{"the same path twice", clerktest.Config{SignInPath: "/sign", SignUpPath: "/sign"}, []string{"SignUpPath"}},
		{"a path that is a pattern", clerktest.Config{SignInPath: "/{x}"}, []string{"SignInPath"}},
		{
			"everything at once",
			clerktest.Config{Type: "x", Addr: "1.2.3.4:5", TokenLifetime: -1, SignUpPath: "x"},
			[]string{"Type", "Addr", "TokenLifetime", "SignUpPath"},
		},
		{"a user without an address", clerktest.Config{Seed: &clerktest.Seed{Users: []clerktest.User{{}}}}, []string{"e-mail"}},
		{
			"two users with one address",
			clerktest.Config{Seed: &clerktest.Seed{Users: []clerktest.User{{Email: "a@b.c"}, {Email: "A@b.c"}}}},
			[]string{"A@b.c"},
		},
		{
			"an unknown organization",
			clerktest.Config{Seed: &clerktest.Seed{Users: []clerktest.User{{
				Email: "a@b.c", Memberships: []clerktest.Membership{{Organization: "acme"}},
			}}}},
			[]string{"acme"},
		},
		{"an organization without slug", clerktest.Config{Seed: &clerktest.Seed{Organizations: []clerktest.Organization{{Name: "A"}}}}, []string{"slug"}},
		{
			"a device that has expired",
			clerktest.Config{Seed: &clerktest.Seed{Users: []clerktest.User{{
				Email: "a@b.c", Devices: []clerktest.Device{{SignedInAgo: 7 * 24 * time.Hour}},
			}}}},
			[]string{"device"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv, err := clerktest.Start(row.config)
			if err == nil {
				_ = srv.Close(t.Context())
				t.Fatal("it started")
			}
			for _, want := range row.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q doesn't name %s", err, want)
				}
			}
		})
	}
}

func TestListensBeyondLoopbackOnlyIfAllowed(t *testing.T) {
	t.Parallel()
	srv := start(t, clerktest.Config{Addr: "0.0.0.0:0", UnsafeListenBeyondLoopback: true})
	if !strings.HasPrefix(srv.FrontendURL(), "http://127.0.0.1:") {
		t.Errorf("URL %s, want one that can be called", srv.FrontendURL())
	}
	call{method: http.MethodGet, url: srv.FrontendURL() + "/v1/health"}.do(t).want(t, http.StatusOK)
}

func TestTakenPort(t *testing.T) {
	t.Parallel()
	srv := start(t, clerktest.Config{})
	_, err := clerktest.Start(clerktest.Config{Addr: strings.TrimPrefix(srv.FrontendURL(), "http://")})
	if err == nil || !strings.Contains(err.Error(), "listen") {
		t.Errorf("error %v, want that it can't listen", err)
	}
}

func TestASecondCloseDoesNothing(t *testing.T) {
	t.Parallel()
	srv, err := clerktest.Start(clerktest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := srv.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestUnavailable(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	srv.SetUnavailable(true)
	backend(srv, http.MethodGet, "/v1/users", "").do(t).wantError(t, http.StatusServiceUnavailable, "service_unavailable")
	call{method: http.MethodGet, url: srv.FrontendURL() + "/v1/health"}.do(t).want(t, http.StatusServiceUnavailable)
	srv.SetUnavailable(false)
	backend(srv, http.MethodGet, "/v1/users", "").do(t).want(t, http.StatusOK)
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	srv.SetUnreachable(true)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.FrontendURL()+"/v1/health", nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if res, err := client.Do(req); err == nil {
		_ = res.Body.Close()
		t.Errorf("answered %d, want a cut connection", res.StatusCode)
	}
	srv.SetUnreachable(false)
	call{method: http.MethodGet, url: srv.FrontendURL() + "/v1/health"}.do(t).want(t, http.StatusOK)
}

func TestLongBodiesAreRefused(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
	body := `{"expired_token":"` + strings.Repeat("x", 1<<20) + `"}`
	backend(srv, http.MethodPost, "/v1/sessions/"+s.ID+"/refresh", body).do(t).
		wantError(t, http.StatusRequestEntityTooLarge, "request_body_too_large")
	backend(srv, http.MethodPost, "/v1/sessions/"+s.ID+"/refresh", body[:1<<20-2]+`"}`).do(t).want(t, http.StatusBadRequest)
}

func TestClock(t *testing.T) {
	t.Parallel()
	fixed := clerktest.NewFixedClock(noon())
	if got := fixed.Now(); !got.Equal(noon()) {
		t.Errorf("now %s, want %s", got, noon())
	}
	fixed.Advance(90 * time.Minute)
	fixed.Advance(-30 * time.Minute)
	if got := fixed.Now(); !got.Equal(noon().Add(time.Hour)) {
		t.Errorf("now %s, want an hour later", got)
	}
	for name, ticking := range map[string]*clerktest.Clock{"NewClock": clerktest.NewClock(), "zero": {}} {
		before := time.Now()
		ticking.Advance(time.Hour)
		if got := ticking.Now(); got.Before(before.Add(time.Hour)) || got.After(time.Now().Add(time.Hour)) {
			t.Errorf("%s: now %s, want an hour ahead of the wall clock", name, got)
		}
	}
}

func TestDefaultSeed(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	password := regexp.MustCompile(`^[a-z]+-[a-z]+-[a-z]+-\d\d$`)
	var emails []string
	for _, u := range srv.Users() {
		emails = append(emails, u.Email)
		if !password.MatchString(u.Password) || u.Note == "" || u.Name == "" {
			t.Errorf("user %+v", u)
		}
	}
	want := []string{"ada@example.com", "bob@example.com", "dana@example.com", "grace@example.com", "mia@example.com"}
	if diff := cmp.Diff(want, emails); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
	var devices []string
	for _, s := range srv.Sessions(userID(t, srv, "dana@example.com")) {
		res := backend(srv, http.MethodGet, "/v1/sessions/"+s.ID, "").do(t)
		devices = append(devices, res.text(t, "latest_activity", "device_type")+" in "+res.text(t, "latest_activity", "city"))
		if res.at(t, "created_at").(float64) >= float64(noon().UnixMilli()) {
			t.Errorf("session of %s began now", devices[len(devices)-1])
		}
	}
	if diff := cmp.Diff([]string{"Android in Nairobi", "iPhone in Lisbon", "Macintosh in Berlin", "Windows in Toronto"}, devices); diff != "" {
		t.Errorf("devices (-want +got):\n%s", diff)
	}
	users := srv.Users()
	users[0].Email = "changed"
	if srv.Users()[0].Email == "changed" {
		t.Error("Users hands out its own slice")
	}
}

func TestBrowserCookies(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name       string
		production bool
		signedIn   bool
		want       []string // S is the suffix
	}{
		{"development, signed out", false, false, []string{"__clerk_db_jwt", "__clerk_db_jwt_S", "__client_uat", "__client_uat_S"}},
		{"development, signed in", false, true, []string{
			"__clerk_db_jwt", "__clerk_db_jwt_S", "__client_uat", "__client_uat_S", "__refresh_S", "__session", "__session_S",
		}},
		{"production, signed out", true, false, []string{"__client", "__client_uat", "__client_uat_S"}},
		{"production, signed in", true, true, []string{
			"__client", "__client_uat", "__client_uat_S", "__refresh_S", "__session", "__session_S",
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := clerktest.New(t, func(c *clerktest.Config) {
				if row.production {
					production(c)
				}
			})
			b := srv.NewBrowser()
			if row.signedIn {
				signIn(t, b, "ada@example.com")
			}
			cookies, err := b.Cookies(appOrigin)
			if err != nil {
				t.Fatal(err)
			}
			key, err := instance.ParsePublishableKey(srv.PublishableKey())
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, cookie := range cookies {
				names = append(names, strings.ReplaceAll(cookie.Name, key.CookieSuffix(), "S"))
			}
			slices.Sort(names)
			slices.Sort(row.want)
			if diff := cmp.Diff(row.want, names); diff != "" {
				t.Errorf("cookies (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHelpersSayWhatIsMissing(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	ada := userID(t, srv, "ada@example.com")
	for name, err := range map[string]error{
		"user":         second(srv.CreateSession("user_unknown", clerktest.SessionOptions{})),
		"client":       second(srv.CreateSession(ada, clerktest.SessionOptions{ClientID: "client_unknown"})),
		"organization": second(srv.CreateSession(ada, clerktest.SessionOptions{OrganizationID: "globex"})),
		"session":      second(srv.Session("sess_unknown")),
		"revoke":       srv.RevokeSession("sess_unknown"),
		"end":          srv.EndSession("sess_unknown"),
		"remove":       srv.RemoveUser("user_unknown"),
		"slug":         second(srv.OrganizationID("initech")),
		"e-mail":       second(srv.UserByEmail("nobody@example.com")),
		"sign-in":      second(srv.NewBrowser().SignIn("nobody@example.com")),
	} {
		if !errors.Is(err, clerktest.ErrNotFound) {
			t.Errorf("%s: error %v, want ErrNotFound", name, err)
		}
	}
	if _, err := srv.CreateSession(ada, clerktest.SessionOptions{Status: "asleep"}); err == nil {
		t.Error("a status that Clerk doesn't have was taken")
	}
	if _, err := srv.AddUser(clerktest.User{Email: "ada@example.com"}); err == nil {
		t.Error("a second user with the same address was added")
	}
	added, err := srv.AddUser(clerktest.User{Email: "zoe@example.com", Memberships: []clerktest.Membership{{Organization: "acme", Role: "org:admin"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := srv.CreateSession(added.ID, clerktest.SessionOptions{OrganizationID: "acme"}); err != nil {
		t.Error(err)
	}
	if err := srv.RemoveUser(added.ID); err != nil || len(srv.Sessions(added.ID)) != 0 {
		t.Errorf("removed: %v, sessions %v", err, srv.Sessions(added.ID))
	}
}

func second[T any](_ T, err error) error { return err }

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	ada := userID(t, srv, "ada@example.com")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			b := srv.NewBrowser()
			s, err := b.SignIn("ada@example.com")
			if err != nil {
				t.Error(err)
				return
			}
			srv.Clock().Advance(time.Second)
			backend(srv, http.MethodGet, "/v1/sessions?paginated=true&user_id="+ada, "").do(t)
			(&page{srv: srv, dev: b.DevBrowser()}).get(t, "/v1/client")
			if err := srv.RevokeSession(s.ID); err != nil {
				t.Error(err)
			}
			_ = srv.Calls()
		})
	}
	wg.Wait()
	if got := srv.Calls()["GET /v1/client"]; got != 8 {
		t.Errorf("%d calls of GET /v1/client, want 8", got)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		clerktest.New(b)
	}
}
