package ginclerk_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// Likely mistakes of an application, and how each is told: by an error at start, by one line in the log, or by an answer that names the
// cause. None of them is silent, panics, goes round in circles, or lets anyone in.

// logHandler is a handler of which a nil pointer can be made.
type logHandler struct{ slog.Handler }

// TestAMistakeInTheConfigurationIsAnError that names the field and what to write.
func TestAMistakeInTheConfigurationIsAnError(t *testing.T) {
	t.Parallel()
	server := clerktest.New(t)
	for _, row := range []struct {
		name   string
		change func(*ginclerk.Config)
		field  string
		says   string
	}{
		{"the keys are swapped", func(c *ginclerk.Config) { c.PublishableKey, c.SecretKey = c.SecretKey, c.PublishableKey }, "PublishableKey", "swapped"},
		{"the secret key is in both fields", func(c *ginclerk.Config) { c.PublishableKey = c.SecretKey }, "PublishableKey", "is a secret key"},
		{"the publishable key is in both fields", func(c *ginclerk.Config) { c.SecretKey = c.PublishableKey }, "SecretKey", "is a publishable key"},
		{"one key is of production, and the other of development", func(c *ginclerk.Config) { c.SecretKey = "sk_live_" + strings.Repeat("x", 40) }, "SecretKey", "of a production instance"},
		{"the publishable key ends with a line end", func(c *ginclerk.Config) { c.PublishableKey += "\n" }, "PublishableKey", "white space"},
		{"the secret key is that of a webhook", func(c *ginclerk.Config) { c.SecretKey = "whsec_" + strings.Repeat("x", 32) }, "SecretKey", "webhook"},
		{"no key is set", func(c *ginclerk.Config) { c.SecretKey = "" }, "SecretKey", "CLERK_SECRET_KEY"},
		{"an origin ends with a slash", func(c *ginclerk.Config) { c.Origins = []string{ownOrigin + "/"} }, "Origins", "write " + ownOrigin},
		{"an origin has no scheme", func(c *ginclerk.Config) { c.Origins = []string{ownHost} }, "Origins", "write " + ownOrigin},
		{"the sign-in page has no slash in front", func(c *ginclerk.Config) { c.SignInURL = "sign-in" }, "SignInURL", `write "/sign-in"`},
		{"the proxy has no path", func(c *ginclerk.Config) { c.ProxyURL = "/" }, "ProxyURL", "needs a path"},
		{"the public key is no PEM", func(c *ginclerk.Config) { c.Tokens.JWTKey = "key" }, "Tokens.JWTKey", "BEGIN and END"},
		{"a duration has no unit", func(c *ginclerk.Config) { c.Tokens.ClockSkew = 5 }, "Tokens.ClockSkew", "nanoseconds"},
		{"the revocations are nil, because an error was not looked at", func(c *ginclerk.Config) { c.Stores.Revocations = (*redisstore.Revocations)(nil) }, "Stores.Revocations", "nil *redisstore.Revocations"},
		{"the store of records is nil", func(c *ginclerk.Config) { c.Stores.Records = (*storage.Memory)(nil) }, "Stores.Records", "nil *storage.Memory"},
		{"the store of limits is nil", func(c *ginclerk.Config) { c.Stores.RateLimits = (*ratelimit.Memory)(nil) }, "Stores.RateLimits", "nil *ratelimit.Memory"},
		{"the observer is nil", func(c *ginclerk.Config) { c.Observer = (*nilObserver)(nil) }, "Observer", "nil *"},
		{"the transport is nil", func(c *ginclerk.Config) { c.ClerkAPI.HTTPClient = &http.Client{Transport: (*http.Transport)(nil)} }, "ClerkAPI.HTTPClient", "nil *http.Transport"},
		{"the logger has no handler", func(c *ginclerk.Config) { c.Logger = &slog.Logger{} }, "Logger", "slog.New"},
		{"the handler of the logger is nil", func(c *ginclerk.Config) { c.Logger = slog.New((*logHandler)(nil)) }, "Logger", "nil *"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			config := configFor(server)
			row.change(&config)
			_, err := ginclerk.New(config)
			if err == nil || !strings.Contains(err.Error(), "ginclerk: "+row.field+": ") || !strings.Contains(err.Error(), row.says) {
				t.Errorf("%v, want an error that names %s and says %q", err, row.field, row.says)
			}
		})
	}
}

type nilObserver struct{ observe.Observer }

