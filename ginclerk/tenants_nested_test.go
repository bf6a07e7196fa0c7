package ginclerk_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// Staff and customers have instances of their own in one application: who is signed in as a customer is nobody to the staff,
// whatever stands in front.
func TestTenantsBehindOtherTenantsChooseForThemselves(t *testing.T) {
	t.Parallel()
	customers, staff := newApp(t), newApp(t)
	always := func(a *app) *ginclerk.Clerk {
		return ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) { return a.clerk, nil })
	}
	outer, inner := always(customers), always(staff)
	a := &app{engine: gin.New()}
	a.engine.Use(outer.Attach())
	a.engine.GET("/shop", outer.RequireSession(), whoami)
	a.engine.GET("/staff", inner.RequireSession(), whoami)
	customer, employee := bearer(customers.token(t, bob)), bearer(staff.token(t, bob))
	a.ask(http.MethodGet, "/shop", program, customer).wantStatus(t, http.StatusOK)
	a.ask(http.MethodGet, "/shop", program, employee).wantStatus(t, http.StatusUnauthorized)
	a.ask(http.MethodGet, "/staff", program, customer).wantStatus(t, http.StatusUnauthorized)
	a.ask(http.MethodGet, "/staff", program, employee).wantStatus(t, http.StatusOK)
}

// What tenants show is shown for the instance that they chose, not for another one behind them.
func TestTheProblemPageOfTenantsIsTheirs(t *testing.T) {
	t.Parallel()
	chosen, other := newApp(t), newApp(t)
	tenants := ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) { return chosen.clerk, nil })
	says := func(text string) func(*gin.Context, ginclerk.Problem) {
		return func(c *gin.Context, p ginclerk.Problem) { c.String(p.Status, text) }
	}
	ginclerk.UsePages(tenants, ginclerk.Pages{Problem: says("the tenants'")})
	ginclerk.UsePages(other.clerk, ginclerk.Pages{Problem: says("the other's")})
	a := &app{engine: gin.New()}
	a.engine.Use(tenants.Attach())
	refused := ginclerk.Satisfies(func(*ginclerk.Auth) bool { return false })
	a.engine.GET("/one", tenants.Require(refused), whoami)
	a.engine.GET("/two", other.clerk.Require(refused), whoami)
	for target, row := range map[string]struct{ token, want string }{
		"/one": {chosen.token(t, bob), "the tenants'"}, "/two": {other.token(t, bob), "the other's"},
	} {
		if got := a.ask(http.MethodGet, target, navigation, bearer(row.token)).wantStatus(t, http.StatusForbidden); got.Body.String() != row.want {
			t.Errorf("%s shows %q, want %q", target, got.Body, row.want)
		}
	}
}
