package ginclerk_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// Two instances in one process, as in an application that serves two: a guard of one never takes the other's word.
func TestAGuardBelievesItsOwnInstanceAlone(t *testing.T) {
	t.Parallel()
	one, two := newApp(t), newApp(t)
	engine := gin.New()
	engine.Use(one.clerk.Attach())
	engine.GET("/one", one.clerk.RequireSession(), whoami)
	engine.GET("/two", two.clerk.RequireSession(), whoami)
	one.engine = engine
	token := bearer(one.token(t, bob))
	one.ask(http.MethodGet, "/one", token).wantStatus(t, http.StatusOK)
	one.ask(http.MethodGet, "/two", token).wantStatus(t, http.StatusUnauthorized)
}

// Two instances behind one application, told apart by host. They even share a key id.
func TestTenantsNeverMix(t *testing.T) {
	t.Parallel()
	shared := setup{clerk: func(c *clerktest.Config) { c.KeyID = "ins_shared" }}
	one, two := newApp(t, shared), newApp(t, shared)
	guards := ginclerk.NewTenants(func(r *http.Request) (*ginclerk.Clerk, error) {
		switch r.Host {
		case "one.localhost:8080":
			return one.clerk, nil
		case "two.localhost:8080":
			return two.clerk, nil
		case "down.localhost:8080":
			return nil, errors.New("the tenants' database is away")
		default:
			return nil, ginclerk.ErrNoTenant
		}
	})
	a := &app{engine: gin.New()}
	a.engine.Use(guards.Attach())
	a.engine.GET("/guarded", guards.RequireSession(), whoami)
	a.engine.GET("/", whoami)
	ofOne, ofTwo := bearer(one.token(t, bob)), bearer(two.token(t, bob))
	hostOne, hostTwo := host("one.localhost:8080"), host("two.localhost:8080")
	for _, row := range []struct {
		name    string
		options []option
		want    int
	}{
		{"a token at its own tenant", []option{hostOne, ofOne}, http.StatusOK},
		{"the other token at its own tenant", []option{hostTwo, ofTwo}, http.StatusOK},
		{"a token at the other tenant", []option{hostTwo, ofOne}, http.StatusUnauthorized},
		{"the other token at the other tenant", []option{hostOne, ofTwo}, http.StatusUnauthorized},
		{"a host that is no tenant's", []option{host("three.localhost:8080"), ofOne}, http.StatusNotFound},
		{"a tenant that can't be looked up", []option{host("down.localhost:8080"), ofOne}, http.StatusServiceUnavailable},
	} {
		t.Run(row.name, func(t *testing.T) { a.ask(http.MethodGet, "/guarded", row.options...).wantStatus(t, row.want) })
	}
}

func TestTenantsHaveTheirOwnProxies(t *testing.T) {
	t.Parallel()
	proxied := newApp(t)
	direct := newApp(t, configured(func(c *ginclerk.Config) { c.ProxyURL = "" }))
	guards := ginclerk.NewTenants(func(r *http.Request) (*ginclerk.Clerk, error) {
		if r.Host == "direct.localhost:8080" {
			return direct.clerk, nil
		}
		return proxied.clerk, nil
	})
	a := &app{engine: gin.New()}
	a.engine.Use(guards.Attach())
	guards.MountProxy(a.engine, "/__clerk")
	a.ask(http.MethodGet, "/__clerk/v1/health", fetched).wantStatus(t, http.StatusOK)
	a.ask(http.MethodGet, "/__clerk/v1/health", fetched, host("direct.localhost:8080")).wantStatus(t, http.StatusNotFound)
	if calls := direct.server.Calls(); len(calls) != 0 {
		t.Errorf("the tenant without a proxy was asked: %v", calls)
	}
}
