package redisstore_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/ginclerk/redisstore"
)

// replicaEnv makes the test binary a replica: it has the address of a Redis.
const replicaEnv = "GINCLERK_REDISSTORE_TEST_REPLICA"

// replicaMain serves commands on standard input, a line each, with a line each: "revoke ID", "revoked ID", "await ID" (which
// says "waiting" first), "connected".
func replicaMain(addr string) int {
	client := redis.NewClient(&redis.Options{Addr: addr, ContextTimeoutEnabled: true, ReadTimeout: time.Second})
	defer func() { _ = client.Close() }()
	revocations, err := redisstore.NewRevocations(redisstore.Config{Client: client})
	if err != nil {
		return 1
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		command, id, _ := strings.Cut(lines.Text(), " ")
		fmt.Println(replicaAnswer(revocations, command, id))
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := revocations.Close(ctx); err != nil {
		return 1
	}
	return 0
}

func replicaAnswer(revocations *redisstore.Revocations, command, id string) string {
	deadline := time.After(patience)
	switch command {
	case "revoke":
		return fmt.Sprint(revocations.Revoke(context.Background(), session(id)))
	case "revoked":
		return strconv.FormatBool(revocations.Revoked(id, "", time.Now()))
	case "await":
		fmt.Println("waiting")
		for {
			changed := revocations.Changed()
			if revocations.Revoked(id, "", time.Now()) {
				return strconv.FormatInt(time.Now().UnixNano(), 10)
			}
			select {
			case <-changed:
			case <-deadline:
				return "not revoked"
			}
		}
	case "connected":
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for !revocations.Connected() {
			select {
			case <-tick.C:
			case <-deadline:
				return "not connected"
			}
		}
		return "true"
	default:
		return "unknown command"
	}
}

// process is a replica in another process.
type process struct {
	t     testing.TB
	in    io.Writer
	lines *bufio.Scanner
}

func replicaProcess(tb testing.TB, addr string) *process {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, os.Args[0])
	command.Env = append(os.Environ(), replicaEnv+"="+addr)
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = in.Close()
		if err := command.Wait(); err != nil {
			tb.Errorf("the replica's process: %v", err)
		}
		cancel()
	})
	p := &process{t: tb, in: in, lines: bufio.NewScanner(out)}
	p.want("true", "connected")
	return p
}

func (p *process) say(command ...string) {
	p.t.Helper()
	if _, err := io.WriteString(p.in, strings.Join(command, " ")+"\n"); err != nil {
		p.t.Fatal(err)
	}
}

func (p *process) hear() string {
	p.t.Helper()
	if !p.lines.Scan() {
		p.t.Fatalf("the replica's process ended: %v", p.lines.Err())
	}
	return p.lines.Text()
}

func (p *process) want(want string, command ...string) {
	p.t.Helper()
	p.say(command...)
	if got := p.hear(); got != want {
		p.t.Fatalf("%v: %s, want %s", command, got, want)
	}
}

// refusedAt is when a process that was told to wait for a session refuses it.
func (p *process) refusedAt() time.Time {
	p.t.Helper()
	answer := p.hear()
	nanoseconds, err := strconv.ParseInt(answer, 10, 64)
	if err != nil {
		p.t.Fatalf("the replica's process: %s", answer)
	}
	return time.Unix(0, nanoseconds)
}
