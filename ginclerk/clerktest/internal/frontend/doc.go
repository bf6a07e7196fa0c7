// Package frontend is the Frontend API of an embedded Clerk, which browsers call with the dev browser's token (development) or
// the __client cookie (production).
package frontend
