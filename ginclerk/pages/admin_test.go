package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

const bob = "bob@example.com" // member of Acme

// managers may manage the members of their organization.
func managers() pages.Administrators {
	return pages.Administrators{Requirements: []ginclerk.Requirement{ginclerk.Role("org:admin")}}
}

// managed is an application with administrators.
func managed(t *testing.T, o options, who pages.Administrators) *world {
	t.Helper()
	o.pages.Administrators = who
	return newWorld(t, o)
}

func TestWithoutAdministratorsThePagesDontExist(t *testing.T) {
	t.Parallel()
	for name, who := range map[string]pages.Administrators{"nobody": {}, "nobody, of everyone": {EveryUser: true}} {
		w := managed(t, options{}, who)
		for _, route := range w.engine.Routes() {
			if strings.Contains(route.Path, "/users") {
				t.Errorf("%s: %s %s", name, route.Method, route.Path)
			}
		}
		b := w.browser(t, ada)
		if got := b.open(t, "/sessions/users"); got.Code != http.StatusNotFound || w.site.UsersURL() != "" || len(b.open(t, "/").all(t, "nav-users")) != 0 {
			t.Errorf("%s: status %d", name, got.Code)
		}
	}
}

// attack is a request for one of the pages for administrators.
type attack struct {
	method, path string
	form         url.Values
}

// attacks are all requests about a user, with a session to end.
func attacks(userID, sessionID string) []attack {
	form := url.Values{"session_id": {sessionID}}
	return []attack{
		{http.MethodGet, "/sessions/users", nil},
		{http.MethodGet, "/sessions/users?query=" + userID, nil},
		{http.MethodGet, "/sessions/users/" + userID, nil},
		{http.MethodGet, "/sessions/users/" + userID + "/sign-out-everywhere", nil},
		{http.MethodPost, "/sessions/users/" + userID + "/sign-out", form},
		{http.MethodPost, "/sessions/users/" + userID + "/sign-out-everywhere", nil},
	}
}

// Whatever the row does, no session of Bob ends, and nobody sees where he is signed in.
func TestThePagesForAdministratorsTurnEverybodyElseAway(t *testing.T) {
	t.Parallel()
	crossSite := func(r *http.Request) {
		r.Header.Set("Origin", "https://evil.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	}
	noProof := func(r *http.Request) {
		r.Header.Del("Origin")
		r.Header.Del("Sec-Fetch-Site")
	}
	as := func(email string) func(*testing.T, *world) *browser {
		return func(t *testing.T, w *world) *browser {
			t.Helper()
			return w.browser(t, email)
		}
	}
	require := func(requirements ...ginclerk.Requirement) pages.Administrators {
		return pages.Administrators{Requirements: requirements, EveryUser: true}
	}
	everyone := managers()
	everyone.EveryUser = true
	for _, row := range []struct {
		name   string
		who    pages.Administrators
		b      func(*testing.T, *world) *browser
		change func(*http.Request)
		get    int // of the pages; 0: they are shown, because only actions need a proof
		post   int
	}{
		{"somebody who is signed out", everyone, func(t *testing.T, w *world) *browser {
			t.Helper()
			return w.browser(t)
		}, nil, http.StatusTemporaryRedirect, http.StatusSeeOther},
		{"a member without the permission", everyone, as(bob), nil, http.StatusForbidden, http.StatusForbidden},
		{"somebody in no organization", everyone, as(mia), nil, http.StatusForbidden, http.StatusForbidden},
		{"an impersonator of an administrator", everyone, func(t *testing.T, w *world) *browser {
			t.Helper()
			b := w.browser(t, ada)
			w.actingAdmin(t, b)
			return b
		}, nil, http.StatusForbidden, http.StatusForbidden},
		{"an administrator, for a requirement that is none", require(ginclerk.Requirement{}), as(ada), nil, http.StatusForbidden, http.StatusForbidden},
		{"an administrator, for no function", require(ginclerk.Satisfies(nil)), as(ada), nil, http.StatusForbidden, http.StatusForbidden},
		{"an administrator, for one of two requirements", require(ginclerk.Role("org:admin"), ginclerk.Role("org:owner")), as(ada), nil, http.StatusForbidden, http.StatusForbidden},
		{"an administrator's browser at another site", everyone, as(ada), crossSite, 0, http.StatusForbidden},
		{"an administrator's browser without proof of the page", everyone, as(ada), noProof, 0, http.StatusForbidden},
		{"an administrator whose proof is old", require(ginclerk.Role("org:admin"), ginclerk.Reverified(token.PresetStrict)), func(t *testing.T, w *world) *browser {
			t.Helper()
			b := w.browser(t, ada)
			b.advance(t, time.Hour)
			return b
		}, nil, http.StatusSeeOther, http.StatusSeeOther},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := managed(t, options{}, row.who)
			target := w.appears(t, bob, edgeInToronto())
			b := row.b(t, w)
			for _, a := range attacks(w.userID(t, bob), target) {
				alone := &browser{world: w, cookies: map[string]string{}, agent: b.agent}
				for name, value := range b.cookies {
					alone.cookies[name] = value
				}
				var changes []func(*http.Request)
				if row.change != nil {
					changes = append(changes, row.change)
				}
				got, want := alone.ask(a.method, a.path, a.form, changes...), row.post
				if a.method == http.MethodGet {
					want = row.get
				}
				if want != 0 && got.Code != want {
					t.Errorf("%s %s: status %d, want %d", a.method, a.path, got.Code, want)
				}
				if want != 0 && strings.Contains(got.Body.String(), "Toronto") {
					t.Errorf("%s %s: the page says where Bob is", a.method, a.path)
				}
			}
			if w.statusOf(t, target) != "active" || w.recorded(t, bob) != nil {
				t.Errorf("the session is %s, recorded %v", w.statusOf(t, target), w.recorded(t, bob))
			}
		})
	}
}

