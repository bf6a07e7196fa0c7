package webhook_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// onlyVerifies takes everything from a receiver that it does not need to verify.
func onlyVerifies(c *webhook.Config) { c.Store, c.Revocations = nil, nil }

func TestAReceiverWithSecretsAloneVerifies(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*message)
		want   error
	}{
		{"a genuine event", func(*message) {}, nil},
		{"an event with another secret", func(m *message) { m.secrets = []string{otherSecret} }, webhook.ErrSignature},
		{"an event that was sent an hour ago", func(m *message) { m.sent = m.sent.Add(-time.Hour) }, webhook.ErrTimestamp},
		{"a signed text that is no event", func(m *message) { m.body = "[]" }, webhook.ErrMalformed},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, onlyVerifies)
			m := b.genuine("msg_1", sessionEnded("sess_1"))
			row.change(&m)
			event, err := b.receiver.Verify(m.header(t), []byte(m.body))
			if !errors.Is(err, row.want) || (err == nil) != (event.ID == "msg_1" && event.Type == webhook.SessionEnded) {
				t.Errorf("event %+v, error %v", event, err)
			}
		})
	}
}

// An endpoint without a handler must not tell Clerk that an event has arrived, because Clerk would not send it again.
func TestAReceiverThatOnlyVerifiesAcceptsNoDelivery(t *testing.T) {
	t.Parallel()
	b := newBench(t, onlyVerifies)
	if status, word := b.deliver(t, b.genuine("msg_1", sessionEnded("sess_1"))); status != http.StatusNotImplemented || word != "no_handler" {
		t.Errorf("answered %d %s", status, word)
	}
	if text := b.log.String(); strings.Count(text, "has no handler") != 1 || strings.Contains(text, "sess_1") {
		t.Errorf("logged: %s", text)
	}
	forged := b.genuine("msg_1", sessionEnded("sess_1"))
	forged.secrets = []string{otherSecret}
	if status, word := b.deliver(t, forged); status != http.StatusBadRequest || word != "signature" {
		t.Errorf("a forged one: answered %d %s", status, word)
	}
}
