package attack

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// patience is how long an answer may take. An answer that has not ended by then is a stream.
	patience = 2 * time.Second
	// haste is the same for what a signed-in user does: a page that waits for it to be done says the same afterwards.
	haste = 500 * time.Millisecond
	// tokenLife is longer than a run.
	tokenLife = 10 * time.Minute
	// evil is a host of somebody else, and sibling one beside the application's.
	evil = "evil.example"
	// keptOfABody is how much of an answer is looked at.
	keptOfABody = 4 << 20
)

// request is one request. What is not set is as a browser has it that opens the address.
type request struct {
	method, target string
	header         http.Header // in place of the default ones
	host           string
	body           io.Reader
	hasty          bool // see haste
}

// header makes a header from names and values in turn; a name may be repeated.
func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i+1 < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

// with returns the header with more in it.
func with(h http.Header, pairs ...string) http.Header {
	more := h.Clone()
	for i := 0; i+1 < len(pairs); i += 2 {
		more.Add(pairs[i], pairs[i+1])
	}
	return more
}

// navigation is a page that is opened in a browser, from one of the application's own.
func (r *run) navigation(pairs ...string) http.Header {
	return with(header("Accept", "text/html", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"), pairs...)
}

// program is a request of no browser.
func program(pairs ...string) http.Header {
	return with(header("Accept", "application/json"), pairs...)
}

// ownForm is a form of one of the application's own pages.
func (r *run) ownForm(pairs ...string) http.Header {
	return with(r.navigation("Origin", r.server.Origins()[0], "Content-Type", "application/x-www-form-urlencoded"), pairs...)
}

// known is a browser that Clerk knows, in which nobody is signed in.
const known = "__clerk_db_jwt=dvb_example"

// answer is what came back.
type answer struct {
	status   int
	header   http.Header
	body     string
	panicked any
	// endless answers are streams: what they had said was kept.
	endless  bool
	hijacked bool
	// unsent requests can't be sent at all.
	unsent bool
}

func (a answer) String() string {
	switch {
	case a.panicked != nil:
		return fmt.Sprintf("a panic: %.200v", a.panicked)
	case a.hijacked:
		return "the connection"
	}
	text := fmt.Sprintf("status %d", a.status)
	if location := a.header.Get("Location"); location != "" {
		text += " to " + shortened(location)
	}
	return text
}

// shortened is a text for a finding, with what may be a secret cut off.
func shortened(text string) string {
	if len(text) > 160 {
		text = text[:160] + "…"
	}
	return fmt.Sprintf("%q", text)
}

// send sends a request to the handler.
func (r *run) send(q request) (a answer) {
	u, err := url.ParseRequestURI(q.target)
	if err != nil {
		return answer{unsent: true, header: http.Header{}}
	}
	limit := patience
	if q.hasty {
		limit = haste
	}
	ctx, cancel := context.WithTimeout(r.tb.Context(), limit)
	defer cancel()
	if q.body == nil {
		q.body = http.NoBody
	}
	in := (&http.Request{
		Method: q.method, URL: u, RequestURI: q.target, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Host: r.origin.Host, Header: q.header.Clone(), Body: io.NopCloser(q.body), ContentLength: -1, RemoteAddr: r.address(),
	}).WithContext(ctx)
	if sized, ok := q.body.(interface{ Len() int }); ok {
		in.ContentLength = int64(sized.Len())
	}
	if q.body == http.NoBody {
		in.Body, in.ContentLength = http.NoBody, 0
	}
	if q.host != "" {
		in.Host = q.host
	}
	if in.Header == nil {
		in.Header = http.Header{}
	}
	if r.origin.Scheme == "https" {
		in.TLS = &tls.ConnectionState{}
	}
	w := &writer{header: http.Header{}, leave: cancel}
	defer func() {
		w.close()
		a = w.answer(recover(), ctx.Err() != nil)
	}()
	r.handler.ServeHTTP(w, in)
	return a
}

// address is that of another client each time, of documentation (RFC 3849), so that no limit answers in place of a guard.
func (r *run) address() string {
	r.sent++
	return fmt.Sprintf("[2001:db8:%x:%x::1]:1234", r.sent>>16&0xffff, r.sent&0xffff)
}

// writer keeps an answer. A stream is left at its first flush.
type writer struct {
	header, sent http.Header
	status       int
	body         bytes.Buffer
	leave        func()
	flushed      bool
	hijacked     net.Conn
}

func (w *writer) Header() http.Header { return w.header }

func (w *writer) WriteHeader(status int) {
	if w.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *writer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.body.Len() < keptOfABody {
		w.body.Write(p)
	}
	return len(p), nil
}

func (w *writer) Flush() {
	w.WriteHeader(http.StatusOK)
	if strings.HasPrefix(w.header.Get("Content-Type"), "text/event-stream") {
		w.flushed = true
		w.leave()
	}
}

// Hijack hands out a connection at whose other end nobody is.
func (w *writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	near, far := net.Pipe()
	w.hijacked = near
	if err := far.Close(); err != nil {
		return nil, nil, err
	}
	return near, bufio.NewReadWriter(bufio.NewReader(near), bufio.NewWriter(near)), nil
}

func (w *writer) close() {
	if w.hijacked != nil {
		_ = w.hijacked.Close()
	}
}

func (w *writer) answer(panicked any, late bool) answer {
	if err, ok := panicked.(error); ok && err == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
		panicked = nil
	}
	a := answer{
		status: w.status, header: w.sent, body: w.body.String(), panicked: panicked, endless: late || w.flushed, hijacked: w.hijacked != nil,
	}
	if a.header == nil {
		a.status, a.header = http.StatusOK, w.header
	}
	return a
}
