package doctor

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

const (
	// testEvent is the type of the events that are sent. Clerk has none of this name.
	testEvent = "ginclerk.doctor"
	// oldDelivery is how long ago the old delivery was sent: longer than any receiver of package webhook tolerates.
	oldDelivery = 2 * webhook.MaxTolerance
	// secretBytes is the length of a signing secret.
	secretBytes = 24
)

// examineWebhook looks at the signing secret, and sends test deliveries to the endpoint.
func (e *examination) examineWebhook(ctx context.Context) {
	if e.WebhookURL == "" && e.WebhookSecret == "" {
		e.skipped(Webhook, "give -webhook, and CLERK_WEBHOOK_SIGNING_SECRET")
		return
	}
	signer, ok := e.readSecret()
	if !ok {
		return
	}
	if e.WebhookURL == "" {
		e.fine(Webhook, "the signing secret can be read; give -webhook to try the endpoint")
		return
	}
	if at, err := url.Parse(e.WebhookURL); err != nil || origin.Of(at).IsZero() || at.User != nil {
		e.problem("webhook-unreachable", "the address can't be requested: it has no scheme and host, or a user name")
		return
	}
	e.deliverAll(ctx, signer)
	if !e.troubled(Webhook) {
		e.fine(Webhook, "takes a delivery with a good signature, and refuses a foreign signature and an old delivery")
	}
}

// readSecret reads the signing secret, or reports what is wrong with it.
func (e *examination) readSecret() (*svix.Webhook, bool) {
	if e.WebhookSecret == "" {
		e.problem("webhook-secret-missing", "CLERK_WEBHOOK_SIGNING_SECRET is not set")
		return nil, false
	}
	config := webhook.Config{Secrets: []string{e.WebhookSecret}, Revocations: revocation.NewSet(e.now)}
	if _, err := webhook.New(config); err != nil {
		e.problem("webhook-secret-invalid", "%s", strings.TrimPrefix(err.Error(), "webhook: config: "))
		return nil, false
	}
	signer, err := svix.NewWebhook(e.WebhookSecret)
	if err != nil { // webhook.New accepts what Svix does
		e.problem("webhook-secret-invalid", "the secret can't be read")
		return nil, false
	}
	return signer, true
}

// deliverAll sends a good delivery, and two that the endpoint must refuse.
func (e *examination) deliverAll(ctx context.Context, signer *svix.Webhook) {
	status, err := e.deliver(ctx, signer, e.now())
	switch class := status / 100; {
	case err != nil:
		e.problem("webhook-unreachable", "no answer: %s", clerkapi.Describe(err))
		return
	case class == 3:
		e.problem("webhook-redirects", "the endpoint answers %d to a delivery with a good signature", status)
		return
	case class == 5:
		e.problem("webhook-fails", "the endpoint answers %d to a delivery with a good signature", status)
		return
	case class != 2:
		e.problem("webhook-refuses-good-signature", "the endpoint answers %d to a delivery that is signed with the secret", status)
	}
	foreign, err := svix.NewWebhookRaw(randomSecret())
	if err != nil {
		return // it can't be: the secret is of the right length
	}
	e.judgeRefusal(ctx, foreign, e.now(), "webhook-accepts-foreign-signature", "a delivery that is signed with another secret")
	e.judgeRefusal(ctx, signer, e.now().Add(-oldDelivery), "webhook-accepts-old-delivery", fmt.Sprintf("a delivery that is %v old", oldDelivery))
}

// judgeRefusal sends a delivery that the endpoint must refuse.
func (e *examination) judgeRefusal(ctx context.Context, signer *svix.Webhook, at time.Time, accepted ID, what string) {
	status, err := e.deliver(ctx, signer, at)
	switch class := status / 100; {
	case err != nil && e.reported("webhook-unreachable"), class == 5 && e.reported("webhook-fails"): // the same as before
	case err != nil:
		e.problem("webhook-unreachable", "no answer to %s: %s", what, clerkapi.Describe(err))
	case class == 2:
		e.problem(accepted, "the endpoint answers %d to %s", status, what)
	case class != 4:
		e.problem("webhook-fails", "the endpoint answers %d to %s", status, what)
	}
}

// deliver sends a test event as Clerk would have sent it at a time, and returns the status of the answer.
func (e *examination) deliver(ctx context.Context, signer *svix.Webhook, at time.Time) (int, error) {
	body, err := json.Marshal(map[string]any{
		"object": "event", "type": testEvent, "data": map[string]any{"object": testEvent}, "timestamp": at.UnixMilli(),
	})
	if err != nil {
		return 0, err
	}
	id := "msg_ginclerk_doctor_" + rand.Text()
	signature, err := signer.Sign(id, at, body)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.WebhookURL, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header = http.Header{
		"Content-Type": {"application/json"}, "User-Agent": {userAgent},
		"Svix-Id": {id}, "Svix-Timestamp": {strconv.FormatInt(at.Unix(), 10)}, "Svix-Signature": {signature},
	}
	resp, err := e.web.Do(req)
	if err != nil {
		return 0, err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxPage)) // the status counts
	return resp.StatusCode, resp.Body.Close()
}

func randomSecret() []byte {
	secret := make([]byte, secretBytes)
	_, _ = rand.Read(secret) // never fails
	return secret
}
