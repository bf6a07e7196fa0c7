package clerktest_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestPortalSignIn(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.open(t, "/sign-in?redirect_url="+url.QueryEscape("/dashboard?x=1&y=2")).wantText(t, "Email address")
	v.submit(t, "form", "identifier", "ada@example.com").wantAt(t, "/sign-in/factor-one").wantText(t, "ada@example.com")
	v.submit(t, "form", "password", user(t, v.srv, "ada@example.com").Password).wantAt(t, "/dashboard")
	query := v.at.Query()
	if query.Get("x") != "1" || query.Get("y") != "2" {
		t.Errorf("back at %s: the parameters are gone", v.at)
	}
	if got := query.Get("__clerk_db_jwt"); got == "" || got != v.devBrowser() {
		t.Errorf("dev browser %q, want that of the cookie, %q", got, v.devBrowser())
	}
	if got := v.current(t); got != "ada@example.com" {
		t.Errorf("signed in as %s", got)
	}
	v.open(t, "/sign-in/factor-one").wantAt(t, "/sign-in")
}

func TestPortalSignInWithCode(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.open(t, "/sign-in?redirect_url=/x").submit(t, "form", "identifier", "bob@example.com")
	v.submit(t, "alternative").wantAt(t, "/sign-in/factor-one/email-code").wantText(t, "424242")
	if v.submit(t, "form", "code", "111111").wantText(t, "Wrong code."); v.status != http.StatusUnprocessableEntity {
		t.Errorf("status %d, want 422", v.status)
	}
	v.submit(t, "form", "code", "").wantText(t, "Enter the code")
	v.submit(t, "alternative").wantAt(t, "/sign-in/factor-one/email-code")
	v.submit(t, "form", "code", "424242").wantAt(t, "/x")
	if got := v.current(t); got != "bob@example.com" {
		t.Errorf("signed in as %s", got)
	}
}

func TestPortalAccountWithoutPasswordGetsACode(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, func(c *clerktest.Config) {
		c.Seed = &clerktest.Seed{Users: []clerktest.User{{Email: "code@example.com", CodeOnly: true}}}
	})
	v.open(t, "/sign-in").submit(t, "form", "identifier", "code@example.com").wantAt(t, "/sign-in/factor-one/email-code")
	v.submit(t, "form", "code", "424242").wantAt(t, "/")
}

func TestPortalShowsErrorsAtTheField(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	for _, row := range []struct{ name, identifier, want string }{
		{"nothing entered", "  ", "Enter your email address"},
		{"an unknown address", `"><script>x</script>@example.com`, "No account has this email address."},
	} {
		v.open(t, "/sign-in?redirect_url=/x").submit(t, "form", "identifier", row.identifier)
		if v.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d, want 422", row.name, v.status)
		}
		checkProblem(t, v, "identifier", row.want)
		if strings.Contains(v.text, "<script>") {
			t.Error("the address is not escaped")
		}
	}
	input := find(v.page, func(n *html.Node) bool { return attr(n, "id") == "identifier" })
	if got := attr(input, "value"); got != `"><script>x</script>@example.com` {
		t.Errorf("the field holds %q, want what was entered", got)
	}
	v.submit(t, "form", "identifier", "ada@example.com").submit(t, "form", "password", "wrong")
	checkProblem(t, v, "password", "Wrong password.")
	v.submit(t, "form", "password", user(t, v.srv, "ada@example.com").Password).wantAt(t, "/x")
}

func TestPortalSaysWhatIsWrongInTheLanguageOfTheBrowser(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.language = "de"
	v.open(t, "/sign-in").submit(t, "form", "identifier", "")
	checkProblem(t, v, "identifier", "Geben Sie Ihre E-Mail-Adresse ein")
	v.submit(t, "form", "identifier", "unknown@example.com")
	checkProblem(t, v, "identifier", "Zu dieser E-Mail-Adresse gibt es kein Konto.")
	v.submit(t, "form", "identifier", "ada@example.com").submit(t, "form", "password", "wrong")
	checkProblem(t, v, "password", "Falsches Passwort.")
	v.submit(t, "alternative").submit(t, "form", "code", "111111")
	checkProblem(t, v, "code", "Falscher Code.")
	for range 10 {
		v.submit(t, "form", "code", "111111")
	}
	v.wantText(t, "oder wurde zu oft versucht")
	v.open(t, "/sign-up").submit(t, "form", "email_address", "noa", "password", "a-good-password")
	checkProblem(t, v, "email_address", "Das ist keine E-Mail-Adresse.")
	v.submit(t, "form", "email_address", "ada@example.com", "password", "a-good-password")
	v.wantText(t, "gibt es schon ein Konto")
	v.submit(t, "form", "email_address", "noa@example.com", "password", "short")
	checkProblem(t, v, "password", "Dieses Passwort ist zu kurz.")
	v.submit(t, "form", "email_address", "noa@example.com", "password", strings.Repeat("long", 100))
	checkProblem(t, v, "password", "Wählen Sie ein kürzeres Passwort.")
}

