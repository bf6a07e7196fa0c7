package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
)

// TestOriginsAreComparedAsBrowsersSendThem: however an origin is written in the configuration, what browsers and Clerk's tokens say is
// recognised.
func TestOriginsAreComparedAsBrowsersSendThem(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, configured, sent string }{
		{"capitals in the host", "https://App.Example.com", "https://app.example.com"},
		{"capitals in the scheme", "HTTPS://x", "https://x"},
		{"the port of https", "https://x:443", "https://x"},
		{"the port of http", "http://localhost:80", "http://localhost"},
		{"an international name", "https://bücher.example", "https://xn--bcher-kva.example"},
		{"an IPv6 address in full", "http://[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080"},
		{"as browsers send it", "https://app.example.com:8443", "https://app.example.com:8443"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			for field, change := range map[string]func(*ginclerk.Config){
				"Origins":           func(c *ginclerk.Config) { c.Origins = []string{row.configured} },
				"AuthorizedParties": func(c *ginclerk.Config) { c.Origins, c.AuthorizedParties = nil, []string{row.configured} },
			} {
				a := newApp(t, configured(change))
				a.guarded(a.clerk.RequireSession())
				token := a.mint(t, a.session(t, ada, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{AuthorizedParty: row.sent})
				a.ask(http.MethodGet, "/guarded", program, bearer(token)).wantRan(t, true)
				other := a.mint(t, a.session(t, ada, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{AuthorizedParty: evilOrigin})
				if a.ask(http.MethodGet, "/guarded", program, bearer(other)).wantRan(t, false); t.Failed() {
					t.Errorf("with %s", field)
				}
			}
			t.Run("forms, sockets and redirects", func(t *testing.T) {
				t.Parallel()
				a := newApp(t, production(), configured(func(c *ginclerk.Config) { c.Origins, c.ProxyURL = []string{row.configured}, "" }))
				a.guarded(a.clerk.RequireSession())
				a.engine.POST("/open", a.clerk.RefuseCrossOrigin(), whoami)
				a.engine.GET("/socket", a.clerk.RequireSession(), whoami)
				_, sentHost, _ := strings.Cut(row.sent, "://")
				if got := returnsTo(t, a, host(sentHost)); got != row.sent {
					t.Errorf("comes back to %s", got)
				}
				// The proxy in front has its own idea of a Host header.
				a.ask(http.MethodPost, "/open", navigation, host("10.0.0.5:3000"), header("Origin", row.sent)).wantRan(t, true)
				a.ask(http.MethodPost, "/open", navigation, host("10.0.0.5:3000"), header("Origin", evilOrigin)).wantRan(t, false)
				token := a.mint(t, a.session(t, ada, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{AuthorizedParty: row.sent})
				cookies := []option{withCookie("__session", token), withCookie("__client_uat", "1")}
				a.ask(http.MethodGet, "/socket", append(cookies, upgrade, header("Origin", row.sent))...).wantRan(t, true)
				if got := linksOf(a.clerk).Safe(row.sent + "/x"); got != row.sent+"/x" {
					t.Errorf("a target on the own origin is %q", got)
				}
			})
		})
	}
}

// TestOriginsThatCanNeverMatchAreErrorsOfNew: and the error says what to write.
func TestOriginsThatCanNeverMatchAreErrorsOfNew(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://*.x":                         "list each",
		"*":                                   "list each",
		"https://.example.com":                "list each",
		"https://app.example.com/":            "write https://app.example.com",
		"https://app.example.com/app":         "write https://app.example.com",
		"https://App.example.com:443?x":       "write https://app.example.com",
		"https://app.example.com.":            "write https://app.example.com",
		"https://me:geheim@app.example.com":   "write https://app.example.com",
		"app.example.com":                     "write https://app.example.com",
		"localhost:3000":                      "write http://localhost:3000",
		"ws://app.example.com":                "write https://app.example.com",
		"":                                    "is empty",
		"null":                                "such as https://",
		"https://a.example,https://b.example": "an entry of its own",
		" " + "https://a.example":             "write https://a.example",
		"https://x:99999":                     "such as https://",
		"https://x:0":                         "such as https://",
		"http://[::1":                         "such as https://",
		"http://[fe80::1%25eth0]:80":          "such as https://",
	} {
		for field, set := range map[string]func(*ginclerk.Config){
			"Origins":                      func(c *ginclerk.Config) { c.Origins = []string{text} },
			"AuthorizedParties":            func(c *ginclerk.Config) { c.AuthorizedParties = []string{text} },
			"MultiDomain.SatelliteOrigins": func(c *ginclerk.Config) { c.MultiDomain.SatelliteOrigins = []string{text} },
		} {
			config := ginclerk.Config{PublishableKey: somePublishableKey(), SecretKey: someSecretKey}
			set(&config)
			_, err := ginclerk.New(config)
			fields := problemFields(err)
			if len(fields) != 1 || fields[0] != field || !strings.Contains(err.Error(), want) {
				t.Errorf("%s %q: %v; want %q", field, text, err, want)
			}
			if err != nil && strings.Contains(err.Error(), "geheim") {
				t.Errorf("a password in %v", err)
			}
		}
	}
}

