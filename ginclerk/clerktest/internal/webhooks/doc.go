// Package webhooks delivers events to applications as Clerk does through Svix: signed, in the order of the events, and again if
// the application did not accept them.
package webhooks
