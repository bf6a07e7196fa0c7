// Package instance describes a Clerk instance by its keys: which kind it is, where its Frontend API and Account Portal
// are, and how its cookies are named. It reads keys and does nothing else: no network, no clock, no state.
//
// The rules are those of Clerk's own SDKs (@clerk/shared, file keys.ts).
package instance
