// Package instance describes a Clerk instance by its keys: its kind, the addresses of its Frontend API and Account Portal, and the
// names of its cookies. It parses keys and nothing else: it uses no network and no clock, and has no state.
//
// The rules are those of Clerk's own SDKs (@clerk/shared, file keys.ts).
package instance
