// Package clients holds no code: its tests run Clerk's own JavaScript clients, unmodified as npm has them, against an embedded Clerk.
// @clerk/backend runs in Node; clerk-js runs in Chromium and reaches the embedded Clerk through the proxy of a Gin application, and
// through that of the demo program. Every answer is compared with Clerk's OpenAPI documents, where the environment names them.
// The versions stand in package.json and package-lock.json. The test installs them, once per lock file, below the user's cache folder.
package clients
