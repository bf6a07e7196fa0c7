package ginclerk

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/internal/limitstore"
	"github.com/ginclerk/ginclerk/ginclerk/internal/resolve"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/internal/selection"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sessionstate"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
	"github.com/ginclerk/ginclerk/ginclerk/proxy"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/revocation"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Clerk authenticates the requests of one Gin application with one Clerk instance. Make one with [New]; it is safe for
// concurrent use.
type Clerk struct {
	*Guards

	config      *Config // behind a pointer, so that printing what holds a Clerk does not print the keys
	site        *visit.Site
	key         instance.PublishableKey
	now         func() time.Time
	resolver    *resolve.Resolver
	selector    *selection.Selector
	signIn      answer.SignIn
	api         *clerkapi.Client
	frontend    *clerkapi.Frontend
	sessions    *session.Service
	reverify    *reverify.Service
	tokens      *outgoing.Source
	remoteKeys  *jwks.Remote // nil with a JWTKey
	states      *sessionstate.Cache
	lapsed      *token.Verifier // of tokens whose time is over
	desk        *desk.Desk      // keeps forms
	signOuts    *signout.Runner
	limits      limitstore.Stores
	revocations Revocations
	proxy       *proxy.Proxy // nil without a ProxyURL
	keyring     *sealed.Keyring

	alreadySent    sync.Map // routes that were logged
	insecureOrigin sync.Once
}

// New makes a Clerk. It does no network I/O, changes nothing of what it was given, and reports every problem with the
// configuration at once: errors.As finds a [ConfigError] for each. With a [Config.Store], a goroutine looks from then on, every
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
	k := &Clerk{config: &config, key: key, now: clock.Or(config.Now)}
	k.signIn = answer.SignIn{Key: key, SignInURL: config.SignInURL, SignUpURL: config.SignUpURL, Satellite: config.Satellite != nil}
	if k.site, err = config.site(); err != nil {
		return nil, err
	}
	k.Guards = &Guards{choose: func(*gin.Context) *Clerk { return k }}
	if k.revocations = config.Revocations; k.revocations == nil {
		k.revocations = revocation.NewSet(k.now)
	}
	if config.RateLimits == nil {
		config.RateLimits = ratelimit.NewMemory(ratelimit.Config{Now: k.now})
	}
	if k.limits, err = limitstore.New(config.RateLimits, config.Logger, k.now); err != nil {
		return nil, &ConfigError{Field: "RateLimits", Err: err}
	}
	if k.keyring, err = sealed.NewKeyring(sealed.Config{Keys: config.CookieKeys, SecretKey: config.SecretKey, Now: k.now}); err != nil {
		return nil, &ConfigError{Field: "CookieKeys", Err: err}
	}
	if err := errors.Join(k.connect(), k.makeSessions(), k.makeTokens(), k.makeStored(), k.makeAuthenticator(), k.makeProxy()); err != nil {
		return nil, err
	}
	if config.Store != nil {
		k.signOuts.Watch() // for jobs that other processes had to leave
	}
	if len(config.AuthorizedParties) == 0 {
		config.Logger.Warn("ginclerk: no Origins and no AuthorizedParties are configured: session tokens are accepted whatever site they were made for (azp is not checked)")
	}
	if config.UnsafeSkipIssuer || config.UnsafeAllowMissingSessionID {
		config.Logger.Warn("ginclerk: session tokens are accepted that may be of another issuer, or name no session and so can't be revoked",
			"UnsafeSkipIssuer", config.UnsafeSkipIssuer, "UnsafeAllowMissingSessionID", config.UnsafeAllowMissingSessionID)
	}
	if config.UnsafeAcceptUnsolicitedHandshakes {
		config.Logger.Warn("ginclerk: the answer of a handshake is believed whoever brings it: a link can sign a browser in as somebody else",
			"UnsafeAcceptUnsolicitedHandshakes", true)
	}
	return k, nil
}

// Close ends what is under way to Clerk and waits for it, or for the context. Jobs that end sessions stop; another Clerk with
// the same [Config.Store], in this process or another, goes on with them within seconds.
func (k *Clerk) Close(ctx context.Context) error {
	err := k.signOuts.Close(ctx)
	if k.remoteKeys != nil {
		err = errors.Join(err, k.remoteKeys.Close(ctx))
	}
	return err
}

// Sessions returns the session service: the sessions of users and browsers, read and ended at Clerk. A session that is
// ended through it is refused by this Clerk from then on, although its token has not expired.
func (k *Clerk) Sessions() *session.Service { return k.sessions }

// SignOuts returns the runner of jobs that end many sessions of a user, at half of Clerk's rate limit. What they end is refused
// by this Clerk from then on.
func (k *Clerk) SignOuts() *signout.Runner { return k.signOuts }

// PublishableKey returns the instance's publishable key.
func (k *Clerk) PublishableKey() instance.PublishableKey { return k.key }

func (k *Clerk) satellites() bool { return k.config.Satellite != nil }
