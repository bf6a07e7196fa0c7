package clerkapi_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
)

// transport answers each request in one way.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func failing(err error) transport {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

func answeredWith(status int, body string) transport {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r,
		}, nil
	}
}

func dialing(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }

// TestWhichErrorsSayThatClerkIsDown: no answer in time, or a failure of the server. Nothing that a visitor, or a flood of them, can bring about.
func TestWhichErrorsSayThatClerkIsDown(t *testing.T) {
	t.Parallel()
	const envelope, page = `{"errors":[{"code":"internal_clerk_error","message":"No"}]}`, "<!doctype html><title>No</title>"
	for name, row := range map[string]struct {
		answer transport
		want   bool
	}{
		"connection refused":             {failing(dialing(os.NewSyscallError("connect", syscall.ECONNREFUSED))), true},
		"no route":                       {failing(dialing(os.NewSyscallError("connect", syscall.EHOSTUNREACH))), true},
		"no such host":                   {failing(dialing(&net.DNSError{Err: "no such host", IsNotFound: true})), true},
		"timed out":                      {failing(dialing(os.ErrDeadlineExceeded)), true},
		"closed":                         {failing(io.ErrUnexpectedEOF), true},
		"a certificate of nobody":        {failing(&tls.CertificateVerificationError{Err: errors.New("unknown authority")}), true},
		"500 of Clerk":                   {answeredWith(500, envelope), true},
		"503 of Clerk":                   {answeredWith(503, envelope), true},
		"502 of a gateway":               {answeredWith(502, page), true},
		"too many files open":            {failing(dialing(os.NewSyscallError("socket", syscall.EMFILE))), false},
		"too many files open, for names": {failing(dialing(&net.DNSError{Err: "dial udp: socket: " + syscall.EMFILE.Error(), IsTemporary: true})), false},
		"no port is left":                {failing(dialing(os.NewSyscallError("connect", syscall.EADDRNOTAVAIL))), false},
		"no memory":                      {failing(dialing(os.NewSyscallError("socket", syscall.ENOBUFS))), false},
		"what nobody knows":              {failing(errors.New("something else")), false},
		"the caller has left":            {failing(context.Canceled), false},
		"400":                            {answeredWith(400, envelope), false},
		"401":                            {answeredWith(401, envelope), false},
		"403 of a firewall":              {answeredWith(403, page), false},
		"404":                            {answeredWith(404, `{"errors":[{"code":"resource_not_found"}]}`), false},
		"404 of a wrong server":          {answeredWith(404, page), false},
		"413 of a gateway":               {answeredWith(413, page), false},
		"429":                            {answeredWith(429, `{"errors":[{"code":"too_many_requests"}]}`), false},
		"431 of a gateway":               {answeredWith(431, page), false},
		"a redirect":                     {answeredWith(302, ""), false},
		"no JSON":                        {answeredWith(200, page), false},
		"another session":                {answeredWith(200, `{"object":"session","id":"sess_2","user_id":"user_1","status":"active"}`), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := clerkapi.New(clerkapi.Config{SecretKey: "sk_test_x", HTTPClient: &http.Client{Transport: row.answer}})
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.Session(t.Context(), "sess_1")
			if err == nil || clerkapi.Down(err) != row.want {
				t.Errorf("down %t, want %t: %v", clerkapi.Down(err), row.want, err)
			}
		})
	}
	if clerkapi.Down(nil) {
		t.Error("nothing is down")
	}
}
