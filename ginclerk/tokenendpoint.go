package ginclerk

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
)

// DefaultTokenPath is where [Clerk.MountTokenEndpoint] mounts the endpoint unless it is told otherwise.
const DefaultTokenPath = "/sessions/token"

// TokenEndpoint configures [Clerk.MountTokenEndpoint]. The zero value hands out session tokens alone.
type TokenEndpoint struct {
	// Path is where the endpoint is, below the router's prefix; empty means DefaultTokenPath.
	Path string
	// Templates are the names of the JWT templates that scripts may ask for; with none, there are session tokens alone.
	Templates []string
}

// The header that every request to the token endpoint must have. No form can send it, and no other site's script without
// the application's leave (CORS).
const (
	TokenRequestHeader = "X-Requested-With"
	TokenRequestValue  = "ginclerk"
)

// maxTokenRequest bounds the body of a request for a token.
const maxTokenRequest = 4 << 10

// MountTokenEndpoint mounts the endpoint from which scripts of the application's own pages get tokens:
//
//	POST /sessions/token            {} or {"template":"billing"}
//	200 OK                          {"token":"eyJ…","expires_in":58}
//
// It answers signed-in browsers alone: a cookie must authenticate the request, the request must provably come from one of
// the application's own pages and have the header [TokenRequestHeader], and the session must be active. A session token is
// the browser's own, renewed where it is about to expire and the browser can have it renewed. None is made for a browser:
// who has got hold of one token must not be able to keep it alive from here, and where the browser has switched to another
// account, whose session token stays on the server ([Auth.Switched]), it gets none. Tokens of the listed templates are made,
// for the account that the browser has switched to.
// There is no way to name a lifetime. Refusals are problem JSON, never redirects; nothing may be cached.
//
// Put a rate limit in front, as with everything that has Clerk asked: mount the endpoint on a group that has one, behind
// [Clerk.RefuseCrossOrigin], so that another site can't use it up.
func (k *Clerk) MountTokenEndpoint(r gin.IRoutes, e TokenEndpoint) {
	path := "/" + strings.Trim(cmp.Or(e.Path, DefaultTokenPath), "/")
	templates := slices.Clone(e.Templates)
	r.POST(path, API(), k.with(func(k *tenant, c *gin.Context) { k.serveToken(c, templates) }))
}

// serveToken answers one request for a token.
func (k *tenant) serveToken(c *gin.Context, templates []string) {
	c.Header("Cache-Control", "no-store")
	if c.GetHeader(TokenRequestHeader) != TokenRequestValue {
		k.refuse(c, answer.TokenRequestHeader)
		return
	}
	if k.visit(c).Foreign != nil {
		k.refuse(c, answer.CrossOrigin)
		return
	}
	if !k.requireSession(c) {
		return
	}
	if !From(c).ByCookie() {
		k.refuse(c, answer.TokenByCookieOnly)
		return
	}
	template, err := readTokenRequest(c)
	switch {
	case err != nil:
		k.refuse(c, answer.TokenRequest)
	case template == "":
		k.serveOwnToken(c)
	case !slices.Contains(templates, template):
		k.refuse(c, answer.TemplateNotListed)
	default:
		k.serveTemplateToken(c, template)
	}
}

// readTokenRequest returns the name of the template that is asked for. A body that asks for anything else, such as a
// lifetime, is an error.
func readTokenRequest(c *gin.Context) (string, error) {
	var body struct {
		Template string `json:"template"`
	}
	decoder := json.NewDecoder(http.MaxBytesReader(c.Writer, c.Request.Body, maxTokenRequest))
	decoder.DisallowUnknownFields()
	switch err := decoder.Decode(&body); {
	case errors.Is(err, io.EOF):
		return "", nil // an empty body
	case err != nil:
		return "", err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return "", errors.New("ginclerk: more than one value in the body")
	}
	return body.Template, nil
}

// serveOwnToken hands out the session token of the browser.
func (k *tenant) serveOwnToken(c *gin.Context) {
	auth := From(c)
	if auth.Switched() { // its token was made here, and the browser's own is another account's
		k.refuse(c, answer.TokenStaysOnServer)
		return
	}
	if auth.own.left(k.now()) < outgoing.DefaultMargin {
		auth = k.renewOwnToken(c)
	}
	if auth.own.left(k.now()) <= 0 { // good within the clock skew alone: nobody else need take it
		k.refuse(c, answer.TokenTooOld)
		return
	}
	k.writeToken(c, outgoing.Token{Value: auth.own.raw, Expires: auth.own.expires})
}

// renewOwnToken renews the browser's session with its refresh token, and stays with what there is where that fails.
func (k *tenant) renewOwnToken(c *gin.Context) *Auth {
	auth := From(c)
	if auth.decision.renewed() {
		return auth
	}
	if state, renewed := k.renew(c); renewed && !state.Pending() {
		k.adoptRenewed(c, state)
	}
	return From(c)
}

func (k *tenant) serveTemplateToken(c *gin.Context, template string) {
	auth := From(c)
	made, err := auth.outgoingToken(c.Request.Context(), outgoing.Request{
		SessionID: auth.SessionID, UserID: auth.UserID, OrganizationID: auth.OrganizationID, Template: template,
	})
	switch {
	case err == nil:
		k.writeToken(c, made)
	case errors.Is(err, outgoing.ErrSessionEnded):
		k.sessionEnded(c)
	case errors.Is(err, ErrNoSession):
		k.refuse(c, answer.Forbidden)
	case errors.Is(err, outgoing.ErrOrganizationChanged):
		k.refuse(c, answer.OrganizationChanged)
	case errors.Is(err, outgoing.ErrUnknownTemplate):
		k.config.Logger.ErrorContext(c.Request.Context(), "ginclerk: a template of the token endpoint is unknown to Clerk", "template", template)
		k.refuse(c, answer.TemplateUnknown)
	default:
		k.config.Logger.WarnContext(c.Request.Context(), "ginclerk: no token could be made", "error", err.Error())
		k.answer(c, answer.Because(answer.ClerkUnavailable, err))
	}
}

func (k *tenant) writeToken(c *gin.Context, t outgoing.Token) {
	if k.begun(c) {
		return
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(http.StatusOK, struct {
		Token     string `json:"token"`
		ExpiresIn int64  `json:"expires_in"` // seconds, as the clock of a browser may be off
	}{t.Value, int64(t.Expires.Sub(k.now()) / time.Second)})
	c.Abort()
}
