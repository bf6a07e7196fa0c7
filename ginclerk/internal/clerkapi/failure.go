package clerkapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
)

// failure turns the error of a call into an error of this package. Clerk's answer counts first, then the end of the caller's
// context; everything else means that Clerk could not be asked.
func failure(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	if answer, ok := errors.AsType[*Error](err); ok {
		named := *answer
		named.Op = op
		return &named
	}
	if ended := ctx.Err(); ended != nil {
		return fmt.Errorf("clerkapi: %s: %w", op, ended)
	}
	if refused, ok := errors.AsType[*insecureError](err); ok {
		return fmt.Errorf("clerkapi: %s: %w", op, refused)
	}
	return &Error{Op: op, Code: codeUnexpected, Message: Describe(err), down: unanswered(err)}
}

// unanswered reports whether an error says that the other side could not be reached, or gave no answer.
func unanswered(err error) bool {
	if tooLong, ok := errors.AsType[*http.MaxBytesError](err); ok && tooLong != nil {
		return false
	}
	return describeName(err)+describeTLS(err)+describeConnection(err) != "" && !wantsHere(err)
}

// wantsHere reports whether this machine lacks what a connection takes: a flood of requests from outside can bring that about. Resolvers
// of names pass such an error on as text alone.
func wantsHere(err error) bool {
	for _, want := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.EADDRNOTAVAIL, syscall.EAGAIN} {
		if errors.Is(err, want) || strings.Contains(err.Error(), want.Error()) {
			return true
		}
	}
	return false
}

// garbage is the error of an unreadable answer.
func garbage(op string) error {
	return &Error{Op: op, Status: http.StatusOK, Code: codeUnexpected, Message: "the answer is not what was asked for"}
}

// noSuch is the error for an id that Clerk cannot have. It needs no request.
func noSuch(op string) error {
	return fmt.Errorf("clerkapi: %s: malformed id: %w", op, ErrNotFound)
}

// Describe names the cause in words of this package, because the text of the cause may quote the address, which can have tokens.
func Describe(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "proxyconnect" {
		return "the proxy that HTTPS_PROXY or HTTP_PROXY names: " + Describe(op.Err)
	}
	for _, known := range []func(error) string{describeName, describeTLS, describeConnection} {
		if words := known(err); words != "" {
			return words
		}
	}
	return "no usable answer"
}

func describeName(err error) string {
	failed, ok := errors.AsType[*net.DNSError](err)
	switch {
	case !ok:
		return ""
	case failed.IsTimeout, failed.IsTemporary && !failed.IsNotFound:
		return "host not found (DNS): the name server gave no answer"
	default:
		return "host not found (DNS)"
	}
}

func describeTLS(err error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "TLS: the certificate of the host is not trusted"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || errors.Is(err, http.ErrSchemeMismatch) {
		return "TLS: the host does not speak it at this port"
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return "TLS: the host refuses the connection"
	}
	return ""
}

func describeConnection(err error) string {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return "the answer is too long"
	}
	timeout, ok := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "no route to the host"
	case ok && timeout.Timeout():
		return "timed out"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the connection was closed"
	case strings.Contains(err.Error(), http.StatusText(http.StatusProxyAuthRequired)): // net/http has no type for it
		return "the proxy that HTTPS_PROXY or HTTP_PROXY names: it asks for a password"
	default:
		return ""
	}
}
