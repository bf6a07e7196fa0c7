package ginclerk

import (
	"os"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/pasted"
	"github.com/ginclerk/ginclerk/internal/secretfile"
)

// ConfigFromEnv reads a [Config] from the environment: CLERK_PUBLISHABLE_KEY, CLERK_SECRET_KEY, CLERK_JWT_KEY, CLERK_MACHINE_SECRET_KEY,
// CLERK_SIGN_IN_URL, CLERK_SIGN_UP_URL, CLERK_PROXY_URL, CLERK_API_URL, CLERK_FAPI_URL, CLERK_DOMAIN and
// CLERK_IS_SATELLITE, as Clerk's own SDKs name them, and CLERK_AUTHORIZED_PARTIES, a comma list of the application's origins.
// Secrets may be in files, as orchestrators mount them: CLERK_SECRET_KEY_FILE, CLERK_JWT_KEY_FILE and CLERK_MACHINE_SECRET_KEY_FILE are the paths of
// such files. White space and quotes around a value are taken off, as some readers of .env files leave them. Missing variables and files that
// can't be read leave zero values; New reports those files, and missing values where they matter. Origins is not set: only the application knows it, and AuthorizedParties alone does not say
// where redirects may lead.
func ConfigFromEnv() Config {
	value := func(name string) string { return pasted.Bare(os.Getenv(name)) }
	secret := func(name string) string {
		text, _ := secretfile.Variable(name) // New reports the error: see unreadable
		return pasted.Bare(text)
	}
	config := Config{
		PublishableKey:    value("CLERK_PUBLISHABLE_KEY"),
		SecretKey:         secret("CLERK_SECRET_KEY"),
		Tokens:            TokenChecks{JWTKey: secret("CLERK_JWT_KEY"), MachineSecretKey: instance.SecretKey(secret("CLERK_MACHINE_SECRET_KEY"))},
		AuthorizedParties: pasted.List(os.Getenv("CLERK_AUTHORIZED_PARTIES")),
		SignInURL:         value("CLERK_SIGN_IN_URL"),
		SignUpURL:         value("CLERK_SIGN_UP_URL"),
		ProxyURL:          value("CLERK_PROXY_URL"),
		ClerkAPI:          ClerkAPI{URL: value("CLERK_API_URL"), FrontendURL: value("CLERK_FAPI_URL")},
	}
	if pasted.IsTrue(os.Getenv("CLERK_IS_SATELLITE")) {
		config.MultiDomain.Satellite = &authn.Satellite{Domain: value("CLERK_DOMAIN")}
	}
	return config
}

// leftOut names the variables that are set, and are not in the configuration although its key is that of the environment. Without those that
// say where Clerk is, browsers are sent to the host in the key; without the key of a machine, the tokens of other machines are accepted.
func (c Config) leftOut() string {
	env := ConfigFromEnv()
	if env.PublishableKey == "" || env.PublishableKey != c.PublishableKey {
		return ""
	}
	var names []string
	for _, variable := range []struct{ name, said, taken string }{
		{"CLERK_API_URL", env.ClerkAPI.URL, c.ClerkAPI.URL},
		{"CLERK_FAPI_URL", env.ClerkAPI.FrontendURL, c.ClerkAPI.FrontendURL},
		{"CLERK_PROXY_URL", env.ProxyURL, c.ProxyURL},
		{"CLERK_SIGN_IN_URL", env.SignInURL, c.SignInURL},
		{"CLERK_SIGN_UP_URL", env.SignUpURL, c.SignUpURL},
		{"CLERK_MACHINE_SECRET_KEY", env.Tokens.MachineSecretKey.Reveal(), c.Tokens.MachineSecretKey.Reveal()},
	} {
		if variable.said != "" && variable.taken == "" {
			names = append(names, variable.name)
		}
	}
	return strings.Join(names, ", ")
}

// unreadable reports the files of the environment whose secrets are missing in the configuration because the files can't be read.
func (c Config) unreadable(check func(field string, found ...error)) {
	if c.PublishableKey == "" || c.PublishableKey != pasted.Bare(os.Getenv("CLERK_PUBLISHABLE_KEY")) {
		return // the configuration is not that of the environment
	}
	for _, secret := range []struct{ field, taken, variable string }{
		{"SecretKey", c.SecretKey, "CLERK_SECRET_KEY"},
		{"Tokens.JWTKey", c.Tokens.JWTKey, "CLERK_JWT_KEY"},
		{"Tokens.MachineSecretKey", c.Tokens.MachineSecretKey.Reveal(), "CLERK_MACHINE_SECRET_KEY"},
	} {
		if secret.taken == "" {
			_, err := secretfile.Variable(secret.variable)
			check(secret.field, err)
		}
	}
}
