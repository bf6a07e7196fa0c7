package pages_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// uncounted lets every request in, so that fuzzing is not ended by the limits of the pages.
type uncounted struct{ ratelimit.Store }

func (u uncounted) Decide(ctx context.Context, charges ...ratelimit.Charge) (ratelimit.Decision, error) {
	return u.Peek(ctx, charges...)
}

// A program may send anything. The answer is JSON, and a session ends only if the body names that one session.
func FuzzBodies(f *testing.F) {
	for _, seed := range []string{
		`{"session_id":"sess_1"}`, `{"session_ids":["sess_1"]}`, `{"session_ids":["sess_1","sess_2"]}`, `{}`, `null`, `[]`, ``, `{"session_id":null}`,
		`{"session_id":"\u0000"}`, `{"session_id":"sess_1"}x`, `{"session_id":"a","session_id":"b"}`, `{"SESSION_ID":"sess_1"}`, "\xff", `{"a":{}}`,
	} {
		f.Add([]byte(seed), "application/json")
		f.Add([]byte(seed), "application/json; charset=latin1")
	}
	f.Add([]byte("session_id=sess_1&session_id=sess_2"), "application/x-www-form-urlencoded")
	f.Add([]byte("%"), "application/x-www-form-urlencoded")
	w := newWorld(f, options{config: func(c *ginclerk.Config) { c.Stores.RateLimits = uncounted{ratelimit.NewMemory(ratelimit.Config{})} }})
	b := w.browser(f, ada)
	f.Fuzz(func(t *testing.T, body []byte, kind string) {
		p := b.post("/devices/revoke", nil, program(string(body)), func(r *http.Request) { r.Header["Content-Type"] = []string{kind} })
		expected := []int{http.StatusBadRequest, http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}
		if !json.Valid(p.Body.Bytes()) || !slices.Contains(expected, p.Code) {
			t.Errorf("status %d, body %s", p.Code, p.Body)
		}
		if w.active(t, ada) != 1 {
			t.Error("a session was ended that the body did not name")
		}
	})
}
