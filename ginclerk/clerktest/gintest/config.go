package gintest

import (
	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// Config returns the configuration of an application on an embedded Clerk: its keys, its addresses and its clock, and as Origins those of
// [clerktest.Server.Origins]. It works as it is, and every field may be changed:
//
//	srv := clerktest.New(t)
//	clerk, err := ginclerk.New(gintest.Config(srv))
//
// [clerktest.Server.Bearer] and [clerktest.Server.CookieHeader] are for the first of the server's origins. Set them where the server is
// made ([clerktest.Config].Origins) rather than here, so that both agree.
//
// Browsers reach the Frontend API at the server itself, and the application mounts nothing for it. Set ProxyURL to "/__clerk" to test
// [ginclerk.Clerk.MountProxy]. Signed-out browsers go to /sign-in, where the application shows [clerktest.Server.Portal] if a test
// needs the pages.
//
// Config is here, and not in package clerktest, because programs that only want the server link neither Gin nor ginclerk.
func Config(server *clerktest.Server) ginclerk.Config {
	return ginclerk.Config{
		PublishableKey: server.PublishableKey(),
		SecretKey:      server.SecretKey(),
		Origins:        server.Origins(),
		SignInURL:      server.SignInURL(),
		SignUpURL:      server.SignUpURL(),
		ProxyURL:       server.ProxyURL(),
		ClerkAPI:       ginclerk.ClerkAPI{URL: server.BackendURL(), FrontendURL: server.FrontendURL()},
		Now:            server.Clock().Now,
	}
}
