package ginclerk

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/attach"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exempt"
	"github.com/ginclerk/ginclerk/ginclerk/internal/guard"
	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/internal/limitstore"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/ginclerk/proxy"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Clerk authenticates the requests of a Gin application: its guards stand in front of the application's handlers. One that [New] makes is
// for one Clerk instance, one that [NewTenants] makes chooses among others. It is safe for concurrent use.
type Clerk struct {
	own    *tenant                    // nil: choose says which tenant a request belongs to
	choose func(*gin.Context) *tenant // nil result: it has answered the request itself
	exempt *exempt.Prefixes
	front  *exchange.Front
	chosen *chosen // of a Clerk that chooses among others; else nil
}

// tenant is one Clerk instance, and what serves the requests that belong to it.
type tenant struct {
	*attach.Instance

	clerk      *Clerk  // that is for this instance alone
	config     *Config // behind a pointer, so that printing what holds a Clerk does not print the keys
	api        *clerkapi.Client
	frontend   *clerkapi.Frontend
	remoteKeys *jwks.Remote // nil with a JWTKey
	limits     limitstore.Stores
	proxy      *proxy.Proxy // nil without a ProxyURL
	unmounted  sync.Once    // told of a request for the proxy that no route serves
	clockTold  sync.Once    // of a clock that is wrong
	chosen     atomic.Bool  // among others, at least once
}

// at returns a request at the tenant's guards.
func (t *tenant) at(c *gin.Context) guard.Request { return guard.At(t.Instance, c) }

// New makes a Clerk. It does no network I/O, changes nothing of what it was given, and reports every problem with the
// configuration at once: errors.As finds a [ConfigError] for each. What is allowed and seldom meant it logs as a warning, such as an address
// in the environment ([ConfigFromEnv]) that the configuration of the same instance leaves out.
func New(config Config) (*Clerk, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	leftOut := config.leftOut()
	config = config.withDefaults()
	t, err := newTenant(&config)
	if err != nil {
		return nil, err
	}
	config.warn()
	if leftOut != "" {
		config.Logger.Warn("ginclerk: the configuration leaves out variables that are set: set the fields, or use ConfigFromEnv", "variables", leftOut)
	}
	return t.clerk, nil
}

// warn logs what is allowed, and seldom meant.
func (c Config) warn() {
	if len(c.AuthorizedParties) == 0 {
		c.Logger.Warn("ginclerk: no Origins and no AuthorizedParties are configured: session tokens are accepted whatever site they were made for (azp is not checked)")
	}
	if c.ProxyURL == "" && onThisMachine(c.ClerkAPI.FrontendURL) {
		c.Logger.Warn("ginclerk: ClerkAPI.FrontendURL is on this machine, but browsers are sent to the host in the publishable key: set ProxyURL")
	}
	if c.Unsafe.SkipIssuer || c.Unsafe.AllowMissingSessionID {
		c.Logger.Warn("ginclerk: session tokens are accepted that may be of another issuer, or name no session and so can't be revoked",
			"Unsafe.SkipIssuer", c.Unsafe.SkipIssuer, "Unsafe.AllowMissingSessionID", c.Unsafe.AllowMissingSessionID)
	}
	if c.Unsafe.AcceptUnsolicitedHandshakes {
		c.Logger.Warn("ginclerk: the answer of a handshake counts in every browser: a link can sign a browser in as another user",
			"Unsafe.AcceptUnsolicitedHandshakes", true)
	}
}

func onThisMachine(address string) bool {
	u, err := url.Parse(address)
	return err == nil && origin.Of(u).Loopback()
}

// Close ends what is under way to Clerk and waits for it, or for the context. Jobs that end sessions stop; another Clerk with
// the same [Stores.Records], in this process or another, goes on with them within seconds. It closes nothing for a Clerk of [NewTenants].
func (k *Clerk) Close(ctx context.Context) error {
	own := only(k)
	if own == nil {
		return nil
	}
	err := own.Core.Parts.Close(ctx)
	if own.remoteKeys != nil {
		err = errors.Join(err, own.remoteKeys.Close(ctx))
	}
	return err
}

// Sessions returns the session service: the sessions of users and browsers, read and ended at Clerk. A session that is
// ended through it is refused by this Clerk from then on, although its token has not expired. It is nil for a Clerk of [NewTenants].
func (k *Clerk) Sessions() *session.Service {
	own := only(k)
	if own == nil {
		return nil
	}
	return own.Core.Sessions
}

// PublishableKey returns the instance's publishable key: the zero key for a Clerk of [NewTenants].
func (k *Clerk) PublishableKey() instance.PublishableKey {
	own := only(k)
	if own == nil {
		return instance.PublishableKey{}
	}
	return own.Core.Key
}

// For returns the Clerk that a request belongs to: this one, or the one that the function of [NewTenants] chose. It is nil where none
// was chosen; the request has then been answered.
func (k *Clerk) For(c *gin.Context) *Clerk {
	if t := tenantOf(k, c); t != nil {
		return t.clerk
	}
	return nil
}

// Exempt registers path prefixes that need no authentication: assets, webhooks. [Clerk.Attach] leaves requests below
// them alone whether it is called before or after, and so do [Clerk.Protect] and the rate limits of callers ([Clerk.RateLimits]). A
// prefix matches whole path segments: "/static" is "/static" and everything below "/static/", never "/statically". A path with dot
// segments is never exempt. Any other guard on a route below a prefix still guards it.
//
// A slash that is missing in front is put there. The log has a warning about what is no prefix, such as a pattern: it exempts nothing.
func (k *Clerk) Exempt(prefixes ...string) {
	if missing(k) {
		return
	}
	refused := k.exempt.Add(prefixes...)
	if own := only(k); own != nil && len(refused) > 0 {
		own.Logger.Warn("ginclerk: Exempt takes prefixes of paths, such as /static; these exempt nothing", "prefixes", strings.Join(refused, " "))
	}
}

// with makes a handler of a step that needs the request's tenant. The handlers behind the first such step of a request run within
// it.
func with(k *Clerk, step func(*tenant, *gin.Context)) gin.HandlerFunc {
	return func(c *gin.Context) {
		if t := tenantOf(k, c); t != nil {
			step(t, c)
			exchange.AwaitHandlers(c)
		}
	}
}

// guarded makes a handler of what a guard does with a request.
func guarded(k *Clerk, about description, step func(guard.Request)) gin.HandlerFunc {
	return about.of(k, with(k, func(t *tenant, c *gin.Context) { step(t.at(c)) }))
}
