//go:build !release

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

const embeddedCloseTimeout = 5 * time.Second

// startEmbedded starts an embedded Clerk for the demo. Builds with the tag "release" leave it out.
func startEmbedded(_ settings, origins []string) (*backend, error) {
	server, err := clerktest.Start(clerktest.Config{
		Origins: origins, SignInPath: signInPath, SignUpPath: signUpPath,
		ShowSeededUsers: true, ApplicationName: "ginclerk demo",
	})
	if err != nil {
		return nil, fmt.Errorf("the embedded Clerk: %w", err)
	}
	return embeddedBackend(server), nil
}

// embeddedBackend is a backend on a running embedded Clerk.
func embeddedBackend(server *clerktest.Server) *backend {
	b := &backend{
		config: ginclerk.Config{
			PublishableKey: server.PublishableKey(),
			SecretKey:      instance.SecretKey(server.SecretKey()),
			SignInURL:      signInPath,
			SignUpURL:      signUpPath,
			ProxyURL:       "/__clerk",
			APIURL:         server.BackendURL(),
			FrontendAPIURL: server.FrontendURL(),
			Now:            server.Clock().Now,
		},
		portal:        server.Portal(),
		addAccountURL: signInPath + "/add-account",
		close: func() {
			ctx, cancel := context.WithTimeout(context.Background(), embeddedCloseTimeout)
			defer cancel()
			_ = server.Close(ctx)
		},
	}
	for _, user := range server.Users() {
		b.users = append(b.users, demoUser{name: user.Name, email: user.Email, password: user.Password, note: user.Note})
	}
	return b
}
