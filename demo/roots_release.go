//go:build release

package main

import (
	// A container without files has no certificates: these are Mozilla's, for systems that have none.
	_ "golang.org/x/crypto/x509roots/fallback"
)
