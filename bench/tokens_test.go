package bench_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// poolSize is how many tokens the first-sight rows cycle through. After each cycle they go on with a Clerk that has seen none of
// them, which is made while the timer stands still. So every measured request brings a token that its Clerk has never seen.
const poolSize = 1024

// pool has tokens of one browser's session.
type pool struct {
	once    sync.Once
	tokens  []string
	cookies []*http.Cookie // of that browser, with the first token
}

// visitor returns the cookies of a browser in which the users are signed in, the last one being current.
func (w *world) visitor(tb testing.TB, emails ...string) []*http.Cookie {
	tb.Helper()
	browser := w.server.NewBrowser()
	for _, email := range emails {
		if _, err := browser.SignIn(email); err != nil {
			tb.Fatal(err)
		}
	}
	cookies, err := browser.Cookies(origin)
	if err != nil {
		tb.Fatal(err)
	}
	return cookies
}

// minted returns the pool, and fills it the first time: that takes a second or two, since each token is signed.
func (w *world) minted(tb testing.TB) *pool {
	tb.Helper()
	w.pool.once.Do(func() {
		browser := w.server.NewBrowser()
		session, err := browser.SignIn(ada)
		if err != nil {
			tb.Fatal(err)
		}
		cookies, err := browser.Cookies(origin)
		if err != nil {
			tb.Fatal(err)
		}
		tokens := make([]string, 0, poolSize)
		for range poolSize {
			tokens = append(tokens, w.mint(tb, session.ID, clerktest.TokenOptions{}))
		}
		w.pool.tokens, w.pool.cookies = tokens, withToken(cookies, tokens[0])
	})
	if len(w.pool.tokens) == 0 {
		tb.Fatal("no tokens were minted")
	}
	return &w.pool
}

// session makes a session of a user.
func (w *world) session(tb testing.TB, email string) clerktest.Session {
	tb.Helper()
	user, err := w.server.UserByEmail(email)
	if err != nil {
		tb.Fatal(err)
	}
	session, err := w.server.CreateSession(user.ID, clerktest.SessionOptions{OrganizationID: "acme"})
	if err != nil {
		tb.Fatal(err)
	}
	return session
}

func (w *world) mint(tb testing.TB, sessionID string, o clerktest.TokenOptions) string {
	tb.Helper()
	o.AuthorizedParty = origin
	token, err := w.server.MintToken(sessionID, o)
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

// bearer is one good token.
func (w *world) bearer(tb testing.TB) string {
	tb.Helper()
	return w.minted(tb).tokens[0]
}

// withToken returns the cookies with another session token, in the plain cookie and in that with the instance's suffix.
func withToken(cookies []*http.Cookie, token string) []*http.Cookie {
	changed := make([]*http.Cookie, 0, len(cookies))
	for _, cookie := range cookies {
		own := *cookie
		if own.Name == "__session" || strings.HasPrefix(own.Name, "__session_") {
			own.Value = token
		}
		changed = append(changed, &own)
	}
	return changed
}

// spoiled is a token whose signature is another's: it has the right form and length, and only the key can tell.
func spoiled(token, other string) string {
	return token[:strings.LastIndexByte(token, '.')] + other[strings.LastIndexByte(other, '.'):]
}

// measureFirst asks requests each of which brings a token that the Clerk which gets it has never seen.
func measureFirst(b *testing.B, w *world, request func(token string) *http.Request) {
	b.Helper()
	p := w.minted(b)
	requests := make([]*http.Request, 0, poolSize)
	for _, token := range p.tokens {
		requests = append(requests, request(token))
	}
	var (
		out     = newSink()
		clerk   *ginclerk.Clerk
		handler http.Handler
	)
	anew := func() {
		if clerk != nil {
			closeClerk(b, clerk)
		}
		clerk = w.clerk(b)
		handler = engine(b, protected(clerk))
		// The keys are fetched now, and Gin's pool has a context: requests[0] is never measured.
		if got := out.ask(handler, requests[0]); got != http.StatusNoContent {
			b.Fatalf("status %d: %v", got, out.header)
		}
	}
	anew()
	b.ReportAllocs()
	next := 1
	for b.Loop() {
		if got := out.ask(handler, requests[next]); got != http.StatusNoContent {
			b.Fatalf("status %d: %v", got, out.header)
		}
		if next++; next == len(requests) {
			b.StopTimer()
			anew()
			next = 1
			b.StartTimer()
		}
	}
	b.StopTimer()
	closeClerk(b, clerk)
}
