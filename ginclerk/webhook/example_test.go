package webhook_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
	"github.com/ginclerk/ginclerk/ginclerk/webhook"
)

func Example() {
	revoked := revocation.NewSet(time.Now)
	receiver, err := webhook.New(webhook.Config{
		Secrets:     []string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
		Store:       storage.NewMemory(storage.MemoryConfig{}),
		Revocations: revoked,
		OnSession: func(_ context.Context, event webhook.SessionEvent) error {
			fmt.Println(event.Type, event.Session.ID, "of", event.Session.UserID)
			return nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("/webhooks/clerk", receiver)

	for range 2 { // Clerk delivers at least once.
		fmt.Println(deliver(mux, `{"type":"session.ended","data":{"id":"sess_1","user_id":"user_1"}}`))
	}
	fmt.Println("refused from now on:", revoked.Revoked("sess_1", "user_1", time.Now()))

	// Output:
	// session.ended sess_1 of user_1
	// 200 {"status":"handled"}
	// 200 {"status":"duplicate"}
	// refused from now on: true
}

func ExampleReceiver_Verify() {
	verifier, err := webhook.New(webhook.Config{Secrets: []string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	endpoint := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, webhook.DefaultMaxBody))
		if err != nil {
			http.Error(w, "the body can't be read", http.StatusBadRequest)
			return
		}
		event, err := verifier.Verify(r.Header, body)
		if err != nil {
			http.Error(w, "not from Clerk", http.StatusBadRequest)
			return
		}
		_, _ = fmt.Fprintf(w, "%s %s", event.ID, event.Type)
	})

	fmt.Println(deliver(endpoint, `{"type":"user.created","data":{"id":"user_1"}}`))
	unsigned := httptest.NewRecorder()
	endpoint.ServeHTTP(unsigned, httptest.NewRequest(http.MethodPost, "/webhooks/clerk", strings.NewReader(`{"type":"user.created","data":{}}`)))
	fmt.Println(unsigned.Code, strings.TrimSpace(unsigned.Body.String()))

	// Output:
	// 200 msg_1 user.created
	// 400 not from Clerk
}

// deliver sends a message like Clerk.
func deliver(handler http.Handler, body string) string {
	signer, err := svix.NewWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		return err.Error()
	}
	now := time.Now()
	signature, err := signer.Sign("msg_1", now, []byte(body))
	if err != nil {
		return err.Error()
	}
	request := httptest.NewRequest(http.MethodPost, "/webhooks/clerk", strings.NewReader(body))
	request.Header.Set("Svix-Id", "msg_1")
	request.Header.Set("Svix-Timestamp", strconv.FormatInt(now.Unix(), 10))
	request.Header.Set("Svix-Signature", signature)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return fmt.Sprint(recorder.Code, " ", strings.TrimSpace(recorder.Body.String()))
}
