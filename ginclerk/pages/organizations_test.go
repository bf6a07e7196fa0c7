package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

const grace = "grace@example.com" // admin of Globex, member of Acme

const organizationsPath = "/sessions/organizations"

// officed mounts a page for admins of an organization.
func officed(w *world) {
	w.engine.Any("/admin", w.clerk.Require(ginclerk.Role("org:admin")), func(c *gin.Context) {
		c.String(http.StatusOK, "%s in %s", c.Request.Method, ginclerk.From(c).OrganizationSlug)
	})
}

func (w *world) organizationID(tb testing.TB, slug string) string {
	tb.Helper()
	if slug == "" {
		return ""
	}
	id, err := w.server.OrganizationID(slug)
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

// chooseOrganization posts the form of an organization and follows the redirects.
func (b *browser) chooseOrganization(t *testing.T, slug, returnTo string) *page {
	t.Helper()
	form := url.Values{"organization_id": {b.world.organizationID(t, slug)}}
	if returnTo != "" {
		form.Set("redirect_url", returnTo)
	}
	return b.follow(t, b.ask(http.MethodPost, b.world.base+"/organizations/switch", form))
}

// rows are the names of the organizations on a page with the role; the active one has a star.
func (p *page) organizations(t *testing.T) []string {
	t.Helper()
	var rows []string
	for _, row := range p.all(t, "organization-row") {
		text := textIn(t, row, "organization-name") + " " + textIn(t, row, "role")
		if len(allIn(row, "current")) == 1 {
			text += " *"
		}
		rows = append(rows, text)
	}
	if personal := p.all(t, "personal-row"); len(personal) == 1 && len(allIn(personal[0], "current")) == 1 {
		rows = append(rows, "personal *")
	}
	return rows
}

// active is the organization of the browser's session at Clerk.
func (b *browser) active(t *testing.T) string {
	t.Helper()
	s, err := b.world.server.Session(b.current(t))
	if err != nil {
		t.Fatal(err)
	}
	return s.OrganizationID
}

func TestOrganizationsAreListedAndSwitched(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]instance.Type{
		"in development": instance.Development, "in production, behind the proxy": instance.Production,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{kind: kind, before: officed})
			b := w.browser(t, grace)
			p := b.open(t, organizationsPath).wantPage(t, http.StatusOK, organizationsPath, "Your organizations")
			if diff := cmp.Diff([]string{"Globex Admin *", "Acme Member"}, p.organizations(t)); diff != "" {
				t.Error(diff)
			}
			p = b.chooseOrganization(t, "acme", "").wantPage(t, http.StatusOK, organizationsPath, "").wantNotice(t, "Done. You switched to Acme.")
			if diff := cmp.Diff([]string{"Globex Admin", "Acme Member *"}, p.organizations(t)); diff != "" {
				t.Error(diff)
			}
			if got := b.active(t); got != w.organizationID(t, "acme") {
				t.Errorf("Clerk has %q active", got)
			}
			p = b.chooseOrganization(t, "", "").wantNotice(t, "Done. You switched to your personal account.")
			if diff := cmp.Diff([]string{"Globex Admin", "Acme Member", "personal *"}, p.organizations(t)); diff != "" {
				t.Error(diff)
			}
			if got := b.chooseOrganization(t, "globex", "/admin?tab=1"); got.Code != http.StatusOK || got.Body.String() != "GET in globex" || got.url.RequestURI() != "/admin?tab=1" {
				t.Errorf("%d at %s: %s", got.Code, got.url, got.Body)
			}
			b.open(t, organizationsPath).wantNotice(t, "") // the page was not told of a switch that led elsewhere
		})
	}
}