// actingAdmin lets an impersonator act as Ada, with her organization.
func (w *world) actingAdmin(t *testing.T, b *browser) {
	t.Helper()
	w.actingIn(t, b, ada, "acme")
}

// actingIn is acting with an active organization.
func (w *world) actingIn(t *testing.T, b *browser, email, organization string) {
	t.Helper()
	var client string
	for _, s := range w.server.Sessions(w.userID(t, email)) {
		if s.ID == b.current(t) {
			client = s.ClientID
		}
	}
	made, err := w.server.CreateSession(w.userID(t, email), clerktest.SessionOptions{
		ClientID: client, OrganizationID: organization, Actor: map[string]any{"sub": support},
	})
	if err != nil {
		t.Fatal(err)
	}
	minted, err := w.server.MintToken(made.ID, clerktest.TokenOptions{AuthorizedParty: ownOrigin})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"__session", w.clerk.PublishableKey().Suffixed("__session")} {
		if b.cookies[name] != "" {
			b.cookies[name] = minted
		}
	}
}

// An administrator of one organization has no say in another, however they name its users.
func TestOtherUsersDontExistForAnAdministrator(t *testing.T) {
	t.Parallel()
	w := managed(t, options{}, managers())
	b := w.browser(t, ada) // admin of Acme
	danas := w.server.Sessions(w.userID(t, dana))
	bobs := w.appears(t, bob, edgeInToronto())
	id := w.userID(t, bob)
	for name, a := range map[string]attack{
		"a user of another organization":                 {http.MethodGet, "/sessions/users/" + w.userID(t, dana), nil},
		"a user in no organization":                      {http.MethodGet, "/sessions/users/" + w.userID(t, mia), nil},
		"an id of no user":                               {http.MethodGet, "/sessions/users/user_none", nil},
		"what is no id":                                  {http.MethodGet, "/sessions/users/%00", nil},
		"an id with a slash":                             {http.MethodGet, "/sessions/users/" + id + "%2Fsign-out", nil},
		"an id with dots":                                {http.MethodGet, "/sessions/users/..%2F" + id, nil},
		"a path to another resource of Clerk":            {http.MethodGet, "/sessions/users/" + id + "%2F..%2F" + w.userID(t, dana), nil},
		"an id with parameters":                          {http.MethodGet, "/sessions/users/" + id + "%3Flimit=1", nil},
		"signing a user of another organization out":     {http.MethodPost, "/sessions/users/" + w.userID(t, dana) + "/sign-out-everywhere", nil},
		"ending a session of another organization":       {http.MethodPost, "/sessions/users/" + w.userID(t, dana) + "/sign-out", url.Values{"session_id": {danas[0].ID}}},
		"ending another user's session through a member": {http.MethodPost, "/sessions/users/" + id + "/sign-out", url.Values{"session_id": {danas[0].ID}}},
		"ending no session":                              {http.MethodPost, "/sessions/users/" + id + "/sign-out", url.Values{"session_id": {"sess_none"}}},
	} {
		b.advance(t, 10*time.Second) // for Clerk's limit
		got := b.ask(a.method, a.path, a.form, asProgram)
		if got.Code != http.StatusNotFound {
			t.Errorf("%s: status %d: %s", name, got.Code, got.Body)
		}
	}
	for _, query := range []string{dana, mia, w.userID(t, dana), "@", "user_", "%", "", strings.Repeat("a", 300) + "@example.com"} {
		b.advance(t, 10*time.Second)
		p := b.open(t, "/sessions/users?query="+url.QueryEscape(query))
		if p.Code != http.StatusOK || len(p.all(t, "user-row")) != 0 {
			t.Errorf("searching %q: status %d, %d users", query, p.Code, len(p.all(t, "user-row")))
		}
	}
	if w.active(t, dana) != len(danas) || w.statusOf(t, bobs) != "active" {
		t.Error("a session has ended")
	}
}

