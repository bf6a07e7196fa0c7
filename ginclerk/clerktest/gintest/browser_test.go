package gintest_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"
)

// browser keeps cookies and follows redirects.
type browser struct{ client *http.Client }

func newBrowser(t *testing.T) browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return browser{&http.Client{Jar: jar, Transport: transport, Timeout: 30 * time.Second}}
}

// open returns the address and the page at the end of the redirects.
func (b browser) open(t *testing.T, address string) (at, page string) {
	t.Helper()
	return b.navigate(t, http.MethodGet, address, nil)
}

// signIn fills in the forms of the sign-in page at an address.
func (b browser) signIn(t *testing.T, address, email, password string) (at, page string) {
	t.Helper()
	at, _ = b.navigate(t, http.MethodPost, address, url.Values{"identifier": {email}})
	return b.navigate(t, http.MethodPost, at, url.Values{"password": {password}})
}

func (b browser) navigate(t *testing.T, method, address string, form url.Values) (at, page string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Dest", "document")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.Request.URL.String(), string(body)
}
