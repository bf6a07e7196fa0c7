package ginclerk_test

import (
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// Keys of an instance that is not there.
const (
	instanceHost      = "calm-otter-13.clerk.accounts.dev"
	someSecretKey     = "sk_test_" + "abcdefghijklmnopqrstuvwxyz0123456789"
	someLiveSecretKey = "sk_live_" + "abcdefghijklmnopqrstuvwxyz0123456789"
)

func somePublishableKey() string {
	return instance.NewPublishableKey(instanceHost, instance.Development).String()
}

// noNetwork fails the test that asks for anything.
type noNetwork struct{ t *testing.T }

func (n noNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	n.t.Errorf("network: %s %s", r.Method, r.URL)
	return nil, errors.New("no network")
}

// TestTheFieldsThatMostApplicationsSetStandFirst: the rest are few, and in groups.
func TestTheFieldsThatMostApplicationsSetStandFirst(t *testing.T) {
	t.Parallel()
	config := reflect.TypeFor[ginclerk.Config]()
	var first []string
	for i := range 5 {
		first = append(first, config.Field(i).Name)
	}
	if diff := cmp.Diff([]string{"PublishableKey", "SecretKey", "Origins", "SignInURL", "SignUpURL"}, first); diff != "" {
		t.Errorf("the first fields (-want +got):\n%s", diff)
	}
	if got := config.NumField(); got > 18 {
		t.Errorf("Config has %d fields, want at most 18: put new ones into a group", got)
	}
}

// isField reports whether a program can write config.name.
func isField(name string) bool {
	at := reflect.TypeFor[ginclerk.Config]()
	for part := range strings.SplitSeq(name, ".") {
		if at.Kind() != reflect.Struct {
			return false
		}
		field, found := at.FieldByName(part)
		if !found {
			return false
		}
		at = field.Type
	}
	return true
}

// problemFields returns the fields that an error of New names, sorted.
func problemFields(err error) []string {
	fields := map[string]bool{}
	var walk func(error)
	walk = func(err error) {
		if problem, ok := err.(*ginclerk.ConfigError); ok { //nolint:errorlint // every node is looked at
			fields[problem.Field] = true
			return
		}
		switch e := err.(type) { //nolint:errorlint // every node is looked at
		case interface{ Unwrap() []error }:
			for _, one := range e.Unwrap() {
				walk(one)
			}
		case interface{ Unwrap() error }:
			walk(e.Unwrap())
		}
	}
	walk(err)
	var sorted []string
	for field := range fields {
		sorted = append(sorted, field)
	}
	slices.Sort(sorted)
	return sorted
}

func TestNewReportsEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	good := func() ginclerk.Config {
		return ginclerk.Config{PublishableKey: somePublishableKey(), SecretKey: someSecretKey, Origins: []string{ownOrigin}}
	}
	for _, row := range []struct {
		name   string
		change func(*ginclerk.Config)
		want   []string
	}{
		{"the keys alone are enough", func(c *ginclerk.Config) { c.Origins = nil }, nil},
		{"nothing is configured", func(c *ginclerk.Config) { *c = ginclerk.Config{} }, []string{"PublishableKey", "SecretKey"}},
		{"a garbled publishable key", func(c *ginclerk.Config) { c.PublishableKey = "pk_test_!" }, []string{"PublishableKey"}},
		{"the keys are the wrong way round", func(c *ginclerk.Config) {
			c.PublishableKey, c.SecretKey = c.SecretKey, c.PublishableKey
		}, []string{"PublishableKey", "SecretKey"}},
		{"a secret key of a production instance", func(c *ginclerk.Config) { c.SecretKey = someLiveSecretKey }, []string{"SecretKey"}},
		{"an origin with a path", func(c *ginclerk.Config) { c.Origins = []string{ownOrigin + "/"} }, []string{"Origins"}},
		{"an origin without scheme", func(c *ginclerk.Config) {
			c.Origins, c.AuthorizedParties = []string{"app.example.com"}, []string{ownOrigin}
		}, []string{"Origins"}},
		{"an origin of another scheme", func(c *ginclerk.Config) { c.AuthorizedParties = []string{"ftp://x"} }, []string{"AuthorizedParties"}},
		{"an origin with a user", func(c *ginclerk.Config) { c.AuthorizedParties = []string{"https://me@x"} }, []string{"AuthorizedParties"}},
		{"a sign-in address that browsers take for another host", func(c *ginclerk.Config) { c.SignInURL = "//evil.example" }, []string{"SignInURL"}},
		{"a sign-up address that is a script", func(c *ginclerk.Config) { c.SignUpURL = "javascript:alert(1)" }, []string{"SignUpURL"}},
		{"a proxy without a path", func(c *ginclerk.Config) { c.ProxyURL = "https://app.example.com" }, []string{"ProxyURL"}},
		{"a Backend API over plain http", func(c *ginclerk.Config) { c.ClerkAPI.URL = "http://api.example.com" }, []string{"ClerkAPI.URL"}},
		{"a Backend API over plain http beside another problem", func(c *ginclerk.Config) { c.ClerkAPI.URL, c.Tokens.ClockSkew = "http://api.example.com", -1 }, []string{"ClerkAPI.URL", "Tokens.ClockSkew"}},
		{"a relative Backend API", func(c *ginclerk.Config) { c.ClerkAPI.URL = "/api" }, []string{"ClerkAPI.URL"}},
		{"a key that is no PEM", func(c *ginclerk.Config) { c.Tokens.JWTKey = "MIIB" }, []string{"Tokens.JWTKey"}},
		{"a satellite without a domain", func(c *ginclerk.Config) { c.MultiDomain.Satellite = &authn.Satellite{} }, []string{"MultiDomain.Satellite"}},
		{"negative durations", func(c *ginclerk.Config) { c.Tokens.ClockSkew, c.Tokens.MaxLifetime = -1, -1 }, []string{"Tokens.ClockSkew", "Tokens.MaxLifetime"}},
		{"all of it", func(c *ginclerk.Config) {
			*c = ginclerk.Config{
				PublishableKey: "x", SecretKey: "y", Origins: []string{"o"}, AuthorizedParties: []string{"a"}, SignInURL: "s",
				SignUpURL: "u", ProxyURL: "/", ClerkAPI: ginclerk.ClerkAPI{URL: "b", FrontendURL: "f"}, Tokens: ginclerk.TokenChecks{JWTKey: "z", ClockSkew: -1, MaxLifetime: -1},
			}
		}, []string{
			"AuthorizedParties", "ClerkAPI.FrontendURL", "ClerkAPI.URL", "Origins", "ProxyURL",
			"PublishableKey", "SecretKey", "SignInURL", "SignUpURL", "Tokens.ClockSkew", "Tokens.JWTKey", "Tokens.MaxLifetime",
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			config := good()
			row.change(&config)
			config.ClerkAPI.HTTPClient = &http.Client{Transport: noNetwork{t}}
			clerk, err := ginclerk.New(config)
			for _, field := range problemFields(err) {
				if !isField(field) {
					t.Errorf("a problem with %s, which is not how Go code writes a field of Config", field)
				}
			}
			if diff := cmp.Diff(row.want, problemFields(err)); diff != "" {
				t.Errorf("fields with problems (-want +got):\n%s\n%v", diff, err)
			}
			if (err == nil) != (row.want == nil) || (clerk == nil) != (err != nil) {
				t.Errorf("clerk %t and error %v", clerk != nil, err)
			}
			if err != nil && config.SecretKey != "" && len(config.SecretKey) > 8 && strings.Contains(err.Error(), config.SecretKey[8:]) {
				t.Errorf("the secret key in %v", err)
			}
		})
	}
}

