package ginclerk

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/routematcher"
)

// DefaultAdminRole is the role that admin routes need unless [Rules] name another.
const DefaultAdminRole = "org:admin"

// Rules say which routes need what, by patterns in Clerk's syntax, such as "/sign-in(.*)" or "/dashboard/:path*". What no
// pattern names needs a session; so does a path that no route of Gin serves.
type Rules struct {
	// Public routes are open to everybody, admin routes among them too. A request is public only if both its path and the
	// route that Gin serves it with are. "/sign-in(.*)" matches "/sign-inx", too; "/sign-in/:path*" keeps to whole segments.
	Public []string
	// Admin routes need AdminRole in the active organization. A request is one if its path or its route is.
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
	path, _, _ := strings.Cut(r.unauthorizedURL, "?")
	return path != "" && matches(r.admin, path) && !matches(r.public, path)
}

func (k *Clerk) protect(c *gin.Context, rules *compiledRules) {
	verdict, err := rules.judge(c.Request, routeOf(c))
	if err != nil {
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

// verdict is what the rules say about one request.
type verdict struct{ public, admin, api bool }

// judge asks every spelling of the request's path: as it was sent, decoded, and the route that Gin serves it with. It is
// public only if all of them are, and protected if any is. The error says that a path can't be read.
func (r *compiledRules) judge(request *http.Request, route string) (verdict, error) {
	sent := request.URL.EscapedPath()
	if _, err := routematcher.Normalize(sent); err != nil {
		return verdict{}, err
	}
	spellings := []string{sent, request.URL.Path}
	if route != "" {
		spellings = append(spellings, route)
	}
	v := verdict{public: true}
	for _, spelling := range spellings {
		v.public = v.public && !hasDotSegment(spelling) && matches(r.public, spelling)
		v.admin = v.admin || matches(r.admin, spelling)
		v.api = v.api || matches(r.api, spelling)
	}
	return v, nil
}

// matches counts a spelling that can't be read as no match: it makes nothing public.
func matches(m *routematcher.Matcher, path string) bool {
	matched, err := m.Match(path)
	return err == nil && matched
}

// routeOf returns the route that Gin serves the request with, its parameters filled in; empty where there is none.
func routeOf(c *gin.Context) string {
	pattern := c.FullPath()
	if pattern == "" || !strings.ContainsAny(pattern, ":*") {
		return pattern
	}
	segments := strings.Split(pattern, "/")
	for i, segment := range segments {
		switch {
		case strings.HasPrefix(segment, "*"):
			segments[i] = strings.TrimPrefix(c.Param(segment[1:]), "/")
		case strings.Contains(segment, ":"):
			fixed, name, _ := strings.Cut(segment, ":")
			segments[i] = fixed + c.Param(name)
		}
	}
	return strings.Join(segments, "/")
}
