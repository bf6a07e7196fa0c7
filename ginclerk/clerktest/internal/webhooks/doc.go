// Package webhooks delivers events to applications as Clerk does by way of Svix: signed, in the order of the events, and again where
// the application did not take them.
package webhooks
