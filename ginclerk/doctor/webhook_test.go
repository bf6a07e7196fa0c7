package doctor_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/ginclerk/ginclerk/ginclerk/doctor"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// receive serves an endpoint for the webhooks of the embedded Clerk, and makes it that of the subject.
func (s *scene) receive(endpoint func(receiver http.Handler) http.Handler) {
	s.t.Helper()
	var receiver http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { endpoint(receiver).ServeHTTP(w, r) }))
	s.t.Cleanup(server.Close)
	registered, err := s.server.AddWebhook(server.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	store := storage.NewMemory(storage.MemoryConfig{Now: time.Now})
	if receiver, err = webhook.New(webhook.Config{
		Secrets: []string{registered.SigningSecret}, Store: store, Revocations: revocation.NewSet(time.Now),
		OnEvent: func(context.Context, webhook.Event) error { return nil },
	}); err != nil {
		s.t.Fatal(err)
	}
	s.subject.WebhookURL, s.subject.WebhookSecret, s.subject.HTTPClient = server.URL, registered.SigningSecret, nil
}

func asItIs(receiver http.Handler) http.Handler { return receiver }

// always answers every delivery with a status.
func always(status int) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
}

func webhookRows() []row {
	return []row{
		{"an endpoint without a secret", "webhook-secret-missing", func(s *scene) {
			s.receive(asItIs)
			s.subject.WebhookSecret = ""
		}},
		{"the secret is the secret key", "webhook-secret-invalid", func(s *scene) { s.subject.WebhookSecret = s.subject.Config.SecretKey }},
		{"the secret was cut off", "webhook-secret-invalid", func(s *scene) { s.subject.WebhookSecret = "whsec_abc" }},
		{"no server takes deliveries", "webhook-unreachable", func(s *scene) {
			s.receive(asItIs)
			s.subject.WebhookURL = "http://" + closedPort(s.t)
		}},
		{"the address has no scheme", "webhook-unreachable", func(s *scene) {
			s.receive(asItIs)
			s.subject.WebhookURL = "app.example.com/webhooks"
		}},
		{"the endpoint closes the connection on a foreign signature", "webhook-unreachable", func(s *scene) {
			s.receive(func(receiver http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					answered := httptest.NewRecorder()
					receiver.ServeHTTP(answered, r)
					if answered.Code != http.StatusOK {
						panic(http.ErrAbortHandler)
					}
				})
			})
		}},
		{"a guard sends the delivery to sign-in", "webhook-redirects", func(s *scene) {
			s.receive(func(http.Handler) http.Handler { return http.RedirectHandler("/sign-in", http.StatusSeeOther) })
		}},
		{"the store of the receiver is away", "webhook-fails", func(s *scene) { s.receive(always(http.StatusServiceUnavailable)) }},
		{"the endpoint fails on a foreign signature", "webhook-fails", func(s *scene) {
			s.receive(func(receiver http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					answered := httptest.NewRecorder()
					receiver.ServeHTTP(answered, r)
					if answered.Code != http.StatusOK {
						w.WriteHeader(http.StatusInternalServerError)
					}
				})
			})
		}},
		{"the running application has another secret", "webhook-refuses-good-signature", func(s *scene) {
			s.receive(asItIs)
			other, err := s.server.AddWebhook(s.subject.WebhookURL)
			if err != nil {
				s.t.Fatal(err)
			}
			s.subject.WebhookSecret = other.SigningSecret
		}},
		{"a guard answers the delivery with 401", "webhook-refuses-good-signature", func(s *scene) { s.receive(always(http.StatusUnauthorized)) }},
		{"the endpoint verifies nothing", "webhook-accepts-foreign-signature", func(s *scene) {
			s.also("webhook-accepts-old-delivery")
			s.receive(always(http.StatusNoContent))
		}},
		{"the endpoint does not look at the time", "webhook-accepts-old-delivery", func(s *scene) {
			s.receive(func(http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					body, err := io.ReadAll(r.Body)
					signer, signerErr := svix.NewWebhook(s.subject.WebhookSecret)
					if err != nil || signerErr != nil || signer.VerifyIgnoringTimestamp(body, r.Header) != nil {
						w.WriteHeader(http.StatusBadRequest)
					}
				})
			})
		}},
	}
}

// TestTheReceiverOfPackageWebhookPasses: with its handlers and its store.
func TestTheReceiverOfPackageWebhookPasses(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.receive(asItIs)
	report := doctor.Examine(t.Context(), s.subject)
	wantNoSecrets(t, s.subject, report)
	if _, ok := find(report, "webhook-fine"); !ok {
		t.Errorf("the report has %+v", report.Findings)
	}
	s.subject.WebhookURL = ""
	if _, ok := find(doctor.Examine(t.Context(), s.subject), "webhook-fine"); !ok {
		t.Error("a good secret alone is not fine")
	}
}
