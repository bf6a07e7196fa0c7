package redisstore_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/internal/redistest"
)

const (
	limitProcessEnv  = "GINCLERK_TEST_LIMIT_PROCESS"
	limitGoroutines  = 64
	limitPerRoutine  = 10 // one process alone can't use the limit up
	limitOfTheShared = 1000
)

// TestTwoProcessesGetExactlyTheLimit: 64 goroutines in each of two processes ask about one key, 1,280 times, as fast as they can.
func TestTwoProcessesGetExactlyTheLimit(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client(t)
	there := startLimitProcess(t, server.Addr())
	here := askAtATime(t, client)
	elsewhere := there.result(t)
	t.Logf("%d were let in here, %d in the other process", here, elsewhere)
	if here+elsewhere != limitOfTheShared || elsewhere == 0 {
		t.Errorf("%d here and %d in the other process were let in, want %d together", here, elsewhere, limitOfTheShared)
	}
	if d := mustPeek(t, newLimits(t, client), charge("shared", limitOfTheShared, year)); d.At(0).Counts().Current != limitOfTheShared {
		t.Errorf("%d are counted", d.At(0).Counts().Current)
	}
}

// askAtATime returns how many requests were let in.
func askAtATime(tb testing.TB, client *redis.Client) int64 {
	tb.Helper()
	limits := newLimits(tb, client)
	var in atomic.Int64
	var running sync.WaitGroup
	for range limitGoroutines {
		running.Go(func() {
			for range limitPerRoutine {
				d, err := limits.Decide(tb.Context(), charge("shared", limitOfTheShared, year))
				if err != nil {
					tb.Error(err)
					return
				}
				if d.Allowed {
					in.Add(1)
				}
			}
		})
	}
	running.Wait()
	return in.Load()
}

type limitProcess struct {
	process *exec.Cmd
	said    *bufio.Reader
}

// startLimitProcess starts this test again as another process, and lets it begin when it is ready.
func startLimitProcess(tb testing.TB, addr string) *limitProcess {
	tb.Helper()
	process := exec.CommandContext(tb.Context(), os.Args[0], "-test.run=^TestLimitProcess$", "-test.count=1")
	process.Env = append(os.Environ(), limitProcessEnv+"="+addr)
	process.Stderr = os.Stderr
	begin, err := process.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	output, err := process.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := process.Start(); err != nil {
		tb.Fatal(err)
	}
	p := &limitProcess{process: process, said: bufio.NewReader(output)}
	p.await(tb, "ready")
	if err := begin.Close(); err != nil {
		tb.Fatal(err)
	}
	return p
}

// await returns what follows a word that the process says.
func (p *limitProcess) await(tb testing.TB, word string) string {
	tb.Helper()
	for {
		line, err := p.said.ReadString('\n')
		if err != nil {
			tb.Fatalf("the other process did not say %q: %v", word, err)
		}
		if rest, found := strings.CutPrefix(strings.TrimSpace(line), word); found {
			return strings.TrimSpace(rest)
		}
	}
}

func (p *limitProcess) result(tb testing.TB) int64 {
	tb.Helper()
	in, err := strconv.ParseInt(p.await(tb, "let in"), 10, 64)
	if err != nil {
		tb.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, p.said)
	if err := p.process.Wait(); err != nil {
		tb.Error(err)
	}
	return in
}

// TestLimitProcess is the other process. It does nothing when it runs as a test.
func TestLimitProcess(t *testing.T) {
	addr := os.Getenv(limitProcessEnv)
	if addr == "" {
		return
	}
	client := redis.NewClient(&redis.Options{Addr: addr})
	defer func() { _ = client.Close() }()
	fmt.Fprintf(os.Stdout, "ready\n")
	_, _ = io.Copy(io.Discard, os.Stdin) // until it may begin
	fmt.Fprintf(os.Stdout, "let in %d\n", askAtATime(t, client))
}
