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
//   - CLERK_FAPI_URL, the Frontend API for a proxy in the application;
//   - CLERK_PROXY_URL, the Frontend API for browsers of an application without such a proxy: the same address, which pages on loopback
//     origins may call. An application with a proxy sets the proxy's URL instead;
//   - CLERK_SIGN_IN_URL and CLERK_SIGN_UP_URL, the Account Portal: pages that work without JavaScript, and return to redirect_url;
//   - CLERK_WEBHOOK_SIGNING_SECRET, with -webhook.
//
// It prints the accounts with their passwords to standard error. Secret keys, signing keys and passwords are new at every start,
// except passwords of the seed. The publishable key is always the same, so that a browser has only one set of cookies.
//
// GET /health answers 200 once the variables are written. SIGTERM and SIGINT end the program with exit code 0, when the requests in
// progress are answered, or three seconds later if they have not arrived completely. The exit code is 1 if it can't start, and 2 for
// unknown flags; standard error says why.
//
//	-addr HOST:PORT     the address to listen on; the default is a free port on 127.0.0.1
//	-seed FILE          users, organizations, JWT templates as JSON, see clerktest.ParseSeed; without it clerktest.DefaultSeed
//	-frontend-api HOST  the host in the publishable key; two programs in one browser need different ones
//	-production         a production instance instead of a development one
//	-rate-limits        Clerk's rate limits, see clerktest.Config
//	-webhook URL        an endpoint on loopback that receives all events, signed; see clerktest.Server.AddWebhook
//	-control HOST:PORT  a second address, on loopback, for clock, faults, keys and webhooks; see clerktest.Server.Control for its JSON
//	-unsafe-listen-beyond-loopback
//	                    allows -addr on other addresses: everyone who reaches it can then sign in as any user
package main
