package proxy_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/proxy"
)

func ExampleNew() {
	// This server stands for the Frontend API. Leave Upstream out and the proxy asks Clerk's.
	frontendAPI := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "%s of %s, with %q", r.URL.Path, r.Header.Get("Clerk-Proxy-Url"), r.Header.Get("Cookie"))
	}))
	defer frontendAPI.Close()

	clerk, err := proxy.New(proxy.Config{
		URL:            "https://app.example.com/__clerk",
		PublishableKey: instance.NewPublishableKey("clerk.example.com", instance.Production).String(),
		SecretKey:      "sk_live_example",
		Upstream:       frontendAPI.URL,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle(clerk.Path()+"/", clerk)
	application := httptest.NewServer(mux)
	defer application.Close()

	request, err := http.NewRequest(http.MethodGet, application.URL+"/__clerk/v1/client", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	request.Header.Set("Cookie", "__client=its-own; theme=dark")
	response, err := application.Client().Do(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	fmt.Println(string(body), err)

	// Output:
	// /v1/client of https://app.example.com/__clerk, with "__client=its-own" <nil>
}
