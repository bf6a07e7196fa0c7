package main

import (
	"context"
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/activity"
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
	// profilePath is the page of the demo that stands in for Clerk's page of the user's profile; empty means Clerk's.
	profilePath string
	// history records what the accounts did before the demo started; nil: nothing.
	history func(context.Context, *activity.Journal) error
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
	// profilePath is for the embedded Clerk alone.
	profilePath = "/settings/profile"
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
