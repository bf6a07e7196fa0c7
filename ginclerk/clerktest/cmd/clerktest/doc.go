// Command clerktest runs an embedded Clerk for tests of programs in any language. The documentation of package clerktest says what
// it emulates.
//
//	go run github.com/ginclerk/ginclerk/ginclerk/clerktest/cmd/clerktest -addr 127.0.0.1:4010 >clerk.env &
//	until curl -sf http://127.0.0.1:4010/health; do sleep 0.1; done
//	. ./clerk.env
//	curl -H "Authorization: Bearer $CLERK_SECRET_KEY" "$CLERK_API_URL/v1/users"
//
// It prints the environment variables that a Clerk SDK needs, as lines that a shell can eval:
//
//   - CLERK_SECRET_KEY, CLERK_PUBLISHABLE_KEY and CLERK_JWT_KEY (PEM, of several lines);
//   - CLERK_API_URL, the Backend API;
//   - CLERK_PROXY_URL, the Frontend API for browsers. The host in the publishable key does not exist, and an SDK without this variable
//     sends browsers there. It is the address of this program, so the application mounts nothing;
//   - CLERK_FAPI_URL, the Frontend API for servers: what a proxy in the application forwards to. To use one, set CLERK_PROXY_URL to its
//     path, such as /__clerk, and mount it;
//   - CLERK_SIGN_IN_URL and CLERK_SIGN_UP_URL, the Account Portal: pages that work without JavaScript, and return to redirect_url;
//   - NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY, NEXT_PUBLIC_CLERK_PROXY_URL, NEXT_PUBLIC_CLERK_SIGN_IN_URL and NEXT_PUBLIC_CLERK_SIGN_UP_URL,
//     the same values by the names of Next.js. The program does not serve clerk-js: NEXT_PUBLIC_CLERK_JS_URL says where it is;
//   - CLERK_WEBHOOK_SIGNING_SECRET, with -webhook.
//
// ginclerk.ConfigFromEnv, the demo, @clerk/express and Next.js read them as they are. @clerk/hono and @clerk/fastify have an option for the
// proxy, proxyUrl: process.env.CLERK_PROXY_URL, and @clerk/fastify one for the Backend API, apiUrl: process.env.CLERK_API_URL. With
// clerk-sdk-go, set the URL of the backend to CLERK_API_URL with /v1 behind it. With -production, open the application at 127.0.0.1: browsers keep the cookies of a production
// instance for one host, whatever the port.
//
// A test of an API needs no browser. With -control 127.0.0.1:4011, the program makes a session token of a user, who is created if need be:
//
//	curl -s -H 'Content-Type: application/json' -d '{"email": "ada@example.com"}' http://127.0.0.1:4011/tokens
//
// The program's own address has a page at / for the developer: users with a button to sign in as each, sessions, codes, webhooks with a button
// to replay each, faults and the clock. It answers only browsers on this machine. Between two tests, one call of the controls brings
// everything back to the seed, with the same ids and passwords: POST /reset, with {} as its body; see clerktest.Server.Reset.
//
// @clerk/testing, for Playwright, works as it is: clerkSetup, and clerk.signIn with a password, a code or a ticket, and agent tasks. Only
// clerk.signIn({page, emailAddress}) does not, because it asks api.clerk.com whatever CLERK_API_URL says.
//
// It prints the accounts with their passwords to standard error. Without -state, secret keys, signing keys and passwords are new at
// every start, except passwords of the seed. The publishable key is always the same, so that a browser has only one set of cookies.
//
// GET /health answers 200 once the variables are written. SIGTERM and SIGINT end the program with exit code 0, when the requests in
// progress are answered, or three seconds later if they have not arrived completely. The exit code is 1 if it can't start, and 2 for
// unknown flags; standard error says why.
//
//	-addr HOST:PORT     the address to listen on; the default is a free port on 127.0.0.1
//	-seed FILE          users, organizations, JWT templates as JSON, see clerktest.ParseSeed; without it clerktest.DefaultSeed
//	-state FILE         keeps accounts, sessions and keys in a file for the next start, see clerktest.Server.State; the file is written
//	                    within a second of a change and at the end, and missing before the first start
//	-frontend-api HOST  the host in the publishable key; two programs in one browser need different ones
//	-production         a production instance instead of a development one
//	-rate-limits        Clerk's rate limits, see clerktest.Config
//	-usernames, -phone-numbers, -social-provider, -force-organization-selection, -organization-at-sign-in,
//	-destroy-client-on-sign-out
//	                    settings of the instance, see clerktest.Config
//	-webhook URL        an endpoint on loopback that receives all events, signed; see clerktest.Server.AddWebhook
//	-origins LIST       the application's origins, separated by commas: redirects may lead there, and tokens are for the first; without
//	                    it redirects may lead anywhere on loopback, and tokens are for http://localhost:8080
//	-control HOST:PORT  a second address, on loopback, for clock, reset, tokens, faults, keys and webhooks; see clerktest.Server.Control for
//	                    its JSON
//	-unsafe-listen-beyond-loopback
//	                    allows -addr on other addresses: everyone who reaches it can then sign in as any user
package main
