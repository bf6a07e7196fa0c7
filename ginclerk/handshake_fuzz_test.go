package ginclerk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// FuzzHandshakeAnswers brings answers of somebody else's handshakes, by addresses and cookies of all kinds, to a browser that
// was sent on no handshake: none is believed, none ends the browser's own session, and the browser is only ever sent to the
// Frontend API, to sign-in or back to where it is.
func FuzzHandshakeAnswers(f *testing.F) {
	for _, kind := range []instance.Type{instance.Development, instance.Production} {
		for _, format := range []string{"nonce", "token"} {
			for _, request := range [][2]string{
				{"ANSWER", ""},
				{"", "ANSWER"},
				{"x=1&ANSWER", "ANSWER"},
				{"__ginclerk_handshake=AAAAAAAAAAAAAAAAAAAAAAAAAA-1&ANSWER", ""},
				{
					"__ginclerk_handshake=AAAAAAAAAAAAAAAAAAAAAAAAAA-3&ANSWER",
					"__Host-ginclerk_handshake_AAAAAAAAAAAAAAAAAAAAAAAAAA=AQ; __ginclerk_handshake_AAAAAAAAAAAAAAAAAAAAAAAAAA=AQ",
				},
				{"%5f_clerk_handshak%65=x&__clerk_db_jwt=y&%zz", "__clerk_redirect_count=1; __ginclerk_answered_=9"},
			} {
				f.Add(kind == instance.Production, format == "token", request[0], request[1], "document", "")
			}
		}
	}
	type world struct {
		app     *app
		answers map[bool]string // by whether it is a token
		own     *visitor
		ownID   string
		otherID string
	}
	worlds := map[bool]world{}
	for _, kind := range []instance.Type{instance.Development, instance.Production} {
		a := newApp(f, typed(kind)...)
		a.guarded(a.clerk.RequireSession())
		a.clerk.MountProxy(a.engine)
		w := world{app: a, answers: map[bool]string{}, own: a.visitor(f, ada), ownID: a.userID(f, ada), otherID: a.userID(f, mia)}
		for _, format := range []string{"nonce", "token"} {
			name, value := a.visitor(f, mia).answerOf(f, format)
			w.answers[format == "token"] = name + "=" + value
		}
		worlds[kind == instance.Production] = w
	}
	f.Fuzz(func(t *testing.T, production, token bool, query, cookies, dest, purpose string) {
		w := worlds[production]
		answer := w.answers[token]
		query, cookies = strings.ReplaceAll(query, "ANSWER", answer), strings.ReplaceAll(cookies, "ANSWER", answer)
		if strings.ContainsFunc(query+cookies, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Skip("net/http would not accept it")
		}
		got := w.app.ask(http.MethodGet, "/guarded", w.own.jar(), navigation, func(r *http.Request) {
			r.URL.RawQuery = query
			r.Header.Add("Cookie", cookies)
			r.Header.Set("Sec-Fetch-Dest", dest)
			r.Header.Set("Purpose", purpose)
		})
		for name := range got.setCookies() {
			if strings.HasPrefix(name, "__session") || strings.HasPrefix(name, "__client") || strings.HasPrefix(name, "__refresh") {
				t.Fatalf("%q %q sets %s", query, cookies, name)
			}
		}
		if strings.Contains(got.Body.String(), w.otherID) {
			t.Fatalf("%q %q is answered as somebody else", query, cookies)
		}
		location := got.Header().Get("Location")
		if location == "" {
			if got.Code == http.StatusOK && !strings.HasPrefix(got.Body.String(), w.ownID) {
				t.Fatalf("%q %q: %s", query, cookies, got.Body)
			}
			return
		}
		u, err := url.Parse(location)
		if err != nil || u.IsAbs() && u.Scheme+"://"+u.Host != ownOrigin || !u.IsAbs() && !strings.HasPrefix(location, "/guarded") {
			t.Fatalf("%q %q leads to %q", query, cookies, location)
		}
		if u.Path != "/__clerk/v1/client/handshake" && u.Path != "/guarded" && u.Path != "/sign-in" {
			t.Fatalf("%q %q leads to %q", query, cookies, location)
		}
		back, err := url.Parse(u.Query().Get("redirect_url"))
		if err != nil || back.String() != "" && back.Scheme+"://"+back.Host != ownOrigin ||
			back.Query().Has("__clerk_handshake") || back.Query().Has("__clerk_handshake_nonce") {
			t.Fatalf("%q %q comes back to %q", query, cookies, u.Query().Get("redirect_url"))
		}
	})
}
