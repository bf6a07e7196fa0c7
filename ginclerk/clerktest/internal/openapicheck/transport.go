package openapicheck

import (
	"bytes"
	"errors"
	"io"
	"net/http"
)

// Transport returns a transport whose answers are compared with Clerk's documents: the Backend API's below /backend, the Frontend
// API's elsewhere, as the embedded Clerk serves them. Answers pass on as they are.
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

// brokenReader hands on what went wrong with a body after its last byte.
type brokenReader struct{ err error }

// Read implements [io.Reader].
func (b brokenReader) Read([]byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	return 0, io.EOF
}