func TestAPageForAdminsLeadsToTheOrganizationsAndBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{before: officed})
	b := w.browser(t, grace)
	b.chooseOrganization(t, "", "")
	refused := b.open(t, "/admin?tab=1").wantPage(t, http.StatusForbidden, "/admin", "Choose an organization")
	if strings.Contains(refused.text(t, "todo"), "administrator") || len(refused.all(t, "switch")) != 0 {
		t.Error("the page tells to ask an administrator, or to switch account")
	}
	way := organizationsPath + "?redirect_url=" + url.QueryEscape("/admin?tab=1")
	if got := refused.text(t, "switch-to-organization"); got != "Switch to Globex, where you have the role Admin" {
		t.Errorf("offered: %q", got)
	}
	if got := attribute(refused.all(t, "switch-organization")[0], "href"); got != way {
		t.Errorf("the way leads to %q, want %q", got, way)
	}
	p := b.open(t, way).wantPage(t, http.StatusOK, organizationsPath, "Your organizations")
	if p.text(t, "asked") == "" || len(p.all(t, "switch-organization")) != 2 {
		t.Errorf("%s", p.Body)
	}
	if got := b.chooseOrganization(t, "globex", "/admin?tab=1"); got.Body.String() != "GET in globex" {
		t.Errorf("%d at %s: %s", got.Code, got.url, got.Body)
	}
	// A member is no admin: only then an administrator, or another account or organization, helps.
	refused = b.chooseOrganization(t, "acme", "/admin").wantPage(t, http.StatusForbidden, "/admin", "Your account doesn’t have access to this page")
	if got := attribute(refused.all(t, "switch-organization")[0], "href"); got != organizationsPath {
		t.Errorf("the way to other organizations is %q", got)
	}
}

func TestAFormForAdminsWaitsUntilAnOrganizationIsChosen(t *testing.T) {
	t.Parallel()
	o := options{before: officed}
	var w *world
	o.pages.Replay = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.engine.ServeHTTP(rw, r) })
	w = newWorld(t, o)
	b := w.browser(t, grace)
	b.chooseOrganization(t, "", "")
	refused := b.ask(http.MethodPost, "/admin", url.Values{"name": {"x"}}).wantPage(t, http.StatusForbidden, "/admin", "Choose an organization")
	way, err := url.Parse(attribute(refused.all(t, "switch-organization")[0], "href"))
	if err != nil || way.Path != organizationsPath || way.Query().Get("redirect_url") != "/sessions/forms" || !b.keepsForms() {
		t.Fatalf("the way is %v, %v", way, err)
	}
	if got := refused.text(t, "what"); !strings.HasSuffix(got, "Your form is saved. Choose an organization to send it.") {
		t.Errorf("the page says %q", got)
	}
	p := b.chooseOrganization(t, "globex", way.Query().Get("redirect_url")).wantPage(t, http.StatusOK, "/sessions/forms", "")
	if len(p.all(t, "send")) != 1 {
		t.Errorf("the form is not offered: %s", p.Body)
	}
}

func TestWhoHasNoOrganizationIsToldSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	p := w.browser(t, mia).open(t, organizationsPath)
	if p.text(t, "empty") == "" || len(p.all(t, "switch-organization")) != 0 {
		t.Errorf("%s", p.Body)
	}
}

// Who has just been invited, or has just left, sees it when the page is loaded again.
func TestThePageOfOrganizationsIsUpToDate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, mia)
	b.open(t, organizationsPath)
	w.join(t, mia, "acme", "org:member")
	if diff := cmp.Diff([]string{"Acme Member", "personal *"}, b.open(t, organizationsPath).organizations(t)); diff != "" {
		t.Error(diff)
	}
}

// join makes a user a member of an organization at Clerk.
func (w *world) join(tb testing.TB, email, slug, role string) {
	tb.Helper()
	body := `{"user_id":"` + w.userID(tb, email) + `","role":"` + role + `"}`
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodPost,
		w.server.BackendURL()+"/v1/organizations/"+w.organizationID(tb, slug)+"/memberships", strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.server.SecretKey())
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		tb.Fatalf("join: %s", response.Status)
	}
}

