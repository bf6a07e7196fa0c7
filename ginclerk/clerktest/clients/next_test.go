package clients_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// nextSite is an application of Next.js (testdata/next) and the demo, both on the variables of the program, in the same browsers: cookies
// ignore ports.
type nextSite struct {
	origin, control, script string
	password                string // of Ada
	demo                    demo
}

// next dev runs an application with Clerk's own middleware and components, both as npm has them, on the variables as the program prints
// them. Browsers, with and without JavaScript, and programs see there what they see in an application with ginclerk.
func TestNextJS(t *testing.T) {
	installing := installingNext(t)
	scripts := filepath.Join(installed(t), "node_modules", "@clerk")
	b, program := browser(t), buildDemo(t)
	t.Parallel()
	s := startNext(t, installing(), scripts, program)
	t.Run("a browser without JavaScript", s.browserStory)
	t.Run("clerk-js in a browser", func(t *testing.T) { s.clerkJSStory(t, b) })
	t.Run("programs", func(t *testing.T) { tokensAreGood(t, s.origin, s.control) })
	t.Run("forged tokens", s.forgedTokens)
}

// startNext starts the program, Next.js and the demo. The scripts are those of Clerk, which come from its own servers otherwise.
func startNext(t *testing.T, packages, scripts, program string) *nextSite {
	t.Helper()
	port, beside := freePort(t), freePort(t)
	s := &nextSite{origin: "http://localhost:" + port, control: "127.0.0.1:" + freePort(t)}
	origins := s.origin + ",http://localhost:" + beside
	var accounts map[string]string
	s.script, accounts = startProgram(t, "ada@example.com", "-origins", origins, "-control", s.control)
	s.password = accounts["ada@example.com"]
	s.demo = startDemo(t, program, append(variablesIn(t, s.script), "PORT="+beside, "CLERK_AUTHORIZED_PARTIES="+origins)...)

	// Next.js looks for its packages in the folders above.
	folder, err := os.MkdirTemp(packages, "app-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.CopyFS(folder, os.DirFS("testdata/next")); err != nil {
		t.Fatal(err)
	}
	files := http.FileServer(http.Dir(scripts))
	served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*") // as Clerk's own servers do
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(served.Close)
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `. "$1"; exec node ../node_modules/next/dist/bin/next dev --hostname localhost --port "$2"`,
		"sh", s.script, port)
	cmd.Dir = folder
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "CLERK_AUTHORIZED_PARTIES=" + origins,
		"NEXT_TELEMETRY_DISABLED=1", "NEXT_PUBLIC_CLERK_TELEMETRY_DISABLED=1",
		"NEXT_PUBLIC_CLERK_JS_URL=" + served.URL + "/clerk-js/dist/clerk.browser.js", "NEXT_PUBLIC_CLERK_UI_URL=" + served.URL + "/ui/dist/ui.browser.js",
	}
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // it has a process of its own to end
	start(t, cmd)
	answers(t, s.origin+"/api/me", http.StatusUnauthorized)
	return s
}

// wanderer is a browser without JavaScript that notes where it is led.
type wanderer struct {
	*http.Client
	t       *testing.T
	origin  string   // of the application
	outside bool     // it does not go back to the application
	led     []string // the addresses, in order
}

