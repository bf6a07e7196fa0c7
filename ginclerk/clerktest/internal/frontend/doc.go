// Package frontend is the Frontend API of an embedded Clerk: what browsers ask, with the dev browser's token (development) or the
// __client cookie (production).
package frontend