func TestASwitchThatCannotBeChangesNothing(t *testing.T) {
	t.Parallel()
	const unavailable = "That didn’t work. We can’t do this right now, so nothing was changed. Try again in 5 seconds."
	for _, row := range []struct {
		name   string
		form   func(w *world) url.Values
		fault  *clerktest.Fault
		notice string
	}{
		{"another's organization", func(w *world) url.Values {
			return url.Values{"organization_id": {w.organizationID(t, "globex")}}
		}, nil, "That didn’t work. That organization doesn’t exist, or you’re not a member of it. Nothing was changed. Choose another organization."},
		{
			"an organization that does not exist", func(*world) url.Values { return url.Values{"organization_id": {"org_x"}} }, nil,
			"That didn’t work. That organization doesn’t exist, or you’re not a member of it. Nothing was changed. Choose another organization.",
		},
		{"no organization", func(*world) url.Values { return url.Values{} }, nil, "That didn’t work. No organization was chosen, so nothing was changed. Choose one from the list."},
		{
			"two organizations", func(*world) url.Values { return url.Values{"organization_id": {"", "org_x"}} }, nil,
			"That didn’t work. No organization was chosen, so nothing was changed. Choose one from the list.",
		},
		{"an outage of the Backend API", func(w *world) url.Values {
			return url.Values{"organization_id": {w.organizationID(t, "acme")}}
		}, &clerktest.Fault{Operation: "GET /v1/users/{user_id}/organization_memberships", Times: 1}, unavailable},
		{
			"an outage of the Frontend API", func(*world) url.Values { return url.Values{"organization_id": {""}} },
			&clerktest.Fault{Operation: "POST /v1/client/sessions/{session_id}/touch", Times: 1}, unavailable,
		},
		{
			"a user who has left the organization meanwhile", func(*world) url.Values { return url.Values{"organization_id": {""}} },
			&clerktest.Fault{Operation: "POST /v1/client/sessions/{session_id}/touch", Times: 1, Status: http.StatusForbidden, Code: "not_a_member_in_organization"},
			"That didn’t work. That organization doesn’t exist, or you’re not a member of it. Nothing was changed. Choose another organization.",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{})
			b := w.browser(t, ada) // in Acme
			if row.fault != nil {
				w.server.Fail(*row.fault)
			}
			p := b.follow(t, b.ask(http.MethodPost, organizationsPath+"/switch", row.form(w)))
			p.wantPage(t, http.StatusOK, organizationsPath, "").wantNotice(t, row.notice)
			if got := b.active(t); got != w.organizationID(t, "acme") {
				t.Errorf("Clerk has %q active", got)
			}
		})
	}
}

func TestASwitchLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	for _, target := range []string{"https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"} {
		b := w.browser(t, ada)
		p := b.open(t, organizationsPath+"?redirect_url="+url.QueryEscape(target))
		if strings.Contains(p.Body.String(), "evil") || strings.Contains(p.Body.String(), "javascript:") {
			t.Errorf("the page names %s", target)
		}
		b.chooseOrganization(t, "", target).wantPage(t, http.StatusOK, "/", "")
	}
	foreign := w.browser(t, ada).ask(http.MethodPost, organizationsPath+"/switch", url.Values{"organization_id": {""}}, func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Origin", "https://evil.example")
	})
	if foreign.Code != http.StatusForbidden {
		t.Errorf("a form of another site gets %d", foreign.Code)
	}
}

// Where the application does not see the browser's credential, the browser itself takes the choice to Clerk.
func TestASwitchOfOrganizationsNeedsNoBrowserCredential(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{kind: instance.Production, noProxy: true, before: officed})
	b := w.browser(t, grace)
	client := b.cookies["__client"]
	delete(b.cookies, "__client")
	p := b.ask(http.MethodPost, organizationsPath+"/switch", url.Values{"organization_id": {w.organizationID(t, "acme")}})
	if p.Code != http.StatusSeeOther || w.server.Calls()["POST /v1/client/sessions/{session_id}/touch"] != 0 {
		t.Fatalf("status %d: %s", p.Code, p.Body)
	}
	p = b.atClerk(t, p, client).wantPage(t, http.StatusOK, organizationsPath, "").wantNotice(t, "Done. You switched to Acme.")
	if diff := cmp.Diff([]string{"Globex Admin", "Acme Member *"}, p.organizations(t)); diff != "" {
		t.Error(diff)
	}
	if got := b.active(t); got != w.organizationID(t, "acme") {
		t.Errorf("Clerk has %q active", got)
	}
	p = b.ask(http.MethodPost, organizationsPath+"/switch", url.Values{"organization_id": {""}, "redirect_url": {"/"}})
	b.atClerk(t, p, client).wantPage(t, http.StatusOK, "/", "")
	if got := b.active(t); got != "" {
		t.Errorf("Clerk has %q active", got)
	}
	p = b.ask(http.MethodPost, organizationsPath+"/switch", url.Values{"organization_id": {"org_x"}})
	if got := p.Header().Get("Location"); got != organizationsPath+"#notice" {
		t.Errorf("an organization of others leads to %q", got)
	}
}

