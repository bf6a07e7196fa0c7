package ginclerk_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

const proxyPeer = "10.0.0.7:5555"

func trusting(t *testing.T, a *app, proxies ...string) *app {
	t.Helper()
	if err := a.engine.SetTrustedProxies(proxies); err != nil {
		t.Fatal(err)
	}
	return a
}

// returnsTo is the origin that a signed-out page shall come back to.
func returnsTo(t *testing.T, a *app, options ...option) string {
	t.Helper()
	got := a.ask(http.MethodGet, "/guarded", append([]option{navigation}, options...)...)
	u := got.wantStatus(t, http.StatusTemporaryRedirect).location(t)
	back := u.Query().Get("redirect_url")
	if want := u.Scheme + "://" + u.Host + "/guarded"; back != want {
		t.Errorf("sign-in is at %s, but leads back to %s", u, back)
	}
	return u.Scheme + "://" + u.Host
}

func forwarded(scheme, host string) option {
	return func(r *http.Request) {
		r.Header.Set("X-Forwarded-Proto", scheme)
		r.Header.Set("X-Forwarded-Host", host)
	}
}

// TestForwardedHeadersCountFromTrustedProxiesAlone: what the application's own address is.
func TestForwardedHeadersCountFromTrustedProxiesAlone(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		trusted []string // nil: Gin is never told
		options []option
		want    string
	}{
		{"no forwarded headers", []string{"10.0.0.7"}, []option{from(proxyPeer)}, "http://localhost:8080"},
		{"from the trusted proxy", []string{"10.0.0.7"}, []option{from(proxyPeer), forwarded("https", "shop.example")}, "https://shop.example"},
		{"from a trusted network", []string{"10.0.0.0/8"}, []option{from(proxyPeer), forwarded("https", "shop.example")}, "https://shop.example"},
		{"from a trusted IPv6 proxy", []string{"2001:db8::1"}, []option{from("[2001:db8::1]:443"), forwarded("https", "shop.example")}, "https://shop.example"},
		{"of several values the first", []string{"10.0.0.7"}, []option{from(proxyPeer), forwarded("https, http", "shop.example , inner")}, "https://shop.example"},
		{"only the scheme", []string{"10.0.0.7"}, []option{from(proxyPeer), header("X-Forwarded-Proto", "HTTPS")}, "https://localhost:8080"},
		{"only the host", []string{"10.0.0.7"}, []option{from(proxyPeer), header("X-Forwarded-Host", "shop.example")}, "http://shop.example"},
		{"a scheme that is none", []string{"10.0.0.7"}, []option{from(proxyPeer), forwarded("javascript", "shop.example")}, "http://shop.example"},
		{"from an untrusted peer", []string{"10.0.0.7"}, []option{from("203.0.113.9:1"), forwarded("https", "evil.example")}, "http://localhost:8080"},
		{"from an untrusted peer that claims to be the proxy", []string{"10.0.0.7"}, []option{
			from("203.0.113.9:1"), forwarded("https", "evil.example"), header("X-Forwarded-For", "10.0.0.7"), header("X-Real-Ip", "10.0.0.7"),
		}, "http://localhost:8080"},
		{"no proxy is trusted", []string{}, []option{from(proxyPeer), forwarded("https", "evil.example")}, "http://localhost:8080"},
		{"Gin was never told whom to trust", nil, []option{from(proxyPeer), forwarded("https", "evil.example")}, "http://localhost:8080"},
		{"everybody is trusted", []string{"0.0.0.0/0", "::/0"}, []option{from(proxyPeer), forwarded("https", "evil.example")}, "http://localhost:8080"},
		{"a peer without an address", []string{"10.0.0.7"}, []option{from("@"), forwarded("https", "evil.example")}, "http://localhost:8080"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, production(), configured(func(c *ginclerk.Config) { c.Origins = nil }))
			a.engine = gin.New()
			if row.trusted != nil {
				trusting(t, a, row.trusted...)
			}
			a.guarded(a.clerk.RequireSession())
			if got := returnsTo(t, a, row.options...); got != row.want {
				t.Errorf("origin %s, want %s", got, row.want)
			}
		})
	}
}

// TestConfiguredOriginsAreTheOnlyOnes: with them, no request can name another address.
func TestConfiguredOriginsAreTheOnlyOnes(t *testing.T) {
	t.Parallel()
	a := newApp(t, production(), configured(func(c *ginclerk.Config) { c.Origins = []string{ownOrigin, "https://shop.example"} }))
	trusting(t, a, "10.0.0.7").guarded(a.clerk.RequireSession())
	for _, row := range []struct {
		name    string
		options []option
		want    string
	}{
		{"the first", nil, ownOrigin},
		{"another one", []option{host("shop.example")}, "https://shop.example"},
		{"another one in capitals", []option{host("SHOP.example")}, "https://shop.example"},
		{"a host that is none of them", []option{host("evil.example")}, ownOrigin},
		{"a host that ends like one", []option{host("evil-shop.example")}, ownOrigin},
		{"one with another port", []option{host("shop.example:8443")}, ownOrigin},
		{"no host", []option{host("")}, ownOrigin},
		{"another one, forwarded", []option{from(proxyPeer), forwarded("https", "shop.example")}, "https://shop.example"},
		{"none of them, forwarded", []option{from(proxyPeer), forwarded("https", "evil.example")}, ownOrigin},
		{"another one, forwarded by a stranger", []option{forwarded("https", "shop.example")}, ownOrigin},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := returnsTo(t, a, row.options...); got != row.want {
				t.Errorf("origin %s, want %s", got, row.want)
			}
		})
	}
}