// A member who has been removed is out of reach at once for actions, although memberships are remembered for a minute.
func TestAFormerMemberIsOutOfReach(t *testing.T) {
	t.Parallel()
	w := managed(t, options{}, managers())
	b := w.browser(t, ada)
	target := w.appears(t, bob, edgeInToronto())
	id := w.userID(t, bob)
	var organization string
	for _, s := range w.server.Sessions(w.userID(t, ada)) {
		organization = s.OrganizationID
	}
	b.open(t, "/sessions/users/"+id).wantPage(t, http.StatusOK, "/sessions/users/"+id, bob)
	w.removeMember(t, organization, id)
	for _, a := range attacks(id, target)[4:] {
		if got := b.ask(a.method, a.path, a.form); got.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", a.path, got.Code)
		}
	}
	if w.statusOf(t, target) != "active" {
		t.Error("the session has ended")
	}
}

// removeMember ends a membership at Clerk.
func (w *world) removeMember(t *testing.T, organizationID, userID string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, w.server.BackendURL()+"/v1/organizations/"+organizationID+"/memberships/"+userID, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.server.SecretKey())
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	if got.StatusCode != http.StatusOK {
		t.Fatalf("status %d", got.StatusCode)
	}
}

func TestAnAdministratorFindsAMemberAndEndsASession(t *testing.T) {
	t.Parallel()
	w := managed(t, options{}, managers())
	b := w.browser(t, ada)
	target, other := w.appears(t, bob, edgeInToronto()), w.appears(t, bob, clerktest.Device{Browser: "Firefox", BrowserVersion: "140"})
	p := b.open(t, attribute(b.open(t, "/").all(t, "nav-users")[0], "href")).wantPage(t, http.StatusOK, "/sessions/users", "Users")
	p = b.open(t, attribute(p.all(t, "find-user")[0], "action")+"?query=+BOB%40example.com+")
	if got := p.texts(t, "user-link"); cmp.Diff([]string{bob}, got) != "" {
		t.Fatalf("found %q", got)
	}
	p = b.open(t, attribute(p.all(t, "user-link")[0], "href"))
	if p.text(t, "user-email") != bob || len(p.all(t, "device-row")) != 2 || !strings.Contains(p.Body.String(), "192.0.2.14") {
		t.Errorf("%s", p.Body)
	}
	path := p.url.Path
	p = b.follow(t, b.ask(http.MethodPost, path+"/sign-out", url.Values{"session_id": {target}})).
		wantPage(t, http.StatusOK, path, bob).wantNotice(t, "Done. Signed out: Edge 139 on Windows.")
	if w.statusOf(t, target) != "revoked" || w.statusOf(t, other) != "active" {
		t.Errorf("%s and %s", w.statusOf(t, target), w.statusOf(t, other))
	}
	e := w.noted(t, bob, activity.SignedOut, target)
	if e.By.Agent != activity.Administrator || e.By.ID != w.userID(t, ada) || e.Device.City != "Toronto" {
		t.Errorf("%+v", e)
	}
	if got := p.texts(t, "activity-by"); cmp.Diff([]string{"By the administrator " + w.userID(t, ada)}, got) != "" {
		t.Errorf("the page says %q", got)
	}
}