// atClerk takes the browser through the handshake at Clerk's own host that a response sends it on, and follows the redirects back.
func (b *browser) atClerk(t *testing.T, p *page, client string) *page {
	t.Helper()
	sent, err := url.Parse(p.Header().Get("Location"))
	if err != nil || sent.Path != "/v1/client/handshake" {
		t.Fatalf("sent to %v, %v", sent, err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.world.server.FrontendURL()+sent.RequestURI(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "__client", Value: client})
	watch.KnowRequest(r)
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	watch.KnowResponse(response.Header)
	for _, cookie := range response.Cookies() {
		b.cookies[cookie.Name] = cookie.Value
	}
	back := strings.TrimPrefix(response.Header.Get("Location"), ownOrigin)
	return b.follow(t, b.ask(http.MethodGet, back, nil, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }))
}

// Clerk does not know which account the browser has switched to by a cookie of the application's own, and has no other way to change
// the organization of a session.
func TestTheOrganizationOfASelectedAccountStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{kind: instance.Production, noProxy: true})
	b := w.browser(t, grace, ada)
	delete(b.cookies, "__client")
	b.send(t, "/switch", w.server.Sessions(w.userID(t, grace))[0].ID).wantNotice(t, "Done. You switched to "+grace+".")
	p := b.open(t, organizationsPath)
	if p.text(t, "fixed") == "" || len(p.all(t, "switch-organization")) != 0 {
		t.Errorf("%s", p.Body)
	}
	p = b.chooseOrganization(t, "acme", "").wantPage(t, http.StatusOK, organizationsPath, "")
	if notice := p.text(t, "notice"); !strings.Contains(notice, "its organization can’t be changed here") {
		t.Errorf("notice %q", notice)
	}
}

func TestProgramsGetOrganizationsAsJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, grace)
	list := b.get(organizationsPath).json(t, http.StatusOK)
	rows := list.list("data")
	if list["total_count"] != 2.0 || len(rows) != 2 || rows[0]["current"] != true || rows[0].object("organization")["slug"] != "globex" {
		t.Fatalf("%v", list)
	}
	if rows[1]["current"] != false || rows[1]["role"] != "org:member" || rows[1]["object"] != "organization_membership" {
		t.Errorf("%v", rows[1])
	}
	acme := w.organizationID(t, "acme")
	done := b.act("/organizations/switch", `{"organization_id":"`+acme+`"}`).json(t, http.StatusOK)
	if done["object"] != "organization_switch" || done["organization_id"] != acme || done["redirect_url"] == "" {
		t.Errorf("%v", done)
	}
	if got := b.active(t); got != acme {
		t.Errorf("Clerk has %q active", got)
	}
	for body, status := range map[string]int{
		`{"organization_id":"org_x"}`: http.StatusNotFound,
		`{}`:                          http.StatusBadRequest,
		`{"organization_id":7}`:       http.StatusBadRequest,
		`{"organization_id":""} {}`:   http.StatusBadRequest,
		`{"organization_id":"","session_id":"sess_"}`:              http.StatusBadRequest,
		`{"organization_id":"` + strings.Repeat("x", 9<<10) + `"}`: http.StatusRequestEntityTooLarge,
	} {
		b.act("/organizations/switch", body).json(t, status)
	}
}
