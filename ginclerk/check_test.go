package ginclerk_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(c *ginclerk.Config, server, other *clerktest.Server)
		want   error
	}{
		{"the keys belong together", func(*ginclerk.Config, *clerktest.Server, *clerktest.Server) {}, nil},
		{"the keys belong together, without a proxy", func(c *ginclerk.Config, _, _ *clerktest.Server) { c.ProxyURL = "" }, nil},
		{"the JWT key is the instance's", func(c *ginclerk.Config, server, _ *clerktest.Server) { c.Tokens.JWTKey = server.JWTKey() }, nil},
		{"the JWT key is the one before a rotation", func(c *ginclerk.Config, server, _ *clerktest.Server) {
			c.Tokens.JWTKey = server.JWTKey()
			if _, err := server.RotateKey(); err != nil {
				t.Error(err)
			}
		}, nil},
		{"a JWT key that was withdrawn", func(c *ginclerk.Config, server, _ *clerktest.Server) {
			c.Tokens.JWTKey = server.JWTKey()
			old := server.KeyID()
			if _, err := server.RotateKey(); err != nil {
				t.Error(err)
			}
			if err := server.WithdrawKey(old); err != nil {
				t.Error(err)
			}
		}, ginclerk.ErrKeyMismatch},
		{"a secret key of another instance", func(c *ginclerk.Config, _, other *clerktest.Server) {
			c.SecretKey, c.ClerkAPI.URL = other.SecretKey(), other.BackendURL()
		}, ginclerk.ErrKeyMismatch},
		{"a publishable key of another instance", func(c *ginclerk.Config, _, other *clerktest.Server) {
			c.PublishableKey, c.ClerkAPI.FrontendURL = other.PublishableKey(), other.FrontendURL()
		}, ginclerk.ErrKeyMismatch},
		{"a secret key that Clerk does not know", func(c *ginclerk.Config, _, other *clerktest.Server) {
			c.SecretKey = other.SecretKey()
		}, ginclerk.ErrKeyMismatch},
		{"a Clerk that is unreachable", func(_ *ginclerk.Config, server, _ *clerktest.Server) { server.SetUnreachable(true) }, ginclerk.ErrClerkUnreachable},
		{"a Clerk that is unavailable", func(_ *ginclerk.Config, server, _ *clerktest.Server) { server.SetUnavailable(true) }, ginclerk.ErrClerkUnreachable},
		{"a Frontend API that is unreachable", func(c *ginclerk.Config, _, other *clerktest.Server) {
			c.ClerkAPI.FrontendURL = other.FrontendURL()
			other.SetUnreachable(true)
		}, ginclerk.ErrClerkUnreachable},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			server, other := clerktest.New(t), clerktest.New(t)
			config := configFor(server)
			row.change(&config, server, other)
			err := newClerk(t, config).Check(t.Context())
			if !errors.Is(err, row.want) || (err == nil) != (row.want == nil) {
				t.Errorf("error %v, want %v", err, row.want)
			}
			if errors.Is(err, ginclerk.ErrKeyMismatch) && errors.Is(err, ginclerk.ErrClerkUnreachable) {
				t.Errorf("the error is both: %v", err)
			}
			if err != nil && strings.Contains(err.Error(), config.SecretKey) {
				t.Errorf("the secret key in %v", err)
			}
		})
	}
}

func TestCheckObeysTheContext(t *testing.T) {
	t.Parallel()
	clerk := newApp(t).clerk
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := clerk.Check(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the context's", err)
	}
}
