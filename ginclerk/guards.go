package ginclerk

import (
	"sync/atomic"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exempt"
)

// Guards are what an application puts in front of its handlers: finding out who a request is, and turning away. A [Clerk]
// has them for one instance, [Tenants] for many. They are safe for concurrent use; make them with [New] or [NewTenants].
type Guards struct {
	choose      func(*gin.Context) *Clerk // nil: it has answered the request itself
	exempt      exempt.Prefixes
	problemPage atomic.Pointer[ProblemPage]
	stepUp      atomic.Pointer[StepUpPages]
	formsPages  desk.Pages
}

// Middleware returns the guards themselves, for functions that take a [Clerk] as well as [Tenants].
func (g *Guards) Middleware() *Guards { return g }

// For returns the Clerk of a request. It is nil where there is none; the request has then been answered.
func (g *Guards) For(c *gin.Context) *Clerk { return g.choose(c) }

// Exempt registers path prefixes that authentication has no business with: assets, webhooks. [Guards.Attach] leaves requests below
// them alone whether it is called before or after, and so does [Guards.Protect]. A prefix matches whole path segments: "/static" is
// "/static" and everything below "/static/", never "/statically". A path with dot segments is never exempt. A guard on a route below
// a prefix still guards it.
func (g *Guards) Exempt(prefixes ...string) { g.exempt.Add(prefixes...) }

// UseProblemPage sets how problems look in a browser; package pages does so when it is mounted. Without it they are a plain
// page. It may be called at any time.
func (g *Guards) UseProblemPage(page ProblemPage) { g.problemPage.Store(&page) }

// with makes a handler of a step that needs the request's Clerk. The handlers behind the first such step of a request run within
// it.
func (g *Guards) with(step func(*Clerk, *gin.Context)) gin.HandlerFunc {
	return func(c *gin.Context) {
		if k := g.choose(c); k != nil {
			step(k, c)
			awaitHandlers(c)
		}
	}
}
