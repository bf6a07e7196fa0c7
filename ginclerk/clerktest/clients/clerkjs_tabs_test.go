package clients_test

// testTabsSignOut: a sign-out in one tab reaches the others.
func testTabsSignOut(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	ada := js.password(t, "ada@example.com")
	other := js.another(t)
	other.load(t)
	wantBoth(t, other, beside, "ada@example.com", ada)
	evaluate[bool](t, js, `await Clerk.signOut(() => {}); return true`)
	evaluate[bool](t, other, `return await until(() => !Clerk.session)`)
	wantBoth(t, other, beside, "")
	wantBoth(t, js, beside, "")
}

// testTabsSwitch: another tab keeps the session that it has, and so do the pages that are opened from it, until it loads again.
func testTabsSwitch(sc scene) {
	t, js, beside := sc.t, sc.js, sc.beside
	ada := js.password(t, "ada@example.com")
	mia := js.password(t, "mia@example.com")
	other := js.another(t)
	other.load(t)
	wantBoth(t, other, beside, "mia@example.com", mia, ada)

	evaluate[bool](t, js, `await Clerk.setActive({ session: `+quoted(t, ada)+` }); return true`)
	wantBoth(t, js, beside, "ada@example.com", ada, mia)
	if claims := claimsOf(t, evaluate[string](t, other, `return await Clerk.session.getToken({ skipCache: true })`)); claims["sid"] != mia {
		t.Errorf("the other tab's token is one of %v, want its own session's", claims["sid"])
	}
	wantBoth(t, other, beside, "mia@example.com", mia, ada) // the tab with the focus writes the cookie; here all tabs have it
	other.load(t)
	wantBoth(t, other, beside, "ada@example.com", ada, mia)

	evaluate[bool](t, js, `await Clerk.signOut(() => {}, { sessionId: `+quoted(t, ada)+` }); return true`)
	other.load(t)
	wantBoth(t, other, beside, "mia@example.com", mia)
}
