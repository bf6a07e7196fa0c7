package ginclerk

import (
	"strconv"
	"strings"

	"github.com/caarlos0/env/v11"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/pasted"
)

// environment holds the variables that Clerk's SDKs read.
type environment struct {
	PublishableKey    string `env:"CLERK_PUBLISHABLE_KEY"`
	SecretKey         string `env:"CLERK_SECRET_KEY"`
	JWTKey            string `env:"CLERK_JWT_KEY"`
	AuthorizedParties string `env:"CLERK_AUTHORIZED_PARTIES"`
	SignInURL         string `env:"CLERK_SIGN_IN_URL"`
	SignUpURL         string `env:"CLERK_SIGN_UP_URL"`
	ProxyURL          string `env:"CLERK_PROXY_URL"`
	APIURL            string `env:"CLERK_API_URL"`
	FrontendAPIURL    string `env:"CLERK_FAPI_URL"`
	Domain            string `env:"CLERK_DOMAIN"`
	IsSatellite       string `env:"CLERK_IS_SATELLITE"`
}

// ConfigFromEnv reads a [Config] from the environment: CLERK_PUBLISHABLE_KEY, CLERK_SECRET_KEY, CLERK_JWT_KEY,
// CLERK_SIGN_IN_URL, CLERK_SIGN_UP_URL, CLERK_PROXY_URL, CLERK_API_URL, CLERK_FAPI_URL, CLERK_DOMAIN and
// CLERK_IS_SATELLITE, as Clerk's own SDKs name them, and CLERK_AUTHORIZED_PARTIES, a comma list of the application's origins.
// White space and quotes around a value are taken off, as some readers of .env files leave them. Missing variables leave zero values,
// which New reports where they matter. Origins is not set: it is the application's to know, and AuthorizedParties alone does not say
// where redirects may lead.
func ConfigFromEnv() Config { return configFromEnvironment(nil) }

// configFromEnvironment reads from the given variables, or from the process's where they are nil.
func configFromEnvironment(variables map[string]string) Config {
	options := env.Options{}
	if variables != nil {
		options.Environment = variables
	}
	// Strings can't fail to parse; what they say is judged by New.
	e, err := env.ParseAsWithOptions[environment](options)
	if err != nil {
		return Config{}
	}
	config := Config{
		PublishableKey:    pasted.Bare(e.PublishableKey),
		SecretKey:         instance.SecretKey(pasted.Bare(e.SecretKey)),
		JWTKey:            pasted.Bare(e.JWTKey),
		AuthorizedParties: commaList(e.AuthorizedParties),
		SignInURL:         pasted.Bare(e.SignInURL),
		SignUpURL:         pasted.Bare(e.SignUpURL),
		ProxyURL:          pasted.Bare(e.ProxyURL),
		APIURL:            pasted.Bare(e.APIURL),
		FrontendAPIURL:    pasted.Bare(e.FrontendAPIURL),
	}
	if isTrue(pasted.Bare(e.IsSatellite)) {
		config.Satellite = &authn.Satellite{Domain: pasted.Bare(e.Domain)}
	}
	return config
}

func commaList(text string) []string {
	var kept []string
	for item := range strings.SplitSeq(text, ",") {
		if item = pasted.Bare(item); item != "" {
			kept = append(kept, item)
		}
	}
	return kept
}

// isTrue reads a boolean variable as Clerk's SDKs do: true in any letter case, or a number above zero.
func isTrue(s string) bool {
	if strings.EqualFold(s, "true") {
		return true
	}
	n, err := strconv.Atoi(s)
	return err == nil && n > 0
}
