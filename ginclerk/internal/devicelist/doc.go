// Package devicelist decides what the page of devices shows of a user's sessions: which ones match a search, in which order they are,
// which belong to the same device, what is remarkable about each, and how much of an address is shown. It is pure: it asks neither Clerk
// nor a store nor a clock.
package devicelist
