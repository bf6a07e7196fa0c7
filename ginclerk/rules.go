package ginclerk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
)

// DefaultAdminRole is the role that admin routes need unless [Rules] name another.
const DefaultAdminRole = "org:admin"

// Rules say which routes need what, by patterns in Clerk's syntax, such as "/sign-in(.*)" or "/dashboard/:path*". What no
// pattern names needs a session. So does a path that no route of Gin serves, even where a Public pattern names it: what answers
// then (gin.Engine.NoRoute: a proxy, the files of a script application) serves every path, and a request is public only if the
// route that serves it is. Register a route for what everybody may see, such as r.GET("/sign-in/*path", page).
//
// Each path is read in every way in which Gin, by its settings, may read it: as it was sent, decoded, and as the route with its
// parameters filled in. The strictest answer counts. A path that is no UTF-8 or has control characters in it is answered with
// 400, one longer than 8 KB with 414.
type Rules struct {
	// Public routes are open to everybody, admin routes among them too. A request is public only if both its path and the
	// route that Gin serves it with are. "/sign-in(.*)" matches "/sign-inx", too; "/sign-in/:path*" keeps to whole segments.
	Public []string
	// Admin routes need AdminRole in the active organization. A request is one if its path or its route is, or the pattern that
	// the route was registered with: "/admin(.*)" covers all that the route "/admin/*path" serves.
	Admin []string
	// AdminRole is the role that Admin routes need; empty means DefaultAdminRole.
	AdminRole string
	// API routes answer with status codes and JSON, and tell the caller in X-User-Id who they take it for.
	API []string
	// UnauthorizedURL is the path where a page goes that its account may not see; empty: it gets 403 in place.
	UnauthorizedURL string
}

// Protect returns the middleware that applies rules to every route registered after it. Use it in front of the routes;
// [Guards.Attach] need not be there. Routes below registered prefixes ([Guards.PassOver]) are left alone. The error names every
// pattern that can't be compiled.
func (g *Guards) Protect(rules Rules) (gin.HandlerFunc, error) {
	compiled, err := compileRules(rules)
	if err != nil {
		return nil, err
	}
	protect := g.with(func(k *Clerk, c *gin.Context) {
		if k.Guards == g || !k.passOver.serves(c) {
			k.protect(c, compiled)
		}
	})
	return func(c *gin.Context) {
		if !g.passOver.serves(c) {
			protect(c)
		}
	}, nil
}

type compiledRules struct {
	public, admin, api *routematcher.Matcher
	adminRole          Requirement
	unauthorizedURL    string
}

func compileRules(rules Rules) (*compiledRules, error) {
	compiled := &compiledRules{unauthorizedURL: rules.UnauthorizedURL}
	var problems []error
	for _, list := range []struct {
		name     string
		patterns []string
		into     **routematcher.Matcher
	}{{"Public", rules.Public, &compiled.public}, {"Admin", rules.Admin, &compiled.admin}, {"API", rules.API, &compiled.api}} {
		matcher, err := routematcher.Compile(list.patterns...)
		if err != nil {
			problems = append(problems, fmt.Errorf("ginclerk: Rules.%s: %w", list.name, err))
		}
		*list.into = matcher
	}
	if rules.UnauthorizedURL != "" && !localpath.Is(rules.UnauthorizedURL) {
		problems = append(problems, fmt.Errorf("ginclerk: Rules.UnauthorizedURL: %q must be a path of the application", rules.UnauthorizedURL))
	}
	role := rules.AdminRole
	if role == "" {
		role = DefaultAdminRole
	}
	compiled.adminRole = Role(role)
	if len(problems) == 0 && compiled.circular() {
		problems = append(problems, fmt.Errorf("ginclerk: Rules.UnauthorizedURL: %q needs the role itself, so that nobody who lacks it could see it",
			rules.UnauthorizedURL))
	}
	return compiled, errors.Join(problems...)
}

// circular reports whether the page for accounts that may not see a page is such a page.
func (r *compiledRules) circular() bool {
	u, err := url.Parse(r.unauthorizedURL)
	if err != nil || u.Path == "" {
		return false
	}
	v, err := r.judge(u, u.Path, u.Path)
	return err == nil && v.admin && !v.public
}

func (k *Clerk) protect(c *gin.Context, rules *compiledRules) {
	verdict, err := rules.judge(c.Request.URL, c.FullPath(), routeOf(c))
	switch {
	case errors.Is(err, routematcher.ErrPathTooLong):
		k.answer(c, problemPathTooLong)
		return
	case err != nil:
		k.answer(c, problemMalformedPath)
		return
	}
	if verdict.api {
		c.Set(apiKey{}, true)
	}
	if verdict.public {
		k.attach(c)
		return
	}
	if !k.requireSession(c) {
		return
	}
	if verdict.admin {
		k.requireAll(c, []Requirement{rules.adminRole}, func(c *gin.Context) { k.unauthorized(c, rules) })
	}
	if verdict.api && !c.IsAborted() {
		c.Header("X-User-Id", From(c).UserID)
	}
}

// unauthorized sends a page that its account may not see to where the rules say.
func (k *Clerk) unauthorized(c *gin.Context, rules *compiledRules) {
	if rules.unauthorizedURL == "" || kindOf(c) != kindPage || c.Writer.Written() {
		k.answerForbidden(c)
		return
	}
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, k.visit(c).Link(rules.unauthorizedURL))
	c.Abort()
}
