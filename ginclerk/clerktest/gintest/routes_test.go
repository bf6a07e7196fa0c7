package gintest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
)

// site is an application with a choice of guards for one of its routes.
func site(clerk *ginclerk.Clerk, guards ...gin.HandlerFunc) *gin.Engine {
	engine := gin.New()
	engine.Use(clerk.Attach())
	engine.GET("/about", ok)
	engine.Any("/app/*path", clerk.RequireSession(), ok)
	engine.DELETE("/invoices/:id", append(guards, ok)...)
	return engine
}

func TestAssertRoutesTellsWhichGuardsChanged(t *testing.T) {
	clerk, file := newClerk(t), filepath.Join(t.TempDir(), "testdata", "routes.txt")
	admins := clerk.Require(ginclerk.Role("org:admin"))

	missing := &recorder{TB: t}
	gintest.AssertRoutes(missing, site(clerk, admins), file, "/about")
	wantProblems(t, missing, []string{"does not exist: GINCLERK_UPDATE_ROUTES=1"})

	t.Setenv(gintest.UpdateRoutes, "1")
	gintest.AssertRoutes(t, site(clerk, admins), file, "/about")
	t.Setenv(gintest.UpdateRoutes, "")
	gintest.AssertRoutes(t, site(clerk, admins), file, "/about")

	for _, row := range []struct {
		name   string
		engine func() *gin.Engine
		want   string
	}{
		{
			"a weaker guard", func() *gin.Engine { return site(clerk, clerk.RequireSession()) },
			"  DELETE /invoices/:id\n      was  session  Attach, Require(Role(org:admin))\n      is   session  Attach, RequireSession\n",
		},
		{
			"no guard", func() *gin.Engine { return site(clerk) },
			"  DELETE /invoices/:id\n      was  session  Attach, Require(Role(org:admin))\n      is   none  Attach\n" +
				"  new warning: No guard covers DELETE /invoices/:id: list as public what is meant to be open.\n",
		},
		{
			"a new route", func() *gin.Engine {
				engine := site(clerk, admins)
				engine.POST("/invoices", admins, ok)
				return engine
			},
			"  POST /invoices is new:\n      is   session  Attach, Require(Role(org:admin))\n",
		},
		{
			"one method of many is gone", func() *gin.Engine {
				engine := gin.New()
				engine.Use(clerk.Attach())
				engine.GET("/about", ok)
				for _, method := range strings.Fields("GET POST PUT PATCH HEAD OPTIONS DELETE CONNECT") {
					engine.Handle(method, "/app/*path", clerk.RequireSession(), ok)
				}
				engine.DELETE("/invoices/:id", admins, ok)
				return engine
			},
			"  TRACE /app/*path is gone:\n      was  session  Attach, RequireSession\n",
		},
	} {
		r := &recorder{TB: t}
		gintest.AssertRoutes(r, row.engine(), file, "/about")
		want := "these routes changed their guard since " + file + " was written:\n" + row.want +
			"If that is meant, GINCLERK_UPDATE_ROUTES=1 go test ./... writes the file."
		if len(r.problems) != 1 || r.problems[0] != want {
			t.Errorf("%s: got\n%s\nwant\n%s", row.name, strings.Join(r.problems, "\n"), want)
		}
	}
}

// A route with a longer path moves the columns of the others, and an editor may change the ends of lines.
func TestAssertRoutesComparesNoSpaces(t *testing.T) {
	t.Parallel()
	clerk, folder := newClerk(t), t.TempDir()
	for name, text := range map[string]string{
		"wide":    "METHODS  PATH      NEEDS       GUARDS\r\nGET      /x        session     RequireSession\r\n\r\n",
		"no head": "GET  /x  session  RequireSession",
	} {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		engine := gin.New()
		engine.GET("/x", clerk.RequireSession(), ok)
		gintest.AssertRoutes(t, engine, file)
	}
	file := filepath.Join(folder, "no map")
	if err := os.WriteFile(file, []byte("GET /x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &recorder{TB: t}
	gintest.AssertRoutes(r, gin.New(), file)
	wantProblems(t, r, []string{`line 1 is no route: "GET /x"`})
}
