// Package gintest is for tests of Gin applications: [Config] configures them for the embedded Clerk of package clerktest, which has
// their users and sessions, and [AssertGuarded] asserts that their routes are guarded. The example shows both packages.
package gintest
