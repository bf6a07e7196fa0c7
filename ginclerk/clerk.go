package ginclerk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exempt"
	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/internal/limitstore"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/proxy"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Clerk authenticates the requests of a Gin application: its guards stand in front of the application's handlers. One that [New] makes is
// for one Clerk instance, one that [NewTenants] makes chooses among others. It is safe for concurrent use.
type Clerk struct {
	own    *tenant                    // nil: choose says which tenant a request belongs to
	choose func(*gin.Context) *tenant // nil result: it has answered the request itself
	exempt exempt.Prefixes
	pages  atomic.Pointer[Pages]
	forms  desk.Pages
}

// tenant is one Clerk instance, and what serves the requests that belong to it.
type tenant struct {
	clerk       *Clerk  // that is for this instance alone
	config      *Config // behind a pointer, so that printing what holds a Clerk does not print the keys
	core        *serving.Core
	now         func() time.Time
	api         *clerkapi.Client
	frontend    *clerkapi.Frontend
	remoteKeys  *jwks.Remote    // nil with a JWTKey
	lapsed      *token.Verifier // of tokens whose time is over
	signOuts    *signout.Runner
	limits      limitstore.Stores
	revocations Revocations
	observer    observe.Observer // of what happens to requests
	proxy       *proxy.Proxy     // nil without a ProxyURL

	alreadySent sync.Map // routes that were logged
}

// New makes a Clerk. It does no network I/O, changes nothing of what it was given, and reports every problem with the
// configuration at once: errors.As finds a [ConfigError] for each. With [Stores.Records], a goroutine looks from then on, every
// two seconds, for jobs that end sessions and that another process had to leave. [Clerk.Close] ends it.
func New(config Config) (*Clerk, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	config = config.withDefaults()
	key, err := instance.ParsePublishableKey(config.PublishableKey)
	if err != nil {
		return nil, &ConfigError{Field: "PublishableKey", Err: err}
	}
	k := &tenant{config: &config, now: clock.Or(config.Now)}
	k.clerk = &Clerk{own: k, choose: func(*gin.Context) *tenant { return k }}
	k.core = &serving.Core{
		Key: key, ProxyURL: config.ProxyURL, Logger: config.Logger, Now: k.now, RevokesEverywhere: k.revokesEverywhere,
		SignIn: answer.SignIn{Key: key, SignInURL: config.SignInURL, SignUpURL: config.SignUpURL, Satellite: config.MultiDomain.Satellite != nil},
	}
	k.observer = cmp.Or(config.Observer, observe.Log(config.Logger))
	if k.core.Site, err = config.site(); err != nil {
		return nil, err
	}
	if k.revocations = config.Stores.Revocations; k.revocations == nil {
		k.revocations = revocation.NewSet(k.now)
	}
	if config.Stores.RateLimits == nil {
		config.Stores.RateLimits = ratelimit.NewMemory(ratelimit.Config{Now: k.now})
	}
	if k.limits, err = limitstore.New(config.Stores.RateLimits, k.observer, k.now); err != nil {
		return nil, &ConfigError{Field: "Stores.RateLimits", Err: err}
	}
	if k.core.Keyring, err = sealed.NewKeyring(sealed.Config{Keys: config.Stores.CookieKeys, SecretKey: instance.SecretKey(config.SecretKey), Now: k.now}); err != nil {
		return nil, &ConfigError{Field: "Stores.CookieKeys", Err: err}
	}
	if err := errors.Join(k.connect(), k.makeSessions(), k.makeTokens(), k.makeStored(), k.makeAuthenticator(), k.makeProxy()); err != nil {
		return nil, err
	}
	if config.Stores.Records != nil {
		k.signOuts.Watch() // for jobs that other processes had to leave
	}
	config.warn()
	return k.clerk, nil
}