// TestAMistakeAtStartIsAnError of the function that was called.
func TestAMistakeAtStartIsAnError(t *testing.T) {
	t.Parallel()
	var missing *ginclerk.Clerk
	const isNil = "the Clerk is nil"
	for _, row := range []struct {
		name string
		make func(*testing.T, *app) error
		says string
	}{
		{"a pattern can't be read", func(_ *testing.T, a *app) error {
			_, err := a.clerk.Protect(ginclerk.Rules{Public: []string{"/sign-in(.*"}})
			return err
		}, "Rules.Public"},
		{"a limit has a window of no time", func(_ *testing.T, a *app) error {
			_, err := a.clerk.RateLimits(ginclerk.LimitOptions{}, ginclerk.Limit{Policy: ratelimit.Policy{Name: "user", Limit: 9}})
			return err
		}, "invalid window"},
		{"a guard has no limit", func(_ *testing.T, a *app) error {
			_, err := a.clerk.RateLimits(ginclerk.LimitOptions{})
			return err
		}, "there must be 1"},
		{"the store of a limit is nil", func(_ *testing.T, a *app) error {
			_, err := a.clerk.RateLimits(ginclerk.LimitOptions{Store: (*ratelimit.Memory)(nil)}, ginclerk.Limit{Policy: ratelimit.Policy{Name: "user", Limit: 1, Window: time.Second}})
			return err
		}, "nil *ratelimit.Memory"},
		{"clients are served, but none is named", func(*testing.T, *app) error {
			_, err := ginclerk.ServeClients(ginclerk.ClientOptions{})
			return err
		}, "ClientOptions is empty"},
		{"the pages are mounted twice", func(t *testing.T, a *app) error {
			t.Helper()
			if _, err := pages.Mount(a.engine, a.clerk, pages.Options{}); err != nil {
				t.Fatal(err)
			}
			_, err := pages.Mount(a.engine, a.clerk, pages.Options{})
			return err
		}, "mounted there already"},
		{"the pages are for a Clerk that is nil", func(_ *testing.T, a *app) error {
			_, err := pages.Mount(a.engine, missing, pages.Options{})
			return err
		}, isNil},
		{"the pages are for tenants that no function chooses", func(_ *testing.T, a *app) error {
			_, err := pages.Mount(a.engine, ginclerk.NewTenants(nil), pages.Options{})
			return err
		}, isNil},
		{"rules are for a Clerk that is nil", func(*testing.T, *app) error {
			_, err := missing.Protect(ginclerk.Rules{})
			return err
		}, isNil},
		{"a Clerk that is nil is asked for its keys", func(t *testing.T, _ *app) error { t.Helper(); return missing.Check(t.Context()) }, isNil},
		{"a Clerk that is nil is to revoke", func(t *testing.T, _ *app) error {
			t.Helper()
			return missing.Revoke(t.Context(), revocation.Entry{SessionID: "sess_1"})
		}, isNil},
		{"webhooks feed a Clerk that is nil", func(*testing.T, *app) error {
			_, err := webhook.New(webhook.Config{Secrets: []string{webhookSecret}, Revocations: missing})
			return err
		}, "Revocations holds a nil *ginclerk.Clerk"},
		{"the secret of the webhooks is that of the API", func(_ *testing.T, a *app) error {
			_, err := webhook.New(webhook.Config{Secrets: []string{a.server.SecretKey()}, Revocations: a.clerk})
			return err
		}, "it is a key of Clerk's APIs"},
		{"the keys are of two instances", func(t *testing.T, a *app) error {
			t.Helper()
			other := clerktest.New(t)
			config := configFor(a.server)
			config.SecretKey, config.ClerkAPI.URL, config.Logger = other.SecretKey(), other.BackendURL(), textLogger(a.log)
			return newClerk(t, config).Check(t.Context())
		}, "do not belong together"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if err := row.make(t, newApp(t)); err == nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("%v, want an error that says %q", err, row.says)
			}
		})
	}
}

// webhookSecret is the signing secret of an endpoint.
const webhookSecret = "whsec_YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh"

// TestAClerkThatIsNilServesNobody: the error of New was not looked at. Each request is told what is missing, and nothing panics.
func TestAClerkThatIsNilServesNobody(t *testing.T) {
	t.Parallel()
	for name, clerk := range map[string]*ginclerk.Clerk{
		"nil": nil, "the zero value": {}, "tenants without a function": ginclerk.NewTenants(nil),
		"a tenant that is nil": ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) { return nil, nil }), //nolint:nilnil // the mistake
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			clerk.Exempt("/static")
			clerk.MountProxy(a.engine)
			guards := map[string]gin.HandlerFunc{
				"/attach": clerk.Attach(), "/session": clerk.RequireSession(), "/require": clerk.Require(ginclerk.Role("admin")),
				"/token": clerk.RequireToken(ginclerk.APIKey), "/limit": clerk.RateLimit(1, 1), "/origin": clerk.RefuseCrossOrigin(),
				"/links":  func(c *gin.Context) { clerk.Links(c).SignIn("/") },
				"/for":    func(c *gin.Context) { clerk.For(c) },
				"/answer": func(c *gin.Context) { clerk.Answer(c, ginclerk.ProblemFor(ginclerk.ErrSignedOut)) },
			}
			for path, guard := range guards {
				a.engine.GET(path, guard, whoami)
			}
			for path := range guards {
				got := a.ask(http.MethodGet, path, program).wantRan(t, false)
				want := "ginclerk-no-clerk"
				if strings.Contains(name, "a tenant") {
					want = "ginclerk-no-tenant"
				}
				if !strings.Contains(got.Body.String(), want) {
					t.Errorf("%s: %d %s, want %s", path, got.Code, got.Body, want)
				}
			}
			if clerk.Sessions() != nil || clerk.Close(t.Context()) != nil || clerk.PublishableKey().String() != "" {
				t.Error("there is something in it")
			}
		})
	}
}
