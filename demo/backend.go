package main

import (
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// backend is the Clerk that the demo runs on: Clerk itself, or the embedded one.
type backend struct {
	config ginclerk.Config
	// portal serves sign-in and sign-up; nil sends browsers to Clerk's Account Portal.
	portal http.Handler
	// addAccountURL is where one more account signs in; empty means the sign-in page.
	addAccountURL string
	// users are whom to sign in as; nil with Clerk itself.
	users []demoUser
	close func()
}

// demoUser is somebody to sign in as.
type demoUser struct{ name, email, password, note string }

// The demo's own sign-in and sign-up addresses, as in Clerk's guide.
const (
	signInPath = "/sign-in"
	signUpPath = "/sign-up"
)

func startBackend(s settings, origins []string) (*backend, error) {
	if s.embedded {
		return startEmbedded(s, origins)
	}
	config := ginclerk.ConfigFromEnv()
	if config.SignInURL == "" {
		config.SignInURL = signInPath
	}
	if config.SignUpURL == "" {
		config.SignUpURL = signUpPath
	}
	return &backend{config: config, close: func() {}}, nil
}
