package webhook_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// countHandled adds a handler that accepts every event.
func countHandled(count *int) func(*webhook.Config) {
	return func(c *webhook.Config) {
		c.OnEvent = func(context.Context, webhook.Event) error { *count++; return nil }
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	type request = func(b *bench) (http.Header, string)
	good := func(change func(m *message, header http.Header)) request {
		return func(b *bench) (http.Header, string) {
			m := b.genuine("msg_1", sessionEnded("sess_1"))
			change(&m, nil)
			header := m.header(t)
			change(&m, header)
			return header, m.body
		}
	}
	before := func(change func(m *message)) request { // signed after the change
		return good(func(m *message, header http.Header) {
			if header == nil {
				change(m)
			}
		})
	}
	after := func(change func(m *message, header http.Header)) request { // changed after signing
		return good(func(m *message, header http.Header) {
			if header != nil {
				change(m, header)
			}
		})
	}
	tests := []struct {
		name   string
		make   request
		status int
		word   string
	}{
		{"a genuine message is handled", before(func(*message) {}), 200, "handled"},
		{"two signatures of which one is good are enough", before(func(m *message) { m.secrets = []string{otherSecret, secret} }), 200, "handled"},
		{"the headers of Standard Webhooks will do", after(func(_ *message, h http.Header) {
			for _, name := range []string{"Id", "Timestamp", "Signature"} {
				h["Webhook-"+name] = h["Svix-"+name]
				delete(h, "Svix-"+name)
			}
		}), 200, "handled"},
		{"the content type does not matter", after(func(_ *message, h http.Header) { h.Set("Content-Type", "text/plain") }), 200, "handled"},
		{"five minutes old is in time", before(func(m *message) { m.sent = noon().Add(-5 * time.Minute) }), 200, "handled"},
		{"five minutes early is in time", before(func(m *message) { m.sent = noon().Add(5 * time.Minute) }), 200, "handled"},
		{"an unknown type is handed on", before(func(m *message) { m.body = event("waitlistEntry.created", `{"x":1}`, noon()) }), 200, "handled"},

		{"more than five minutes old", before(func(m *message) { m.sent = noon().Add(-5*time.Minute - time.Second) }), 400, "timestamp"},
		{"more than five minutes early", before(func(m *message) { m.sent = noon().Add(5*time.Minute + time.Second) }), 400, "timestamp"},
		{"the end of time", before(func(m *message) { m.sent = time.Unix(1<<40-1, 0) }), 400, "timestamp"},
		{"the beginning of time", before(func(m *message) { m.sent = time.Unix(0, 0) }), 400, "timestamp"},
		{"before the beginning of time", before(func(m *message) { m.sent = time.Unix(-5, 0) }), 400, "signature"},
		{"no headers", after(func(_ *message, h http.Header) { clear(h) }), 400, "signature"},
		{"no id", after(func(_ *message, h http.Header) { h.Del("Svix-Id") }), 400, "signature"},
		{"no timestamp", after(func(_ *message, h http.Header) { h.Del("Svix-Timestamp") }), 400, "signature"},
		{"no signature", after(func(_ *message, h http.Header) { h.Del("Svix-Signature") }), 400, "signature"},
		{"another id", after(func(_ *message, h http.Header) { h.Set("Svix-Id", "msg_2") }), 400, "signature"},
		{"another timestamp", after(func(_ *message, h http.Header) { h.Set("Svix-Timestamp", "1778587201") }), 400, "signature"},
		{"a timestamp with a sign", after(func(_ *message, h http.Header) { h.Set("Svix-Timestamp", "+"+h.Get("Svix-Timestamp")) }), 400, "signature"},
		{"a timestamp with a zero in front", after(func(_ *message, h http.Header) { h.Set("Svix-Timestamp", "0"+h.Get("Svix-Timestamp")) }), 400, "signature"},
		{"an invalid timestamp", after(func(_ *message, h http.Header) { h.Set("Svix-Timestamp", "now") }), 400, "signature"},
		{"another secret", before(func(m *message) { m.secrets = []string{otherSecret} }), 400, "signature"},
		{"a signature of another version", after(func(_ *message, h http.Header) {
			h.Set("Svix-Signature", strings.Replace(h.Get("Svix-Signature"), "v1,", "v2,", 1))
		}), 400, "signature"},
		{"a signature without its version", after(func(_ *message, h http.Header) {
			h.Set("Svix-Signature", strings.TrimPrefix(h.Get("Svix-Signature"), "v1,"))
		}), 400, "signature"},
		{"a tampered body", after(func(m *message, _ http.Header) { m.body = sessionEnded("sess_2") }), 400, "signature"},
		{"a body with a space appended", after(func(m *message, _ http.Header) { m.body += " " }), 400, "signature"},
		{"an id with a dot", before(func(m *message) { m.id = "msg.1" }), 400, "signature"},
		{"an id that is too long", before(func(m *message) { m.id = strings.Repeat("m", 129) }), 400, "signature"},

		{"signed garbage", before(func(m *message) { m.body = `{"type":` }), 400, "malformed"},
		{"nothing, signed", before(func(m *message) { m.body = "" }), 400, "malformed"},
		{"a signed array", before(func(m *message) { m.body = `[]` }), 400, "malformed"},
		{"a second value behind the first", before(func(m *message) { m.body += m.body }), 400, "malformed"},
		{"no type", before(func(m *message) { m.body = `{"data":{},"object":"event"}` }), 400, "malformed"},
		{"no data", before(func(m *message) { m.body = `{"type":"user.created"}` }), 400, "malformed"},
		{"a session without an id", before(func(m *message) { m.body = event("session.ended", `{}`, noon()) }), 400, "malformed"},
		{"a session that is a number", before(func(m *message) { m.body = event("session.ended", `7`, noon()) }), 400, "malformed"},
		{"a deleted user without an id", before(func(m *message) { m.body = event("user.deleted", `{"deleted":true}`, noon()) }), 400, "malformed"},

		{"a body at the limit", before(func(m *message) { m.body += strings.Repeat(" ", 4096-len(m.body)) }), 200, "handled"},
		{"a body above the limit", before(func(m *message) { m.body += strings.Repeat(" ", 4097-len(m.body)) }), 413, "too_large"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			handled := 0
			b := newBench(t, func(c *webhook.Config) { countHandled(&handled)(c); c.MaxBody = 4096 })
			header, body := tt.make(b)
			status, word := b.post(t, header, body)
			if status != tt.status || word != tt.word {
				t.Errorf("answered %d %q, want %d %q", status, word, tt.status, tt.word)
			}
			want := 0
			if tt.status == http.StatusOK {
				want = 1
			}
			if handled != want {
				t.Errorf("handled %d times, want %d", handled, want)
			}
			if len(b.revoked.all()) > want {
				t.Error("a refused request revoked something")
			}
		})
	}
}

func TestABodyOfUnknownLengthIsBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(c *webhook.Config) { c.MaxBody = 100 })
	endless := &counting{}
	request := httptest.NewRequest(http.MethodPost, "/", endless)
	request.ContentLength = -1
	recorder := httptest.NewRecorder()
	b.receiver.ServeHTTP(recorder, request)
	if got := word(t, recorder); recorder.Code != http.StatusRequestEntityTooLarge || got != "too_large" {
		t.Errorf("answered %d %q", recorder.Code, got)
	}
	if endless.read > 64<<10 {
		t.Errorf("%d bytes were read", endless.read)
	}
}

// counting is an endless body.
type counting struct{ read int }

func (c *counting) Read(p []byte) (int, error) {
	c.read += len(p)
	return len(p), nil
}

func TestABodyThatBreaksOffIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	request := httptest.NewRequest(http.MethodPost, "/", io.MultiReader(strings.NewReader("{"), broken{}))
	recorder := httptest.NewRecorder()
	b.receiver.ServeHTTP(recorder, request)
	if got := word(t, recorder); recorder.Code != http.StatusBadRequest || got != "body" {
		t.Errorf("answered %d %q", recorder.Code, got)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

func TestOnlyPOST(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		handled := 0
		b := newBench(t, countHandled(&handled))
		m := b.genuine("msg_1", sessionEnded("sess_1"))
		request := httptest.NewRequest(method, "/", strings.NewReader(m.body))
		request.Header = m.header(t)
		recorder := httptest.NewRecorder()
		b.receiver.ServeHTTP(recorder, request)
		if recorder.Code != http.StatusMethodNotAllowed || recorder.Header().Get("Allow") != "POST" || handled != 0 {
			t.Errorf("%s: %d, Allow %q, handled %d times", method, recorder.Code, recorder.Header().Get("Allow"), handled)
		}
	}
}

func TestSecretsRotate(t *testing.T) {
	t.Parallel()
	both := newBench(t, func(c *webhook.Config) { c.Secrets = []string{otherSecret, secret} })
	for _, signedBy := range []string{secret, otherSecret} {
		m := both.genuine("msg_1", sessionEnded("sess_1"))
		m.secrets = []string{signedBy}
		if _, err := both.receiver.Verify(m.header(t), []byte(m.body)); err != nil {
			t.Errorf("a secret of two: %v", err)
		}
	}
	alone := newBench(t, func(c *webhook.Config) { c.Secrets = []string{otherSecret} })
	m := alone.genuine("msg_1", sessionEnded("sess_1"))
	if _, err := alone.receiver.Verify(m.header(t), []byte(m.body)); !errors.Is(err, webhook.ErrSignature) {
		t.Errorf("the secret that was given up: %v", err)
	}
}

// An attacker who controls text inside a genuine body can't make another message of it.
func TestABodyCannotBeDividedAnew(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	inner := `{"type":"user.deleted","data":{"id":"user_victim"}}`
	outer := `{"type":"x","data":"a.1778587200.` + inner
	m := b.genuine("msg_1", outer)
	header := m.header(t) // The signature covers "msg_1.1778587200." + outer, and fits another message, too:
	header.Set("Svix-Id", `msg_1.1778587200.{"type":"x","data":"a`)
	if status, word := b.post(t, header, inner); status != 400 || word != "signature" || len(b.revoked.all()) != 0 {
		t.Errorf("answered %d %q, revoked %v", status, word, b.revoked.all())
	}
}
