package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// To choose a tenant is not to work out where the application is: middleware between that and the first guard may still put right what a
// proxy has made of the request, as it may without tenants.
func TestAChosenTenantReadsTheRequestAtTheFirstGuard(t *testing.T) {
	t.Parallel()
	const second = "https://app.example.com"
	a := newApp(t, configured(func(c *ginclerk.Config) {
		c.Origins, c.SignInURL = []string{ownOrigin, second}, "https://accounts.example.com/sign-in"
	}))
	for name, clerk := range map[string]*ginclerk.Clerk{
		"one":     a.clerk,
		"tenants": ginclerk.NewTenants(func(*http.Request) (*ginclerk.Clerk, error) { return a.clerk, nil }),
	} {
		a.engine.GET("/"+name, func(c *gin.Context) {
			clerk.For(c)
			c.Request.Host = strings.TrimPrefix(second, "https://")
		}, clerk.RequireSession(), whoami)
		location := a.ask(http.MethodGet, "/"+name, navigation, host("inside.example")).Header().Get("Location")
		if !strings.Contains(location, "app.example.com") {
			t.Errorf("%s: a browser of the second origin is sent to %q", name, location)
		}
	}
}
