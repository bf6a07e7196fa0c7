package ginclerk_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// A right in an organization that only an active organization can give is another matter than one that the user does not have.
func TestWhoHasNoActiveOrganizationIsToldToChooseOne(t *testing.T) {
	t.Parallel()
	const choose, forbidden = "Choose an organization", "Forbidden"
	for _, row := range []struct {
		name         string
		required     []ginclerk.Requirement
		personal, in string // what is told to an admin without an active organization, and to a member in one; empty: let in
	}{
		{"a role", []ginclerk.Requirement{ginclerk.Role("org:admin")}, choose, forbidden},
		{"a role that the member has", []ginclerk.Requirement{ginclerk.Role("member")}, choose, ""},
		{"a permission", []ginclerk.Requirement{ginclerk.Permission("org:billing:manage")}, choose, forbidden},
		{"a feature of the organization", []ginclerk.Requirement{ginclerk.Feature("o:export")}, choose, forbidden},
		{"a plan of the organization", []ginclerk.Requirement{ginclerk.Plan("org:platinum")}, choose, forbidden},
		{"a feature of either", []ginclerk.Requirement{ginclerk.Feature("export")}, forbidden, forbidden},
		{"a plan of the user", []ginclerk.Requirement{ginclerk.Plan("u:gold")}, forbidden, forbidden},
		{"what the application asks", []ginclerk.Requirement{ginclerk.Satisfies(func(*ginclerk.Auth) bool { return false })}, forbidden, forbidden},
		{"nothing that can be met", []ginclerk.Requirement{{}}, forbidden, forbidden},
		{"a feature of either, then a role", []ginclerk.Requirement{ginclerk.Feature("export"), ginclerk.Role("org:admin")}, forbidden, forbidden},
		{"a proof, then a role", []ginclerk.Requirement{ginclerk.Reverified(token.PresetStrict), ginclerk.Role("org:admin")}, choose, forbidden},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t).guarded()
			a.engine.GET("/required", a.clerk.Require(row.required...), whoami)
			personal := bearer(a.mint(t, a.session(t, ada, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{}))
			for told, sender := range map[string]option{row.personal: personal, row.in: bearer(a.token(t, bob))} {
				got := a.ask(http.MethodGet, "/required", program, sender)
				if told == "" {
					got.wantStatus(t, http.StatusOK)
					continue
				}
				got.wantProblem(t, http.StatusForbidden, told)
			}
			if row.personal == row.in {
				a.ask(http.MethodGet, "/required", program, personal).wantProblem(t, http.StatusForbidden, row.personal)
			}
		})
	}
}

func TestTheWayToAnOrganization(t *testing.T) {
	t.Parallel()
	const page, back = "/choose", "/choose?redirect_url=%2Fadmin%3Fx%3D1"
	for _, row := range []struct {
		name     string
		mounted  bool
		rules    bool // instead of a guard
		options  []option
		action   string
		redirect string
	}{
		{"a program is told where", true, false, []option{program}, "/choose?redirect_url=%2F", ""},
		{"a script is told where", true, false, []option{fetched}, "/choose?redirect_url=%2F", ""},
		{"htmx goes there", true, false, []option{htmx, header("HX-Current-URL", ownOrigin+"/list")}, "/choose?redirect_url=%2Flist", "/choose?redirect_url=%2Flist"},
		{"by rules, too", true, true, []option{program}, "/choose?redirect_url=%2F", ""},
		{"without pages a program is told what, and not where", false, false, []option{program}, "", ""},
		{"without pages htmx goes nowhere", false, false, []option{htmx}, "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			if row.mounted {
				ginclerk.UsePages(a.clerk, ginclerk.Pages{Organizations: page})
			}
			if row.rules {
				a.ruled(t, ginclerk.Rules{Admin: []string{"/admin(.*)"}}).engine.GET("/admin", whoami)
			} else {
				a.engine.GET("/admin", a.clerk.Require(ginclerk.Role("org:admin")), whoami)
			}
			sender := bearer(a.mint(t, a.session(t, ada, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{}))
			got := a.ask(http.MethodGet, "/admin?x=1", append(row.options, sender)...)
			got.wantProblem(t, http.StatusForbidden, "Choose an organization").wantHeader(t, "HX-Redirect", row.redirect)
			var told struct{ Action, Reason string }
			if err := json.Unmarshal(got.Body.Bytes(), &told); err != nil || told.Action != row.action || told.Reason != "ginclerk-organization-required" {
				t.Errorf("%+v, %v; want the action %q", told, err, row.action)
			}
		})
	}
	t.Run("a page has a link there and back", func(t *testing.T) {
		t.Parallel()
		a := newApp(t)
		ginclerk.UsePages(a.clerk, ginclerk.Pages{Organizations: page, Problem: func(c *gin.Context, p ginclerk.Problem) {
			c.String(p.Status, "%s %s", p.ActionLabel, p.Action)
		}})
		a.engine.GET("/admin", a.clerk.Require(ginclerk.Role("org:admin")), whoami)
		v := a.visitor(t, mia)
		got := v.ask(http.MethodGet, "/admin?x=1", navigation).wantStatus(t, http.StatusForbidden)
		if got.Body.String() != "Choose an organization "+back {
			t.Errorf("%s", got.Body)
		}
	})
	t.Run("rules that name a page send there all the same", func(t *testing.T) {
		t.Parallel()
		a := newApp(t)
		ginclerk.UsePages(a.clerk, ginclerk.Pages{Organizations: page})
		a.ruled(t, guideRules()).engine.GET("/admin", whoami)
		v := a.visitor(t, mia)
		v.ask(http.MethodGet, "/admin", navigation).wantStatus(t, http.StatusSeeOther).wantHeader(t, "Location", "/unauthorized")
	})
}

