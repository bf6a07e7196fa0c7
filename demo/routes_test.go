package main

import (
	"os"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

// TestTheGuardsOfRoutesAreAsReviewed: a change of a guard changes the file, which a reviewer sees.
func TestTheGuardsOfRoutesAreAsReviewed(t *testing.T) {
	t.Parallel()
	gintest.AssertRoutes(t, startWebapp(t).app.handler, "testdata/routes.txt")
}

// TestTheDemoPrintsItsRoutes: "demo -routes" prints the file, and ends.
func TestTheDemoPrintsItsRoutes(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("testdata/routes.txt")
	if err != nil {
		t.Fatal(err)
	}
	demo := startDemo(t, nil, "-routes")
	if status := demo.code(t); status != 0 {
		t.Fatalf("status %d: %s", status, demo.stderr.String())
	}
	if got := demo.stdout.String(); strings.TrimSpace(got) != strings.TrimSpace(string(want)) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
