package attack

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// slowClients keeps connections busy, over loopback. The application's time limits are looked at, and not waited for.
func slowClients(r *run) {
	server := r.options.Server
	if server == nil {
		return
	}
	describe := func(variant, sent, got, remedy string) {
		r.found(finding{
			kind: "slow client", variant: variant, route: "the server", sent: sent, got: got,
			why: "some thousand such connections, which cost their sender nothing, take all that the server has", remedy: remedy,
		})
	}
	if server.ReadHeaderTimeout == 0 && server.ReadTimeout == 0 {
		describe("header", "a header that never ends", "a server that waits for ever", "set http.Server.ReadHeaderTimeout")
	}
	if server.IdleTimeout == 0 && server.ReadTimeout == 0 {
		describe("idle", "a connection on which nothing more comes", "a server that waits for ever", "set http.Server.IdleTimeout")
	}
	if server.MaxHeaderBytes > 1<<20 {
		describe("header size", "headers of many MB", fmt.Sprintf("a server that reads %d bytes of them", server.MaxHeaderBytes), "leave http.Server.MaxHeaderBytes at its default")
	}
	r.slowBodies()
}

// slowBodies sends the header of a form and nothing else, as a stranger. A guard answers without the body. The form says that it is longer than
// what net/http reads by itself.
func (r *run) slowBodies() {
	live := httptest.NewServer(r.handler)
	defer live.Close()
	for _, t := range r.closed() {
		if t.safe() {
			continue
		}
		if err := r.slowBody(t, live.Listener.Addr().String()); err != nil {
			r.found(finding{
				kind: "slow client", variant: "body", route: t.name(), sent: "the header of a form, no session, and none of the body", got: err.Error(),
				why: "the guard waits for the body of somebody whom it will turn away", remedy: "put the guard in front of what reads the body",
			})
		}
		live.CloseClientConnections()
	}
}

func (r *run) slowBody(t *target, address string) error {
	conn, err := new(net.Dialer).DialContext(r.tb.Context(), "tcp", address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(2 * patience)); err != nil { //nolint:forbidigo // a deadline of the network
		return err
	}
	text := t.Method + " " + t.path + " HTTP/1.1\r\nHost: " + r.origin.Host + "\r\nAccept: application/json\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n" +
		"Origin: " + strings.TrimSuffix(r.server.Origins()[0], "/") + "\r\n\r\n"
	if _, err := conn.Write([]byte(text)); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return fmt.Errorf("no answer within %s", 2*patience)
	}
	return answer.Body.Close()
}
