package ginclerk

import (
	"cmp"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Browser returns what the Frontend API needs to act for the browser of a request: its credential, as far as the
// application sees it, and where it is. A request that a bearer token decides has no credential: what its cookies say may be
// about somebody else.
func (k *Clerk) Browser(c *gin.Context) session.Browser {
	credential := k.credential(k.visit(c))
	if From(c).carrier == authn.CarrierHeader {
		credential = clerkapi.Credential{}
	}
	return session.Browser{
		DevBrowser: credential.DevBrowser,
		Client:     credential.Client,
		Origin:     k.visit(c).Origin.String(),
		Address:    k.visit(c).ClientIP,
		UserAgent:  c.GetHeader("User-Agent"),
	}
}

// credential reads the dev browser token of a development instance, or the client token of a production one, which
// the application sees only where it proxies the Frontend API.
func (k *Clerk) credential(v visit.Visit) clerkapi.Credential {
	if k.key.Type() == instance.Production {
		return clerkapi.Credential{Client: v.Cookie(instance.CookieClient)}
	}
	return clerkapi.Credential{
		DevBrowser: cmp.Or(v.Cookie(k.key.Suffixed(instance.CookieDevBrowser)), v.Cookie(instance.CookieDevBrowser)),
	}
}

// SyncBrowser ends the request by sending the browser through a handshake, after which its cookies say what Clerk says, and
// on to returnTo, which must be a safe target. Use it after a change to the browser's sessions: one was ended, or another
// one chosen.
func (k *Clerk) SyncBrowser(c *gin.Context, returnTo string, because authn.Reason) {
	k.syncBrowser(c, k.SafeTarget(returnTo), because)
}

// syncBrowser is SyncBrowser with a target that is known to be safe.
func (k *Clerk) syncBrowser(c *gin.Context, target string, because authn.Reason) {
	location, cookies := k.resolver.Sync(k.visit(c), target, because)
	k.respond(c, answer.Response{Location: location, Status: http.StatusSeeOther, Cookies: cookies})
}

// ForgetSession drops the session cookies that the application itself can drop. The rest is the handshake's business.
func (k *Clerk) ForgetSession(c *gin.Context) {
	for _, name := range []string{
		instance.CookieSession, k.key.Suffixed(instance.CookieSession), k.key.Suffixed(instance.CookieRefresh),
	} {
		dropped := k.visit(c).Plain(name, "", -1)
		dropped.Path = "/" // where Clerk sets them
		setCookie(c, dropped)
	}
}

// instanceBinding keeps what is sealed for this instance from being used with another one that has the same keys.
func (k *Clerk) instanceBinding() []byte { return []byte(k.key.String()) }