func TestAnAdministratorSignsAUserOutEverywhere(t *testing.T) {
	t.Parallel()
	w := managed(t, options{ticking: true}, managers())
	deliver := w.hears(t)
	b := w.browser(t, ada)
	bobs := w.browser(t, bob)
	w.appears(t, bob, edgeInToronto())
	deliver()
	path := "/sessions/users/" + w.userID(t, bob)
	if got := b.open(t, path).text(t, "sign-out-user"); got != "Sign out on all devices" {
		t.Errorf("button %q", got)
	}
	b.follow(t, b.ask(http.MethodPost, path+"/sign-out-everywhere", nil)).
		wantPage(t, http.StatusOK, path, bob).wantNotice(t, "Done. Signed out 2 sign-ins.")
	if got := w.active(t, bob); got != 0 {
		t.Errorf("%d sessions are active", got)
	}
	if got := bobs.ask(http.MethodGet, "/sessions", nil); got.Code == http.StatusOK {
		t.Error("the token of the user is accepted")
	}
	deliver()
	if diff := cmp.Diff([]string{"signed_out_everywhere administrator", "signed_in", "signed_in"}, w.recorded(t, bob)); diff != "" {
		t.Error(diff)
	}
	if p := b.open(t, path); p.text(t, "no-devices") == "" || len(p.all(t, "sign-out-user")) != 0 || w.active(t, ada) == 0 {
		t.Errorf("%s", p.Body)
	}
}

// Administrators use their own pages for themselves: those know which session is in use.
func TestAnAdministratorDoesNotManageThemselves(t *testing.T) {
	t.Parallel()
	w := managed(t, options{}, managers())
	b := w.browser(t, ada)
	path := "/sessions/users/" + w.userID(t, ada)
	p := b.open(t, path).wantPage(t, http.StatusOK, path, ada)
	if len(p.all(t, "sign-out-device")) != 0 || len(p.all(t, "sign-out-user")) != 0 || p.text(t, "own-account") == "" {
		t.Errorf("%s", p.Body)
	}
	for _, a := range attacks(w.userID(t, ada), b.current(t))[3:] {
		b.ask(a.method, a.path, a.form)
		if got := b.ask(a.method, a.path, a.form, asProgram); got.Code != http.StatusConflict {
			t.Errorf("%s: status %d", a.path, got.Code)
		}
	}
	if w.statusOf(t, b.current(t)) != "active" {
		t.Error("the session has ended")
	}
}

func TestAnAdministratorOfEveryUser(t *testing.T) {
	t.Parallel()
	w := managed(t, options{}, pages.Administrators{EveryUser: true, Requirements: []ginclerk.Requirement{
		ginclerk.Satisfies(func(auth *ginclerk.Auth) bool {
			return auth.OrganizationSlug == "acme" && auth.Has(ginclerk.Role("admin"))
		}),
	}})
	b := w.browser(t, ada)
	path := "/sessions/users/" + w.userID(t, dana)
	b.open(t, path).wantPage(t, http.StatusOK, path, dana)
	if got := w.browser(t, grace).open(t, path); got.Code != http.StatusForbidden {
		t.Errorf("the administrator of another organization: status %d", got.Code)
	}
}

