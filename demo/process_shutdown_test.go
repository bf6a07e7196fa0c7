package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// A handler waits for the rest of a form while the demo is told to end.
func TestProgramFinishesRequestsBeforeItEnds(t *testing.T) {
	t.Parallel()
	p := startDemo(t, []string{"PORT=0"})
	host := strings.TrimPrefix(p.address(t), "http://")
	const form = "identifier=bob%40example.com"
	conn := dial(t, host)
	write(t, conn, "POST /sign-in HTTP/1.1\r\nHost: "+host+"\r\nOrigin: http://"+host+"\r\nExpect: 100-continue\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "+strconv.Itoa(len(form))+"\r\n\r\n")
	// The server reads the form when a handler asks for it.
	reader := bufio.NewReader(conn)
	const goOn = "HTTP/1.1 100 Continue\r\n\r\n"
	if got, err := reader.Peek(len(goOn)); err != nil || string(got) != goOn {
		t.Fatalf("the handler answers %q (%v), want %q", got, err, goOn)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	awaitRefusal(t, host)
	write(t, conn, form)
	if _, err := reader.Discard(len(goOn)); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatalf("the request under way was cut off: %v", err)
	}
	bodyOf(t, response)
	if got := response.Header.Get("Location"); response.StatusCode != http.StatusSeeOther || got != "/sign-in/factor-one" {
		t.Errorf("the request under way gets %d to %q, want 303 to the password page", response.StatusCode, got)
	}
	if code := p.code(t); code != 0 {
		t.Errorf("exit status %d, want 0\n%s", code, p.stderr.String())
	}
}

// dial opens a connection with a deadline.
func dial(t *testing.T, host string) net.Conn {
	t.Helper()
	conn, err := net.DialTimeout("tcp", host, patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // the test has read everything
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func write(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
}

// awaitRefusal waits until no program listens at the address.
func awaitRefusal(t *testing.T, host string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		conn, err := net.DialTimeout("tcp", host, patience)
		if err != nil {
			return
		}
		_ = conn.Close() // the test only checks whether the connection opens
	}
	t.Fatalf("%s still accepts connections after %s", host, patience)
}

// A stream has no end, so the program ends it, and the browser connects again to the next program.
func TestProgramEndsStreamsBeforeItEnds(t *testing.T) {
	t.Parallel()
	clerk := clerktest.New(t)
	p := startDemo(t, keysOf(clerk))
	address := p.address(t)
	host := strings.TrimPrefix(address, "http://")
	conn := dial(t, host)
	write(t, conn, "GET "+eventsPath+" HTTP/1.1\r\nHost: "+host+"\r\nAccept: text/event-stream\r\nAuthorization: Bearer "+bearer(t, clerk, address)+"\r\n\r\n")
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("the stream is %+v (%v)", response, err)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.code(t); code != 0 { // a program that has waited for a stream until its time limit fails
		t.Errorf("exit status %d, want 0\n%s", code, p.stderr.String())
	}
	if body := bodyOf(t, response); !strings.HasPrefix(body, "event: time\n") || strings.Contains(body, "ended") {
		t.Errorf("the stream was %q", body)
	}
}
