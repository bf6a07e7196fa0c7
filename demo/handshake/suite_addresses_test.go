package main

// addressRows say where the handshake is and where it returns to. In each row a session has expired.
func addressRows() []row {
	const proxy, deep = "https://example.com/clerk", "/hello?foo=bar"
	dev := func(more ...option) []option { return append([]option{known, session(expired), document}, more...) }
	live := func(more ...option) []option { return append([]option{session(expired), document}, more...) }
	forwarded := func(host string) option { return header("X-Forwarded-Host", host, "X-Forwarded-Proto", "https") }
	return []row{{
		name: "a proxy, development", mode: development,
		options: dev(header("X-Proxy-Url", proxy)), want: handshake(reasonExpired).from("example.com/clerk"),
	}, {
		name: "a proxy, production", mode: production,
		options: live(header("X-Proxy-Url", proxy)), want: handshake(reasonExpired).from("example.com/clerk"),
	}, {
		name: "a domain counts for no primary application, development", mode: development,
		options: dev(header("X-Domain", "localhost:3000")), want: handshake(reasonExpired),
	}, {
		name: "a domain counts for no primary application, production", mode: production,
		options: live(header("X-Domain", "example.com")), want: handshake(reasonExpired),
	}, {
		name: "a satellite's handshake is at its own domain", mode: production,
		options: []option{satellite(), session(expired), document}, want: handshake(reasonExpired).from("clerk.example.com"),
	}, {
		name: "back to a path and its query, development", mode: development, target: deep,
		options: dev(), want: handshake(reasonExpired).to(own + deep),
	}, {
		name: "back to a path and its query, production", mode: production, target: deep,
		options: live(), want: handshake(reasonExpired).to(own + deep),
	}, {
		name: "back to the reverse proxy in front, development", mode: development, target: deep,
		options: dev(forwarded("example.com")), want: handshake(reasonExpired).to("https://example.com" + deep),
	}, {
		name: "back to the reverse proxy in front, production", mode: production, target: deep,
		options: live(forwarded("example.com")), want: handshake(reasonExpired).to("https://example.com" + deep),
	}, {
		name: "back to the reverse proxy on a port, development", mode: development, target: deep,
		options: dev(forwarded("example.com:3213")), want: handshake(reasonExpired).to("https://example.com:3213" + deep),
	}, {
		name: "back to the reverse proxy on a port, production", mode: production, target: deep,
		options: live(forwarded("example.com:3213")), want: handshake(reasonExpired).to("https://example.com:3213" + deep),
	}}
}

// satelliteRows are visits to satellites without a session.
func satelliteRows() []row {
	const needed, done = "/?__clerk_synced=false", "/?__clerk_synced=true"
	syncs := handshake(reasonSatellite).from("clerk.example.com")
	return []row{{
		name: "a satellite, not a navigation", mode: production,
		options: []option{satellite()}, want: served(),
	}, {
		name: "a satellite waits for a sign-in unless told otherwise", mode: production,
		options: []option{satellite(), document}, want: served(),
	}, {
		name: "a satellite, development, not a navigation", mode: development,
		options: []option{satellite("X-Sign-In-Url", "https://example.com/sign-in")}, want: served(),
	}, {
		name: "a satellite without auto sync", mode: production,
		options: []option{satellite("X-Satellite-Auto-Sync", "false"), document}, want: served(),
	}, {
		name: "a satellite without auto sync, after a sign-in", mode: production, target: needed,
		options: []option{satellite("X-Satellite-Auto-Sync", "false"), document}, want: syncs.to(own + needed),
	}, {
		name: "a satellite that has been synced", mode: production, target: done,
		options: []option{satellite(), document}, want: served(),
	}, {
		name: "a satellite after a sign-in, unless told otherwise", mode: production, target: needed,
		options: []option{satellite(), document}, want: syncs.to(own + needed),
	}, {
		name: "a satellite with auto sync", mode: production,
		options: []option{satellite("X-Satellite-Auto-Sync", "true"), document}, want: syncs,
	}}
}
