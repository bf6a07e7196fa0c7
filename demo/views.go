package main

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/tokenendpoint"
	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/demo"
)

// text returns a sentence in the language of a request.
func (a *app) text(c *gin.Context, key string, values ...any) string {
	return a.site.Language(c).Text(key, values...)
}

func (a *app) home(c *gin.Context) {
	view := demo.HomeView{Page: a.site.Frame(c, a.text(c, "demo.home.title")), Stories: a.stories(c), Routes: a.routes(c)}
	if a.backend.users != nil {
		view.Embedded = demo.EmbeddedClerk{
			Active: true, SignInURL: a.link(c, a.clerk.Links(c).SignIn("/dashboard")), AddAccountURL: a.addAccountURL(c),
			Hint: a.text(c, "demo.embedded.hint"),
		}
		for _, user := range a.backend.users {
			view.Embedded.Users = append(view.Embedded.Users, demo.EmbeddedUser{
				Name: user.name, Email: user.email, Password: user.password, Note: a.use(c, user),
			})
		}
	}
	a.site.Render(c, http.StatusOK, demo.HomePage(view))
}

// use says what to try as a user of the embedded Clerk.
func (a *app) use(c *gin.Context, user demoUser) string {
	name, _, _ := strings.Cut(user.email, "@")
	if key := "demo.use." + name; a.site.Language(c).Has(key) {
		return a.text(c, key)
	}
	return user.note
}

// stories are what a visitor can try.
func (a *app) stories(c *gin.Context) []demo.Story {
	story := func(name, target string) demo.Story {
		key := "demo.story." + name
		return demo.Story{
			Title: a.text(c, key+".title"), Text: a.text(c, key+".text"), TestID: "story-" + name,
			Link: templates.Link{Label: a.text(c, key+".link"), URL: a.link(c, target)},
		}
	}
	stories := []demo.Story{
		story("devices", a.site.DevicesURL()), story("form", notesPath), story("live", livePath),
		story("accounts", a.site.AccountsURL()), story("proof", dangerPath),
	}
	if ginclerk.From(c).SignedIn() {
		return stories
	}
	return append([]demo.Story{story("sign-in", a.clerk.Links(c).SignIn("/dashboard"))}, stories...)
}

// addAccountURL returns the address where a user signs in with one more account of the embedded Clerk. It leads on to the list
// of accounts.
func (a *app) addAccountURL(c *gin.Context) templ.SafeURL {
	query := url.Values{"redirect_url": {a.at(c, a.site.AccountsURL())}}
	return a.link(c, a.backend.addAccountURL+"?"+query.Encode())
}

// at returns the address under which the browser of this request reaches a path of the demo. The two differ if a proxy in front
// of the demo removes a prefix from the path.
func (a *app) at(c *gin.Context, path string) string {
	if !strings.HasPrefix(path, "/") {
		return path // an address of Clerk
	}
	return a.clerk.Links(c).BasePath + path
}

// link is at for an attribute of a page.
func (a *app) link(c *gin.Context, path string) templ.SafeURL { return templ.SafeURL(a.at(c, path)) }

// routes are the routes on the home page.
func (a *app) routes(c *gin.Context) []demo.RouteGroup {
	get := func(path, name, access string) demo.RouteLink { return a.route(c, http.MethodGet, path, name, access) }
	return []demo.RouteGroup{
		{Title: a.text(c, "demo.routes.pages"), Routes: []demo.RouteLink{
			get("/dashboard", "dashboard", "session"), get("/admin", "admin", "org:admin"),
			get("/unauthorized", "unauthorized", "session"), get(livePath, "live", "session"),
			get(notesPath, "notes", "session"), get(exportPath, "export", "recent"), get(dangerPath, "danger", "reverified"),
		}},
		{Title: a.text(c, "demo.routes.sessions"), Routes: []demo.RouteLink{
			get(a.site.SessionURL(), "session", "session"), get(a.site.AccountsURL(), "accounts", "session"),
			get(a.site.DevicesURL(), "devices", "session"), get(a.site.ActivityURL(), "activity", "session"),
			get(a.site.FormsURL(), "forms", "session"), get(a.site.UsersURL(), "users", "org:admin"),
		}},
		{Title: a.text(c, "demo.routes.api"), Routes: a.apiRoutes(c)},
	}
}