func TestProgramsManageUsers(t *testing.T) {
	t.Parallel()
	w := managed(t, options{ticking: true}, managers())
	b := w.browser(t, ada)
	target := w.appears(t, bob, edgeInToronto())
	id := w.userID(t, bob)
	found := decoded[struct {
		Data []struct {
			ID    string `json:"id"`
			Email string `json:"email_address"`
		} `json:"data"`
		TotalCount int `json:"total_count"`
	}](t, b.ask(http.MethodGet, "/sessions/users?query="+id, nil, asProgram))
	if found.TotalCount != 1 || found.Data[0].ID != id || found.Data[0].Email != bob {
		t.Errorf("%+v", found)
	}
	type managedUser struct {
		Object   string `json:"object"`
		ID       string `json:"id"`
		Sessions []struct {
			ID string `json:"id"`
		} `json:"sessions"`
		Activity []struct {
			Kind string `json:"kind"`
			By   struct {
				Agent string `json:"agent"`
				ID    string `json:"id"`
			} `json:"by"`
		} `json:"activity"`
	}
	user := decoded[managedUser](t, b.ask(http.MethodGet, "/sessions/users/"+id, nil, asProgram))
	if user.Object != "user" || user.ID != id || len(user.Sessions) != 1 || user.Sessions[0].ID != target || user.Activity == nil {
		t.Errorf("%+v", user)
	}
	ended := decoded[map[string]any](t, b.ask(http.MethodPost, "/sessions/users/"+id+"/sign-out", nil, program(`{"session_id":"`+target+`"}`)))
	if ended["object"] != "session_end" || ended["session_id"] != target || ended["signed_out"] != false {
		t.Errorf("%v", ended)
	}
	w.appears(t, bob, edgeInToronto())
	job := decoded[map[string]any](t, b.ask(http.MethodPost, "/sessions/users/"+id+"/sign-out-everywhere", nil, asProgram))
	if job["object"] != "sign_out" || job["url"] != "/sessions/users/"+id || job["status"] != "finished" || job["signed_out"] != false {
		t.Errorf("%v", job)
	}
	user = decoded[managedUser](t, b.ask(http.MethodGet, "/sessions/users/"+id, nil, asProgram))
	if len(user.Sessions) != 0 || len(user.Activity) != 2 || user.Activity[0].By.Agent != "administrator" || user.Activity[0].By.ID != w.userID(t, ada) {
		t.Errorf("%+v", user)
	}
}

// An outage is no empty list, and no missing user.
func TestAnOutageIsToldToAdministrators(t *testing.T) {
	t.Parallel()
	w := managed(t, options{}, managers())
	b := w.browser(t, ada)
	id := w.userID(t, bob)
	w.server.Fail(clerktest.Fault{Operation: "GET /v1/users", Status: http.StatusInternalServerError, Times: 1000})
	for _, a := range attacks(id, "sess_1")[1:] {
		got := b.ask(a.method, a.path, a.form, asProgram)
		if got.Code != http.StatusServiceUnavailable {
			t.Errorf("%s %s: status %d", a.method, a.path, got.Code)
		}
	}
}

// One administrator can't use up Clerk's limit for the application.
func TestAdministratorsAreLimited(t *testing.T) {
	t.Parallel()
	w := managed(t, options{}, managers())
	b := w.browser(t, ada)
	limited := 0
	for range 20 {
		if b.ask(http.MethodGet, "/sessions/users?query=bob%40example.com", nil).Code == http.StatusTooManyRequests {
			limited++
		}
	}
	if limited == 0 {
		t.Error("no limit")
	}
	if got := b.ask(http.MethodPost, "/sessions/users/"+w.userID(t, bob)+"/sign-out-everywhere", nil); got.Code != http.StatusTooManyRequests {
		t.Errorf("an action: status %d", got.Code)
	}
}
