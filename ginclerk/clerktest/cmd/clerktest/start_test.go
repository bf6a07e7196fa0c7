package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// TestTheProgramStartsQuickly prints how long the program takes until GET /health answers 200: with a key of its own, and with the one in the
// file of -state. The time is the machine's, so that there is no limit. CPU time is that of the whole program, its end included.
func TestTheProgramStartsQuickly(t *testing.T) { //nolint:paralleltest // it measures
	state := filepath.Join(t.TempDir(), "clerk.json")
	start(t, "-state", state)
	for _, row := range []struct {
		name string
		args []string
	}{{"new", nil}, {"with -state", []string{"-state", state}}} {
		const rounds = 20
		var took, cpu [rounds]time.Duration
		for i := range rounds {
			took[i], cpu[i] = start(t, row.args...)
		}
		slices.Sort(took[:])
		slices.Sort(cpu[:])
		fmt.Fprintf(os.Stdout, "start: the program, %s, answers after %s (median of %d, longest %s), with %s of CPU time (longest %s)\n",
			row.name, round(took[rounds/2]), rounds, round(took[rounds-1]), round(cpu[rounds/2]), round(cpu[rounds-1]))
	}
}

// start starts the program, and ends it when it answers.
func start(t *testing.T, args ...string) (took, cpu time.Duration) {
	t.Helper()
	address := freeAddr(t)
	p := &process{cmd: command(t, append([]string{"-addr", address}, args...)...)}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitHealthy(t, "http://"+address)
	took = time.Since(began)
	p.end(t, syscall.SIGTERM)
	return took, p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
}

func round(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
