package ginclerk_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"
)

// Cloudflare's header tells Clerk the client's address where the application says that it runs behind Cloudflare, and nowhere else:
// Clerk's own proxy believes it of everybody.
func TestTheProxyBelievesCloudflareWhereGinDoes(t *testing.T) {
	t.Parallel()
	for platform, want := range map[string]string{"": "198.51.100.9", gin.PlatformCloudflare: "192.0.2.66"} {
		u := newUpstream(t)
		a := behind(t, u)
		a.engine.TrustedPlatform = platform
		a.ask(http.MethodGet, "/__clerk/v1/client", header("Cf-Connecting-Ip", "192.0.2.66"))
		got := u.only(t).Header
		if got.Get("X-Forwarded-For") != want || got.Get("Cf-Connecting-Ip") != "" {
			t.Errorf("with the platform %q: client %q, passed on %q", platform, got.Get("X-Forwarded-For"), got.Get("Cf-Connecting-Ip"))
		}
	}
}

// The answer to a TRACE has the request that it is about, with the secret key.
func TestTheProxyForwardsNoTrace(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	if got := behind(t, u).ask(http.MethodTrace, "/__clerk/v1/client"); got.Code < http.StatusBadRequest || len(u.asked) > 0 {
		t.Errorf("answered %d, asked %d times", got.Code, len(u.asked))
	}
}
