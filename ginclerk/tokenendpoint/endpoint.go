// Package tokenendpoint lets scripts of an application's own pages have tokens.
package tokenendpoint

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

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/attach"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
)

// DefaultPath is where [Mount] mounts the endpoint unless it is told otherwise.
const DefaultPath = "/sessions/token"

// The header that every request to the endpoint must have. No form can send it, and no other site's script without
// the application's leave (CORS).
const (
	RequestHeader = "X-Requested-With"
	RequestValue  = "ginclerk"
)

// maxRequest bounds the body of a request for a token, in bytes.
const maxRequest = 4 << 10

// Config configures [Mount]. The zero value hands out session tokens alone.
type Config struct {
	// Path is where the endpoint is, below the router's prefix; empty means [DefaultPath].
	Path string
	// Templates are the names of the JWT templates that scripts may ask for; with none, there are session tokens alone.
	Templates []string
}

// Mount mounts the endpoint from which scripts of the application's own pages get tokens:
//
//	POST /sessions/token            {} or {"template":"billing"}
//	200 OK                          {"token":"eyJ…","expires_in":58}
//
// It answers signed-in browsers alone: a cookie must authenticate the request, the request must provably come from one of
// the application's own pages and have the header [RequestHeader], and the session must be active. A session token is
// the browser's own, renewed where it is about to expire and the browser can have it renewed. The endpoint makes none for a browser:
// a script that has got hold of one token must not be able to keep it alive from here, and where the browser has switched to another
// account, whose session token stays on the server ([ginclerk.Auth.Switched]), it gets none. Tokens of the listed templates are made,
// for the account that the browser has switched to. A request can't name a lifetime. Refusals are problem JSON, never redirects; nothing
// may be cached.
//
// Put a rate limit in front, as with everything that has Clerk asked: mount the endpoint on a group that has one, behind
// [ginclerk.Clerk.RefuseCrossOrigin], so that another site can't use it up.
func Mount(r gin.IRoutes, clerk *ginclerk.Clerk, config Config) {
	e := endpoint{
		clerk: clerk, access: ginclerk.UsePages(clerk, ginclerk.Pages{}), requireSession: clerk.RequireSession(), templates: slices.Clone(config.Templates),
	}
	about := func() exchange.Description {
		return exchange.Description{Name: "token endpoint", Serves: true, Needs: exchange.NeedsSession, Clerk: clerk}
	}
	r.POST("/"+strings.Trim(cmp.Or(config.Path, DefaultPath), "/"), ginclerk.API(), exchange.Described(about, e.serve))
}

type endpoint struct {
	clerk          *ginclerk.Clerk
	access         attach.Access
	requireSession gin.HandlerFunc
	templates      []string
}

// serve answers one request for a token.
func (e endpoint) serve(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	r := e.access.Serving(c)
	switch {
	case r == nil:
		return
	case c.GetHeader(RequestHeader) != RequestValue:
		r.Respond(answer.Refuse(answer.TokenRequestHeader))
		return
	case r.Visit.Foreign() != nil:
		r.Respond(answer.Refuse(answer.CrossOrigin))
		return
	}
	if e.requireSession(c); c.IsAborted() {
		return
	}
	r = e.access.Serving(c)
	template, err := readRequest(c)
	switch {
	case !ginclerk.From(c).ByCookie():
		r.Respond(answer.Refuse(answer.TokenByCookieOnly))
	case isTooLarge(err):
		r.Respond(answer.Refuse(answer.BodyTooLarge))
	case err != nil:
		r.Respond(answer.Refuse(answer.TokenRequest))
	case template == "":
		e.serveOwn(c, r)
	case !slices.Contains(e.templates, template):
		r.Respond(answer.Refuse(answer.TemplateNotListed))
	default:
		e.serveTemplate(c, r, template)
	}
}

// readRequest returns the name of the template that is asked for. A body that asks for anything else, such as a
// lifetime, is an error.
func readRequest(c *gin.Context) (string, error) {
	var body struct {
		Template string `json:"template"`
	}
	decoder := json.NewDecoder(http.MaxBytesReader(c.Writer, c.Request.Body, maxRequest))
	decoder.DisallowUnknownFields()
	switch err := decoder.Decode(&body); {
	case errors.Is(err, io.EOF):
		return "", nil // an empty body
	case err != nil:
		return "", err
	}
	switch _, err := decoder.Token(); {
	case errors.Is(err, io.EOF):
		return body.Template, nil
	case isTooLarge(err):
		return "", err
	default:
		return "", errors.New("ginclerk: more than one value in the body")
	}
}

func isTooLarge(err error) bool {
	_, is := errors.AsType[*http.MaxBytesError](err)
	return is
}

// serveOwn hands out the session token of the browser.
func (e endpoint) serveOwn(c *gin.Context, r *serving.Request) {
	if r.Switched() { // its token was made here, and the browser's own is another account's
		r.Respond(answer.Refuse(answer.TokenStaysOnServer))
		return
	}
	own := r.OwnToken()
	if !own.Expires.After(r.Now()) { // good within the clock skew alone: no other service has to take it
		r.Respond(answer.Refuse(answer.TokenTooOld))
		return
	}
	write(c, r, own)
}

func (e endpoint) serveTemplate(c *gin.Context, r *serving.Request, template string) {
	made, err := r.TemplateToken(template)
	switch {
	case err == nil:
		write(c, r, made)
	case errors.Is(err, outgoing.ErrSessionEnded):
		ginclerk.SessionEnded(c)
	case errors.Is(err, ginclerk.ErrNoSession):
		r.Respond(answer.Refuse(answer.Forbidden))
	case errors.Is(err, outgoing.ErrOrganizationChanged):
		r.Respond(answer.Refuse(answer.OrganizationChanged))
	case errors.Is(err, outgoing.ErrUnknownTemplate):
		r.Logger.ErrorContext(c.Request.Context(), "ginclerk: a template of the token endpoint is unknown to Clerk", "template", template)
		r.Respond(answer.Refuse(answer.TemplateUnknown))
	default:
		r.Logger.WarnContext(c.Request.Context(), "ginclerk: no token could be made", "error", err.Error())
		p := answer.Because(answer.ClerkUnavailable, err)
		r.Respond(answer.Response{Problem: &p})
	}
}

func write(c *gin.Context, r *serving.Request, t outgoing.Token) {
	c.Abort()
	if c.Writer.Written() {
		return
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(http.StatusOK, struct {
		Token     string `json:"token"`
		ExpiresIn int64  `json:"expires_in"` // seconds, as the clock of a browser may be off
	}{t.Value, int64(t.Expires.Sub(r.Now()) / time.Second)})
}