func TestNewChangesNothingOfWhatItWasGiven(t *testing.T) {
	t.Parallel()
	config := ginclerk.Config{PublishableKey: somePublishableKey(), SecretKey: someSecretKey, Origins: []string{ownOrigin}}
	before := config
	newClerk(t, config)
	if diff := cmp.Diff(before, config, cmp.Comparer(func(a, b *slog.Logger) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

func TestNewWarnsOfMissingAuthorizedParties(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		config ginclerk.Config
		warned int
	}{
		"nothing":    {ginclerk.Config{}, 1},
		"origins":    {ginclerk.Config{Origins: []string{ownOrigin}}, 0},
		"parties":    {ginclerk.Config{AuthorizedParties: []string{ownOrigin}}, 0},
		"both given": {ginclerk.Config{Origins: []string{ownOrigin}, AuthorizedParties: []string{ownOrigin}}, 0},
	} {
		log := &safeBuffer{}
		row.config.PublishableKey, row.config.SecretKey = somePublishableKey(), someSecretKey
		row.config.Logger = slog.New(slog.NewTextHandler(log, nil))
		newClerk(t, row.config)
		if log.count("azp") != row.warned {
			t.Errorf("%s: log %q", name, log)
		}
	}
}

// TestAuthorizedParties: whose tokens count.
func TestAuthorizedParties(t *testing.T) {
	t.Parallel()
	const other = "https://other.example.com"
	for _, row := range []struct {
		name             string
		origins, parties []string
		azp              string
		accepted         bool
	}{
		{"an own origin", []string{ownOrigin}, nil, ownOrigin, true},
		{"not an own origin", []string{ownOrigin}, nil, other, false},
		{"a party beside the origins", []string{ownOrigin}, []string{other}, other, true},
		{"an origin that is no party", []string{ownOrigin}, []string{other}, ownOrigin, false},
		{"any where none is configured", nil, nil, other, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, configured(func(c *ginclerk.Config) { c.Origins, c.AuthorizedParties = row.origins, row.parties }))
			a.guarded(a.clerk.RequireSession())
			token := a.mint(t, a.session(t, ada, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{AuthorizedParty: row.azp})
			a.ask(http.MethodGet, "/guarded", program, bearer(token)).wantRan(t, row.accepted)
		})
	}
}

func TestMaxTokenLifetime(t *testing.T) {
	t.Parallel()
	for lifetime, accepted := range map[time.Duration]bool{24 * time.Hour: true, 24*time.Hour + time.Second: false} {
		a := newApp(t)
		a.guarded(a.clerk.RequireSession())
		token := a.mint(t, a.session(t, ada, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{Lifetime: lifetime})
		a.ask(http.MethodGet, "/guarded", program, bearer(token)).wantRan(t, accepted)
	}
}

func TestConfigFromEnv(t *testing.T) { // no parallel: it sets variables
	for name, value := range map[string]string{
		"CLERK_PUBLISHABLE_KEY": " pk_test_x\n", "CLERK_SECRET_KEY": "\tsk_test_y ", "CLERK_JWT_KEY": "pem",
		"CLERK_MACHINE_SECRET_KEY": "'ak_z'\n",
		"CLERK_AUTHORIZED_PARTIES": "https://a.example, https://b.example,,", "CLERK_SIGN_IN_URL": "/in", "CLERK_SIGN_UP_URL": "/up",
		"CLERK_PROXY_URL": "/__clerk", "CLERK_API_URL": "https://api.example", "CLERK_FAPI_URL": "https://fapi.example",
		"CLERK_DOMAIN": "satellite.example", "CLERK_IS_SATELLITE": "TRUE",
	} {
		t.Setenv(name, value)
	}
	want := ginclerk.Config{
		PublishableKey: "pk_test_x", SecretKey: "sk_test_y", Tokens: ginclerk.TokenChecks{JWTKey: "pem", MachineSecretKey: "ak_z"}, AuthorizedParties: []string{"https://a.example", "https://b.example"},
		SignInURL: "/in", SignUpURL: "/up", ProxyURL: "/__clerk", ClerkAPI: ginclerk.ClerkAPI{URL: "https://api.example", FrontendURL: "https://fapi.example"},
		MultiDomain: ginclerk.MultiDomain{Satellite: &authn.Satellite{Domain: "satellite.example"}},
	}
	if diff := cmp.Diff(want, ginclerk.ConfigFromEnv()); diff != "" {
		t.Error(diff)
	}
	for value, satellite := range map[string]bool{"true": true, "1": true, "2": true, "0": false, "false": false, "yes": false, "": false, "-1": false} {
		t.Setenv("CLERK_IS_SATELLITE", value)
		if got := ginclerk.ConfigFromEnv().MultiDomain.Satellite != nil; got != satellite {
			t.Errorf("CLERK_IS_SATELLITE=%q: satellite %t", value, got)
		}
	}
}

func TestConfigFromAnEmptyEnvironment(t *testing.T) { // no parallel: it sets variables
	for _, name := range []string{
		"CLERK_PUBLISHABLE_KEY", "CLERK_SECRET_KEY", "CLERK_JWT_KEY", "CLERK_MACHINE_SECRET_KEY", "CLERK_AUTHORIZED_PARTIES", "CLERK_SIGN_IN_URL", "CLERK_SIGN_UP_URL",
		"CLERK_PROXY_URL", "CLERK_API_URL", "CLERK_FAPI_URL", "CLERK_DOMAIN", "CLERK_IS_SATELLITE",
	} {
		t.Setenv(name, "")
	}
	if diff := cmp.Diff(ginclerk.Config{}, ginclerk.ConfigFromEnv()); diff != "" {
		t.Error(diff)
	}
	_, err := ginclerk.New(ginclerk.ConfigFromEnv())
	if diff := cmp.Diff([]string{"PublishableKey", "SecretKey"}, problemFields(err)); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"CLERK_PUBLISHABLE_KEY", "CLERK_SECRET_KEY"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("the error doesn't name %s: %v", name, err)
		}
	}
}

func TestCloseMayBeCalledTwice(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for range 2 {
		if err := a.clerk.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
