package webhook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
	"github.com/ginclerk/ginclerk/internal/logtest"
)

const (
	// Keys of 24 bytes, the shortest allowed ones.
	secret      = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	otherSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
)

func noon() time.Time { return time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC) }

// heard collects the revocations of the receiver.
type heard struct {
	mu      sync.Mutex
	entries []revocation.Entry
	fail    atomic.Bool
}

func (h *heard) Revoke(_ context.Context, entries ...revocation.Entry) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.entries = append(h.entries, entries...)
	if h.fail.Load() {
		return fmt.Errorf("pub/sub: %w", storage.ErrUnavailable)
	}
	return nil
}

func (h *heard) all() []revocation.Entry {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]revocation.Entry(nil), h.entries...)
}

// shaky is a store that fails on demand.
type shaky struct {
	storage.Store
	failLoad, failSwap atomic.Bool
}

func (s *shaky) Load(ctx context.Context, key string) ([]byte, error) {
	if s.failLoad.Load() {
		return nil, storage.ErrUnavailable
	}
	return s.Store.Load(ctx, key)
}

func (s *shaky) CompareAndSwap(ctx context.Context, key string, old, next []byte, lifetime time.Duration) (bool, error) {
	if s.failSwap.Load() {
		return false, storage.ErrUnavailable
	}
	return s.Store.CompareAndSwap(ctx, key, old, next, lifetime)
}

// bench is a receiver with everything that a test checks.
type bench struct {
	clock    *clocktest.Clock
	store    *shaky
	revoked  *heard
	log      *logtest.Buffer
	receiver *webhook.Receiver
}

func newBench(tb testing.TB, change func(*webhook.Config)) *bench {
	tb.Helper()
	b := &bench{clock: clocktest.At(noon()), revoked: &heard{}, log: &logtest.Buffer{}}
	b.store = &shaky{Store: storage.NewMemory(storage.MemoryConfig{Now: b.clock.Now})}
	config := webhook.Config{
		Secrets: []string{secret}, Store: b.store, Revocations: b.revoked, RevokeFor: 90 * time.Second,
		Now: b.clock.Now, Logger: slog.New(slog.NewTextHandler(b.log, nil)),
	}
	if change != nil {
		change(&config)
	}
	var err error
	if b.receiver, err = webhook.New(config); err != nil {
		tb.Fatal(err)
	}
	return b
}

// message is a message from Svix.
type message struct {
	id, body string
	sent     time.Time
	secrets  []string
}

// header signs the message like Svix.
func (m message) header(tb testing.TB) http.Header {
	tb.Helper()
	var signatures []string
	for _, secret := range m.secrets {
		signer, err := svix.NewWebhook(secret)
		if err != nil {
			tb.Fatal(err)
		}
		signature, err := signer.Sign(m.id, m.sent, []byte(m.body))
		if err != nil {
			tb.Fatal(err)
		}
		signatures = append(signatures, signature)
	}
	return http.Header{
		"Svix-Id": {m.id}, "Svix-Timestamp": {fmt.Sprint(m.sent.Unix())}, "Svix-Signature": {strings.Join(signatures, " ")},
	}
}

// genuine returns a message with a good signature, sent now.
func (b *bench) genuine(id, body string) message {
	return message{id: id, body: body, sent: b.clock.Now(), secrets: []string{secret}}
}

// deliver posts a message and returns the status and the word of the answer.
func (b *bench) deliver(tb testing.TB, m message) (int, string) {
	tb.Helper()
	return b.post(tb, m.header(tb), m.body)
}

func (b *bench) post(tb testing.TB, header http.Header, body string) (int, string) {
	tb.Helper()
	request := httptest.NewRequest(http.MethodPost, "/webhooks/clerk", strings.NewReader(body))
	request.Header = header
	recorder := httptest.NewRecorder()
	b.receiver.ServeHTTP(recorder, request)
	return recorder.Code, word(tb, recorder)
}

// word returns the one word of an answer, and fails if the answer has more.
func word(tb testing.TB, recorder *httptest.ResponseRecorder) string {
	tb.Helper()
	var answer map[string]string
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
		tb.Fatalf("answer %q: %v", recorder.Body, err)
	}
	if len(answer) != 1 {
		tb.Fatalf("answer %q has not one member", recorder.Body)
	}
	if kind := recorder.Header().Get("Content-Type"); kind != "application/json" {
		tb.Errorf("content type %q", kind)
	}
	if recorder.Code == http.StatusOK {
		return answer["status"]
	}
	return answer["error"]
}

// event returns a body like Clerk's, with the data of a type.
func event(kind, data string, at time.Time) string {
	return fmt.Sprintf(`{"data":%s,"object":"event","type":%q,"timestamp":%d,"instance_id":"ins_1",`+
		`"event_attributes":{"http_request":{"client_ip":"192.0.2.7","user_agent":"Firefox"}}}`, data, kind, at.UnixMilli())
}

func sessionEnded(id string) string {
	return event("session.ended", `{"object":"session","id":"`+id+`","user_id":"user_1","client_id":"client_1","status":"ended"}`, noon())
}
