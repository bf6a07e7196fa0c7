package main

import "net/http"

// resultRows are browsers that come back from a handshake.
func resultRows() []row {
	home := want{status: http.StatusTemporaryRedirect, location: "/"}
	return []row{{
		name: "back from a handshake, development", mode: development,
		options: []option{known, returning(active, foreignCookie), document}, want: home.setting("*"),
	}, {
		name: "back from a handshake, the clock is slow, development", mode: development,
		options: []option{known, returning(early, foreignCookie), document}, want: home,
	}, {
		name: "back from a handshake, the clock is fast, development", mode: development,
		options: []option{known, returning(expired, foreignCookie), document}, want: home,
	}, {
		name: "back from a handshake that another key signed, development", mode: development,
		options: []option{known, returning(active, foreignCookie), document, mismatchedKeys},
		want:    want{status: http.StatusInternalServerError},
	}, {
		name: "back from a handshake with another browser token", mode: development,
		options: []option{known, returning(active, freshBrowser), document}, want: home.setting("*"),
	}, {
		name: "back from a handshake, production", mode: production,
		options: []option{returning(active, foreignCookie), document}, want: as("user_12345").setting("*"),
	}, {
		name: "back from a handshake, the clock is slow, production", mode: production,
		options: []option{returning(early, foreignCookie), document}, want: served(),
	}, {
		name: "an expired session and a stale handshake, production", mode: production,
		options: []option{returning(expired, foreignCookie), session(expired), document}, want: handshake(reasonExpired),
	}, {
		name: "back from a handshake that another key signed, production", mode: production,
		options: []option{returning(active, foreignCookie), document, mismatchedKeys}, want: as("nobody: session-token-and-uat-missing"),
	}}
}