func TestTheOrganizationsOfARequestsUser(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.engine.GET("/", a.clerk.Attach(), func(c *gin.Context) {
		memberships, err := ginclerk.From(c).OrganizationMemberships(c)
		if err != nil {
			a.clerk.Answer(c, ginclerk.ProblemFor(err))
			return
		}
		text := ""
		for _, m := range memberships {
			text += m.Organization.Name + " " + m.Organization.Slug + " " + m.Role + ";"
			if m.Organization.ID == "" || m.Organization.ImageURL == "" || m.ID == "" || m.CreatedAt.IsZero() {
				t.Errorf("%+v", m)
			}
		}
		c.String(http.StatusOK, text)
	})
	sender := bearer(a.token(t, "grace@example.com"))
	for range 3 {
		a.ask(http.MethodGet, "/", program, sender).says(t, "Globex globex org:admin;Acme acme org:member;")
	}
	if asked := a.server.Calls()["GET /v1/users/{user_id}/organization_memberships"]; asked != 1 {
		t.Errorf("%d requests to Clerk", asked)
	}
	a.ask(http.MethodGet, "/", program).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	other := bearer(a.token(t, ada))
	a.server.Fail(clerktest.Fault{Operation: "GET /v1/users/{user_id}/organization_memberships"})
	a.ask(http.MethodGet, "/", program, other).wantUnavailable(t)
}

func TestAnOrganizationIsSwitchedForABrowserAlone(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		sender func(a *app) option
		want   error
		status int
	}{
		{"a signed-out visitor", func(*app) option { return program }, ginclerk.ErrSignedOut, http.StatusUnauthorized},
		{"a program", func(a *app) option { return bearer(a.token(t, ada)) }, session.ErrNotOfBrowser, http.StatusConflict},
		{"a program that has a browser's cookies", func(a *app) option {
			token, jar := bearer(a.token(t, ada)), a.visitor(t, bob).jar()
			return func(r *http.Request) { jar(r); token(r) }
		}, session.ErrNotOfBrowser, http.StatusConflict},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.engine.GET("/", a.clerk.Attach(), func(c *gin.Context) {
				err := a.clerk.SwitchOrganization(c, "", "/")
				if !errors.Is(err, row.want) || c.Writer.Written() {
					t.Errorf("error %v, want %v; written: %t", err, row.want, c.Writer.Written())
				}
				a.clerk.Answer(c, ginclerk.ProblemFor(err))
			})
			a.ask(http.MethodGet, "/", program, row.sender(a)).wantStatus(t, row.status)
		})
	}
}

// The token of the browser names the organization that was chosen at the next page, and so do tokens for other services.
func TestASwitchOfOrganizationsIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.clerk.MountProxy(a.engine)
	a.engine.POST("/choose", a.clerk.RequireSession(), func(c *gin.Context) {
		if err := a.clerk.SwitchOrganization(c, c.Query("to"), "/where"); err != nil {
			a.clerk.Answer(c, ginclerk.ProblemFor(err))
		}
	})
	a.engine.GET("/where", a.clerk.RequireSession(), func(c *gin.Context) {
		auth := ginclerk.From(c)
		c.String(http.StatusOK, "%s as %s", auth.OrganizationSlug, auth.OrganizationRole)
	})
	v := a.visitor(t, "grace@example.com")
	acme, err := a.server.OrganizationID("acme")
	if err != nil {
		t.Fatal(err)
	}
	v.arrive(t, "/where").says(t, "globex as org:admin")
	for _, step := range []struct{ to, want string }{{acme, "acme as org:member"}, {"", " as "}} {
		begun := v.ask(http.MethodPost, "/choose?to="+step.to, ownForm).wantStatus(t, http.StatusSeeOther)
		v.arrive(t, begun.location(t).RequestURI()).says(t, step.want)
	}
	v.ask(http.MethodPost, "/choose?to=org_of_others", ownForm).wantStatus(t, http.StatusNotFound)
	v.arrive(t, "/where").says(t, " as ")
}
