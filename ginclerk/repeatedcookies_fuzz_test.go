package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// FuzzRepeatedCookies sends any cookies beside those of a user: no other user is signed in, nothing panics, and the response sets
// only Clerk's cookies, well formed. Without the user's cookies no user is signed in.
func FuzzRepeatedCookies(f *testing.F) {
	a := newApp(f)
	a.attached()
	a.engine.NoRoute(whoami)
	v := a.visitor(f, ada)
	id := a.userID(f, ada)
	expired := a.mint(f, a.session(f, mia, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{Lifetime: -1e9})
	for _, seed := range []string{
		"__session=x", "__session=" + expired, "__session=; __session=\"\"", "__client_uat=0; __client_uat=99999999999999999999", ";;=;",
		"__clerk_redirect_count=3; __clerk_redirect_count=-1", "__clerk_db_jwt=dvb; __refresh_x=y; __client=z",
	} {
		f.Add("/app/page", seed, seed, true)
		f.Add("/", seed, "", false)
	}
	f.Fuzz(func(t *testing.T, path, before, after string, known bool) {
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, " %?#\\") || strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Skip("not the path of a request line")
		}
		options := []option{fetched, header("Cookie", before)}
		if known {
			options = append(options, v.jar())
		}
		got := a.ask(http.MethodGet, path, append(options, added("Cookie", after))...)
		// Gin itself answers what it redirects to the same path without a slash.
		if body := got.Body.String(); got.Code != http.StatusMovedPermanently && !strings.HasPrefix(body, "nobody: ") && (!known || !strings.HasPrefix(body, id)) {
			t.Fatalf("answered %q", body)
		}
		for _, line := range got.Header().Values("Set-Cookie") {
			if strings.ContainsAny(line, "\r\n\x00") || !strings.HasPrefix(line, "__cl") && !strings.HasPrefix(line, "__session") && !strings.HasPrefix(line, "__refresh_") {
				t.Fatalf("sets %q", line)
			}
		}
	})
}
