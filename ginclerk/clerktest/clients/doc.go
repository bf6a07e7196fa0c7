// Package clients has only tests: they run Clerk's own JavaScript clients, unmodified from npm, against an embedded Clerk.
// @clerk/backend runs in Node. clerk-js and the components of @clerk/ui run in Chromium and reach the embedded Clerk through the proxy of a
// Gin application, and through that of the demo program. Every answer is compared with Clerk's OpenAPI documents, if the environment names them.
// Applications of Express, Fastify, Hono and Next.js, and a test with Playwright, run on the variables of the program, in recipes and next.
// The files package.json and package-lock.json have the versions. The test installs them, once per lock file, below the user's cache
// folder.
package clients
