// Package gintest has assertions for tests of Gin applications. Package clerktest provides their users and sessions: the
// example shows both.
package gintest
