package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// TestMistakesInTheConfigurationAreNamed: each error has the field and what to do, and no secret.
func TestMistakesInTheConfigurationAreNamed(t *testing.T) {
	t.Parallel()
	const secretPart = "abcdefghijklmnopqrstuvwxyz0123456789"
	for _, row := range []struct {
		name   string
		change func(*ginclerk.Config)
		field  string
		want   string
	}{
		{"the keys are swapped", func(c *ginclerk.Config) {
			c.PublishableKey, c.SecretKey = c.SecretKey, c.PublishableKey
		}, "PublishableKey SecretKey", "these are swapped"},
		{"the keys are swapped, with quotes", func(c *ginclerk.Config) {
			c.PublishableKey, c.SecretKey = `"`+c.SecretKey+`"`, ` `+c.PublishableKey
		}, "PublishableKey SecretKey", "these are swapped"},
		{"the secret key twice", func(c *ginclerk.Config) { c.PublishableKey = c.SecretKey }, "PublishableKey", "is a secret key"},
		{"the publishable key twice", func(c *ginclerk.Config) { c.SecretKey = c.PublishableKey }, "SecretKey", "is a publishable key"},
		{"test and live", func(c *ginclerk.Config) { c.SecretKey = someLiveSecretKey }, "SecretKey", "production instance, the publishable key of a development one"},
		{"live and test", func(c *ginclerk.Config) {
			c.PublishableKey = instance.NewPublishableKey("clerk.example.com", instance.Production).String()
		}, "SecretKey", "development instance, the publishable key of a production one"},
		{"quotes around the secret key", func(c *ginclerk.Config) { c.SecretKey = `"` + c.SecretKey + `"` }, "SecretKey", "quotes around it"},
		{"a line break behind the secret key", func(c *ginclerk.Config) { c.SecretKey += "\n" }, "SecretKey", "white space"},
		{"white space in the secret key", func(c *ginclerk.Config) { c.SecretKey += " x" }, "SecretKey", "characters in it"},
		{"an example for a secret key", func(c *ginclerk.Config) { c.SecretKey = "sk_test_..." }, "SecretKey", "example"},
		{"a prefix for a secret key", func(c *ginclerk.Config) { c.SecretKey = "sk_test_" }, "SecretKey", "ends after its prefix"},
		{"a webhook's secret", func(c *ginclerk.Config) { c.SecretKey = "whsec_" + secretPart }, "SecretKey", "webhook"},
		{"a machine's key", func(c *ginclerk.Config) { c.SecretKey = "ak_" + secretPart }, "SecretKey", "API key"},
		{"quotes around the publishable key", func(c *ginclerk.Config) { c.PublishableKey = "'" + c.PublishableKey + "'" }, "PublishableKey", "quotes around it"},
		{"a publishable key that was cut off", func(c *ginclerk.Config) { c.PublishableKey = c.PublishableKey[:20] }, "PublishableKey", "API keys"},
		{"spaces around the sign-in address", func(c *ginclerk.Config) { c.SignInURL = " /sign-in" }, "SignInURL", `write "/sign-in"`},
		{"a space in the sign-in address", func(c *ginclerk.Config) { c.SignInURL = "/sign in" }, "SignInURL", "%20"},
		{"quotes around the sign-up address", func(c *ginclerk.Config) { c.SignUpURL = `"https://x.example/up"` }, "SignUpURL", `write "https://x.example/up"`},
		{"no slash in front", func(c *ginclerk.Config) { c.SignInURL = "sign-in" }, "SignInURL", `write "/sign-in"`},
		{"no scheme in front", func(c *ginclerk.Config) { c.SignInURL = "accounts.example.com/sign-in" }, "SignInURL", `write "https://accounts.example.com/sign-in"`},
		{"a password in an address", func(c *ginclerk.Config) { c.SignInURL = "https://me:" + secretPart + "@x.example/" }, "SignInURL", "absolute http or https URL"},
		{"a sign-in address with the base path", func(c *ginclerk.Config) { c.BasePath, c.SignInURL = "/app", "/app/sign-in" }, "SignInURL", `write "/sign-in"`},
		{"a base path that is an address", func(c *ginclerk.Config) { c.BasePath = "https://app.example.com/app" }, "BasePath", "such as /app"},
		{"a base path without a slash", func(c *ginclerk.Config) { c.BasePath = "app" }, "BasePath", "such as /app"},
		{"a base path with dots", func(c *ginclerk.Config) { c.BasePath = "/app/.." }, "BasePath", "such as /app"},
		{"a proxy without a path", func(c *ginclerk.Config) { c.ProxyURL = "https://app.example.com" }, "ProxyURL", "needs a path, such as /__clerk"},
		{"a proxy with a query", func(c *ginclerk.Config) { c.ProxyURL = "/__clerk?x=y" }, "ProxyURL", "no query"},
		{"a proxy over plain http", func(c *ginclerk.Config) { c.ProxyURL = "http://app.example.com/__clerk" }, "ProxyURL", "must be https"},
		{"a proxy on an origin over plain http", func(c *ginclerk.Config) {
			c.Origins, c.ProxyURL = []string{"http://app.example.com"}, "/__clerk"
		}, "ProxyURL", "must be https"},
		{"the Backend API without a scheme", func(c *ginclerk.Config) { c.ClerkAPI.URL = "api.clerk.com" }, "ClerkAPI.URL", `write "https://api.clerk.com"`},
		{"the Backend API with a query", func(c *ginclerk.Config) { c.ClerkAPI.URL = "https://api.clerk.com/v1?x" }, "ClerkAPI.URL", "write https://api.clerk.com/v1"},
		{"spaces around the Backend API", func(c *ginclerk.Config) { c.ClerkAPI.URL = "https://api.clerk.com " }, "ClerkAPI.URL", `write "https://api.clerk.com"`},
		{"the Frontend API with a password", func(c *ginclerk.Config) { c.ClerkAPI.FrontendURL = "https://me:" + secretPart + "@x.example" }, "ClerkAPI.FrontendURL", "absolute"},
		{"a JWT key that is private", func(c *ginclerk.Config) {
			c.Tokens.JWTKey = "-----BEGIN PRIVATE KEY-----\n" + secretPart + "\n-----END PRIVATE KEY-----"
		}, "Tokens.JWTKey", "private key"},
		{"a JWT key that is the secret key", func(c *ginclerk.Config) { c.Tokens.JWTKey = c.SecretKey }, "Tokens.JWTKey", "JWT public key is needed"},
		{"the instance's key for the machine's", func(c *ginclerk.Config) { c.Tokens.MachineSecretKey = instance.SecretKey(c.SecretKey) }, "Tokens.MachineSecretKey", "is a key of the instance"},
		{"the machine's id for its key", func(c *ginclerk.Config) { c.Tokens.MachineSecretKey = "mch_" + secretPart }, "Tokens.MachineSecretKey", "belongs in MachineID"},
		{"a webhook's secret for the machine's key", func(c *ginclerk.Config) { c.Tokens.MachineSecretKey = "whsec_" + secretPart }, "Tokens.MachineSecretKey", "webhook"},
		{"quotes around the machine's key", func(c *ginclerk.Config) { c.Tokens.MachineSecretKey = `"ak_` + secretPart + `"` }, "Tokens.MachineSecretKey", "quotes around it"},
		{"white space in the machine's key", func(c *ginclerk.Config) { c.Tokens.MachineSecretKey = "ak_" + secretPart + " x" }, "Tokens.MachineSecretKey", "characters in it"},
		{"a prefix for the machine's key", func(c *ginclerk.Config) { c.Tokens.MachineSecretKey = "ak_" }, "Tokens.MachineSecretKey", "ends after its prefix"},
		{"the machine's key for its id", func(c *ginclerk.Config) { c.Tokens.MachineID = "ak_" + secretPart }, "Tokens.MachineID", "starts with mch_"},
		{"a satellite's domain with a scheme", func(c *ginclerk.Config) {
			c.SignInURL, c.MultiDomain.Satellite = "https://x.example/in", &authn.Satellite{Domain: "https://satellite.example/"}
		}, "MultiDomain.Satellite", `write "satellite.example"`},
		{"a satellite's domain that is none", func(c *ginclerk.Config) {
			c.SignInURL, c.MultiDomain.Satellite = "https://x.example/in", &authn.Satellite{Domain: "*.example"}
		}, "MultiDomain.Satellite", "host name"},
		{"a satellite without the primary's sign-in", func(c *ginclerk.Config) { c.MultiDomain.Satellite = &authn.Satellite{Domain: "satellite.example"} }, "MultiDomain.Satellite", "SignInURL"},
		{"a pattern that can't be read", func(c *ginclerk.Config) { c.OrganizationSync.OrganizationPatterns = []string{"/orgs/:slug("} }, "OrganizationSync", "/orgs/:slug("},
		{"a pattern that names no organization", func(c *ginclerk.Config) { c.OrganizationSync.OrganizationPatterns = []string{"/orgs/(.*)"} }, "OrganizationSync", ":slug"},
		{"an empty audience", func(c *ginclerk.Config) { c.Tokens.Audiences = []string{"api", ""} }, "Tokens.Audiences", "leave it out"},
		{"seconds without a unit", func(c *ginclerk.Config) { c.Tokens.ClockSkew = 5 }, "Tokens.ClockSkew", "5 * time.Second"},
		{"a lifetime without a unit", func(c *ginclerk.Config) { c.Tokens.MaxLifetime = 3600 }, "Tokens.MaxLifetime", "3600 * time.Second"},
		{"a negative duration", func(c *ginclerk.Config) { c.Tokens.ClockSkew = -time.Second }, "Tokens.ClockSkew", "negative"},
		{"a short cookie key", func(c *ginclerk.Config) { c.CookieKeys = [][]byte{[]byte(secretPart[:16])} }, "CookieKeys", "at least 32"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			config := ginclerk.Config{PublishableKey: somePublishableKey(), SecretKey: someSecretKey, Origins: []string{ownOrigin}}
			row.change(&config)
			config.ClerkAPI.HTTPClient = &http.Client{Transport: noNetwork{t}}
			_, err := ginclerk.New(config)
			if err == nil {
				t.Fatal("no error")
			}
			if got := strings.Join(problemFields(err), " "); got != row.field || !strings.Contains(err.Error(), row.want) {
				t.Errorf("%s: %v; want %s and %q", got, err, row.field, row.want)
			}
			for _, field := range problemFields(err) {
				if !isField(field) {
					t.Errorf("a problem with %s, which is not how Go code writes a field of Config", field)
				}
			}
			if strings.Contains(err.Error(), secretPart) || strings.Contains(err.Error(), secretPart[:16]) {
				t.Errorf("a secret in %v", err)
			}
		})
	}
}

