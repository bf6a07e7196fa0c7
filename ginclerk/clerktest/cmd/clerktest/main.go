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
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

const (
	exitFailed = 1
	exitUsage  = 2

	// shutdownTimeout is how long the requests in progress may take at the end, at each of the two addresses.
	shutdownTimeout = 3 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run serves until ctx ends, and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	settings, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return exitUsage
	}
	if err := serve(ctx, settings, stdout, stderr); err != nil {
		// One line for all problems, because logs are read by line.
		_, _ = fmt.Fprintln(stderr, "clerktest:", strings.ReplaceAll(strings.TrimPrefix(err.Error(), "clerktest: "), "\n", "; "))
		return exitFailed
	}
	return 0
}

// serve closes everything that it starts.
func serve(ctx context.Context, settings settings, stdout, stderr io.Writer) (err error) {
	config, err := settings.config()
	if err != nil {
		return err
	}
	config.StartUnavailable = true         // until the variables are written
	server, err := clerktest.Start(config) //nolint:contextcheck // the server lives until it is closed
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing(ctx, server.Close)) }()
	if settings.control != "" {
		stop, controlErr := serveControl(ctx, settings.control, server.Control())
		if controlErr != nil {
			return controlErr
		}
		defer func() { err = errors.Join(err, closing(ctx, stop)) }()
	}
	if err := writeVariables(stdout, server); err != nil {
		return err
	}
	if err := writeAccounts(stderr, server); err != nil {
		return err
	}
	server.SetUnavailable(false)
	return keepState(ctx, settings.state, server.State)
}

// closing gives a shutdown its time after ctx has ended.
func closing(ctx context.Context, stop func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	return stop(ctx)
}
