package clerkapi

import (
	"net/url"

	"github.com/ginclerk/ginclerk/ginclerk/internal/apiaddress"
)

// insecureError says that a request was not sent, because it would have carried a secret over plain http.
type insecureError struct{ host string }

func (e *insecureError) Error() string {
	return "refusing plain http to " + e.host + ": use https, or a loopback address"
}

// checkSecure allows https, and http to this machine.
func checkSecure(u *url.URL) error {
	if apiaddress.Secure(u) {
		return nil
	}
	return &insecureError{host: u.Hostname()}
}
