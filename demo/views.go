package main

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/pages"
	"github.com/ginclerk/ginclerk/ginclerk/tokenendpoint"
	"github.com/ginclerk/ginclerk/templates"
	"github.com/ginclerk/ginclerk/templates/demo"
)

func (a *app) home(c *gin.Context) {
	view := demo.HomeView{Page: a.site.Frame(c, "Clerk for Gin"), Routes: a.routes(c)}
	if a.backend.users != nil {
		view.Embedded = demo.EmbeddedClerk{
			Active: true, SignInURL: a.link(c, a.clerk.Links(c).SignIn("/dashboard")), AddAccountURL: a.addAccountURL(c),
			Hint: "The code that e-mail verification asks for is always 424242.",
		}
		for _, user := range a.backend.users {
			view.Embedded.Users = append(view.Embedded.Users, demo.EmbeddedUser{
				Name: user.name, Email: user.email, Password: user.password, Note: user.note,
			})
		}
	}
	a.site.Render(c, http.StatusOK, demo.HomePage(view))
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
	get := func(path, text, access string) demo.RouteLink {
		return demo.RouteLink{Method: "GET", Path: path, URL: a.link(c, path), Text: text, Access: access}
	}
	return []demo.RouteGroup{
		{Title: "Pages", Routes: []demo.RouteLink{
			get("/dashboard", "Who you are, as the session token says", "session"),
			get("/admin", "Only for administrators of the active organization", "org:admin"),
			get("/unauthorized", "Where the others end up", "session"),
			get(livePath, "A stream that ends with the session, wherever that is ended", "session"),
		}},
		{Title: "Notes", Routes: []demo.RouteLink{
			get(notesPath, "A form that survives its session: it waits until you are back", "session"),
			get(exportPath, "All of them as text, for a session of the last 24 hours", "recent session"),
			get(dangerPath, "Deleting them, with a proof of the last 10 minutes that it is you", "reverified"),
		}},
		{Title: "Session pages", Routes: []demo.RouteLink{
			get("/sessions", "This session, and signing out", "session"),
			get("/sessions/accounts", "Accounts on this browser: switch, sign out, add", "session"),
			get("/sessions/devices", "Where else you are signed in", "session"),
			get("/sessions/forms", "Forms that could not be taken at once, and wait", "session"),
		}},
		{Title: "API", Routes: a.apiRoutes(c)},
	}
}

func (a *app) apiRoutes(c *gin.Context) []demo.RouteLink {
	route := func(method, path, text, access string) demo.RouteLink {
		return demo.RouteLink{Method: method, Path: path, URL: a.link(c, path), Text: text, Access: access}
	}
	return []demo.RouteLink{
		route("GET", "/api/public/time", "Open to everybody", "public"),
		route("GET", protectedPath, "Your claims as JSON; refuses tokens older than an hour", "session"),
		route("GET", "/api/limited/ping", "10 requests in 10 seconds for each user", "session"),
		{Method: "POST", Path: tokenendpoint.DefaultPath, Text: "A token for scripts of these pages, such as fetchWithAuth", Access: "session"},
		{Method: "POST", Path: webhookPath, Text: "Where Clerk reports what it has ended, to be refused at once", Access: "signed"},
	}
}

func (a *app) dashboard(c *gin.Context) {
	auth := ginclerk.From(c)
	frame := a.site.Frame(c, "Dashboard")
	a.site.Render(c, http.StatusOK, demo.DashboardPage(demo.DashboardView{
		Page: frame, CallScriptURL: a.link(c, a.assets.callAPI), FetchScriptURL: a.link(c, a.assets.fetchWithAuth), CallURL: a.link(c, protectedPath),
		TokenURL: a.at(c, tokenendpoint.DefaultPath), Name: frame.Viewer.Name, Email: frame.Viewer.Email,
		UserID: auth.UserID, SessionID: auth.SessionID, Organization: pages.Organization(auth),
		TokenExpires: templates.Time{
			Text:    auth.Claims.ExpiresAt.UTC().Format("15:04:05 UTC"),
			RFC3339: auth.Claims.ExpiresAt.UTC().Format(time.RFC3339),
		},
		Links: []demo.DashboardLink{
			{Label: "Your session", URL: a.link(c, a.site.SessionURL()), Text: "When it began, when it ends, and signing out"},
			{Label: "Accounts on this browser", URL: a.link(c, a.site.AccountsURL()), Text: "Switch between accounts, or add one"},
			{Label: "Your devices", URL: a.link(c, a.site.DevicesURL()), Text: "Where you are signed in, and ending what you don’t know"},
			{Label: "Live", URL: a.link(c, livePath), Text: "A page that says at once when its session is ended"},
			{Label: "Danger zone", URL: a.link(c, dangerPath), Text: "Asks who you are once more, as sensitive actions should"},
		},
		API: a.apiRoutes(c),
	}))
}

func (a *app) admin(c *gin.Context) {
	auth := ginclerk.From(c)
	frame := a.site.Frame(c, "Administration")
	a.site.Render(c, http.StatusOK, demo.AdminPage(demo.AdminView{
		Page: frame, User: frame.Viewer.Email, Organization: pages.Organization(auth),
		Permissions: auth.Claims.OrganizationPermissions, BackURL: a.link(c, "/dashboard"),
	}))
}

func (a *app) unauthorized(c *gin.Context) {
	a.site.Unauthorized(c, "the role org:admin in the active organization")
}

func (a *app) notFound(c *gin.Context) {
	a.clerk.Answer(c, ginclerk.Problem{
		Status: http.StatusNotFound,
		Error:  "Page not found",
		Detail: "There is no page at this address.",
		Remedy: "Check the address, or start again from the home page.",
		Action: "/", ActionLabel: "Home",
		Reason: "ginclerk-not-found",
	})
}

// wrongMethod answers a request with another method for a known path. Gin has set Allow.
func (a *app) wrongMethod(c *gin.Context) {
	a.clerk.Answer(c, ginclerk.Problem{
		Status: http.StatusMethodNotAllowed,
		Error:  "Method not allowed",
		Detail: "This address can’t be used in this way.",
		Remedy: "Start again from the home page.",
		Action: "/", ActionLabel: "Home",
		Reason: "ginclerk-method-not-allowed",
	})
}
