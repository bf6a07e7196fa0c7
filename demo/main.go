// The demo is a reference application: every route of Clerk's session and middleware guide, on Gin. With CLERK_SECRET_KEY and
// CLERK_PUBLISHABLE_KEY set it uses Clerk; with no Clerk variable set it starts an embedded Clerk and prints its accounts.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run starts the demo, serves until ctx ends, and returns the exit status. It writes a problem as one line to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	settings, err := readSettings(args, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err == nil {
		err = serve(ctx, settings, stdout, stderr)
	}
	if err != nil {
		// The line has all problems. If writing fails, the error can't be reported elsewhere.
		_, _ = fmt.Fprintf(stderr, "demo: %s\n", strings.ReplaceAll(err.Error(), "\n", "; "))
		return 1
	}
	return 0
}
