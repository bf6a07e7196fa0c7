package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

// An accepted message has the signature that the definition gives, which this test computes itself.
func FuzzVerify(f *testing.F) {
	b := newBench(f, nil)
	m := b.genuine("msg_1", sessionEnded("sess_1"))
	good := m.header(f).Get("Svix-Signature")
	now := m.header(f).Get("Svix-Timestamp")
	f.Add("msg_1", now, good, []byte(m.body))
	f.Add("msg_1", now, "v1, "+good+" v1", []byte(m.body))
	f.Add("msg_1", now, strings.Repeat("v1,AAAA ", 50), []byte(m.body))
	f.Add("msg_1", "1", good, []byte(m.body))
	f.Add("msg_1."+now, now, good, []byte(m.body))
	f.Add("", "", "", []byte(nil))
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, id, timestamp, signature string, body []byte) {
		header := http.Header{"Svix-Id": {id}, "Svix-Timestamp": {timestamp}, "Svix-Signature": {signature}}
		got, err := b.receiver.Verify(header, body)
		if err != nil {
			if !errors.Is(err, webhook.ErrSignature) && !errors.Is(err, webhook.ErrTimestamp) && !errors.Is(err, webhook.ErrMalformed) {
				t.Fatalf("error is %v", err)
			}
			return
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + timestamp + "." + string(body)))
		if !strings.Contains(signature, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil))) {
			t.Fatalf("let in %q at %q by %q", id, timestamp, signature)
		}
		if got.ID != id || got.Type == "" || got.Sent.Sub(noon()).Abs() > 5*time.Minute {
			t.Fatalf("event is %+v", got)
		}
	})
}

// A signed message gets a known answer, and revokes at most one entry until a known time.
func FuzzEvent(f *testing.F) {
	for _, kind := range []string{"session.ended", "user.updated", "user.deleted", "user.created", "x"} {
		f.Add([]byte(event(kind, sessionJSON, noon())))
		f.Add([]byte(event(kind, userJSON, noon())))
		f.Add([]byte(event(kind, `{"id":"","banned":true}`, noon())))
	}
	f.Add([]byte(`{"type":"user.updated","data":{"id":"user_1","banned":true},"timestamp":1e9999}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, body []byte) {
		b, _ := newSeen(t)
		m := b.genuine("msg_1", string(body))
		request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(m.body))
		request.Header = m.header(t)
		recorder := httptest.NewRecorder()
		b.receiver.ServeHTTP(recorder, request)
		switch got := word(t, recorder); got {
		case "handled", "malformed":
		default:
			t.Fatalf("answered %d %q", recorder.Code, got)
		}
		entries := b.revoked.all()
		if len(entries) > 1 {
			t.Fatalf("revoked %v", entries)
		}
		for _, entry := range entries {
			if (entry.SessionID == "") == (entry.UserID == "") || !entry.Until.Equal(noon().Add(90*time.Second)) || entry.IssuedBefore.After(noon()) {
				t.Fatalf("revoked %+v", entry)
			}
		}
	})
}
