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
// came in a header or a URL beside it. X-Forwarded-Host and X-Forwarded-Proto count only where the application has told
// Gin which proxies to trust (gin.Engine.SetTrustedProxies) and the request comes from one; with Origins set, only one of
// these can be the application's address at all. Unsafe requests that a cookie authenticates must prove that they come
// from the application's own pages.
//
// The decision itself is in package authn, which decides as Clerk's own code does. What goes beyond Clerk is here: 503
// instead of signed out when something is unreachable, renewal of expired tokens on POST, sessions revoked by this process,
// and limits on redirects.
package ginclerk