// TestVariablesMayHaveWhiteSpaceAndQuotesAround: as docker's --env-file and other readers leave them.
func TestVariablesMayHaveWhiteSpaceAndQuotesAround(t *testing.T) { // no parallel: it sets variables
	for name, value := range map[string]string{
		"CLERK_PUBLISHABLE_KEY": `"pk_test_x"`, "CLERK_SECRET_KEY": "'sk_test_y'\n", "CLERK_JWT_KEY": ` "pem" `,
		"CLERK_AUTHORIZED_PARTIES": `"https://a.example, 'https://b.example',"`, "CLERK_SIGN_IN_URL": " /in ", "CLERK_SIGN_UP_URL": `"/up"`,
		"CLERK_PROXY_URL": "\t/__clerk", "CLERK_API_URL": "'https://api.example'", "CLERK_FAPI_URL": " https://fapi.example",
		"CLERK_DOMAIN": `"satellite.example"`, "CLERK_IS_SATELLITE": ` "true"`,
	} {
		t.Setenv(name, value)
	}
	want := ginclerk.Config{
		PublishableKey: "pk_test_x", SecretKey: "sk_test_y", Tokens: ginclerk.TokenChecks{JWTKey: "pem"}, AuthorizedParties: []string{"https://a.example", "https://b.example"},
		SignInURL: "/in", SignUpURL: "/up", ProxyURL: "/__clerk", ClerkAPI: ginclerk.ClerkAPI{URL: "https://api.example", FrontendURL: "https://fapi.example"},
		MultiDomain: ginclerk.MultiDomain{Satellite: &authn.Satellite{Domain: "satellite.example"}},
	}
	if diff := cmp.Diff(want, ginclerk.ConfigFromEnv()); diff != "" {
		t.Error(diff)
	}
}
