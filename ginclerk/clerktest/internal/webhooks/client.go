package webhooks

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"syscall"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
)

// errBeyondLoopback refuses deliveries to other machines.
var errBeyondLoopback = errors.New("the address is not on loopback")

// CheckURL says what is wrong with an endpoint's URL. Without beyondLoopback it refuses other machines.
func CheckURL(raw string, beyondLoopback bool) error {
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return fmt.Errorf("webhook %q: want an absolute http or https URL", raw)
	}
	if !beyondLoopback && !core.Loopback(u.Hostname()) {
		return fmt.Errorf("webhook %q: %w", raw, errBeyondLoopback)
	}
	return nil
}

// NewClient returns a client that connects only to loopback, unless beyond allows more, and follows no redirect. It keeps no
// connection open, because a receiver may have been restarted since.
func NewClient(beyondLoopback bool) *http.Client {
	dialer := &net.Dialer{Timeout: timeout}
	if !beyondLoopback {
		dialer.Control = onlyLoopback
	}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// onlyLoopback checks the address that a name has resolved to.
func onlyLoopback(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !core.Loopback(host) {
		return fmt.Errorf("%s: %w", address, errBeyondLoopback)
	}
	return nil
}
