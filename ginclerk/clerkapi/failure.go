package clerkapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
)

// failure turns whatever a call ended with into an error of this package. What Clerk answered counts first, then the end
// of the caller's context; all else means that Clerk could not be asked.
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
	return &Error{Op: op, Code: codeUnexpected, Message: describe(err)}
}

// garbage is an answer that is not what was asked for.
func garbage(op string) error {
	return &Error{Op: op, Status: http.StatusOK, Code: codeUnexpected, Message: "the answer is not what was asked for"}
}

// noSuch is the error for an id of which nobody has to be asked.
func noSuch(op string) error {
	return fmt.Errorf("clerkapi: %s: malformed id: %w", op, ErrNotFound)
}

// describe names the cause in words of ours. The words of the cause itself may quote the address, and with it tokens.
func describe(err error) string {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "host not found"
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return "the answer is too long"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "the certificate of the host is not trusted"
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return "timed out"
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return "connection refused"
	}
	return "no usable answer"
}
