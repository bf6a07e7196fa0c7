// Package gintest holds assertions for tests of applications on Gin. What such tests stand on, users and their sessions among it, comes
// from package clerktest: the example shows both.
package gintest
