package clerkapi_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
)

// TestGarbageIsAnOutage gives unreadable answers to every method. No result may look like "not found" or an empty list.
func TestGarbageIsAnOutage(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{
		"nothing":               "",
		"null":                  "null",
		"an empty object":       "{}",
		"another object":        `{"object":"session","id":"sess_other","data":null,"cookies":null,"directives":null,"jwt":""}`,
		"a list of null":        `{"data":[null],"sessions":[null],"total_count":1}`,
		"an array of null":      `[null]`,
		"a number":              "7",
		"HTML":                  "<!doctype html><title>Maintenance</title>",
		"half an answer":        `{"data":[{"id":"sess_1"`,
		"two answers":           `{"data":[]}{"data":[]}`,
		"fields of other types": `{"data":"none","id":{},"cookies":7,"directives":"x","jwt":[]}`,
	}
	for _, c := range calls() {
		for name, body := range bodies {
			t.Run(c.name+" answered with "+name, func(t *testing.T) {
				t.Parallel()
				clerk := newStub(t, says(http.StatusOK, body))
				err := c.do(t.Context(), newClient(t, clerk.URL))
				if c.name == "JWKS" && body != "" && err == nil {
					return // The key set is passed on as it is.
				}
				if categories(err) != "unavailable" {
					t.Errorf("error is %v", err)
				}
			})
		}
	}
}

func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	answers := map[string]http.HandlerFunc{
		"cut in the middle": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"data":[`)
		},
		"cut before the answer": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"without end": func(w http.ResponseWriter, _ *http.Request) {
			chunk := bytes.Repeat([]byte(" "), 64<<10)
			for range 128 { // 8 MiB
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		},
		"an error without end": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
			chunk := bytes.Repeat([]byte("x"), 64<<10)
			for range 128 {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		},
	}
	for _, c := range calls() {
		for name, answer := range answers {
			t.Run(c.name+" "+name, func(t *testing.T) {
				t.Parallel()
				clerk := newStub(t, answer)
				if err := c.do(t.Context(), newClient(t, clerk.URL)); categories(err) != "unavailable" {
					t.Errorf("error is %v", err)
				}
			})
		}
	}
}

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	clerk := newStub(t, says(http.StatusOK, `{"keys":["`+strings.Repeat("x", 1<<20)+`"]}`))
	if _, err := newClient(t, clerk.URL).JWKS(t.Context()); categories(err) != "unavailable" {
		t.Errorf("a key set of more than 1 MiB: %v", err)
	}
	if _, err := newFrontend(t, clerk.URL).JWKS(t.Context()); categories(err) != "unavailable" {
		t.Errorf("a key set of more than 1 MiB at the Frontend API: %v", err)
	}
	small := newStub(t, says(http.StatusOK, `{"object":"session","id":"`+sessID+`"}`))
	client := newClient(t, small.URL, func(c *clerkapi.Config) { c.MaxBody = 20 })
	if _, err := client.Session(t.Context(), sessID); categories(err) != "unavailable" {
		t.Errorf("an answer longer than MaxBody: %v", err)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := newStub(t, says(http.StatusOK, "{}"))
	clerk := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+"/v1/steal", http.StatusTemporaryRedirect)
	})
	follows := func(c *clerkapi.Config) {
		c.HTTPClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
	}
	for _, c := range calls() {
		if err := c.do(t.Context(), newClient(t, clerk.URL, follows)); categories(err) != "unavailable" {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	browser := clerkapi.Browser{Credential: clerkapi.Credential{DevBrowser: "dvb_1"}}
	if err := newFrontend(t, clerk.URL).Touch(t.Context(), browser, sessID, nil); categories(err) != "unavailable" {
		t.Errorf("Touch: %v", err)
	}
	if n := len(elsewhere.requests()); n != 0 {
		t.Errorf("%d requests followed a redirect", n)
	}
}

func TestUnreachableServer(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for _, c := range calls() {
		err := c.do(t.Context(), newClient(t, gone.URL))
		if categories(err) != "unavailable" {
			t.Errorf("%s: %v", c.name, err)
		}
		answer, ok := errors.AsType[*clerkapi.Error](err)
		if !ok || answer.Status != 0 || answer.ErrorCode() != "unexpected_error" || answer.Message != "connection refused" {
			t.Errorf("%s: %#v", c.name, answer)
		}
	}
}

// stuck is a server that accepts connections and never answers.
func stuck(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return "http://" + listener.Addr().String()
}

func TestOwnTimeoutIsAnOutage(t *testing.T) {
	t.Parallel()
	client := newClient(t, stuck(t), func(c *clerkapi.Config) { c.HTTPClient = &http.Client{Timeout: time.Millisecond} })
	_, err := client.Session(t.Context(), sessID)
	if categories(err) != "unavailable" || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
}

func TestCallersContextIsNoOutage(t *testing.T) {
	t.Parallel()
	url := stuck(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancelLate := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancelLate()
	for _, c := range calls() {
		if err := c.do(cancelled, newClient(t, url)); !errors.Is(err, context.Canceled) || categories(err) != "" {
			t.Errorf("%s, cancelled: %v", c.name, err)
		}
		if err := c.do(late, newClient(t, url)); !errors.Is(err, context.DeadlineExceeded) || categories(err) != "" {
			t.Errorf("%s, too late: %v", c.name, err)
		}
	}
}

// TestNothingGoesOverPlainHTTP changes the address after New, as a proxy or a broken transport could.
func TestNothingGoesOverPlainHTTP(t *testing.T) {
	t.Parallel()
	sent := false
	client := newClient(t, "", func(c *clerkapi.Config) {
		c.HTTPClient = &http.Client{Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
			sent = true
			if r.URL.Scheme != "https" || r.URL.Host != "api.clerk.com" {
				t.Errorf("asked %s", r.URL)
			}
			return nil, errors.New("cut")
		})}
	})
	if _, err := client.JWKS(t.Context()); categories(err) != "unavailable" || !sent {
		t.Errorf("error is %v, sent: %v", err, sent)
	}
}
