// Package goroutinetest fails the tests of a package that leave goroutines behind. It is for a TestMain that has something to stop first, such as a
// browser; another TestMain calls goleak.VerifyTestMain.
package goroutinetest

import (
	"fmt"
	"os"

	"go.uber.org/goleak"
)

// Status returns the status to exit with: the given one, or 1 where the tests passed and goroutines still run, which it then prints. It waits a
// moment for goroutines that are about to end.
func Status(status int) int {
	if status != 0 {
		return status
	}
	if err := goleak.Find(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "FAIL: goroutines are left:", err)
		return 1
	}
	return 0
}
