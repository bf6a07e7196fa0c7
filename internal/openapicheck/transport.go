package openapicheck

import (
	"bytes"
	"errors"
	"io"
	"net/http"
)

// Transport returns a transport that compares answers with Clerk's documents: below /backend with the Backend API's, elsewhere
// with the Frontend API's. It passes answers on unchanged.
func (c *Check) Transport(next http.RoundTripper) http.RoundTripper {
	if !c.Enabled() {
		return next
	}
	return transport{next: next, check: c}
}

type transport struct {
	next  http.RoundTripper
	check *Check
}

// RoundTrip implements [http.RoundTripper].
func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	err = errors.Join(err, res.Body.Close())
	if err == nil {
		t.check.compare(req, res, body)
	}
	res.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), brokenReader{err}))
	return res, nil
}

// brokenReader returns the error of a body after the body's last byte.
type brokenReader struct{ err error }

// Read implements [io.Reader].
func (b brokenReader) Read([]byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	return 0, io.EOF
}
