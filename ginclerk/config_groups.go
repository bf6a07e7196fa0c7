package ginclerk

import (
	"net/http"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// MultiDomain is the part of a [Config] for applications on several domains that share one Clerk instance: a primary application
// and its satellites. The zero value is for an application that shares with none.
type MultiDomain struct {
	// Satellite is set for an application on another domain than its Clerk instance's primary one.
	Satellite *authn.Satellite
	// SatelliteOrigins are the satellites of a primary application in development: where a browser that comes to be synced
	// may be sent back to. They are written as [Config].Origins are.
	SatelliteOrigins []string
}

// TokenChecks is the part of a [Config] that says which tokens are accepted, and how many are remembered. The zero value has safe defaults.
type TokenChecks struct {
	// JWTKey is the instance's public key as PEM. With it no signing keys are fetched. Empty: they come from the Backend API.
	JWTKey string
	// Audiences are compared with a token's aud. Session tokens rarely have one and pass without; OAuth tokens must have
	// one of them. Empty: not compared.
	Audiences []string
	// MachineSecretKey is the secret key of the machine that the application is where other machines send it M2M tokens
	// ([Clerk.RequireToken]). Tokens that are not meant for this machine, by their scopes, are then refused. Empty: with MachineID empty, too,
	// the tokens of every machine of the instance are accepted. It never prints itself.
	MachineSecretKey instance.SecretKey
	// MachineID is the id (mch_…) of that machine. With it, scopes are compared here, also without MachineSecretKey. Empty: where
	// MachineSecretKey is set, Clerk is asked for the id once, when the first M2M token comes that is a JWT.
	MachineID string
	// ClockSkew is how far clocks may differ; 0 means [token.DefaultClockSkew].
	ClockSkew time.Duration
	// MaxLifetime refuses session tokens with a longer life (exp - iat); 0 means 24 hours. Clerk makes them for a minute.
	MaxLifetime time.Duration
	// OutageReading is for how long after its session token has ended a browser may go on reading pages while Clerk can't be reached to renew the
	// token: an hour at most. 0: not at all; the answer is 503 then, as it is for everything else.
	//
	// It is for GET and HEAD of pages behind [Clerk.RequireSession], or behind [Clerk.Protect] on routes that are not admin's. Nothing else
	// passes: no other method, no API, htmx, stream or WebSocket, no bearer token, no route that requires more than a session, no session
	// page, no impersonator, and no browser that has switched to another account. [RefuseOutageReading] leaves further routes out.
	// [Auth.ReadOnlyUntil] says so to a handler.
	//
	// The token must be good in every other way, with a key that is known still, and so must its session: what is revoked stays refused
	// ([Stores.Revocations]; while a store that replicas share is away, no page is read, and without one, none with a token from before this
	// process began). Clerk is down where neither the renewal of this request nor a question about its session, of which the visitor chooses
	// nothing, gets an answer: no connection, no answer in time, or 5xx. A refusal of Clerk, 429 too, is an answer. What Clerk could
	// have told meanwhile is not known: a session that ended there without a webhook, and whoever has a copy of a token, may read until
	// then. Set it alike on all replicas.
	OutageReading time.Duration
	// RecoverMissingAuthorizedParty sends a browser whose session cookie's token names no authorized party through one
	// handshake, instead of turning it away.
	RecoverMissingAuthorizedParty bool
	// Remembered is how many verified tokens are kept in memory, so that the next request with one costs no verification of the
	// signature ([token.Memory]). 0 means [token.DefaultRemembered], about 40 MB when it is full; a negative number keeps none.
	// Each Clerk has a memory of its own: an application with many ([NewTenants]) sets a smaller number.
	Remembered int
}

// Stores is the part of a [Config] that says where the application keeps what it remembers.
// The zero value keeps everything in the memory of this process. [Clerk.Close] closes none of them.
type Stores struct {
	// Revocations remembers which sessions are ended although their tokens have not expired. Nil: in the memory of this
	// process; redisstore.NewRevocations shares them between replicas. Entries name sessions and users and no instance: tenants ([NewTenants])
	// have each their own.
	Revocations Revocations
	// Records keeps forms that wait to be sent again, and jobs, where package pages is mounted. Nil: the memory of this process, so that they are lost when it
	// ends, as the pages then say; redisstore.NewStore shares them between replicas. The pages promise that a job goes on after
	// a restart where the store says that it keeps records ([storage.Lasting]).
	Records storage.Store
	// RateLimits counts what [Clerk.RateLimit] and [Clerk.RateLimits] limit. Nil: in the memory of this process;
	// redisstore.NewLimits counts for all replicas together.
	RateLimits ratelimit.Store
}

// ClerkAPI is the part of a [Config] that says where Clerk's two APIs are and how they are called. The zero value calls Clerk's
// own addresses.
type ClerkAPI struct {
	// URL is the Backend API's address; empty means https://api.clerk.com. It must be https, except on this machine.
	URL string
	// FrontendURL is what the proxy forwards to, and where the server itself calls the Frontend API; as URL, it must
	// be https. Empty: https://frontend-api.clerk.dev for the proxy, the instance's own host for the server.
	FrontendURL string
	// HTTPClient lends its Transport and Timeout to the calls to Clerk, which follow no redirects and keep no cookies; nil
	// means a timeout of ten seconds. The timeout bounds each call, and what one request waits for Clerk in all its calls together, which
	// is ten seconds where the client has none. It should be short: requests of browsers wait for it.
	HTTPClient *http.Client
	// UserLifetime is how long what Clerk says of a user is remembered ([Auth.User], [Clerk.Users]); 0 means a minute.
	UserLifetime time.Duration
}

// Unsafe is the part of a [Config] that turns off checks that Clerk's SDKs do without. The zero value turns off none, and [New] logs
// a warning about each that is turned off.
type Unsafe struct {
	// SkipIssuer accepts session tokens of any issuer that the instance's key has signed, as Clerk's SDKs do. Off by
	// default: the issuer is the instance's Frontend API, the proxy or the satellite.
	SkipIssuer bool
	// AllowMissingSessionID accepts session tokens that name no session (sid), as Clerk's SDKs do. They can't be
	// revoked. Off by default.
	AllowMissingSessionID bool
	// AcceptUnsolicitedHandshakes believes the answer of a handshake in every browser, as Clerk's SDKs do: a link with
	// the answer of another user signs the browser in as that user. Off by default: an answer counts only in the browser that was sent
	// on that handshake. It is for tests that play Clerk's part themselves.
	AcceptUnsolicitedHandshakes bool
}
