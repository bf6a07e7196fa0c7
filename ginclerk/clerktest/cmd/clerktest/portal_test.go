package main_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"testing"
)

// A person signs in on the pages of the program, and returns to an application on another server.
func TestProgramShowsThePortal(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		args    []string
		browser string // added to the application's address
	}{
		{"development", nil, "?__clerk_db_jwt=dvb_"},
		{"production", []string{"-production"}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			file := seedFile(t, `{"users": [{"email": "kim@example.com", "password": "kims-own-password"}]}`)
			p := launch(t, append([]string{"-seed", file}, row.args...)...)
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			back := "?redirect_url=" + url.QueryEscape("http://localhost:3000/dashboard")
			page := p.variables["CLERK_SIGN_IN_URL"]
			if status, _ := submit(t, jar, page+back, url.Values{"identifier": {"kim@example.com"}}); status != http.StatusSeeOther {
				t.Fatalf("identifier: status %d", status)
			}
			status, location := submit(t, jar, page+"/factor-one"+back, url.Values{"password": {"kims-own-password"}})
			if status != http.StatusSeeOther || !strings.HasPrefix(location, "http://localhost:3000/dashboard"+row.browser) {
				t.Fatalf("password: status %d to %s", status, location)
			}
			query := ""
			if _, token, found := strings.Cut(location, "?"); found {
				query = "?" + token
			}
			if _, client := ask(t, jar, http.MethodGet, p.variables["CLERK_PROXY_URL"]+"/v1/client"+query, nil); !strings.Contains(client, "kim@example.com") {
				t.Errorf("client: %s", client)
			}
			if status, text := ask(t, jar, http.MethodGet, p.variables["CLERK_SIGN_UP_URL"], nil); status != http.StatusOK {
				t.Errorf("sign-up: %d %s", status, text)
			}
			p.end(t, os.Interrupt)
		})
	}
}

// submit returns the address that a form leads to.
func submit(t *testing.T, jar http.CookieJar, address string, form url.Values) (status int, location string) {
	t.Helper()
	got := exchange(t, jar, http.MethodPost, address, form, nil)
	return got.status, got.location
}

func ask(t *testing.T, jar http.CookieJar, method, address string, form url.Values) (status int, text string) {
	t.Helper()
	got := exchange(t, jar, method, address, form, nil)
	return got.status, got.text
}

// answer is what a browser gets. The location is absolute; "" where the answer leads nowhere.
type answer struct {
	status         int
	text, location string
}

func exchange(t *testing.T, jar http.CookieJar, method, address string, form url.Values, header map[string]string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	client := &http.Client{
		Jar: jar, Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := answer{status: res.StatusCode, text: string(raw)}
	if target, err := res.Location(); err == nil {
		got.location = target.String()
	}
	return got
}