// checkProblem checks that the field is marked, focused, and names the text with the problem.
func checkProblem(t *testing.T, v *visitor, name, want string) {
	t.Helper()
	input := find(v.page, func(n *html.Node) bool { return n.Data == "input" && attr(n, "id") == name })
	if input == nil || attr(input, "aria-invalid") != "true" {
		t.Fatalf("%s is not marked as wrong: %s", name, v.text)
	}
	focused := false
	for _, a := range input.Attr {
		focused = focused || a.Key == "autofocus"
	}
	if !focused {
		t.Errorf("%s doesn't have the focus", name)
	}
	described := strings.Fields(attr(input, "aria-describedby"))
	problem := find(v.page, func(n *html.Node) bool { return len(described) > 0 && attr(n, "id") == described[0] })
	if problem == nil || problem.FirstChild.Data != want {
		t.Errorf("%s doesn't say %q: %s", name, want, v.text)
	}
	if find(v.page, func(n *html.Node) bool { return n.Data == "label" && attr(n, "for") == name }) == nil {
		t.Errorf("%s has no label", name)
	}
}

func TestPortalAccountsOnThisBrowser(t *testing.T) {
	t.Parallel()
	v := newVisitor(t).open(t, "/sign-in")
	v.submit(t, "form", "identifier", "ada@example.com").submit(t, "form", "password", user(t, v.srv, "ada@example.com").Password)
	v.open(t, "/sign-in").wantText(t, "Continue as Ada Okafor")
	v.signIn(t, "mia@example.com")
	if got := v.current(t); got != "mia@example.com" {
		t.Fatalf("current account %s, want the one added last", got)
	}
	v.open(t, "/sign-in?redirect_url=/back").wantText(t, "Continue as Mia Novak")
	button := find(v.page, func(n *html.Node) bool { return attr(n, "name") == "session_id" })
	v.submit(t, "accounts", "session_id", attr(button, "value")).wantAt(t, "/back")
	if got := v.current(t); got != "ada@example.com" {
		t.Errorf("current account %s, want the one chosen", got)
	}
	v.open(t, "/sign-in/add-account").submit(t, "form", "identifier", "mia@example.com").wantAt(t, "/")
	if got := v.current(t); got != "mia@example.com" {
		t.Errorf("current account %s: an account that is signed in already only becomes current", got)
	}
	other := v.anew(t)
	other.post(t, v.app+"/sign-in/continue", url.Values{"session_id": {attr(button, "value")}}, nil).wantAt(t, "/sign-in")
	if other.devBrowser() != "" {
		t.Error("another browser took over a session")
	}
}

func TestPortalDoesNotContinueAnEndedSession(t *testing.T) {
	t.Parallel()
	v := newVisitor(t).open(t, "/sign-in")
	v.signIn(t, "ada@example.com").signIn(t, "mia@example.com")
	v.open(t, "/sign-in?redirect_url=/back")
	over := attr(find(v.page, func(n *html.Node) bool { return attr(n, "name") == "session_id" }), "value")
	if err := v.srv.RevokeSession(over); err != nil {
		t.Fatal(err)
	}
	v.submit(t, "accounts", "session_id", over).wantAt(t, "/sign-in").wantText(t, "Continue as Mia Novak")
	if strings.Contains(v.text, "Ada") {
		t.Error("the account that is over is still offered")
	}
}

