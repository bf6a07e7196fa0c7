// The program ginclerk helps with applications that use package ginclerk: "ginclerk help" lists its commands.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// exitUsage is the exit status where the command line can't be read. Those of the commands themselves are below it.
const exitUsage = 3

// command is one command of the program. Each is in a file of its own, which is named after it.
type command struct {
	name, purpose string
	// run gets the arguments behind the name, and returns the exit status.
	run func(ctx context.Context, args []string, stdout, stderr io.Writer) int
}

func commands() []command {
	return []command{
		{"doctor", "examines a configuration, and what is around it", runDoctor},
		{"routes", "prints what guards each route of a running application", runRoutes},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run runs the command that the first argument names, and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		writeUsage(stderr)
		return exitUsage
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		writeUsage(stdout)
		return 0
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(ctx, args[1:], stdout, stderr)
		}
	}
	_, _ = fmt.Fprintf(stderr, "ginclerk: %q is no command\n\n", args[0])
	writeUsage(stderr)
	return exitUsage
}

func writeUsage(w io.Writer) {
	_, _ = fmt.Fprint(w, "Usage: ginclerk command [flags]\n\n") // an error means that the reader has gone
	for _, c := range commands() {
		_, _ = fmt.Fprintf(w, "  %-8s  %s\n", c.name, c.purpose)
	}
	_, _ = fmt.Fprint(w, "\nginclerk command -help lists the flags of a command.\n")
}
