package ginclerk_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// TestHasAndRequireAgree: what a handler asks of an Auth, and what a guard asks of a request, is answered alike.
func TestHasAndRequireAgree(t *testing.T) {
	t.Parallel()
	admin := ginclerk.Role("org:admin")
	for _, row := range []struct {
		name         string
		organization string // in which Ada is active: an admin of Acme
		signedOut    bool
		asked        []ginclerk.Requirement
		want         bool
	}{
		{"the role that the user has", "acme", false, []ginclerk.Requirement{admin}, true},
		{"the role without its prefix", "acme", false, []ginclerk.Requirement{ginclerk.Role("admin")}, true},
		{"a role that the user does not have", "acme", false, []ginclerk.Requirement{ginclerk.Role("org:owner")}, false},
		{"a role without an active organization", "", false, []ginclerk.Requirement{admin}, false},
		{"two requirements of which one is met", "acme", false, []ginclerk.Requirement{admin, ginclerk.Role("org:owner")}, false},
		{"what the application asks itself", "acme", false, []ginclerk.Requirement{admin, ginclerk.Satisfies(func(a *ginclerk.Auth) bool { return a.OrganizationSlug == "acme" })}, true},
		{"the zero requirement", "acme", false, []ginclerk.Requirement{{}}, false},
		{"a proof of the last ten minutes, of a user who has just signed in", "acme", false, []ginclerk.Requirement{ginclerk.Reverified(token.PresetLax)}, true},
		{"a proof that an unknown preset asks for", "acme", false, []ginclerk.Requirement{ginclerk.Reverified("none")}, false},
		{"a role, asked of a signed-out request", "", true, []ginclerk.Requirement{admin}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.engine.GET("/asked", a.clerk.Attach(), func(c *gin.Context) { c.String(http.StatusOK, "%v", ginclerk.From(c).Has(row.asked...)) })
			a.engine.GET("/required", a.clerk.Require(row.asked...), whoami)
			options := []option{program}
			if !row.signedOut {
				session := a.session(t, ada, clerktest.SessionOptions{OrganizationID: row.organization})
				options = append(options, bearer(a.mint(t, session.ID, clerktest.TokenOptions{})))
			}
			if got := a.ask(http.MethodGet, "/asked", options...).Body.String(); got != fmt.Sprint(row.want) {
				t.Errorf("Has says %s, want %v", got, row.want)
			}
			if passed := a.ask(http.MethodGet, "/required", options...).Code == http.StatusOK; passed != row.want {
				t.Errorf("the guard lets the request pass: %v, want %v", passed, row.want)
			}
		})
	}
}

// TestHasNothingToAskIsFalse: a forgotten argument lets no one pass.
func TestHasNothingToAskIsFalse(t *testing.T) {
	t.Parallel()
	a := newApp(t).attached()
	got := run(a, func(c *ginContext) {
		a.clerk.RequireSession()(c)
		if ginclerk.From(c).Has() {
			t.Error("Has() without a requirement is true")
		}
	}, program, bearer(a.token(t, ada)))
	got.wantStatus(t, http.StatusOK)
	if (&ginclerk.Auth{UserID: "user_1"}).Has(ginclerk.Role("org:admin")) {
		t.Error("an Auth that no request has made has a role")
	}
}

func ExampleAuth_Has() {
	clerk, server := exampleClerk()
	defer func() { _ = server.Close(context.Background()) }()
	r := gin.New()
	r.GET("/", clerk.RequireSession(), func(c *gin.Context) {
		if ginclerk.From(c).Has(ginclerk.Role("org:admin")) {
			c.String(http.StatusOK, "You may invite people.")
			return
		}
		c.String(http.StatusOK, "Ask an administrator to invite people.")
	})
	fmt.Println(get(r, "/", exampleBearer(server, "ada@example.com")).Body)
	fmt.Println(get(r, "/", exampleBearer(server, "bob@example.com")).Body)
	// Output:
	// You may invite people.
	// Ask an administrator to invite people.
}
