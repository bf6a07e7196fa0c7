package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// startTimeout is how long a server may take until it says where it listens.
const startTimeout = 30 * time.Second

// server is one server under load, a process.
type server struct {
	name    string
	guarded bool // refuses requests without a token
	process *exec.Cmd
	address string
	samples []sample
}

// startAll starts every server. It returns those that it has started with an error, too: stop them.
func startAll(ctx context.Context, embedded *clerktest.Server, o options) ([]*server, error) {
	// One core for each server, and the other one for wrk. Node runs JavaScript on one core anyway.
	env := append(clean(os.Environ()),
		"GOMAXPROCS=1", "NODE_ENV=production", "BENCH_ORIGIN="+origin,
		"CLERK_PUBLISHABLE_KEY="+embedded.PublishableKey(), "CLERK_SECRET_KEY="+embedded.SecretKey(),
		"CLERK_API_URL="+embedded.BackendURL(), "CLERK_JWT_KEY="+embedded.JWTKey(),
	)
	commands := []*server{
		{name: "Gin", process: exec.CommandContext(ctx, o.server, "gin")},                                       //nolint:gosec // built by make
		{name: "Gin, ginclerk", process: exec.CommandContext(ctx, o.server, "ginclerk"), guarded: true},         //nolint:gosec // built by make
		{name: "Gin, clerk-sdk-go", process: exec.CommandContext(ctx, o.server, "clerk-sdk-go"), guarded: true}, //nolint:gosec // built by make
	}
	if o.express != "" {
		program := filepath.Join(o.express, "server.mjs")
		commands = append(commands,
			&server{name: "Express", process: exec.CommandContext(ctx, "node", program, "plain")},                       //nolint:gosec // built by make
			&server{name: "Express, @clerk/express", process: exec.CommandContext(ctx, "node", program), guarded: true}) //nolint:gosec // built by make
	}
	var started []*server
	for _, s := range commands {
		s.process.Env = env
		if err := s.start(); err != nil {
			return started, fmt.Errorf("%s: %w", s.name, err)
		}
		started = append(started, s)
	}
	return started, nil
}

// clean leaves out what belongs to a Clerk instance of the person who runs this.
func clean(environment []string) []string {
	var kept []string
	for _, variable := range environment {
		if !strings.HasPrefix(variable, "CLERK_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

// start starts the process, and waits for the line that says where it listens.
func (s *server) start() error {
	s.process.Stderr = os.Stderr
	out, err := s.process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.process.Start(); err != nil {
		return err
	}
	line := make(chan string, 1)
	go func() {
		text, _ := bufio.NewReader(out).ReadString('\n')
		line <- strings.TrimSpace(text)
	}()
	select {
	case s.address = <-line:
	case <-time.After(startTimeout):
	}
	if s.address == "" {
		s.stop()
		return fmt.Errorf("it did not say where it listens")
	}
	return nil
}

// stop ends the process.
func (s *server) stop() {
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
}

// ticksPerSecond is Linux's USER_HZ, the unit of CPU time in /proc. It is 100 on every architecture that Go runs on.
const ticksPerSecond = 100

// cpu is how long the process has used a core, in its own code and in the kernel.
func (s *server) cpu() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	// The name, in parentheses, may have spaces. User time and system time are the 12th and 13th field behind it.
	const user, system = 11, 12
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) <= system {
		return 0, fmt.Errorf("/proc/…/stat: %d fields", len(fields))
	}
	var ticks int64
	for _, field := range []string{fields[user], fields[system]} {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / ticksPerSecond, nil
}

// resident is how much memory the process has, in bytes.
func (s *server) resident() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmRSS:" {
			kilobytes, err := strconv.ParseInt(fields[1], 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, fmt.Errorf("/proc/…/status has no VmRSS")
}
