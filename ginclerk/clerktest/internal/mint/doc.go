// Package mint makes the tokens of an embedded Clerk: session tokens, JWT template tokens and handshake tokens, all signed with
// RS256 by one key per instance.
package mint
