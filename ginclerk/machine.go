package ginclerk

import (
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

// The kinds of tokens that a route may take, as Clerk's acceptsToken names them.
const (
	SessionToken = authn.SessionToken
	APIKey       = authn.APIKey
	M2MToken     = authn.M2MToken
	OAuthToken   = authn.OAuthToken
)

// RequireToken returns the guard that lets pass who presents a token of one of the kinds; with none named, of any kind. Who
// it is, is in [From]: a session as ever, anything else in [Auth].Machine. Routes that take machine tokens answer as APIs:
// 401 with WWW-Authenticate. Opaque tokens (ak_, oat_, mt_) are verified by Clerk for every request, so that a revoked one is
// refused at once: limit the rate of such routes. Beside session tokens nothing is ever read from a cookie.
//
//	r.POST("/api/import", clerk.RequireToken(ginclerk.APIKey, ginclerk.SessionToken), importData)
func (k *Clerk) RequireToken(kinds ...authn.TokenType) gin.HandlerFunc {
	accepts := acceptsOf(kinds)
	return k.with(func(k *tenant, c *gin.Context) { k.requireToken(c, accepts) })
}

func acceptsOf(kinds []authn.TokenType) authn.Accepts {
	kinds = slices.Compact(slices.Sorted(slices.Values(kinds)))
	switch len(kinds) {
	case 0:
		return authn.AcceptAny()
	case 1:
		return authn.AcceptOnly(kinds[0])
	default:
		return authn.AcceptOneOf(kinds...)
	}
}

func (k *tenant) requireToken(c *gin.Context, accepts authn.Accepts) {
	if endPreflight(c) {
		return
	}
	behindGuard(c)
	if accepts != (authn.Accepts{}) {
		c.Set(apiKey{}, true)
	}
	k.attachAs(c, accepts)
	if c.IsAborted() || From(c).Machine == nil {
		k.requireAttached(c)
	}
}
