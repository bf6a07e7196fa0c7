package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestReleaseBuildRefusesToStartWithoutKeys(t *testing.T) {
	t.Parallel()
	wantRefusal(t, startRelease(t, []string{"PORT=0"}), "release build", "CLERK_SECRET_KEY", "CLERK_PUBLISHABLE_KEY")
}

func TestReleaseBuildStartsWithKeys(t *testing.T) {
	t.Parallel()
	startRelease(t, keysOf(clerktest.New(t))).address(t)
}

// startRelease starts the demo as built for production.
func startRelease(t *testing.T, environment []string) *process {
	t.Helper()
	demo, err := builtRelease()
	if err != nil {
		t.Fatal(err)
	}
	return demo.start(t, environment)
}

func TestReleaseBuildHasNoEmbeddedClerk(t *testing.T) {
	t.Parallel()
	for tags, want := range map[string]bool{"release": false, "": true} {
		output, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-tags", tags, ".").Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(output), "/clerktest"); got != want {
			t.Errorf("with the tags %q the embedded Clerk is part of the program: %t, want %t", tags, got, want)
		}
	}
}
