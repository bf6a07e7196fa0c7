package webhooks

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// The headers of a delivery. They are what Clerk's receivers read.
const (
	headerID        = "Svix-Id"
	headerTimestamp = "Svix-Timestamp"
	headerSignature = "Svix-Signature"
)

// newRequest returns a delivery of a message, signed for the current time, with a flaw.
func (r *receiver) newRequest(ctx context.Context, id string, body []byte, now time.Time, flaw Flaw) (*http.Request, error) {
	signer := r.signer
	if flaw == FlawForeignSecret {
		var err error
		if signer, err = svix.NewWebhookRaw(world.RandomBytes(secretBytes)); err != nil {
			return nil, fmt.Errorf("foreign secret: %w", err)
		}
	}
	at := flaw.shift(now)
	signature, err := signer.Sign(id, at, body)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	switch flaw {
	case FlawBadSignature:
		signature = spoil(signature)
	case FlawTamperedBody:
		body = append(bytes.Clone(body[:len(body)-1]), `,"tampered":true}`...)
	case FlawOtherID:
		id = world.NewID("msg_")
	default:
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	req.Header = http.Header{
		"Content-Type":  {"application/json"},
		"User-Agent":    {"Svix-Webhooks/1 (ginclerk clerktest)"},
		headerID:        {id},
		headerTimestamp: {strconv.FormatInt(at.Unix(), 10)},
		headerSignature: {signature},
	}
	if flaw == FlawUnsigned {
		req.Header.Del(headerSignature)
	}
	return req, nil
}

// spoil returns another signature of the same form: v1, and base64.
func spoil(signature string) string {
	spoilt := []byte(signature)
	i := len("v1,")
	if spoilt[i] == 'A' {
		spoilt[i] = 'B'
	} else {
		spoilt[i] = 'A'
	}
	return string(spoilt)
}
