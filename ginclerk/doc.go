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
// [Clerk.Attach] finds out who a request is and never turns anyone away; it answers the handshakes with which Clerk keeps a
// browser's cookies fresh. The guards ([Clerk.RequireSession], [Clerk.Require], [Clerk.Protect], [Clerk.MaxTokenAge]) turn requests
// away. They have three answers and never mix them: the request has no user (a page goes to sign-in, an API gets 401); the user may not
// (403, or the page that the rules name); and Clerk can't be reached, so that the guard can't tell (503 with Retry-After). An outage is
// never a sign-out.
//
// # What is trusted
//
// A session token that the instance's key has signed, for one of [Config.Origins] (or AuthorizedParties), and nothing that
// came in a header or a URL beside it. A request with a bearer token is decided by that token alone, good or not: its cookies are
// not consulted.
//
// X-Forwarded-Host, X-Forwarded-Proto and X-Forwarded-Prefix count only where the application has told Gin which proxies to trust
// (gin.Engine.SetTrustedProxies) and the request comes from one, or where it comes over a Unix socket, which Gin always trusts; with
// Origins set, only one of these can be the application's address at all. gin.Engine.TrustedPlatform says where the client's address
// is; of a list there, the last one that is no proxy's counts.
//
// Unsafe requests that a cookie authenticates must prove, by Sec-Fetch-Site or Origin, that they come from the application's own
// pages; so must WebSocket upgrades. Others are signed out with [reason.CrossOriginRequest], on every route: a public handler that
// asks [From] must not act for a user because another site posted a form, and Attach turns no request away, so that webhooks and
// forms without a user work on public routes. Behind a guard the answer is 403. A handler that takes forms from signed-out
// visitors needs [Clerk.RefuseCrossOrigin].
//
// Of several cookies of one name, which browsers send where old ones have other paths or domains, the right one counts, whichever
// comes first: of session tokens the newest that the instance has signed. The others are expired where their place can be
// guessed.
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
// # An unsolicited answer
//
// Clerk tells an application who a browser is by the answer of a handshake, in the address or in a cookie. An attacker who gets their
// own answer into the browser of a victim signs the victim in as the attacker, and reads what the victim then types (login
// fixation). So an answer counts only in the browser that was sent on that handshake. Each handshake has a random id. The
// browser keeps it in a sealed cookie of this host for five minutes, and the address that the handshake returns to names it. ginclerk
// believes the answer once, in a navigation that has both. The browser then goes on to the address without id and answer, in
// production too, which costs one redirect. ginclerk drops any other answer and begins a handshake of its own. So everything
// that brings an answer without a handshake of this server goes on working: Clerk's identity providers and e-mail links,
// clerk-js, the sync of satellites.
//
// This holds against links, forms, frames, images and pages of other sites: they may make a browser begin a handshake, but they
// learn no id of it, and an id of their own handshake has no cookie in that browser. It does not hold against an attacker who can set
// cookies for this host or a parent of it, from a sibling host for example: they can set Clerk's own session cookies as well,
// and a server can't tell the cookies apart. It does not hold either against an attacker who makes the browser sign in as them at Clerk
// itself: by a link with a ticket of theirs (Clerk's page shows who signs in), or, on development instances, by a link with their
// __clerk_db_jwt, which is how Clerk's Account Portal hands a browser over there. Keep no real data in a development instance.
//
// In development on plain http a second cookie without Secure says the same: browsers drop Secure cookies there, Safari on
// localhost too. ginclerk counts handshakes in a row for each page. A browser that keeps no cookies, or one that another
// handshake can't help, ends at a page that says so.
//
// # A prefetch is no visit
//
// A browser may fetch a page before anyone opens it. Such a request goes on no handshake and to no sign-in, spends no refresh token,
// keeps no form, and leaves the cookies alone. With a good token it gets the page; a guard answers others with 401. Where only a visit
// could tell who it is, the answer is 503 without Retry-After: browsers discard it, and ask again when the page is opened.
//
// # What a link carries
//
// Clerk's e-mails lead to addresses with a ticket or an outcome in them. The guards, [Clerk.AccountPortal], [Links.SignIn] and
// [Links.SignUp] carry these on to sign-in. They leave out what would make this application act, and redirect_url never brings any of
// Clerk's parameters back.
//
// # Ended is ended
//
// A session token is good for a minute, whatever happens to its session. What this application ends ([Clerk.Sessions],
// pages.Site.SignOuts), what other replicas end and what Clerk reports by webhook is refused at the very next request all the same:
// see [Stores.Revocations], and packages redisstore and webhook. [WatchSession] ends streams with their session.
//
// A token also says what its user may do in the active organization. When Clerk reports by webhook that a membership has ended or has
// changed, or that the organization was deleted, the tokens from before then are refused as a whole, on all replicas. The session goes on:
// a browser has its token renewed, in place or by a handshake, with the rights that are left; a program gets 401 with
// [reason.MembershipChanged]. [Clerk.Revoke] does the same for an application that changes memberships itself. Tokens count whole
// seconds: one from the second of the change may be from before it, and is refused unless it was made for the request.
//
// # A choice lasts
//
// [Clerk.SwitchSession] makes another account of the same browser the current one, without JavaScript: at Clerk, where the
// application sees the browser's credential, else by a sealed cookie that selects and never authenticates.
// [Clerk.SwitchOrganization] makes an organization of the user the active one, at Clerk in both cases. Where a guard needs a right in
// an organization ([Role], [Permission]) and none is active, it says that one has to be chosen, and leads to the page for that ([Pages]).
//
// # Two tabs, two accounts
//
// [Clerk.AccountPaths] serves the application below /u/0, /u/1, too: each account of a browser has a path of its own, and each tab the account of its
// path. /u/1 leads to the path that names the account as well, such as /u/1-b7tq4e2z, so that a page that is open never becomes another account's.
// The path selects, as a switch does, and never authenticates: the browser's own session has to be good, and Clerk has to say that
// the account's session is active and of the same browser. Where the account is signed out, the path signs no
// user in ([reason.AccountNotHere]), whoever else is signed in on the browser.
//
// # What outsiders can spend
//
// Clerk counts the requests of a whole instance: a hundred in ten seconds in development, a thousand in production. Anyone can
// make up handshake nonces, machine tokens, refresh tokens and key ids, which only Clerk can tell from good ones. Clerk is asked
// once about the same one at a time, and a refusal is remembered for a while (ten seconds; a minute for a nonce; 10,000 of each
// kind, so that refusals drop nothing but refusals). Nonces and machine tokens that Clerk does not know may take a tenth of its
// limit in each process, those from one address (of IPv6, a network of 64 bits) a twentieth, and half of that tenth is kept for the
// first question of each address; beyond that the answer is 503 and Clerk is not asked. Three refused refresh tokens of one session in ten seconds send the browser to a handshake instead. Good
// tokens and nonces cost nothing of this. Unknown key ids cause a fetch every twelve seconds, after two that are three seconds apart.
//
// [Auth.User] and [Clerk.Users] ask Clerk about users. Each answer is remembered for a minute, and that there is no such user for ten
// seconds, in 16 MB at most. Their requests may take a quarter of Clerk's limit in each process. Beyond that the error is an outage
// (503), and sign-ins and renewals go on.
//
// A limit that does not ask who the request is, such as one with the key [ByAddress], decides before Clerk is asked, in front
// of [Clerk.Attach] too. Package pages limits what one user's pages and actions may ask.
//
// # How long a request waits
//
// A request waits for Clerk for up to ten seconds, in all its calls together ([ClerkAPI.HTTPClient] says otherwise): a call takes what the
// earlier ones have left, and calls at the same time count once. What comes too late is an outage: 503 with Retry-After. Not bounded in
// this way are calls after the response has begun, those of a stream that watches its session ([WatchSession]), work that goes on after
// the request, and calls with another context than the request's; each call has ten seconds of its own then. With Tokens.OutageReading
// half of the time is kept for the question whether Clerk is down.
//
// Keys are waited for up to a quarter of a second where there are some that may still be used, else for five. A store ([Stores.Records],
// [Stores.Revocations], [Stores.RateLimits]) is waited for as long as its use is worth, whatever the store's client does:
//
//	a sign-out that a page mentions           200 ms   the page comes without it
//	a decision about a rate limit             500 ms   503; 50 ms with ratelimit.WithFallback, and the request goes on
//	a form that has to be kept                1 s      the page says that it was not kept
//	  what is tidied up after that            500 ms   it lapses by itself
//	the forms that wait, for each             1 s      503
//	a form that is sent again or dropped      2 s      503; the form is there still, or was not sent
//	starting, retrying or showing a sign-out  2 s      503
//	what a sign-out job saves, for each call  2 s      the job tries again for 30 s, and then waits to be taken over
//	telling replicas of an ended session      1 s      they hear of it when the store is back
//	claiming a webhook                        4 s      503, and Svix sends it again
//	recording how a webhook ended             5 s      the claim lapses
//
// At most 256 calls that were given up are under way to a store; with more it counts as away at once.
//
// # Nothing is lost
//
// A form that meets a guard with an expired token is sent on after the token was renewed. Where that can't be, ginclerk keeps it until
// the browser has been to a handshake or sign-in, and offers it again: see [Pages], which package pages sets. A form is sent once at
// most, and is offered to the user who wrote it alone; where that is not known, in the same browser and after a question. Up to three forms
// wait in a browser for one account. One more is not kept, and its sender is told.
//
// # Impersonation
//
// [Auth.Actor] says who acts as the user. A form that an impersonator sends waits for the impersonator, and not for the user. Tell jobs
// that end sessions (signout.Request); package pages does so.
//
// # Fresh enough
//
// [Clerk.MaxTokenAge] asks how old the token is, [Clerk.MaxSessionAge] how long ago the user signed in, [Reverified] how long
// ago they proved who they are. A page has its token renewed once before a guard turns it away. Package reverify has the steps of such a
// proof; package pages shows them.
//
// # Who the user is
//
// A session token says little of its user. [Auth.User] has the name, the e-mail address, the picture and the public metadata of the
// user of a request, and [Clerk.Users] those of others: see package user.
//
// # Tokens and limits
//
// [Auth.Token] and [Clerk.Transport] are for calls to other services, package tokenendpoint for scripts of the
// application's own pages. [Clerk.RequireToken] lets programs in with API keys and other machine tokens. [Clerk.RateLimit] is
// a sliding window for each user, in memory or, with package redisstore, for all replicas together.
//
// # One instance, or many
//
// A [Clerk] serves one Clerk instance, with keys, caches and cookies of its own; there are no globals. [NewTenants] has the
// same guards for an application of many instances, and chooses among them for each request.
package ginclerk
