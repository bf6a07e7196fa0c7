package reliability

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"
)

// fault is one way in which a service fails.
type fault string

const (
	works            fault = ""
	refused          fault = "refused"
	unknownHost      fault = "DNS failure"
	badTLS           fault = "TLS error"
	slow             fault = "slow"
	hanging          fault = "hanging"
	tooMany          fault = "429"
	tooManyWait      fault = "429, Retry-After"
	serverError      fault = "500"
	garbage          fault = "garbage"
	gatewayPage      fault = "HTML page, 502"
	wrongPage        fault = "HTML page, 404"
	portalPage       fault = "HTML page, 200"
	truncated        fault = "truncated"
	wrongContentType fault = "wrong content type"
	hugeBody         fault = "huge body"
	oneFailure       fault = "one failure"
)

// faults are all, in the order of the document.
func faults() []fault {
	return []fault{
		refused, unknownHost, badTLS, slow, hanging, tooMany, tooManyWait, serverError, garbage, gatewayPage, wrongPage, portalPage,
		truncated, wrongContentType, hugeBody, oneFailure,
	}
}

const (
	// slowness is how long a slow service takes for each answer.
	slowness = 3 * time.Second
	// askedWait is the Retry-After of [tooManyWait], in seconds.
	askedWait = "7"
	// hugeSize is more than anybody should read of an answer.
	hugeSize = 32 << 20
)

const gatewayHTML = "<!doctype html><html><head><title>Bad gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"

// errDial are the errors of connections that do not come about.
func errDial(f fault) error {
	var err error
	switch f {
	case refused, oneFailure:
		err = os.NewSyscallError("connect", syscall.ECONNREFUSED)
	case unknownHost:
		err = &net.DNSError{Err: "no such host", Name: "clerk.example", IsNotFound: true}
	case badTLS:
		return &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	default:
		return nil
	}
	return &net.OpError{Op: "dial", Net: "tcp", Err: err}
}

// answerOf is what stands in for Clerk's answer; nil: it is Clerk's own.
func answerOf(f fault, r *http.Request) *http.Response {
	const envelope = `{"errors":[{"code":"%","message":"No","long_message":"No"}]}`
	switch f {
	case tooMany, tooManyWait:
		answer := respond(r, http.StatusTooManyRequests, "application/json", strings.ReplaceAll(envelope, "%", "too_many_requests"))
		if f == tooManyWait {
			answer.Header.Set("Retry-After", askedWait)
		}
		return answer
	case serverError:
		return respond(r, http.StatusInternalServerError, "application/json", strings.ReplaceAll(envelope, "%", "internal_clerk_error"))
	case garbage:
		return respond(r, http.StatusOK, "application/json", "\x00\xff{{{]]")
	case gatewayPage:
		return respond(r, http.StatusBadGateway, "text/html", gatewayHTML)
	case wrongPage:
		return respond(r, http.StatusNotFound, "text/html", gatewayHTML)
	case portalPage:
		return respond(r, http.StatusOK, "text/html", gatewayHTML)
	case hugeBody:
		answer := respond(r, http.StatusOK, "application/json", "")
		answer.Body, answer.ContentLength = io.NopCloser(io.LimitReader(endless{}, hugeSize)), -1
		return answer
	default:
		return nil
	}
}

func respond(r *http.Request, status int, contentType, body string) *http.Response {
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}

// endless is white space, which every JSON may begin with.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// half is the first half of a body, after which the connection is closed.
func half(body []byte) io.ReadCloser {
	return io.NopCloser(io.MultiReader(bytes.NewReader(body[:len(body)/2]), broken{}))
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
