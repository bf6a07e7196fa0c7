package doctor

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// maxSeen is how much of an answer of Clerk is kept, in bytes: more than a key set has.
const maxSeen = 1 << 20

// The ends of the paths at which Clerk's two APIs publish their signing keys.
const (
	backendKeys  = "/v1/jwks"
	frontendKeys = "/.well-known/jwks.json"
)

// witness passes requests to Clerk on, and keeps what came back.
type witness struct {
	base http.RoundTripper
	now  func() time.Time

	mu      sync.Mutex
	answers []answer
}

// answer is one answer of Clerk.
type answer struct {
	path           string
	status         int
	date           time.Time // what the answer says; zero where it says nothing
	sent, received time.Time // by the clock of this machine
	body           []byte
}

// RoundTrip implements [http.RoundTripper].
func (w *witness) RoundTrip(req *http.Request) (*http.Response, error) {
	sent := w.now()
	resp, err := w.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	seen := answer{path: req.URL.Path, status: resp.StatusCode, sent: sent, received: w.now()}
	seen.date, _ = http.ParseTime(resp.Header.Get("Date"))
	seen.body, _ = io.ReadAll(io.LimitReader(resp.Body, maxSeen)) // the reader of the answer meets the error, too
	resp.Body = readAgain{Reader: io.MultiReader(bytes.NewReader(seen.body), resp.Body), Closer: resp.Body}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers = append(w.answers, seen)
	return resp, nil
}

// readAgain is a body of which the beginning was read before.
type readAgain struct {
	io.Reader
	io.Closer
}

// keySet returns the key set that came from the path with an end, and false where none came.
func (w *witness) keySet(end string) ([]byte, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.answers {
		if strings.HasSuffix(a.path, end) && a.status == http.StatusOK {
			return a.body, true
		}
	}
	return nil, false
}

// dated returns the answers that say when they were made.
func (w *witness) dated() []answer {
	w.mu.Lock()
	defer w.mu.Unlock()
	var dated []answer
	for _, a := range w.answers {
		if !a.date.IsZero() {
			dated = append(dated, a)
		}
	}
	return dated
}
