package clerktest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	whatwg "github.com/nlnwa/whatwg-url/url"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func FuzzPortalTarget(f *testing.F) {
	srv := clerktest.New(f, func(c *clerktest.Config) { c.Origins = []string{"https://app.example.com"} })
	b := srv.NewBrowser()
	s := signIn(f, b, "ada@example.com")
	cookies, err := b.Cookies(appOrigin)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		"/", "/x?y=z#top", "https://app.example.com/x", "//evil.example", `/\evil.example`, "/\t/evil.example", "https://evil.example",
		"/x\r\nSet-Cookie: a=b", "/%2f/evil.example", "/..//evil.example", "/%2f ", "https://app.example.com@evil.example/", "https://app.example.com:",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, target string) {
		req := httptest.NewRequest(http.MethodPost, "http://app.example.com/sign-in/continue?redirect_url="+url.QueryEscape(target),
			strings.NewReader("session_id="+s.ID))
		for _, cookie := range cookies {
			req.AddCookie(cookie)
		}
		rec := httptest.NewRecorder()
		srv.Portal().ServeHTTP(rec, req)
		location := rec.Header().Get("Location")
		if to, err := whatwg.ParseRef("https://app.example.com/sign-in/continue", location); err != nil || to.Protocol()+"//"+to.Host() != "https://app.example.com" {
			t.Errorf("%q leads to %q: %v", target, location, err)
		}
		if strings.ContainsAny(location, "\t\r\n\\") {
			t.Errorf("%q leads to %q, which browsers read in another way", target, location)
		}
	})
}

func FuzzShortcodes(f *testing.F) {
	for _, seed := range []string{
		"plain", "{{user.id}}", "a {{user.full_name}} b {{org.slug}}", "{{", "}}", "{{{{user.id}}}}", "{{}}", "{{.}}",
		"{{user.x || 'a||b' || 1}}", "{{ || }}", "{{'}}", "{{'''' || -1e999}}", "{{false || true}}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		templates := map[string]clerktest.JWTTemplate{"t": {Claims: map[string]any{"text": text}}}
		raw, err := json.Marshal(map[string]any{"templates": map[string]any{"t": map[string]any{"claims": map[string]any{"text": text}}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := clerktest.ParseSeed(raw); err != nil {
			if !strings.Contains(err.Error(), "there is no shortcode {{") || !strings.Contains(text, "{{") {
				t.Errorf("%q is refused: %v", text, err)
			}
			return
		}
		srv := clerktest.New(t, func(c *clerktest.Config) {
			c.Seed = clerktest.DefaultSeed()
			c.Seed.Templates = templates
		})
		s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
		_, claims := mint(t, srv, s.ID, clerktest.TokenOptions{Template: "t"})
		if utf8.ValidString(text) && !strings.Contains(text, "{{") && claims["text"] != text {
			t.Errorf("text %q became %q", text, claims["text"])
		}
	})
}
