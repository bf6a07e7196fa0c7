package ginclerk

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Browser returns what the Frontend API needs to act for the browser of a request: its credential, as far as the
// application sees it, and where it is. A request that a bearer token decides has no credential: what its cookies say may be
// about somebody else.
func (k *Clerk) Browser(c *gin.Context) session.Browser {
	credential := k.browserCredential(c)
	if From(c).carrier == authn.CarrierHeader {
		credential = clerkapi.Credential{}
	}
	return session.Browser{
		DevBrowser: credential.DevBrowser,
		Client:     credential.Client,
		Origin:     k.origin(c),
		Address:    k.visit(c).ClientIP,
		UserAgent:  c.GetHeader("User-Agent"),
	}
}

// browserCredential reads the dev browser token of a development instance, or the client token of a production one, which
// the application sees only where it proxies the Frontend API.
func (k *Clerk) browserCredential(c *gin.Context) clerkapi.Credential {
	if k.key.Type() == instance.Production {
		return clerkapi.Credential{Client: cookie(c.Request, instance.CookieClient)}
	}
	return clerkapi.Credential{
		DevBrowser: cmp.Or(cookie(c.Request, k.key.Suffixed(instance.CookieDevBrowser)), cookie(c.Request, instance.CookieDevBrowser)),
	}
}

// cookie returns the value of a cookie; "" without it. Of several the last that has one counts: browsers send those with longer
// paths first, and ours have the path "/". Most requests have none of ours, and may have thousands of others: they are not parsed
// before the name is found.
func cookie(r *http.Request, name string) string {
	if !hasCookie(r, name) {
		return ""
	}
	for _, found := range slices.Backward(r.CookiesNamed(name)) {
		if found.Value != "" {
			return found.Value
		}
	}
	return ""
}

// hasCookie is a quick look for a cookie whose name begins so.
func hasCookie(r *http.Request, prefix string) bool {
	for _, header := range r.Header["Cookie"] {
		if strings.Contains(header, prefix) {
			return true
		}
	}
	return false
}

// SyncBrowser ends the request by sending the browser through a handshake, after which its cookies say what Clerk says, and
// on to returnTo, which must be a safe target. Use it after a change to the browser's sessions: one was ended, or another
// one chosen.
func (k *Clerk) SyncBrowser(c *gin.Context, returnTo string, reason authn.Reason) {
	k.syncBrowser(c, k.SafeTarget(returnTo), reason)
}

// syncBrowser is SyncBrowser with a target that is known to be safe.
func (k *Clerk) syncBrowser(c *gin.Context, target string, reason authn.Reason) {
	if k.begun(c) {
		return
	}
	target = k.visit(c).Absolute(target)
	returnTo, id := target, rand.Text()
	if !k.config.UnsafeAcceptUnsolicitedHandshakes {
		returnTo = withPair(target, handshakeParameter, handshakeValue(id, 1))
	}
	request := k.authnRequest(c, authn.Accepts{})
	request.IgnoreAnswer = true
	location, err := k.authn.HandshakeURL(request, returnTo, reason)
	switch {
	case err != nil:
		location = target
	case returnTo != target:
		k.setBegun(c, id, int(handshakeLife.Seconds()))
	}
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, location)
	c.Abort()
}

// ForgetSession drops the session cookies that the application itself can drop. The rest is the handshake's business.
func (k *Clerk) ForgetSession(c *gin.Context) {
	for _, name := range []string{
		instance.CookieSession, k.key.Suffixed(instance.CookieSession), k.key.Suffixed(instance.CookieRefresh),
	} {
		dropped := k.plainCookie(c, name, "", -1) //nolint:gosec // G124: it has no value
		dropped.Path = "/"                        // where Clerk sets them
		setCookie(c, dropped)
	}
}

// setHostCookie sets a cookie of ours that no script, no other host and no plain connection gets to see (RFC 6265bis, section
// 4.1.3.2); a negative maxAge, in seconds, drops it.
func setHostCookie(c *gin.Context, name, value string, maxAge int) {
	setCookie(c, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: maxAge, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// instanceBinding keeps what is sealed for this instance from being used with another one that has the same keys.
func (k *Clerk) instanceBinding() []byte { return []byte(k.key.String()) }

// setPlainCookie sets a cookie that is no secret and has to work on plain http, too; a negative maxAge, in seconds, drops it.
func (k *Clerk) setPlainCookie(c *gin.Context, name, value string, maxAge int) {
	setCookie(c, k.plainCookie(c, name, value, maxAge))
}

// plainCookie is a cookie that is no secret and has to work on plain http, too. It is for this application alone, as there may be
// others on the same origin.
func (k *Clerk) plainCookie(c *gin.Context, name, value string, maxAge int) *http.Cookie {
	v := k.visit(c)
	return &http.Cookie{ //nolint:gosec // G124: Secure wherever the application is served over https
		Name: name, Value: value, Path: cmp.Or(v.BasePath, "/"), MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.Origin.Secure(),
	}
}
