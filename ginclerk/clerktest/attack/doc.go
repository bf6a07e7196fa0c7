// Package attack attacks an application in a test, as somebody on the network would, and says what gave way:
//
//	srv := clerktest.New(t)
//	clerk, err := ginclerk.New(gintest.Config(srv))
//	// … the application's engine
//	gintest.Attack(t, srv, engine, attack.Options{}, "/about", "GET /healthz")
//
// [Run] knows an http.Handler and a list of routes, so it works for every router. gintest.Attack reads the routes from a Gin engine, and
// repeats the attacks on paths under every setting of Gin that says how paths are read.
//
// # What it tries
//
//   - guard: requests without a session, and requests of a new user who has no role.
//   - forged token: other algorithms, keys and key ids, spoiled signatures, foreign issuers and parties, expired tokens, tokens of other kinds;
//     as a bearer token and as cookies.
//   - token in another place: a good token in the query, in a form, in other headers and cookies, twice.
//   - claimed identity: headers that say who the request is, such as X-Clerk-Auth-Status and X-User-Id.
//   - cookie: a forged session beside a good one, in both orders, with and without the suffix.
//   - spelling: paths with dot segments, escapes, slashes, backslashes and control characters, and other methods.
//   - size: huge and repeated headers, cookies, queries, fields and bodies.
//   - cross-origin: unsafe requests and WebSocket upgrades with a user's cookies, from other sites; CORS.
//   - foreign session: the ids of another user's session and of a session of another browser, in forms.
//   - redirect: targets elsewhere, in every spelling that a browser takes for another host.
//   - host: Host, Forwarded and X-Forwarded-Host that name somebody else.
//   - handshake: answers of Clerk that nobody asked for, of another browser, and used before.
//   - cache: answers for one user that a shared cache would keep, also below paths that look like files.
//   - frame: pages with forms that others may show in a frame.
//   - script: users whose names are markup, and markup in queries and paths.
//   - log: line breaks and control characters in what is logged, and secrets in the log.
//   - flood: requests that make the application call Clerk.
//   - slow client: requests whose header or body never ends, over a real connection on loopback.
//
// # How it judges
//
// By answers. A route that is not open has to turn a forged request away: with 401, 403, 429, 503, or a redirect to a sign-in page (one with a
// redirect_url). On every route, the answer must not name the user whom the request pretends to be: neither their id nor that of their
// session, unless strangers read these there anyway.
//
// A finding is an error of the test: what was sent, without secrets, what came back, why that matters, and what to do. Findings of one kind on
// one route are one error.
//
// A run sends thousands of requests to the handler, in this process and one after another, and some hundred to the embedded Clerk. The order is
// always the same. Handlers do run, with a signed-in user too: use an application that exists for the test.
//
// What it does not try: the vectors of Wycheproof are for libraries of signatures, and need keys of their own; attacks on the browser, the
// operating system and Clerk itself.
package attack
