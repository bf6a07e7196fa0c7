package ginclerk

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/resolve"
	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

// decision is what was found out about a request, and from what. Guards that take other tokens, and those of other Clerks, decide
// about the same request; none may have Clerk asked again for what it has said, for a refresh token and a handshake's nonce are
// good once. Decisions about one request are a list, the latest first. A decision is never changed.
type decision struct {
	state *authn.State
	// authorization and cookies are the headers that it rests on.
	authorization, cookies []string
	earlier                *Auth // nil for the first
}

func newDecision(c *gin.Context, state *authn.State) *decision {
	return &decision{
		state: state, authorization: c.Request.Header["Authorization"], cookies: c.Request.Header["Cookie"], earlier: latestAuth(c),
	}
}

// renewed reports whether the request's session was renewed, or came from a handshake, while it was decided about.
func (d *decision) renewed() bool {
	return d != nil && slices.ContainsFunc(d.state.Header["Set-Cookie"], func(directive string) bool {
		return strings.HasPrefix(directive, "__session")
	})
}

// latestAuth is who the request was last taken for; nil where nobody has decided. Gin forgets it where it serves a request anew
// (gin.Engine.HandleContext, an engine behind another), while the request's context does not.
func latestAuth(c *gin.Context) *Auth {
	if value, found := c.Get(authKey{}); found {
		auth, _ := value.(*Auth)
		return auth
	}
	auth, _ := c.Request.Context().Value(authKey{}).(*Auth)
	return auth
}

// decidedBefore returns what this Clerk has found out about the request already, if that holds for a route that takes these
// kinds of tokens, too.
func (k *tenant) decidedBefore(c *gin.Context, accepts authn.Accepts) *Auth {
	for auth := latestAuth(c); auth != nil && auth.decision != nil; auth = auth.decision.earlier {
		if auth.by == k && auth.holdsFor(accepts) && auth.decision.restsOn(c.Request) {
			return auth
		}
	}
	return nil
}

// holdsFor reports whether a decision would be the same for a route that takes these kinds of tokens.
func (a *Auth) holdsFor(accepts authn.Accepts) bool {
	switch {
	case a.accepts == accepts:
		return true
	case a.carrier != authn.CarrierHeader: // cookies carry session tokens alone
		return a.accepts.Allows(SessionToken) && accepts.Allows(SessionToken)
	case a.Machine != nil:
		return accepts.Allows(a.Machine.Type)
	default:
		return a.SignedIn() && accepts.Allows(SessionToken)
	}
}

// restsOn reports whether a request presents what the decision was made from.
func (d *decision) restsOn(r *http.Request) bool {
	return slices.Equal(d.authorization, r.Header["Authorization"]) && slices.Equal(d.cookies, r.Header["Cookie"])
}

// adoptAgain makes an earlier decision the request's. Its cookies are on the response already.
func (k *tenant) adoptAgain(c *gin.Context, known *Auth, accepts authn.Accepts) {
	again, basis := *known, *known.decision
	basis.earlier = latestAuth(c)
	if resolve.IsForeign(k.visit(c), basis.state) { // a GET that is handled again as a POST
		state := resolve.SignedOut(basis.state, reason.CrossOriginRequest, nil)
		again = *k.newAuth(&basis, resolve.Decision{Basis: basis.state, State: state}, accepts)
	}
	again.accepts, again.decision = accepts, &basis
	makeAuth(c, &again)
	forgetEarlier(c)
	if again.unavailable == nil {
		maps.Copy(c.Writer.Header(), labelsOf(known.decision.state))
	}
}

// selectAgain has the account that the browser has switched to looked up anew, on what is known of the browser's own session.
func (k *tenant) selectAgain(c *gin.Context) {
	auth := From(c)
	basis := *auth.decision
	state := *basis.state
	state.Header = labelsOf(&state)
	basis.state, basis.earlier = &state, auth
	v := k.visit(c)
	decided := k.core.Resolver.Again(v, &state)
	k.adopt(c, v, decided, k.newAuth(&basis, decided, auth.accepts))
}

// renew has the browser's session renewed with its refresh token, and reports whether its user is signed in by it.
func (k *tenant) renew(c *gin.Context) (state *authn.State, renewed bool) {
	return k.core.Resolver.Renew(k.visit(c), From(c).accepts)
}

// adoptRenewed makes a renewed session the request's.
func (k *tenant) adoptRenewed(c *gin.Context, state *authn.State) {
	decided := resolve.Decision{Basis: state, State: state}
	k.adopt(c, k.visit(c), decided, k.newAuth(newDecision(c, state), decided, From(c).accepts))
}

// labelsOf returns the headers that say what was decided.
func labelsOf(state *authn.State) http.Header {
	labels := http.Header{}
	for _, name := range []string{authn.HeaderAuthStatus, authn.HeaderAuthReason} {
		if values, found := state.Header[name]; found {
			labels[name] = slices.Clone(values)
		}
	}
	return labels
}
