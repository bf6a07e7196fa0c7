package clerktest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// Move time: a week later, a session has expired. Give the application the same clock, as [Clock.Now].
func ExampleClock_Advance() {
	t := newT() // a test has its own
	defer t.end()
	srv := clerktest.New(t)

	session, err := srv.NewBrowser().SignIn("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	srv.Clock().Advance(7 * 24 * time.Hour)
	session, err = srv.Session(session.ID)
	fmt.Println(session.Status, err)
	// Output: expired <nil>
}

// Make one call of the Backend API fail, and see how the application reacts.
func ExampleServer_Fail() {
	t := newT() // a test has its own
	defer t.end()
	srv := clerktest.New(t)
	srv.Fail(clerktest.Fault{Operation: "GET /v1/users/count", RetryAfter: 2 * time.Second, Times: 1})

	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for range 2 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.BackendURL()+"/v1/users/count", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+srv.SecretKey())
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		fmt.Printf("%d, retry after %q\n", res.StatusCode, res.Header.Get("Retry-After"))
	}
	fmt.Println(srv.Calls(), len(srv.UnknownCalls()))
	// Output:
	// 429, retry after "2"
	// 200, retry after ""
	// map[GET /v1/users/count:2] 0
}

// Receive webhooks. DeliverWebhooks returns after they have arrived.
func ExampleServer_AddWebhook() {
	t := newT() // a test has its own
	defer t.end()
	srv := clerktest.New(t)

	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Method, r.URL.Path, r.Header.Get("Svix-Id") != "")
	}))
	defer app.Close()
	webhook, err := srv.AddWebhook(app.URL+"/webhooks", "session.revoked")
	if err != nil {
		t.Fatal(err)
	}
	_ = webhook.SigningSecret // the application verifies with it

	session, err := srv.NewBrowser().SignIn("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if err := srv.RevokeSession(session.ID); err != nil {
		t.Fatal(err)
	}
	if err := srv.DeliverWebhooks(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, message := range srv.WebhookMessages() {
		fmt.Println(message.Event, message.Status)
	}
	// Output:
	// POST /webhooks true
	// session.revoked delivered
}

// Make a request that a receiver of webhooks has to refuse, and pass it to the application's handler.
func ExampleServer_WebhookRequest() {
	t := newT() // a test has its own
	defer t.end()
	srv := clerktest.New(t)
	if _, err := srv.AddWebhook("http://127.0.0.1:9/webhooks", "user.created"); err != nil { // no receiver listens there
		t.Fatal(err)
	}
	if _, err := srv.AddUser(clerktest.User{Email: "zoe@example.com"}); err != nil {
		t.Fatal(err)
	}
	message := srv.WebhookMessages()[0]
	for _, flaw := range []string{"", "unsigned"} {
		r, err := srv.WebhookRequest(t.Context(), message, flaw)
		if err != nil {
			t.Fatal(err)
		}
		// app.ServeHTTP(httptest.NewRecorder(), r)
		fmt.Println(r.Method, r.URL, r.Header.Get("Svix-Signature") != "")
	}
	// Output:
	// POST http://127.0.0.1:9/webhooks true
	// POST http://127.0.0.1:9/webhooks false
}

// Call the application as a machine: with an API key, and with a token from another machine.
func ExampleServer_CreateMachineToken() {
	t := newT() // a test has its own
	defer t.end()
	srv := clerktest.New(t)

	ada, err := srv.UserByEmail("ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	key, err := srv.CreateMachineToken(clerktest.MachineToken{
		Kind: clerktest.APIKey, Subject: ada.ID, Name: "deploy", Scopes: []string{"read:invoices"},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/api/invoices", http.NoBody)
	r.Header.Set("Authorization", "Bearer "+key.Secret)
	fmt.Println(key.Secret[:3], key.Subject == ada.ID)

	token, err := srv.CreateMachineToken(clerktest.MachineToken{Kind: clerktest.M2MToken, Lifetime: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(token.Secret[:3])
	fmt.Println(srv.RevokeMachineToken(token.ID))
	// Output:
	// ak_ true
	// mt_
	// <nil>
}

// The error names the wrong field.
func ExampleParseSeed() {
	_, err := clerktest.ParseSeed([]byte(`{
  "organizations": [{"name": "Acme", "slug": "acme"}],
  "users": [
    {"email": "kim@example.com", "memberships": [{"organization": "globex", "role": "org:admin"}]}
  ]
}`))
	fmt.Println(err)
	// Output: clerktest: seed: users[0].memberships[0].organization: no organization has the slug "globex"
}