func TestPortalSignUp(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"/sign-up", "/sign-in/create"} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			v := newVisitor(t).open(t, base+"?redirect_url=/welcome")
			v.submit(t, "form", "first_name", "Noa", "email_address", "noa@example", "password", "short")
			checkProblem(t, v, "password", "This password is too short.")
			v.submit(t, "form", "email_address", "ada@example.com", "password", "a-good-password")
			checkProblem(t, v, "email_address", "This email address has an account. Sign in, or use another address.")
			v.submit(t, "form", "email_address", "noa@example.com", "password", "a-good-password")
			v.wantAt(t, base+"/verify-email-address").wantText(t, "424242")
			v.submit(t, "form", "code", "0")
			checkProblem(t, v, "code", "Wrong code.")
			v.submit(t, "alternative").wantAt(t, base+"/verify-email-address")
			v.submit(t, "form", "code", "424242").wantAt(t, "/welcome")
			if got := v.current(t); got != "noa@example.com" {
				t.Errorf("signed in as %s", got)
			}
			v.open(t, base+"/verify-email-address").wantAt(t, base)
		})
	}
}

func TestPortalFollowsAllowedTargetsOnly(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, func(c *clerktest.Config) { c.Origins = []string{"https://app.example.com"} })
	b := srv.NewBrowser()
	s := signIn(t, b, "ada@example.com")
	cookies, err := b.Cookies(appOrigin)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ target, want string }{
		{"/dashboard?a=1#top", "/dashboard?a=1&D#top"},
		{"https://app.example.com/x", "https://app.example.com/x?D"},
		{"", "/?D"},
		{"https://evil.example/", "/?D"},
		{"http://app.example.com/", "/?D"},
		{"http://localhost:8080/", "/?D"},
		{"//evil.example/", "/?D"},
		{`/\evil.example/`, "/?D"},
		{"/\t/evil.example/", "/?D"},
		{"javascript:alert(1)", "/?D"},
		{"dashboard", "/?D"},
		{"/x?__clerk_db_jwt=old&__clerk_handshake=old", "/x?D"},
		{"/%", "/?D"},
		{"/%2f x", "/?D"},
		{`/%2f"evil.example`, "/?D"},
		{"/%2f/evil.example", "/%2f/evil.example?D"},
	} {
		req := httptest.NewRequest(http.MethodPost, "/sign-in/continue?redirect_url="+url.QueryEscape(row.target),
			strings.NewReader("session_id="+s.ID))
		for _, cookie := range cookies {
			req.AddCookie(cookie)
		}
		rec := httptest.NewRecorder()
		srv.Portal().ServeHTTP(rec, req)
		want := strings.ReplaceAll(row.want, "D", "__clerk_db_jwt="+b.DevBrowser())
		if got := rec.Header().Get("Location"); rec.Code != http.StatusSeeOther || got != want {
			t.Errorf("%q: %d to %q, want 303 to %q", row.target, rec.Code, got, want)
		}
	}
}

func TestPortalRefusesFormsOfOtherSites(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	for _, header := range []map[string]string{
		{"Sec-Fetch-Site": "cross-site"},
		{"Sec-Fetch-Site": "same-site"},
		{"Origin": "https://evil.example"},
		{"Origin": "null"},
	} {
		for _, path := range []string{"/sign-in", "/sign-in/continue", "/sign-in/factor-one", "/sign-up"} {
			if v.post(t, v.app+path, url.Values{"identifier": {"ada@example.com"}}, header); v.status != http.StatusForbidden {
				t.Errorf("%s with %v: status %d, want 403", path, header, v.status)
			}
		}
	}
	if v.devBrowser() != "" {
		t.Error("a form of another site made a browser known")
	}
}

func TestPortalNotices(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.open(t, "/sign-in?notice=session-ended").wantText(t, "Your session ended. Sign in to continue.")
	v.open(t, "/sign-in?notice=session-ended&cause=expired&saved=form").
		wantText(t, "Your sign-in expired. Sign in to continue. Your form is saved. Sign in to send it.")
	v.open(t, "/sign-in?notice=Send+money+to+Eve")
	if strings.Contains(v.text, "Eve") {
		t.Error("a notice shows text of the caller's own")
	}
}

func TestPortalSaysThatItIsATest(t *testing.T) {
	t.Parallel()
	v := newVisitor(t).open(t, "/sign-in").wantText(t, "This is a test Clerk.")
	if strings.Contains(v.text, "mia@example.com") {
		t.Error("seeded users are shown unasked")
	}
	shown := newVisitor(t, func(c *clerktest.Config) { c.ShowSeededUsers = true }).open(t, "/sign-in")
	for _, u := range shown.srv.Users() {
		shown.wantText(t, u.Email).wantText(t, u.Password).wantText(t, u.Note)
	}
}

