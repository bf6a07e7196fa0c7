// Command clerktest runs an embedded Clerk for tests of programs in any language.
//
//	go run github.com/ginclerk/ginclerk/ginclerk/clerktest/cmd/clerktest -addr 127.0.0.1:4010 >clerk.env &
//	until curl -sf http://127.0.0.1:4010/health; do sleep 0.1; done
//	. ./clerk.env
//
// Its output are the environment variables that a Clerk SDK needs, as lines that a shell can eval:
//
//   - CLERK_SECRET_KEY, CLERK_PUBLISHABLE_KEY and CLERK_JWT_KEY (PEM, of several lines);
//   - CLERK_API_URL, the Backend API;
//   - CLERK_FAPI_URL, where a proxy in the application finds the Frontend API;
//   - CLERK_WEBHOOK_SIGNING_SECRET, with -webhook.
//
// The accounts with their passwords go to standard error. All keys and passwords are new at every start, except passwords of the seed.
//
// GET /health answers 200 as soon as the variables were written. SIGTERM and SIGINT end it: with exit code 0, when the requests in
// flight are answered. The exit code is 1 where it can't start, and 2 for flags that it doesn't understand.
//
//	-addr HOST:PORT     where to listen; the default is a free port on 127.0.0.1
//	-seed FILE          a seed as JSON, see clerktest.ParseSeed; without it clerktest.DefaultSeed
//	-production         a production instance instead of a development one
//	-rate-limits        Clerk's rate limits of the Backend API
//	-webhook URL        an endpoint on loopback that receives all events, signed; see clerktest.Server.AddWebhook
//	-control HOST:PORT  a second address, on loopback, for clock, faults and keys, see clerktest.Server.Control
//	-unsafe-listen-beyond-loopback
//	                    allows -addr on other addresses: everybody who reaches it can then sign in as anybody
package main