// route describes a route. Access is a right of Clerk, such as "org:admin", or the end of a key.
func (a *app) route(c *gin.Context, method, path, name, access string) demo.RouteLink {
	if key := "demo.access." + access; a.site.Language(c).Has(key) {
		access = a.text(c, key)
	}
	link := demo.RouteLink{Method: method, Path: path, Text: a.text(c, "demo.route."+name), Access: access}
	if method == http.MethodGet {
		link.URL = a.link(c, path)
	}
	return link
}

func (a *app) apiRoutes(c *gin.Context) []demo.RouteLink {
	return []demo.RouteLink{
		a.route(c, http.MethodGet, "/api/public/time", "time", "public"),
		a.route(c, http.MethodGet, protectedPath, "protected", "session"),
		a.route(c, http.MethodGet, "/api/limited/ping", "limited", "session"),
		a.route(c, http.MethodPost, tokenendpoint.DefaultPath, "token", "session"),
		a.route(c, http.MethodPost, webhookPath, "webhook", "signed"),
	}
}

func (a *app) dashboard(c *gin.Context) {
	auth := ginclerk.From(c)
	frame := a.site.Frame(c, a.text(c, "demo.dashboard.title"))
	frame.ScriptURL = "" // the script of the page has it
	a.site.Render(c, http.StatusOK, demo.DashboardPage(demo.DashboardView{
		Page: frame, CallScriptURL: a.link(c, a.assets.callAPI), CallURL: a.link(c, protectedPath),
		TokenURL: a.at(c, tokenendpoint.DefaultPath), Name: frame.Viewer.Name, Email: frame.Viewer.Email,
		UserID: auth.UserID, SessionID: auth.SessionID, Organization: pages.Organization(auth),
		TokenExpires: a.site.ExactTime(c, auth.Claims.ExpiresAt), Links: a.dashboardLinks(c), API: a.apiRoutes(c),
	}))
}

// dashboardLinks lead to the pages for this user.
func (a *app) dashboardLinks(c *gin.Context) []demo.DashboardLink {
	link := func(name, target string) demo.DashboardLink {
		key := "demo.dashboard." + name
		return demo.DashboardLink{Label: a.text(c, key+"-link"), Text: a.text(c, key+"-text"), URL: a.link(c, target), TestID: "to-" + name}
	}
	links := []demo.DashboardLink{
		link("devices", a.site.DevicesURL()), link("activity", a.site.ActivityURL()), link("session", a.site.SessionURL()),
		link("accounts", a.site.AccountsURL()), link("live", livePath), link("danger", dangerPath),
	}
	if auth := ginclerk.From(c); auth.Actor == nil && auth.Has(administrators()...) {
		links = append(links, link("users", a.site.UsersURL()))
	}
	return links
}

func (a *app) admin(c *gin.Context) {
	auth := ginclerk.From(c)
	frame := a.site.Frame(c, a.text(c, "demo.admin.title"))
	a.site.Render(c, http.StatusOK, demo.AdminPage(demo.AdminView{
		Page: frame, User: frame.Viewer.Email, Organization: pages.Organization(auth),
		Permissions: auth.Claims.OrganizationPermissions, UsersURL: a.usersURL(c), BackURL: a.link(c, "/dashboard"),
	}))
}

// usersURL leads an administrator to the users; empty for an impersonator, who is none.
func (a *app) usersURL(c *gin.Context) templ.SafeURL {
	if ginclerk.From(c).Actor != nil {
		return ""
	}
	return a.link(c, a.site.UsersURL())
}

func (a *app) unauthorized(c *gin.Context) {
	a.site.Unauthorized(c, a.text(c, "demo.unauthorized.required"))
}

// profile stands in for the page on which a user changes the password: the embedded Clerk has none.
func (a *app) profile(c *gin.Context) {
	a.site.Notify(c, "warning", a.text(c, "demo.profile.none"))
	c.Redirect(http.StatusSeeOther, a.at(c, a.site.SessionURL())+noticeFragment)
}