// TestSatelliteOriginsAreComparedAsBrowsersSendThem: the dev browser token goes to satellites that are listed in any spelling.
func TestSatelliteOriginsAreComparedAsBrowsersSendThem(t *testing.T) {
	t.Parallel()
	a := newApp(t, configured(func(c *ginclerk.Config) { c.MultiDomain.SatelliteOrigins = []string{"https://Satellite.Example:443"} })).attached()
	v := a.visitor(t, ada)
	got := v.ask(http.MethodGet, "/?__clerk_redirect_url="+queryEscape("https://satellite.example/page"), navigation)
	if to := got.Header().Get("Location"); !strings.HasPrefix(to, "https://satellite.example/page?") {
		t.Errorf("goes to %q", to)
	}
}

// TestThisMachineIsKnownByEveryName: plain http is for it alone, and its pages keep cookies.
func TestThisMachineIsKnownByEveryName(t *testing.T) {
	t.Parallel()
	for host, own := range map[string]bool{
		"localhost": true, "a.localhost": true, "LOCALHOST": true, "127.0.0.1": true, "127.0.0.2": true, "[::1]": true,
		"example.com": false, "localhost.example.com": false, "10.0.0.1": false, "0.0.0.0": false,
	} {
		config := ginclerk.Config{
			PublishableKey: somePublishableKey(), SecretKey: someSecretKey, ClerkAPI: ginclerk.ClerkAPI{URL: "http://" + host + ":3000", FrontendURL: "http://" + host + ":3000"},
		}
		_, err := ginclerk.New(config)
		if (err == nil) != own {
			t.Errorf("Clerk's APIs at %s: %v", host, err)
		}
		if fields := problemFields(err); !own && strings.Join(fields, " ") != "ClerkAPI.FrontendURL ClerkAPI.URL" {
			t.Errorf("Clerk's APIs at %s: problems with %v", host, fields)
		}
		clerk := newClerk(t, ginclerk.Config{PublishableKey: somePublishableKey(), SecretKey: someSecretKey})
		if _, err := clerk.Transport(nil, "http://"+host); (err == nil) != own {
			t.Errorf("tokens to %s: %v", host, err)
		}
		a := newApp(t, configured(func(c *ginclerk.Config) { c.Origins, c.ProxyURL = []string{"http://" + host + ":8080"}, "" }))
		run(a, func(c *ginContext) { serve(a.clerk, c).SetFlash(serving.Flash{Text: "x"}) })
		if warned := a.log.count("plain http"); (warned == 0) != own {
			t.Errorf("%s: %d warnings", host, warned)
		}
	}
}

// TestHostsOfProxiesAreReadAsOrigins: what a proxy puts into a header is compared as browsers write it.
func TestHostsOfProxiesAreReadAsOrigins(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		origins []string
		options []option
		want    string
	}{
		{"a default port in Host", []string{"http://localhost:8080", "https://app.example.com"}, []option{host("app.example.com:443")}, "https://app.example.com"},
		{"a default port, forwarded", []string{"http://localhost:8080", "https://app.example.com"}, []option{from(proxyPeer), forwarded("https", "App.Example.com:443")}, "https://app.example.com"},
		{"both schemes are configured", []string{"http://x.localhost", "https://x.localhost"}, []option{host("x.localhost:80")}, "http://x.localhost"},
		{"a default port without configured origins", nil, []option{from(proxyPeer), forwarded("https", "App.Example.com:443")}, "https://app.example.com"},
		{"garbage, forwarded, without configured origins", nil, []option{from(proxyPeer), forwarded("https", "a/b")}, "https://localhost:8080"},
		{"an international name, forwarded", []string{"http://localhost:8080", "https://bücher.example"}, []option{from(proxyPeer), forwarded("https", "xn--bcher-kva.example")}, "https://xn--bcher-kva.example"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, production(), configured(func(c *ginclerk.Config) { c.Origins, c.ProxyURL = row.origins, "" }))
			trusting(t, a, "10.0.0.7").guarded(a.clerk.RequireSession())
			if got := returnsTo(t, a, row.options...); got != row.want {
				t.Errorf("origin %s, want %s", got, row.want)
			}
		})
	}
}
