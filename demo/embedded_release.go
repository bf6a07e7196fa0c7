//go:build release

package main

import "errors"

// startEmbedded refuses: release builds have no embedded Clerk.
func startEmbedded(settings, int) (*backend, error) {
	return nil, errors.New("this is a release build, which has no embedded Clerk: set CLERK_SECRET_KEY and CLERK_PUBLISHABLE_KEY")
}
