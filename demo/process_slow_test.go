package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// many is the number of browsers that do the same in these tests.
const many = 40

// halfForm is the beginning of a form, with more headers if a test needs them.
func halfForm(host string, headers ...string) string {
	return "POST /sign-in HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host +
		"\r\nContent-Type: application/x-www-form-urlencoded\r\n" + strings.Join(headers, "") + "\r\nidentifier=b"
}

func TestProgramEndsSoonWithHalfSentRequests(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		sent func(host string) string
	}{
		{"nothing yet", func(string) string { return "" }},
		{"half of the headers", func(host string) string { return "GET / HTTP/1.1\r\nHost: " + host + "\r\nAccept" }},
		{"half of a form", func(host string) string { return halfForm(host, "Content-Length: 30\r\n") }},
		{"half of a form of unknown length", func(host string) string {
			return strings.TrimSuffix(halfForm(host, "Transfer-Encoding: chunked\r\n"), "identifier=b") + "30\r\nidentifier=b"
		}},
		{"half of a form that a handler has asked for", func(host string) string {
			return halfForm(host, "Content-Length: 30\r\n", "Expect: 100-continue\r\n")
		}},
		{"half of a body that no handler reads", func(host string) string {
			return "GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 30\r\n\r\nhalf"
		}},
		{"half of a second form on a connection", func(host string) string {
			return "GET /healthz HTTP/1.1\r\nHost: " + host + "\r\n\r\n" + halfForm(host, "Content-Length: 30\r\n")
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := startDemo(t, []string{"PORT=0"})
			host := strings.TrimPrefix(p.address(t), "http://")
			for range many {
				write(t, dial(t, host), row.sent(host))
			}
			// The server answers other clients meanwhile, so it has read everything that was sent before.
			if status, body := visit(t, newVisitor(t), "http://"+host+"/healthz"); status != http.StatusOK {
				t.Errorf("/healthz answers %d %q beside them, want 200", status, body)
			}
			p.endsSoon(t)
		})
	}
}

// endsSoon tells the demo to end, and checks that it ends without a failure: a program that has waited for its time limit says so and
// fails.
func (p *process) endsSoon(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.code(t); code != 0 {
		t.Errorf("exit status %d, want 0\n%s", code, p.stderr.String())
	}
}

func TestProgramEndsSoonWhileAFormComesByteByByte(t *testing.T) {
	t.Parallel()
	p := startDemo(t, []string{"PORT=0"})
	host := strings.TrimPrefix(p.address(t), "http://")
	for range many {
		conn := dial(t, host)
		write(t, conn, halfForm(host, "Content-Length: 100000\r\n"))
		go func() { // until the server hangs up
			next := time.NewTicker(50 * time.Millisecond)
			defer next.Stop()
			for err := error(nil); err == nil; _, err = io.WriteString(conn, "x") {
				<-next.C
			}
		}()
	}
	p.endsSoon(t)
}

func TestProgramEndsSoonWhileBrowsersReadNothing(t *testing.T) {
	t.Parallel()
	p := startDemo(t, []string{"PORT=0"})
	address := p.address(t)
	for range 3 {
		fill(t, dial(t, strings.TrimPrefix(address, "http://")), styleOf(t, address))
	}
	p.endsSoon(t)
}

// styleOf returns the address of the style sheet, the largest file that the demo serves without a session.
func styleOf(t *testing.T, address string) *url.URL {
	t.Helper()
	_, home := visit(t, newVisitor(t), address+"/")
	style, err := url.Parse(address + regexp.MustCompile(sitePath+`/[^"]+\.css`).FindString(home))
	if err != nil || style.Path == "" {
		t.Fatalf("no style sheet (%v) on the home page:\n%s", err, home)
	}
	return style
}

// fill asks for many answers and reads none, until the server has to wait before it can send more.
func fill(t *testing.T, conn net.Conn, target *url.URL) {
	t.Helper()
	asked := strings.Repeat("GET "+target.Path+" HTTP/1.1\r\nHost: "+target.Host+"\r\n\r\n", 1000)
	for {
		if err := conn.SetWriteDeadline(time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, asked); err != nil {
			return // the server reads no more, because it waits for the client to read its answers
		}
	}
}

// The form has arrived completely, but its handler reads it only after the keys have arrived. That takes longer than the time
// limit for forms that are half sent.
func TestProgramFinishesCompleteRequestsAmongHalfSentOnes(t *testing.T) {
	t.Parallel()
	clerk := clerktest.New(t)
	p := startDemo(t, keysOf(clerk))
	address := p.address(t)
	host := strings.TrimPrefix(address, "http://")
	if _, err := clerk.RotateKey(); err != nil {
		t.Fatal(err)
	}
	clerk.Fail(clerktest.Fault{Operation: "GET /v1/jwks", Delay: arriveTime + time.Second})
	asked := clerk.Calls()["GET /v1/jwks"]
	const form = "text=milk"
	whole := dial(t, host)
	write(t, whole, "POST "+notesPath+" HTTP/1.1\r\nHost: "+host+"\r\nAuthorization: Bearer "+bearer(t, clerk, address)+
		"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n"+form)
	write(t, dial(t, host), halfForm(host, "Content-Length: 30\r\n"))
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for clerk.Calls()["GET /v1/jwks"] == asked {
		<-look.C
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(whole), nil)
	if err != nil {
		t.Fatalf("the request that had arrived was cut off: %v", err)
	}
	if body := bodyOf(t, response); response.StatusCode != http.StatusSeeOther {
		t.Errorf("the request that had arrived gets %s, want 303\n%s", response.Status, body)
	}
	if code := p.code(t); code != 0 {
		t.Errorf("exit status %d, want 0\n%s", code, p.stderr.String())
	}
}
