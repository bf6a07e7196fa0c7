package ginclerk

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/guard"
	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/rules"
)

// defaultAdminRole is the role that admin routes need unless [Rules] name another.
const defaultAdminRole = "org:admin"

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
	// As Gin's routes do, these patterns tell capital from small letters, and "//x" from "/x". They do not tell
	// "/docs" from "/docs/", which a route "/docs/*path" may serve, nor one method from another.
	Public []string
	// Admin routes need AdminRole in the active organization. A request is one if its path or its route is, or the pattern that
	// the route was registered with: "/admin(.*)" covers all that the route "/admin/*path" serves.
	Admin []string
	// AdminRole is the role that Admin routes need; empty means org:admin.
	AdminRole string
	// API routes answer with status codes and JSON, and tell the caller in X-User-Id who they take it for.
	API []string
	// UnauthorizedURL is the path where a page goes that its account may not see; empty: it gets 403 in place.
	UnauthorizedURL string
}

// Protect returns the middleware that applies rules to every route registered after it. Use it in front of the routes;
// [Clerk.Attach] need not be there. Routes below registered prefixes ([Clerk.Exempt]) are left alone. The error names every
// pattern that can't be compiled.
func (k *Clerk) Protect(rules Rules) (gin.HandlerFunc, error) {
	p, err := newProtection(rules)
	if missing(k) {
		err = errors.Join(errMissing, err)
	}
	if err != nil {
		return nil, err
	}
	protect := with(k, func(t *tenant, c *gin.Context) {
		if t.clerk == k || !t.clerk.exempt.CoverRoute(c.Request.URL, c.FullPath()) {
			t.at(c).Protect(p)
		}
	})
	about := description(func() exchange.Description {
		return exchange.Description{Name: "Protect", Needs: exchange.NeedsRules, Exempt: k.exempt, Rules: p.Rules, Admin: p.Admin.String()}
	})
	return about.of(k, func(c *gin.Context) {
		if !k.exempt.CoverRoute(c.Request.URL, c.FullPath()) {
			missProxy(k, c)
			protect(c)
		}
	}), nil
}

func newProtection(r Rules) (*guard.Protection, error) {
	compiled, err := rules.Compile(rules.Patterns{Public: r.Public, Admin: r.Admin, API: r.API})
	switch {
	case r.UnauthorizedURL != "" && !localpath.Is(r.UnauthorizedURL):
		err = errors.Join(err, fmt.Errorf("ginclerk: Rules.UnauthorizedURL: %q must be a path of the application", r.UnauthorizedURL))
	case err == nil && compiled.AdminOnly(r.UnauthorizedURL):
		err = fmt.Errorf("ginclerk: Rules.UnauthorizedURL: %q needs the role itself, so that nobody who lacks it could see it", r.UnauthorizedURL)
	}
	admin := Role(cmp.Or(r.AdminRole, defaultAdminRole)).rule
	return &guard.Protection{Rules: compiled, Admin: admin, UnauthorizedURL: r.UnauthorizedURL}, err
}
