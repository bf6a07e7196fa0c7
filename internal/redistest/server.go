package redistest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ginclerk/ginclerk/internal/prerequisite"
)

const (
	startTimeout = 20 * time.Second
	startTries   = 5 // // another process may take a free port before the server does
)

// Server is a redis-server of a test. Its methods are for one goroutine.
type Server struct {
	program string
	folder  string
	port    int
	busPort int // between the nodes of a cluster; 0 where it is none
	extra   []string

	process *exec.Cmd
	exited  chan struct{}
	frozen  bool
}

// Start starts a server that ends with the test. Extra arguments go to redis-server as they are, "--maxmemory", "1mb" for
// instance.
func Start(tb testing.TB, extra ...string) *Server {
	tb.Helper()
	return start(tb, &Server{program: program(tb), folder: tb.TempDir(), extra: extra}, func(s *Server) { s.port = freePort(tb) })
}

// start starts a server that ends with the test, on ports that are chosen anew for each try.
func start(tb testing.TB, s *Server, choosePorts func(*Server)) *Server {
	tb.Helper()
	var err error
	for range startTries {
		choosePorts(s)
		if err = s.start(); err == nil {
			break
		}
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.Kill(tb) })
	return s
}

// Addr returns the server's address, host and port.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// Client returns a client that obeys contexts, gives up after a second, and is closed when the test ends.
func (s *Server) Client(tb testing.TB) *redis.Client {
	tb.Helper()
	client := redis.NewClient(&redis.Options{
		Addr: s.Addr(), ContextTimeoutEnabled: true,
		DialTimeout: time.Second, ReadTimeout: time.Second, WriteTimeout: time.Second,
	})
	tb.Cleanup(func() { _ = client.Close() })
	return client
}

// Kill ends the server at once, as a crash does: what it knew is gone. A server that is not running stays so.
func (s *Server) Kill(tb testing.TB) {
	tb.Helper()
	s.end(tb, func() error { return s.process.Process.Kill() })
}

// Stop asks the server to end, which closes its connections in good order, and waits for that.
func (s *Server) Stop(tb testing.TB) {
	tb.Helper()
	s.Thaw(tb)
	s.end(tb, func() error { return s.process.Process.Signal(os.Interrupt) })
}

// Restart kills the server and starts it again, empty, on the same port.
func (s *Server) Restart(tb testing.TB) {
	tb.Helper()
	s.Kill(tb)
	if err := s.start(); err != nil {
		tb.Fatal(err)
	}
}

func (s *Server) end(tb testing.TB, end func() error) {
	tb.Helper()
	if s.process == nil {
		return
	}
	if err := end(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		tb.Errorf("redistest: end the server: %v", err)
	}
	<-s.exited
	s.process, s.frozen = nil, false
}

// start starts the process and waits until it takes connections.
func (s *Server) start() error {
	args := append([]string{
		"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.folder, "--save", "", "--appendonly", "no",
	}, s.extra...)
	if s.busPort != 0 {
		args = append(args, "--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(s.busPort), "--cluster-node-timeout", "2000")
	}
	return s.run("Ready to accept connections", args...)
}

// run starts the process and waits until it says that it is ready.
func (s *Server) run(word string, args ...string) error {
	ctx, cancel := context.WithCancel(context.Background())
	process := exec.CommandContext(ctx, s.program, args...) //nolint:gosec // the server that the machine has
	endsWithTests(process)
	output, err := process.StdoutPipe()
	if err == nil {
		err = process.Start()
	}
	if err != nil {
		cancel()
		return fmt.Errorf("redistest: start %s: %w", s.program, err)
	}
	ready, exited := make(chan struct{}), make(chan struct{})
	var said strings.Builder
	go func() {
		defer close(exited)
		defer cancel()
		read(output, word, &said, ready)
		_ = process.Wait() // it was killed
	}()
	select {
	case <-ready:
		s.process, s.exited = process, exited
		return nil
	case <-exited:
		return fmt.Errorf("redistest: %s ended:\n%s", s.program, said.String())
	case <-time.After(startTimeout):
		cancel()
		<-exited
		return fmt.Errorf("redistest: %s is not ready after %s:\n%s", s.program, startTimeout, said.String())
	}
}

// read keeps what a server says until it is ready, and lets it say on.
func read(output io.Reader, word string, said *strings.Builder, ready chan<- struct{}) {
	lines := bufio.NewScanner(output)
	for waiting := true; lines.Scan(); {
		if !waiting {
			continue
		}
		said.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), word) {
			waiting = false
			close(ready)
		}
	}
}

func freePort(tb testing.TB) int {
	tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		tb.Fatal("redistest: no TCP address")
	}
	return address.Port
}

// program returns where redis-server is, or ends the test.
func program(tb testing.TB) string {
	tb.Helper()
	return prerequisite.Program(tb, "redis-server", "what replicas share in Redis", "apt-get install redis-server", "redis-server")
}