func TestPortalHeaders(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, func(c *clerktest.Config) { c.Origins = []string{"https://app.example.com"} })
	v.open(t, "/sign-in?redirect_url=https://app.example.com/")
	want := "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' https://app.example.com " +
		v.srv.FrontendURL()
	for name, value := range map[string]string{
		"Content-Security-Policy": want, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "same-origin", "Content-Type": "text/html; charset=utf-8",
	} {
		if got := v.header.Get(name); got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
	link := find(v.page, func(n *html.Node) bool { return attr(n, "rel") == "stylesheet" })
	style := v.open(t, attr(link, "href"))
	if style.status != http.StatusOK || style.header.Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(style.text, "--ginclerk-accent") || !strings.Contains(style.text, ".portal") {
		t.Errorf("stylesheet %s: %d %s", attr(link, "href"), style.status, style.header.Get("Content-Type"))
	}
}

func TestPortalUnknownPagesAndMethods(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	if v.open(t, "/sign-in/nothing").wantText(t, "This page doesn’t exist"); v.status != http.StatusNotFound {
		t.Errorf("status %d, want 404", v.status)
	}
	if v.open(t, "/sign-in/"); v.status != http.StatusOK {
		t.Errorf("/sign-in/: status %d", v.status)
	}
	long := url.Values{"identifier": {strings.Repeat("a", 1<<20)}}
	if v.post(t, v.app+"/sign-in", long, nil); v.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a long form: status %d, want 413", v.status)
	}
}

func TestPortalPendingSessions(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	b := v.srv.NewBrowser()
	s := session(t, v.srv, "grace@example.com", clerktest.SessionOptions{ClientID: b.ClientID(), Status: "pending"})
	v.open(t, "/sign-in?redirect_url=/x&__clerk_db_jwt="+b.DevBrowser())
	if v.devBrowser() != b.DevBrowser() {
		t.Fatalf("cookie %q, want the dev browser of the URL", v.devBrowser())
	}
	v.submit(t, "accounts", "session_id", s.ID).wantAt(t, "/sign-in/tasks").wantText(t, "Globex")
	v.submit(t, "form", "organization_id", "org_unknown").wantText(t, "Choose one of your organizations.")
	acme := organizationID(t, v.srv, "acme")
	v.submit(t, "form", "organization_id", acme).wantAt(t, "/x")
	now, err := v.srv.Session(s.ID)
	if err != nil || now.Status != "active" || now.OrganizationID != acme {
		t.Errorf("session %+v (%v), want it active in %s", now, err, acme)
	}
	v.open(t, "/sign-in/tasks").wantAt(t, "/")
}

func TestPortalInProduction(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, production, func(c *clerktest.Config) { c.Clock = clerktest.NewFixedClock(noon()) })
	v.open(t, "/sign-in?redirect_url=/x").submit(t, "form", "identifier", "ada@example.com")
	v.submit(t, "form", "password", user(t, v.srv, "ada@example.com").Password).wantAt(t, "/x")
	if v.at.RawQuery != "" {
		t.Errorf("back at %s: production URLs stay clean", v.at)
	}
	u, err := url.Parse(v.app)
	if err != nil {
		t.Fatal(err)
	}
	cookies := map[string]string{}
	for _, cookie := range v.client.Jar.Cookies(u) {
		cookies[cookie.Name] = cookie.Value
	}
	if cookies["__client"] == "" || cookies["__client_uat"] == "" || cookies["__client_uat"] == "0" || cookies["__clerk_db_jwt"] != "" {
		t.Errorf("cookies %v", cookies)
	}
	_, set := shake(t, v.srv, url.Values{"format": {"nonce"}}, v.client.Jar.Cookies(u)...)
	if set["__session"].Value == "" {
		t.Error("the handshake after it finds no session")
	}
}

func TestPortalAttemptsExpire(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.open(t, "/sign-in").submit(t, "form", "identifier", "ada@example.com").wantAt(t, "/sign-in/factor-one")
	v.srv.Clock().Advance(24 * time.Hour)
	v.submit(t, "form", "password", "x").wantAt(t, "/sign-in")
}

func TestPortalSaysThatClerkIsDown(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	for _, set := range []func(bool){v.srv.SetUnavailable, v.srv.SetUnreachable} {
		set(true)
		if v.open(t, "/sign-in"); v.status != http.StatusServiceUnavailable {
			t.Errorf("status %d, want 503", v.status)
		}
		set(false)
		if v.open(t, "/sign-in"); v.status != http.StatusOK {
			t.Errorf("status %d: it doesn't recover", v.status)
		}
	}
}