// warn logs what is allowed, and seldom meant.
func (c Config) warn() {
	if len(c.AuthorizedParties) == 0 {
		c.Logger.Warn("ginclerk: no Origins and no AuthorizedParties are configured: session tokens are accepted whatever site they were made for (azp is not checked)")
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

// Close ends what is under way to Clerk and waits for it, or for the context. Jobs that end sessions stop; another Clerk with
// the same [Stores.Records], in this process or another, goes on with them within seconds. It closes nothing for a Clerk of [NewTenants].
func (k *Clerk) Close(ctx context.Context) error {
	if k.own == nil {
		return nil
	}
	err := k.own.signOuts.Close(ctx)
	if k.own.remoteKeys != nil {
		err = errors.Join(err, k.own.remoteKeys.Close(ctx))
	}
	return err
}

// Sessions returns the session service: the sessions of users and browsers, read and ended at Clerk. A session that is
// ended through it is refused by this Clerk from then on, although its token has not expired. It is nil for a Clerk of [NewTenants].
func (k *Clerk) Sessions() *session.Service {
	if k.own == nil {
		return nil
	}
	return k.own.core.Sessions
}

// SignOuts returns the runner of jobs that end many sessions of a user, at half of Clerk's rate limit. What they end is refused
// by this Clerk from then on. It is nil for a Clerk of [NewTenants].
func (k *Clerk) SignOuts() *signout.Runner {
	if k.own == nil {
		return nil
	}
	return k.own.signOuts
}

// PublishableKey returns the instance's publishable key: the zero key for a Clerk of [NewTenants].
func (k *Clerk) PublishableKey() instance.PublishableKey {
	if k.own == nil {
		return instance.PublishableKey{}
	}
	return k.own.core.Key
}

// For returns the Clerk that a request belongs to: this one, or the one that the function of [NewTenants] chose. It is nil where none
// was chosen; the request has then been answered.
func (k *Clerk) For(c *gin.Context) *Clerk {
	if t := k.choose(c); t != nil {
		return t.clerk
	}
	return nil
}

// Exempt registers path prefixes that need no authentication: assets, webhooks. [Clerk.Attach] leaves requests below
// them alone whether it is called before or after, and so does [Clerk.Protect]. A prefix matches whole path segments: "/static" is
// "/static" and everything below "/static/", never "/statically". A path with dot segments is never exempt. A guard on a route below
// a prefix still guards it.
func (k *Clerk) Exempt(prefixes ...string) { k.exempt.Add(prefixes...) }

// with makes a handler of a step that needs the request's tenant. The handlers behind the first such step of a request run within
// it.
func (k *Clerk) with(step func(*tenant, *gin.Context)) gin.HandlerFunc {
	return func(c *gin.Context) {
		if t := k.choose(c); t != nil {
			step(t, c)
			awaitHandlers(c)
		}
	}
}

// ErrNoTenant is what the function of [NewTenants] returns for a request that belongs to no tenant.
var ErrNoTenant = answer.ErrNoTenant

// tenantKey and frontKey are where Gin's context holds the tenant that a Clerk chose, and the Clerk that chose a tenant. A Clerk of many
// tenants may stand behind another, which has chosen from instances of its own.
type (
	tenantKey struct{ by *Clerk }
	frontKey  struct{ chosen *tenant }
)

// NewTenants makes a Clerk for an application that serves several Clerk instances, each with keys, caches, cookies and revoked sessions
// of its own. Its guards ask the function which Clerk a request belongs to, by its host for example, and never authenticate a request
// of one tenant by another's keys. What belongs to one instance, such as [Clerk.Sessions], is at the Clerks that the function returns.
//
// The function is called once for each request, must be safe for concurrent use, and should hand out Clerks that live long: a new one
// knows no signing keys. With [ErrNoTenant], or without a Clerk, the answer is 404; with any other error it is 503.
func NewTenants(choose func(*http.Request) (*Clerk, error)) *Clerk {
	k := &Clerk{}
	k.choose = func(c *gin.Context) *tenant { return k.tenantOf(c, choose) }
	return k
}

func (k *Clerk) tenantOf(c *gin.Context, choose func(*http.Request) (*Clerk, error)) *tenant {
	if chosen, found := c.Get(tenantKey{k}); found {
		t, _ := chosen.(*tenant)
		return t
	}
	clerk, err := choose(c.Request)
	var t *tenant
	if err == nil && clerk != nil {
		t = clerk.choose(c)
	}
	c.Set(tenantKey{k}, t)
	c.Set(frontKey{t}, k)
	if t == nil {
		k.refuse(c, err)
	}
	return t
}

// front returns the Clerk that stands in front of a request: one of many tenants, if that chose this one, else the tenant's own.
func (k *tenant) front(c *gin.Context) *Clerk {
	if chosen, found := c.Get(frontKey{k}); found {
		if front, ok := chosen.(*Clerk); ok {
			return front
		}
	}
	return k.clerk
}

// refuse answers a request that has no tenant.
func (k *Clerk) refuse(c *gin.Context, err error) {
	c.Abort()
	switch {
	case c.Writer.Written():
	case err == nil || errors.Is(err, ErrNoTenant):
		writeProblem(c, kindOf(c), k.problemPage(), answer.Of(answer.NoTenant))
	default:
		_ = c.Error(err)
		writeProblem(c, kindOf(c), k.problemPage(), answer.Because(answer.ClerkUnavailable, err))
	}
}
