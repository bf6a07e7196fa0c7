package webhook_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

func TestTheObserverIsToldOfEachDelivery(t *testing.T) {
	t.Parallel()
	var told []observe.Event
	b := newBench(t, func(c *webhook.Config) {
		c.Observer = observe.Func(func(_ context.Context, e observe.Event) { told = append(told, e) })
		c.OnEvent = func(context.Context, webhook.Event) error { return nil }
	})
	good := b.genuine("msg_1", `{"type":"session.ended","object":"event","data":{"id":"sess_1","user_id":"user_1","status":"ended","object":"session"},"timestamp":1}`)
	b.deliver(t, good)
	b.deliver(t, good)
	forged := b.genuine("msg_2", good.body)
	forged.secrets = []string{otherSecret}
	b.deliver(t, forged)
	for i, want := range []struct {
		target, reason string
		status         int
		failed         bool
	}{
		{"session.ended", "handled", http.StatusOK, false},
		{"session.ended", "duplicate", http.StatusOK, false},
		{"", "signature", http.StatusBadRequest, true},
	} {
		if len(told) != 3 {
			t.Fatalf("told %d times: %+v", len(told), told)
		}
		got := told[i]
		if got.Kind != observe.WebhookReceived || got.Target != want.target || got.Reason != want.reason || got.Status != want.status || (got.Err != nil) != want.failed {
			t.Errorf("told %+v, want %+v", got, want)
		}
	}
}
