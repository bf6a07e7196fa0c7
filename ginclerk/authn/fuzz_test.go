package authn_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

// FuzzAuthenticate sends requests without a token that has a valid signature: no request is signed in, nothing panics, and
// every redirect leads to the Frontend API or back to the same address.
func FuzzAuthenticate(f *testing.F) {
	b := newBench(f, "dev", nil)
	for _, name := range []string{"expired", "alg_none", "template"} {
		f.Add("/dash?x=1", "__clerk_db_jwt=d; __client_uat=1; __session="+b.Tokens[name], "Bearer "+b.Tokens[name], "https://evil.example/")
	}
	f.Add("/?__clerk_handshake=a.b.c&__clerk_db_jwt=%", "__client_uat=9999999999999999999; __clerk_redirect_count=-1", "", "")
	f.Add("/?a=%zz&__clerk_handshak%65=x&b&__clerk_handshake_nonce=y", "__clerk_handshake_nonce=z; __clerk_db_jwt=d", "", "")
	f.Add("//evil.example/?__clerk_redirect_url=https://evil.example", "__session=\"%zz\"; __session_"+b.key.CookieSuffix()+"=x", "x", "::")
	f.Fuzz(func(t *testing.T, target, cookies, authorization, referer string) {
		if signedByInstance(b, target+cookies+authorization) {
			t.Skip("it carries a token of the instance")
		}
		u, err := url.ParseRequestURI(target)
		if err != nil || !strings.HasPrefix(target, "/") {
			t.Skip("net/http would not accept it")
		}
		r := navigation("/")
		r.URL.Path, r.URL.RawPath, r.URL.RawQuery = u.Path, u.RawPath, u.RawQuery
		r.Header.Set("Cookie", cookies)
		r.Header.Set("Referer", referer)
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		state := b.decide(r)
		if state.Status == authn.SignedIn {
			t.Fatalf("signed in by %q %q %q", target, cookies, authorization)
		}
		leadsHome(t, b, state)
		ignoring := authn.Request{HTTP: r, IgnoreAnswer: true}
		state = b.Authenticate(ignoring)
		if leadsHome(t, b, state); state.Resolved() {
			t.Fatalf("%q %q: an answer is resolved that was to be ignored", target, cookies)
		}
		state.ReturnWith("__ginclerk_handshake", "ID-1")
		leadsHome(t, b, state)
		if u, err := url.Parse(state.Location()); err != nil || bringsAnswer(u.Query().Get("redirect_url")) {
			t.Fatalf("%q: the answer comes back with %q", target, state.Location())
		}
		ignoring.Passive = true
		if state = b.Authenticate(ignoring); state.Location() != "" || len(state.Header["Set-Cookie"]) > 0 {
			t.Fatalf("%q %q: the request has no answer, and the headers are %v", target, cookies, state.Header)
		}
	})
}

// bringsAnswer reports whether an address has the parameters of an answer, parsed as browsers do.
func bringsAnswer(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Query().Has("__clerk_handshake") || u.Query().Has("__clerk_handshake_nonce"))
}

// signedByInstance reports whether a text has a whole recorded token that is good.
func signedByInstance(b *bench, text string) bool {
	for _, token := range b.Tokens {
		if i := strings.LastIndexByte(token, '.'); i > 0 && len(token)-i > 100 && strings.Contains(text, token[i:]) {
			return true
		}
	}
	return false
}

func leadsHome(t *testing.T, b *bench, state *authn.State) {
	t.Helper()
	location := state.Location()
	if location == "" {
		return
	}
	u, err := url.Parse(location)
	if err != nil || u.Scheme != "https" || (u.Host != b.key.FrontendAPI() && u.Host != "app.example.com") {
		t.Fatalf("the browser is sent to %q", location)
	}
	if back := u.Query().Get("redirect_url"); back != "" && !strings.HasPrefix(back, ownOrigin+"/") {
		t.Fatalf("the handshake returns to %q", back)
	}
}

// FuzzHandshakePayload answers a nonce with any cookies: only Clerk's own are set, no header is broken, no request is signed in.
func FuzzHandshakePayload(f *testing.F) {
	f.Add("__session=x; Path=/", "admin=1")
	f.Add("__client_uat=1\r\nX: y", "__Host-ginclerk_flash=1")
	f.Add("__session_x=;;;===", "=")
	backend := &fakeBackend{}
	b := newBench(f, "dev", func(o *authn.Options) { o.Backend = backend })
	f.Fuzz(func(t *testing.T, one, two string) {
		backend.setCookie = []string{one, two}
		if signedByInstance(b, one+two) {
			t.Skip("it carries a token of the instance")
		}
		state := b.decide(navigation("/?__clerk_handshake_nonce=n", "__clerk_db_jwt=dvb_1"))
		if state.Status == authn.SignedIn {
			t.Fatalf("signed in by %q, %q", one, two)
		}
		for _, line := range state.Header["Set-Cookie"] {
			name, _, _ := strings.Cut(line, "=")
			base := strings.TrimSuffix(name, "_"+b.key.CookieSuffix())
			if strings.ContainsAny(line, "\r\n\x00") || !clerkCookie(base) {
				t.Fatalf("the cookie %q is set", line)
			}
		}
	})
}

func clerkCookie(name string) bool {
	switch name {
	case "__session", "__client_uat", "__refresh", "__clerk_db_jwt", "__clerk_handshake", "__clerk_handshake_nonce", "__client",
		"__clerk_redirect_count":
		return true
	default:
		return false
	}
}

// FuzzRedirects builds sign-in addresses from any return URL: they always lead to the sign-in page.
func FuzzRedirects(f *testing.F) {
	f.Add("https://app.example.com/p?x=1", "https://evil.example")
	f.Add("https://app.example.com/", "//evil.example\\@x")
	key := newBench(f, "dev", nil).key
	f.Fuzz(func(t *testing.T, base, back string) {
		redirects := authn.Redirects{PublishableKey: key, BaseURL: base}
		target := redirects.SignIn(back)
		if target == "" {
			return
		}
		u, err := url.Parse(target)
		if err != nil || u.Scheme != "https" || u.Host != "happy-hippo-1.accounts.dev" || u.Path != "/sign-in" {
			t.Fatalf("sign-in at %q (%v)", target, err)
		}
	})
}

func BenchmarkAuthenticate(b *testing.B) {
	development, live := newBench(b, "dev", nil), newBench(b, "prod", nil)
	api := httptest.NewRequest(http.MethodGet, ownOrigin+"/api/things?page=2", http.NoBody)
	api.Header.Set("Authorization", "Bearer "+development.Tokens["valid"])
	api.Header.Set("Accept", "application/json")
	for _, row := range []struct {
		name    string
		on      *bench
		request *http.Request
	}{
		{"bearer token", development, api},
		{"bearer garbage", development, bearing("garbage")},
		{"cookies in development", development, navigation("/dash?x=1", development.signedInCookies("valid"))},
		{"cookies in production", live, navigation("/dash?x=1", live.signedInCookies("valid"))},
		{"signed out", development, navigation("/dash?x=1", "__clerk_db_jwt=d")},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				row.on.decide(row.request)
			}
		})
	}
}
