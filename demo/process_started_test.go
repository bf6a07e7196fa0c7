package main

import (
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/leaktest"
)

// patience is how long a test waits for an event that happens at once on a healthy machine.
const patience = 20 * time.Second

// process is a demo that was started.
type process struct {
	cmd            *exec.Cmd
	stdout, stderr transcript
	exited         chan struct{} // closed when the process is gone
}

// start starts the demo with these variables and no others. It is killed when the test ends.
func (p program) start(t *testing.T, environment []string, args ...string) *process {
	t.Helper()
	started := &process{cmd: exec.CommandContext(t.Context(), string(p), args...), exited: make(chan struct{})}
	started.stdout.watch, started.stderr.watch = &watch, &watch
	started.cmd.Env = append([]string{}, environment...) // never nil, which would be the test's own environment
	started.cmd.Stdout, started.cmd.Stderr = &started.stdout, &started.stderr
	if err := started.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(started.exited)
		_ = started.cmd.Wait() // the exit status is in ProcessState
	}()
	t.Cleanup(func() {
		_ = started.cmd.Process.Kill() // it may be gone already
		<-started.exited
	})
	return started
}

// code waits until the process has ended and returns its exit status.
func (p *process) code(t *testing.T) int {
	t.Helper()
	select {
	case <-p.exited:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		t.Fatalf("still running after %s\nstdout:\n%s\nstderr:\n%s", patience, p.stdout.String(), p.stderr.String())
		return -1
	}
}

// await waits until the transcript matches the pattern, and returns its groups.
func (p *process) await(t *testing.T, said *transcript, pattern *regexp.Regexp) []string {
	t.Helper()
	deadline := time.After(patience)
	for {
		text, more := said.read()
		if groups := pattern.FindStringSubmatch(text); groups != nil {
			return groups
		}
		select {
		case <-more:
		case <-p.exited:
			if groups := pattern.FindStringSubmatch(said.String()); groups != nil {
				return groups
			}
			t.Fatalf("ended without saying %s\nstdout:\n%s\nstderr:\n%s", pattern, p.stdout.String(), p.stderr.String())
		case <-deadline:
			t.Fatalf("did not say %s in %s\nstdout:\n%s\nstderr:\n%s", pattern, patience, p.stdout.String(), p.stderr.String())
		}
	}
}

// address waits until the demo prints its address, and returns it.
func (p *process) address(t *testing.T) string {
	t.Helper()
	return p.await(t, &p.stdout, regexp.MustCompile(`(http://localhost:\d+)\n`))[1]
}

// transcript keeps the output of a process, and wakes waiting tests at each write.
type transcript struct {
	watch *leaktest.Watch // sees it
	mu    sync.Mutex
	text  strings.Builder
	more  chan struct{} // closed at the next write; nil while no test waits
}

func (r *transcript) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.more != nil {
		close(r.more)
		r.more = nil
	}
	r.watch.Look(string(b))
	return r.text.Write(b)
}

func (r *transcript) read() (string, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.more == nil {
		r.more = make(chan struct{})
	}
	return r.text.String(), r.more
}

func (r *transcript) String() string {
	text, _ := r.read()
	return text
}
