// Package prerequisite finds the programs that tests need. Only tests import this package.
package prerequisite

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// Missing ends a test that lacks something: with CI=true it fails, and otherwise it skips with one line. It says what is missing, what the
// tests then leave out, and how to get it.
func Missing(tb testing.TB, what, left, get string) {
	tb.Helper()
	message := fmt.Sprintf("MISSING: %s. Left out: %s. To get it: %s", what, left, get)
	if os.Getenv("CI") == "true" {
		tb.Fatal(message)
	}
	tb.Skip(message)
}

// Program returns the path of a program, which can have several names: the first that the machine has. Without one the test ends, and says that
// what is missing; see [Missing].
func Program(tb testing.TB, what, left, get string, names ...string) string {
	tb.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(tb, what, left, get)
	return ""
}
