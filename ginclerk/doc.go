// Package ginclerk authenticates Gin applications with Clerk, for pages that a server renders and for APIs: what
// clerkMiddleware and the session hooks are to Next.js.
//
//	config := ginclerk.ConfigFromEnv()
//	config.Origins = []string{"https://app.example.com"} // where you are, and whose tokens you accept
//	clerk, err := ginclerk.New(config)
//	if err != nil {
//		return err
//	}
//	r := gin.New()
//	r.Use(clerk.Attach())
//	r.GET("/", home)                                        // public: ginclerk.From(c) says who, or nobody
//	r.GET("/dashboard", clerk.RequireSession(), dashboard)  // page: to sign-in and back; API: 401
//	r.GET("/admin", clerk.Require(ginclerk.Role("org:admin")), admin)
//
// # Who is it, and may they
//
// [Guards.Attach] finds out who a request is and never turns anyone away; it answers the handshakes with which Clerk keeps a
// browser's cookies fresh. The guards ([Guards.RequireSession], [Guards.Require], [Guards.Protect], [Guards.MaxTokenAge])
// turn away. There are three outcomes, and they are never mixed: nobody knows who you are (sign-in for pages, 401 for
// APIs), you may not (403, or the page that the rules name), and we can't tell because Clerk can't be reached (503 with
// Retry-After). An outage is never a sign-out.
//
// # What is trusted
//
// A session token that the instance's key has signed, for one of [Config.Origins] (or AuthorizedParties), and nothing that
// came in a header or a URL beside it. A request with a bearer token is decided by that token alone, good or not: its cookies are
// not consulted. X-Forwarded-Host and X-Forwarded-Proto count only where the application has told
// Gin which proxies to trust (gin.Engine.SetTrustedProxies) and the request comes from one; with Origins set, only one of
// these can be the application's address at all.
//
// Unsafe requests that a cookie authenticates must prove, by Sec-Fetch-Site or Origin, that they come from the application's own
// pages; so must WebSocket upgrades. Others are signed out with [ReasonCrossOriginRequest], on every route: a public handler that
// asks [From] must not act for a user because another site posted a form, and Attach turns nobody away, so that webhooks and
// forms without a user work on public routes. Behind a guard the answer is 403. A handler that takes forms from signed-out
// visitors needs [Guards.RefuseCrossOrigin].
//
// The decision itself is in package authn, which decides as Clerk's own code does. What goes beyond Clerk is here: 503
// instead of signed out when something is unreachable, renewal of expired tokens on POST, and limits on redirects.
//
// # In front and behind
//
// CORS middleware stands in front of the guards: they end a preflight with 204 and the headers set so far. Other middleware may
// stand anywhere. Cache-Control and Vary are decided when the header of a response is written: from behind a guard, and with a
// cookie of Clerk or of this package, a response is "private, no-store" (see [AllowSharedCaching]), and Vary always names Cookie
// and Authorization beside what others put there. Middleware in front that changes these after the handlers, on a response
// without a body, has the last word.
//
// # Ended is ended
//
// A session token is good for a minute, whatever happens to its session. What this application ends ([Clerk.Sessions],
// [Clerk.SignOuts]), what other replicas end and what Clerk reports by webhook is refused at the very next request all the same:
// see [Config.Revocations], and packages redisstore and webhook. [WatchSession] ends streams with their session.
//
// # A choice lasts
//
// [Clerk.SwitchSession] makes another account of the same browser the current one, without JavaScript: at Clerk, where the
// application sees the browser's credential, else by a sealed cookie that selects and never authenticates.
//
// # Nothing is lost
//
// A form that meets a guard with an expired token is sent on after the token was renewed or, where that can't be, kept until
// the browser has been to a handshake or sign-in, and offered again: see [Guards.UseFormsPage], which package pages calls. A
// form is sent once at most, and offered to the user who wrote it alone (where nobody knows who that was: in the same browser,
// after a question).
//
// # Fresh enough
//
// [Guards.MaxTokenAge] asks how old the token is, [Guards.MaxSessionAge] how long ago somebody signed in, [Reverified] how long
// ago they proved who they are. A page has its token renewed once before anyone is turned away.
//
// # Tokens and limits
//
// [Auth.Token] and [Clerk.Transport] are for calls to other services, [Guards.MountTokenEndpoint] for scripts of the
// application's own pages. [Guards.RequireToken] lets programs in with API keys and other machine tokens. [Guards.RateLimit] is
// a sliding window for each user, in memory or, with package redisstore, for all replicas together.
//
// # One instance, or many
//
// A [Clerk] serves one Clerk instance, with keys, caches and cookies of its own; there are no globals. [NewTenants] has the
// same guards for an application of many instances, and chooses among them for each request.
package ginclerk
