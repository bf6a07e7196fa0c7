package core_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
)

func TestWithParam(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, url, want string }{
		{"no query", "http://localhost/x", "http://localhost/x?n=v%26w"},
		{"other parameters keep order and spelling", "http://localhost/?b=%2f+&a&a=2", "http://localhost/?b=%2f+&a&a=2&n=v%26w"},
		{"the old value goes", "http://localhost/?n=1&a=1&n=2", "http://localhost/?a=1&n=v%26w"},
		{"however it is spelled", "http://localhost/?%6E=1", "http://localhost/?n=v%26w"},
		{"those that are named go too", "http://localhost/?gone=1&a=1", "http://localhost/?a=1&n=v%26w"},
		{"undecodable text stays", "http://localhost/?%zz=1", "http://localhost/?%zz=1&n=v%26w"},
		{"a path", "/x?a=1#top", "/x?a=1&n=v%26w#top"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			u, err := url.Parse(row.url)
			if err != nil {
				t.Fatal(err)
			}
			if got := core.WithParam(u, "n", "v&w", "gone").String(); got != row.want {
				t.Errorf("got %s, want %s", got, row.want)
			}
			if u.String() != row.url {
				t.Error("the URL that was given has changed")
			}
		})
	}
}

func TestOriginsOfRequests(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		header map[string]string
		public string
		party  string
	}{
		{"nothing but a host", nil, "http://fapi.local:81", ""},
		{"Origin", map[string]string{"Origin": "https://app.example.com"}, "https://app.example.com", "https://app.example.com"},
		{
			"a proxy, and a page of its own origin",
			map[string]string{"Clerk-Proxy-Url": "https://App.example.com/__clerk"},
			"https://app.example.com", "https://app.example.com",
		},
		{"Referer says who, not where", map[string]string{"Referer": "http://localhost:8080/x?y"}, "http://fapi.local:81", "http://localhost:8080"},
		{
			"forwarded headers",
			map[string]string{"X-Forwarded-Host": "app.example.com, b", "X-Forwarded-Proto": "https, http"},
			"https://app.example.com", "",
		},
		{"an invalid scheme", map[string]string{"X-Forwarded-Proto": "javascript"}, "http://fapi.local:81", ""},
		{"an opaque origin", map[string]string{"Origin": "null"}, "http://fapi.local:81", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "http://fapi.local:81/v1/client", nil)
			for name, value := range row.header {
				r.Header.Set(name, value)
			}
			if got := core.PublicOrigin(r); got != row.public {
				t.Errorf("PublicOrigin %q, want %q", got, row.public)
			}
			if got := core.AuthorizedParty(r); got != row.party {
				t.Errorf("AuthorizedParty %q, want %q", got, row.party)
			}
		})
	}
}

func FuzzTarget(f *testing.F) {
	for _, seed := range []string{
		"http://localhost/", "https://127.0.0.1:8080/x?y#z", `http://localhost\@evil.example/`, "http://localhost@evil.example",
		"//localhost", "http://[::1]:1/", "http://localhost:80:80/", "http://evil.example#@localhost", "HTTP://LOCALHOST./",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := (core.Origins{}).Target(raw)
		if err != nil {
			return
		}
		again, err := url.Parse(u.String())
		if err != nil || again.Host != u.Host || again.User != nil || !core.Loopback(again.Hostname()) {
			t.Errorf("%q leads to %q", raw, u)
		}
	})
}
