//go:build !release

package main

import (
	"log"
	"os"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

// configure reads the CLERK_ variables. If none is set, it starts an embedded Clerk, so that the application runs without a Clerk account.
// Accounts of the embedded Clerk are made up and gone when the application stops. Builds with the tag "release" leave it out.
func configure(origin string) (ginclerk.Config, error) {
	if slices.ContainsFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "CLERK_") }) {
		config := ginclerk.ConfigFromEnv()
		config.Origins = []string{origin}
		return config, nil
	}
	server, err := clerktest.Start(clerktest.Config{
		Origins: []string{origin}, ServePortal: true, ShowSeededUsers: true,
		FrontendAPI: "ginclerk-example-00.clerk.accounts.dev", // the same at each start: it is in the names of cookies
	})
	if err != nil {
		return ginclerk.Config{}, err
	}
	log.Print("no CLERK_ variable is set: this is an embedded Clerk, whose sign-in page shows its accounts")
	return gintest.Config(server), nil
}
