package main

import (
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// backend is the Clerk that the demo uses: Clerk itself, or the embedded Clerk.
type backend struct {
	config ginclerk.Config
	// portal serves sign-in and sign-up; nil sends browsers to Clerk's Account Portal.
	portal http.Handler
	// addAccountURL is where a user signs in with one more account; empty means the sign-in page.
	addAccountURL string
	// webhookSecret verifies Clerk's webhooks; empty: the demo refuses them.
	webhookSecret string
	// users are the accounts that visitors can sign in to; nil with Clerk itself.
	users []demoUser
	close func()
}

// wallClock is the time of a demo on Clerk itself. The embedded Clerk has its own clock.
func wallClock() time.Time {
	return time.Now() //nolint:forbidigo // the program injects the machine's clock
}

// demoUser is an account that visitors can sign in to.
type demoUser struct{ name, email, password, note string }

// The demo's own sign-in and sign-up addresses, as in Clerk's guide.
const (
	signInPath = "/sign-in"
	signUpPath = "/sign-up"
)

func startBackend(s settings, port int) (*backend, error) {
	if s.embedded {
		return startEmbedded(s, port)
	}
	config := ginclerk.ConfigFromEnv()
	config.Now = wallClock
	if config.SignInURL == "" {
		config.SignInURL = signInPath
	}
	if config.SignUpURL == "" {
		config.SignUpURL = signUpPath
	}
	return &backend{config: config, webhookSecret: s.webhookSecret, close: func() {}}, nil
}
