package main

// Reasons for a handshake, in Clerk's words.
const (
	reasonExpired   = "session-token-expired-refresh-non-eligible-no-refresh-cookie"
	reasonNoGet     = "session-token-expired-refresh-non-eligible-non-get"
	reasonEarly     = "session-token-nbf"
	reasonNoSession = "client-uat-but-no-session-token"
	reasonNoBrowser = "dev-browser-missing"
	reasonSync      = "dev-browser-sync"
	reasonSatellite = "satellite-needs-syncing"
	reasonMismatch  = "active-organization-mismatch"
)

func sessionRows() []row {
	return []row{{
		name: "a session cookie, development", mode: development,
		options: []option{known, session(active), document}, want: as("user_12345"),
	}, {
		name: "a session in the Authorization header, development", mode: development,
		options: []option{known, bearer(active), document}, want: as("user_12345"),
	}, {
		name: "a session cookie, production", mode: production,
		options: []option{session(active), document}, want: as("user_12345"),
	}, {
		name: "a session in the Authorization header of a program, production", mode: production,
		options: []option{bearer(active)}, want: as("user_12345"),
	}, {
		name: "signed in elsewhere, no session cookie, development", mode: development,
		options: []option{known, uat(1), document}, want: handshake(reasonNoSession),
	}, {
		name: "signed in elsewhere, no session cookie, production", mode: production,
		options: []option{uat(1), document}, want: handshake(reasonNoSession),
	}, {
		name: "signed out, and the browser says so, development", mode: development,
		options: []option{known, uat(0), document}, want: served(),
	}, {
		name: "signed out, and the browser says so, production", mode: production,
		options: []option{uat(0), document}, want: served(),
	}, {
		name: "signed out, and the browser says nothing, development", mode: development,
		options: []option{known, document}, want: served(),
	}, {
		name: "signed out, and the browser says nothing, production", mode: production,
		options: []option{document}, want: served(),
	}, {
		name: "a browser that the development instance does not know", mode: development,
		options: []option{document}, want: handshake(reasonNoBrowser),
	}, {
		name: "a visit from elsewhere that brings a browser token along", mode: development, target: "/?__clerk_db_jwt=asdf",
		options: []option{known, document}, want: handshake(reasonSync).telling("asdf"),
	}}
}

func tokenAgeRows() []row {
	return []row{{
		name: "an expired session cookie, development", mode: development,
		options: []option{known, session(expired), document}, want: handshake(reasonExpired),
	}, {
		name: "an expired session cookie, production", mode: production,
		options: []option{session(expired), document}, want: handshake(reasonExpired),
	}, {
		name: "an expired session in the Authorization header, production", mode: production,
		options: []option{bearer(expired), document}, want: handshake(reasonExpired),
	}, {
		name: "a session cookie from the future, development", mode: development,
		options: []option{known, session(early), document}, want: handshake(reasonEarly),
	}, {
		name: "a session from the future in the Authorization header, development", mode: development,
		options: []option{known, bearer(early), document}, want: handshake(reasonEarly),
	}}
}