func (s *nextSite) newWanderer(t *testing.T) *wanderer {
	t.Helper()
	w := &wanderer{Client: newClient(t), t: t, origin: s.origin}
	w.Timeout = patience // Next.js compiles a page when it is asked for
	w.CheckRedirect = func(to *http.Request, _ []*http.Request) error {
		w.led = append(w.led, to.URL.String())
		if w.outside && strings.HasPrefix(to.URL.String(), w.origin) {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return w
}

// opens opens an address and returns where that ends. Before, it must have led to Clerk for these reasons.
func (w *wanderer) opens(address string, reasons ...string) (at, page string) {
	w.t.Helper()
	w.led = nil
	at, page = browse(w.t, w.Client, http.MethodGet, address, nil)
	var got []string
	for _, led := range w.led {
		to, err := url.Parse(led)
		if err != nil {
			w.t.Fatal(err)
		}
		if strings.HasSuffix(to.Path, "/v1/client/handshake") {
			got = append(got, to.Query().Get("__clerk_hs_reason"))
		}
	}
	if !slices.Equal(got, reasons) {
		w.t.Errorf("%s leads to Clerk for %q, want %q:\n%s", address, got, reasons, strings.Join(w.led, "\n"))
	}
	return at, page
}

// wantAt fails unless the browser is at an address, on a page with a text.
func (w *wanderer) wantAt(at, page, address, text string) {
	w.t.Helper()
	if at != address || !strings.Contains(page, text) {
		w.t.Errorf("the browser is at %s, want %s with %s on it:\n%s\n%s", at, address, text, strings.Join(w.led, "\n"), page)
	}
}

// wantOut fails unless the browser is at the sign-in page, which leads back to the dashboard of an origin.
func (w *wanderer) wantOut(at, page, signIn, origin string) {
	w.t.Helper()
	to, err := url.Parse(at)
	if err != nil {
		w.t.Fatal(err)
	}
	if !strings.HasPrefix(at, signIn+"?") || to.Query().Get("redirect_url") != origin+"/dashboard" || !strings.Contains(page, "<form") {
		w.t.Errorf("the browser is at %s, want the sign-in page that leads back:\n%s\n%s", at, strings.Join(w.led, "\n"), page)
	}
}

// browserStory signs Ada in, in both applications. Later her token has expired, and then her session is revoked.
func (s *nextSite) browserStory(t *testing.T) {
	signIn := s.variable(t, "CLERK_SIGN_IN_URL")
	w := s.newWanderer(t)
	at, page := w.opens(s.origin+"/", "dev-browser-missing")
	w.wantAt(at, page, s.origin+"/", "signed out")
	at, page = w.opens(s.origin + "/dashboard")
	w.wantOut(at, page, signIn, s.origin)

	s.advance(t, "-10m") // Ada signs in ten minutes ago
	w.outside = true
	at, _ = browse(t, w.Client, http.MethodPost, at, url.Values{"identifier": {"ada@example.com"}})
	browse(t, w.Client, http.MethodPost, at, url.Values{"password": {s.password}})
	w.outside = false
	s.advance(t, "10m")
	back := w.led[len(w.led)-1]
	at, page = w.opens(back, "dev-browser-sync")
	w.wantAt(at, page, s.origin+"/dashboard", s.user(t, "ada@example.com"))
	at, page = w.opens(s.demo.origin + "/dashboard")
	w.wantAt(at, page, s.demo.origin+"/dashboard", "ada@example.com")

	session := s.sessionOf(w)
	expired := s.tokenOfTwoMinutesAgo(w, session)
	const later = "/dashboard?tab=2"
	w.comesBackWith(expired)
	at, page = w.opens(s.origin + later) // the refresh token renews it
	w.wantAt(at, page, s.origin+later, s.user(t, "ada@example.com"))
	w.comesBackWith(expired)
	w.loses("__refresh")
	at, page = w.opens(s.origin+later, "session-token-expired-refresh-non-eligible-no-refresh-cookie")
	w.wantAt(at, page, s.origin+later, s.user(t, "ada@example.com"))

	s.backend(t, "/v1/sessions/"+session+"/revoke")
	w.comesBackWith(expired)
	at, page = w.opens(s.origin+"/dashboard", "session-token-expired-refresh-session_not_active")
	w.wantOut(at, page, signIn, s.origin)
	at, page = w.opens(s.demo.origin + "/dashboard")
	w.wantOut(at, page, signIn, s.demo.origin)
}

// clerkJSStory signs Ada in on the program's pages. The components of @clerk/nextjs and the demo see her, until clerk-js signs her out.
func (s *nextSite) clerkJSStory(t *testing.T, b *chromiumtest.Browser) {
	t.Helper()
	v := newTab(t, b, &site{origin: s.origin})
	v.visit(t, "/dashboard")
	v.fillIn(t, "identifier", "ada@example.com")
	v.fillIn(t, "password", s.password)
	v.wantAt(t, s.origin+"/dashboard", s.user(t, "ada@example.com"))
	seen := evaluate[string](t, v, `
		const shown = () => document.querySelector('#browser').textContent;
		while (!shown()) await new Promise(done => new MutationObserver(done).observe(document.body, { childList: true, subtree: true, characterData: true }));
		return shown();`)
	if seen != "ada@example.com" {
		t.Errorf("clerk-js sees %q, want ada@example.com", seen)
	}
	v.Open(t, s.demo.origin+"/dashboard")
	v.wantAt(t, s.demo.origin+"/dashboard", "ada@example.com")
	v.visit(t, "/dashboard")
	evaluate[bool](t, v, `
		while (!window.Clerk?.loaded) await new Promise(done => setTimeout(done, 25));
		await Clerk.signOut(() => {});
		return true;`)
	for _, origin := range []string{s.origin, s.demo.origin} {
		if v.Open(t, origin+"/dashboard"); !strings.HasPrefix(v.at(t), s.variable(t, "CLERK_SIGN_IN_URL")+"?") {
			t.Errorf("signed out, %s/dashboard leads to %s, want the sign-in page", origin, v.at(t))
		}
	}
	const beside = "a request to another host: http://" // here Clerk is on another port, and the demo
	for _, complaint := range v.seen.list() {
		if !strings.HasPrefix(complaint, beside+"127.0.0.1:") && !strings.HasPrefix(complaint, beside+"localhost:") {
			t.Errorf("clerk-js: %s", complaint)
		}
	}
}

// forgedTokens sends tokens that Clerk has not made.
func (s *nextSite) forgedTokens(t *testing.T) {
	ada, bob := strings.Split(s.token(t, "ada@example.com").Token, "."), strings.Split(s.token(t, "bob@example.com").Token, ".")
	for name, token := range map[string]string{
		"of Ada with the signature of Bob's": strings.Join([]string{ada[0], ada[1], bob[2]}, "."),
		"of Ada without a signature":         strings.Join([]string{"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", ada[1], ""}, "."), // {"alg":"none","typ":"JWT"}
		"that is none":                       "sess_1",
	} {
		if status, text := exchange(t, http.MethodGet, s.origin+"/api/me", "", "Authorization", "Bearer "+token); status != http.StatusUnauthorized {
			t.Errorf("a token %s gets %d %s", name, status, text)
		}
	}
}

// variable returns a variable that the program has printed.
func (s *nextSite) variable(t *testing.T, name string) string {
	t.Helper()
	return shell(t, `. "$1"; printf %s "$`+name+`"`, s.script)
}

// advance moves the clock of the program, which Next.js does not have.
func (s *nextSite) advance(t *testing.T, by string) {
	t.Helper()
	s.controls(t, "clock", `{"advance": "`+by+`"}`)
}

// controls asks the program's controls for something.
func (s *nextSite) controls(t *testing.T, what, body string) (answer string) {
	t.Helper()
	status, answer := exchange(t, http.MethodPost, "http://"+s.control+"/"+what, body, "Content-Type", "application/json")
	if status != http.StatusOK {
		t.Fatalf("the controls answer %s with %d %s", what, status, answer)
	}
	return answer
}

// controlToken is a token that the controls have made.
type controlToken struct {
	Token  string `json:"token"`
	UserID string `json:"user_id"`
}

func (s *nextSite) token(t *testing.T, email string) (made controlToken) {
	t.Helper()
	if err := json.Unmarshal([]byte(s.controls(t, "tokens", `{"email": "`+email+`"}`)), &made); err != nil {
		t.Fatal(err)
	}
	return made
}

// user returns the id of a user.
func (s *nextSite) user(t *testing.T, email string) string {
	t.Helper()
	return s.token(t, email).UserID
}

// sessionOf returns the browser's session, as Next.js sees it.
func (s *nextSite) sessionOf(w *wanderer) string {
	w.t.Helper()
	_, text := w.opens(s.origin + "/api/me")
	var seen struct{ SessionID string }
	if err := json.Unmarshal([]byte(text), &seen); err != nil || !strings.HasPrefix(seen.SessionID, "sess_") {
		w.t.Fatalf("the browser's session: %v in %s", err, text)
	}
	return seen.SessionID
}

// tokenOfTwoMinutesAgo returns what the Frontend API gave the browser then.
func (s *nextSite) tokenOfTwoMinutesAgo(w *wanderer, session string) string {
	w.t.Helper()
	s.advance(w.t, "-2m")
	defer s.advance(w.t, "2m")
	var devBrowser string
	for _, c := range w.cookies("__clerk_db_jwt") {
		devBrowser = c.Value
	}
	address := s.variable(w.t, "CLERK_FAPI_URL") + "/v1/client/sessions/" + session + "/tokens?__clerk_db_jwt=" + devBrowser
	status, text := exchange(w.t, http.MethodPost, address, "", "Origin", s.origin)
	var made struct {
		JWT string `json:"jwt"`
	}
	if err := json.Unmarshal([]byte(text), &made); err != nil || status != http.StatusOK {
		w.t.Fatalf("the token: %d %v in %s", status, err, text)
	}
	return made.JWT
}

// comesBackWith puts a token into the browser's cookies.
func (w *wanderer) comesBackWith(token string) {
	cookies := w.cookies("__session")
	for _, c := range cookies {
		c.Value, c.Path = token, "/"
	}
	w.Jar.SetCookies(w.at(), cookies)
}

// loses takes cookies away from the browser.
func (w *wanderer) loses(name string) {
	cookies := w.cookies(name)
	for _, c := range cookies {
		c.Path, c.MaxAge = "/", -1
	}
	w.Jar.SetCookies(w.at(), cookies)
}

// cookies returns the application's cookies of a name, with and without the suffix of the instance.
func (w *wanderer) cookies(name string) []*http.Cookie {
	return slices.DeleteFunc(w.Jar.Cookies(w.at()), func(c *http.Cookie) bool { return c.Name != name && !strings.HasPrefix(c.Name, name+"_") })
}

func (w *wanderer) at() *url.URL {
	at, err := url.Parse(w.origin)
	if err != nil {
		w.t.Fatal(err)
	}
	return at
}

// backend sends a request to the Backend API.
func (s *nextSite) backend(t *testing.T, path string) {
	t.Helper()
	status, text := exchange(t, http.MethodPost, s.variable(t, "CLERK_API_URL")+path, "", "Authorization", "Bearer "+s.variable(t, "CLERK_SECRET_KEY"))
	if status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, status, text)
	}
}
