// Package serving is what ginclerk itself does with a request that it serves, beyond what it offers applications: package ginclerk's
// guards and package pages use it. It knows net/http alone.
package serving

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/ended"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/ginclerk/internal/outage"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parts"
	"github.com/ginclerk/ginclerk/ginclerk/internal/resolve"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/internal/selection"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sessionstate"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
	"github.com/ginclerk/ginclerk/ginclerk/user"
)

// Core is what serves the requests of one Clerk instance. All fields but Outage are required; it is safe for concurrent use, and not to be copied.
type Core struct {
	Key      instance.PublishableKey
	Site     *visit.Site
	SignIn   answer.SignIn
	ProxyURL string // empty without a proxy
	Keyring  *sealed.Keyring
	Resolver *resolve.Resolver
	Selector *selection.Selector
	Source   Source // of sessions, as Clerk knows them
	States   *sessionstate.Cache
	Sessions *session.Service
	Tokens   *outgoing.Source
	Users    *user.Service
	Reverify *reverify.Service
	Parts    *parts.Parts    // that packages above make
	Lapsed   *token.Verifier // of tokens whose time is over: it says whose an expired token was
	Logger   *slog.Logger
	Now      func() time.Time
	Ended    *ended.Sessions
	// Outage knows whether Clerk is down; nil where no page is read then.
	Outage *outage.Watch

	insecureOrigin sync.Once
}

// Source reads sessions at Clerk, and ends them there.
type Source interface {
	session.Reader
	session.Revoker
}

// EndReading has no page read any more with the tokens that a session has now while Clerk is down.
func (c *Core) EndReading(sessionID string) {
	if c.Outage != nil {
		c.Outage.Refuse(sessionID)
	}
}

// Request is one request, and who sent it.
type Request struct {
	*Core

	Visit visit.Visit

	// UserID and SessionID are those of the user who is signed in; empty without one.
	UserID, SessionID string
	// BaseSessionID is the browser's own session where it has switched to another; else empty.
	BaseSessionID string
	Actor         *token.Actor // who acts as the user; nil: the user
	Status        token.SessionStatus
	Reason        authn.Reason
	Bearer        bool // a bearer token decided, so that the cookies may be about another user

	Set     func(cookies ...*http.Cookie) // puts cookies on the response
	Respond func(answer.Response)         // ends the request
	// OwnToken is the browser's own session token, renewed where it is about to expire; the zero Token without one.
	OwnToken func() outgoing.Token
	// TemplateToken makes a token of a JWT template. Errors are those of [outgoing.Source.Token].
	TemplateToken func(template string) (outgoing.Token, error)
}

// Switched reports whether the browser has switched to another session than its own.
func (r *Request) Switched() bool { return r.BaseSessionID != "" }

func (r *Request) context() context.Context { return r.Visit.Request.Context() }

// RevokesEverywhere reports whether what is revoked now is refused by all replicas at once.
func (c *Core) RevokesEverywhere() bool { return c.Ended.RefusedEverywhere() }

// binding keeps what is sealed for this instance from being used with another one that has the same keys.
func (c *Core) binding() []byte { return []byte(c.Key.String()) }

// RedirectOrigins are the origins beside the application's own that its redirects may lead to: Clerk's Frontend API and
// Account Portal, and those of the configured sign-in, sign-up and proxy addresses. A Content-Security-Policy with
// form-action needs them.
func (c *Core) RedirectOrigins() []string {
	origins := []string{"https://" + c.Key.FrontendAPI(), c.Key.AccountPortal()}
	for _, address := range []string{c.SignIn.SignInURL, c.SignIn.SignUpURL, c.ProxyURL} {
		if u, err := url.Parse(address); err == nil && !origin.Of(u).IsZero() {
			origins = append(origins, origin.Of(u).String())
		}
	}
	slices.Sort(origins)
	return slices.Compact(origins)
}

// Who is what package answer needs to know of the sender.
func (r *Request) Who() answer.Who {
	return answer.Who{Reason: r.Reason, Status: r.Status, DevBrowser: r.Credential(r.Visit).DevBrowser}
}

// WarnInsecureOrigin says once that browsers drop __Host- cookies on plain http, except on localhost.
func (c *Core) WarnInsecureOrigin(v visit.Visit) {
	if v.DropsHostCookies() {
		c.insecureOrigin.Do(func() {
			c.Logger.Warn("ginclerk: browsers drop this application's cookies because it is served over plain http; serve it over https, or on localhost",
				"origin", v.Origin.String())
		})
	}
}
