//go:build !release

package main

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

const embeddedCloseTimeout = time.Second

// embeddedFrontendAPI is in the embedded Clerk's publishable key, and the names of its cookies come from that key. It stays the
// same: a new one at each start would leave a set of cookies in the browser for a year, until servers on localhost refuse to
// read so many. Secret key, signing key and passwords are new at each start.
const embeddedFrontendAPI = "ginclerk-demo-00.clerk.accounts.dev"

// startEmbedded starts an embedded Clerk for the demo. Builds with the tag "release" leave it out.
func startEmbedded(s settings, port int) (*backend, error) {
	server, err := clerktest.Start(embeddedConfig(s, port))
	if err != nil {
		return nil, fmt.Errorf("the embedded Clerk: %w", err)
	}
	return embeddedBackend(server, port)
}

func embeddedConfig(s settings, port int) clerktest.Config {
	return clerktest.Config{
		Origins: s.ownOrigins(port), SignInPath: signInPath, SignUpPath: signUpPath, FrontendAPI: embeddedFrontendAPI,
		ShowSeededUsers: true, ApplicationName: lookOf(s.brand).name, Seed: demoSeed(),
	}
}

// embeddedBackend returns a backend on a running embedded Clerk, which reports events to the demo at a port of this machine.
func embeddedBackend(server *clerktest.Server, port int) (*backend, error) {
	endpoint, err := server.AddWebhook("http://"+net.JoinHostPort("127.0.0.1", strconv.Itoa(port))+webhookPath, webhookEvents()...)
	if err != nil {
		return nil, fmt.Errorf("the embedded Clerk: %w", err)
	}
	history, err := historyOf(server)
	if err != nil {
		return nil, err
	}
	b := &backend{
		config: ginclerk.Config{
			PublishableKey: server.PublishableKey(),
			SecretKey:      server.SecretKey(),
			SignInURL:      signInPath,
			SignUpURL:      signUpPath,
			ProxyURL:       "/__clerk",
			ClerkAPI:       ginclerk.ClerkAPI{URL: server.BackendURL(), FrontendURL: server.FrontendURL()},
			Now:            server.Clock().Now,
		},
		portal:        server.Portal(),
		addAccountURL: signInPath + "/add-account",
		webhookSecret: endpoint.SigningSecret,
		profilePath:   profilePath,
		history:       history,
		close: func() {
			ctx, cancel := context.WithTimeout(context.Background(), embeddedCloseTimeout)
			defer cancel()
			_ = server.Close(ctx)
		},
	}
	for _, user := range server.Users() {
		b.users = append(b.users, demoUser{name: user.Name, email: user.Email, password: user.Password, note: user.Note})
	}
	return b, nil
}
