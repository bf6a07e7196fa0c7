package ginclerk

import (
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/guard"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// Attach returns the middleware that finds out who each request is; handlers read it with [From]. It never turns anyone
// away. It writes a response only to send a browser through a handshake, or on from one, as Clerk's protocol asks, and it
// leaves the exempt prefixes alone: the Frontend API proxy, assets, webhooks (see [Clerk.Exempt]),
// whatever the order in which they were mounted.
//
// An unsafe request (POST and the like) or a WebSocket upgrade that a cookie authenticates, and that does not prove that it
// comes from one of the application's own pages, is signed out with [reason.CrossOriginRequest]: another site may have caused
// it. On a public route the handler runs and sees that no user is signed in; the guards answer 403.
func (k *Clerk) Attach() gin.HandlerFunc {
	attach := with(k, func(t *tenant, c *gin.Context) {
		if t.clerk == k || !t.clerk.exempt.Cover(c.Request.URL) {
			t.at(c).Attach()
		}
	})
	about := description(func() exchange.Description {
		if missing(k) {
			return exchange.Description{Name: "Attach"}
		}
		return exchange.Description{Name: "Attach", Exempt: k.exempt}
	})
	return about.of(k, func(c *gin.Context) {
		if !missing(k) && k.exempt.Cover(c.Request.URL) {
			missProxy(k, c)
			return
		}
		attach(c)
	})
}

// RequireSession returns the guard that lets signed-in requests pass. A page goes to sign-in and comes back, an API gets
// 401, htmx gets 401 with HX-Redirect; where Clerk can't be reached to judge a request, it gets 503. Unsafe
// requests that a cookie authenticates must come from the application's own pages, else 403.
//
// With [TokenChecks.OutageReading] it lets pages be read for a while where Clerk can't be reached to renew a session token. All other guards of this
// package, and [Clerk.Protect] on admin routes, answer such a request with 503, whether they stand in front of this one or behind it.
//
// A CORS preflight ends at the guard with 204 and the headers set so far: it carries no credentials, so no handler runs for
// it. CORS middleware therefore stands in front of the guards. This holds for every guard of this package.
func (k *Clerk) RequireSession() gin.HandlerFunc {
	return guarded(k, called("RequireSession", exchange.NeedsSession), func(r guard.Request) { r.RequireSessionOrReader() })
}

// Require returns the guard that lets pass who is signed in and meets every requirement. It answers as RequireSession does,
// and 403 where a requirement is not met. Without a requirement no user passes, as with [Auth.Has], and the log has an error.
func (k *Clerk) Require(requirements ...Requirement) gin.HandlerFunc {
	rules := make([]guard.Requirement, 0, len(requirements))
	for _, requirement := range requirements {
		rules = append(rules, requirement.rule)
	}
	if len(rules) == 0 {
		rules = append(rules, guard.Requirement{})
	}
	about := func() exchange.Description {
		asks := make([]string, 0, len(rules))
		for _, rule := range rules {
			asks = append(asks, rule.String())
		}
		return exchange.Description{Name: "Require", Needs: exchange.NeedsSession, Asks: asks}
	}
	return guarded(k, about, func(r guard.Request) { r.Require(rules, nil) })
}

// The kinds of tokens that a route may take, as Clerk's acceptsToken names them.
const (
	SessionToken = authn.SessionToken
	APIKey       = authn.APIKey
	M2MToken     = authn.M2MToken
	OAuthToken   = authn.OAuthToken
)

// RequireToken returns the guard that lets requests with a token of one of the kinds pass; with none named, of any kind. Who
// it is, is in [From]: a session as ever, anything else in [Auth].Machine. Routes that take machine tokens answer as APIs:
// 401 with WWW-Authenticate. Opaque tokens (ak_, oat_, mt_) are verified by Clerk for every request, so that a revoked one is
// refused at once: limit the rate of such routes. Beside session tokens nothing is ever read from a cookie.
//
// An M2M token must be meant for this machine, where [TokenChecks.MachineSecretKey] or [TokenChecks.MachineID] says which one that is. An OAuth token
// with which another party acts for the user is refused: 403, unless [AllowDelegatedTokens] is in front.
//
//	r.POST("/api/import", clerk.RequireToken(ginclerk.APIKey, ginclerk.SessionToken), importData)
func (k *Clerk) RequireToken(kinds ...authn.TokenType) gin.HandlerFunc {
	accepts := acceptsOf(kinds)
	about := func() exchange.Description {
		needs := exchange.NeedsToken
		if accepts == (authn.Accepts{}) {
			needs = exchange.NeedsSession
		}
		return exchange.Description{Name: "RequireToken", Needs: needs, Asks: []string{accepts.String()}}
	}
	return guarded(k, about, func(r guard.Request) { r.RequireToken(accepts) })
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

// MaxTokenAge returns the guard that refuses session tokens issued longer ago than that: 401 "Session expired". It is the
// check of Clerk's guide for sensitive endpoints. Clerk renews a browser's token every minute, so it is tokens kept by
// programs that grow old; a page has its token renewed once before anyone is turned away. It requires a session, with or
// without RequireSession in front.
//
// How long ago the user signed in is another question: [Clerk.MaxSessionAge].
func (k *Clerk) MaxTokenAge(age time.Duration) gin.HandlerFunc {
	return guarded(k, aged("MaxTokenAge", age), func(r guard.Request) { r.RequireTokenAge(age) })
}

// MaxSessionAge returns the guard that refuses sessions that began longer ago than that, however often their token was
// renewed since: 401 "Session expired", and for a page the way to sign in again. A token does not say when its session began,
// so Clerk is asked, at most once a minute for each session; where Clerk can't be reached the answer is 503. It requires a
// session, with or without RequireSession in front.
func (k *Clerk) MaxSessionAge(age time.Duration) gin.HandlerFunc {
	return guarded(k, aged("MaxSessionAge", age), func(r guard.Request) { r.RequireSessionAge(age) })
}

// aged describes a guard that asks for an age.
func aged(name string, age time.Duration) description {
	return func() exchange.Description {
		return exchange.Description{Name: name, Needs: exchange.NeedsSession, Asks: []string{age.String()}}
	}
}

// RefuseCrossOrigin returns the guard that refuses unsafe requests (POST and the like) which another site may have caused,
// signed in or not: 403. Requests with a bearer token pass; no other site can make a browser send one. The guards that
// need a session include it.
func (k *Clerk) RefuseCrossOrigin() gin.HandlerFunc {
	return guarded(k, called("RefuseCrossOrigin", ""), guard.Request.RefuseCrossOrigin)
}

// API returns a handler that marks its routes as an API: they answer every client with status codes and JSON. Put it in
// front of the guards.
func API() gin.HandlerFunc {
	return marked("API", func(c *gin.Context) {
		exchange.MarkAPI(c)
		refuseReader(c)
	})
}

// WantsJSON reports whether a request expects an answer for a program, JSON, rather than a page: its route is an [API], or
// Sec-Fetch-Dest says that it is no navigation, or, without that header, it does not accept text/html. Problems
// ([Clerk.Answer]) are then JSON, too. htmx expects pages.
func WantsJSON(c *gin.Context) bool { return exchange.KindOf(c) == visit.API }

// SkipForms returns a handler that marks its routes: forms for them are not kept. Put it in front of the guards, on actions
// that users would not want to find waiting, such as signing out.
func SkipForms() gin.HandlerFunc { return marked("SkipForms", exchange.SkipForms) }

// RefuseOutageReading returns a handler that marks its routes: their pages are never read with a session token that has ended
// ([TokenChecks.OutageReading]), and answer 503 then. Put it in front of the guards, on pages that show what should not be seen a moment longer
// than Clerk allows, and on GET routes that change something. Behind a guard it turns them away itself. It has no effect without that option.
func RefuseOutageReading() gin.HandlerFunc {
	return marked("RefuseOutageReading", func(c *gin.Context) {
		exchange.RefuseReading(c)
		refuseReader(c)
	})
}

// refuseReader turns a request away that a guard in front has let read a page while Clerk is down.
func refuseReader(c *gin.Context) {
	if auth := authOf(exchange.Identity(c)); auth.by != nil && !auth.ReadOnlyUntil().IsZero() {
		auth.by.at(c).RequireSession()
	}
}

// AllowDelegatedTokens returns a handler that lets its routes take OAuth tokens with which another party acts for the user: the client that
// the user gave access to has handed the token on (token exchange, RFC 8693). Put it in front of [Clerk.RequireToken], which refuses
// such tokens otherwise: 403. [Auth.Actor] says who acts; what only the user's own client may do is for the application to refuse.
func AllowDelegatedTokens() gin.HandlerFunc {
	return marked("AllowDelegatedTokens", exchange.AllowDelegatedTokens)
}

// AllowSharedCaching returns a handler that lets shared caches, such as a CDN, keep what its routes answer, as far as the
// handler's own Cache-Control says so. Put it in front of the guards. Without it, Cache-Control of a response from behind a
// guard ([Clerk.RequireSession], [Clerk.Require], [Clerk.RequireToken], [Clerk.MaxTokenAge], [Clerk.MaxSessionAge], and
// [Clerk.Protect] where it needs a session) is "private, no-store", unless the handler has said private or no-store itself.
//
// Only a response that is the same for everybody may be shared: a cache does not ask a guard. A response that carries a cookie
// of Clerk or of this package is "private, no-store" all the same, whatever route it is on.
func AllowSharedCaching() gin.HandlerFunc {
	return marked("AllowSharedCaching", exchange.AllowSharedCaching)
}
