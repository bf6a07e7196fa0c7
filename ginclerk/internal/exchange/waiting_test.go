package exchange_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkwait"
	"github.com/ginclerk/ginclerk/ginclerk/internal/exchange"
	"github.com/ginclerk/ginclerk/ginclerk/internal/identity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// place is room for one identity.
type place struct {
	room  identity.Room
	marks exchange.Marks
}

func (p *place) Room() *identity.Room        { return &p.room }
func (p *place) Show(*identity.Identity) any { return nil }
func (p *place) Marks() *exchange.Marks      { return &p.marks }

// labeled is a context of an application, of a type whose values can't be compared.
type labeled struct {
	context.Context //nolint:containedctx // it is a context itself

	labels map[string]string
}

func (l labeled) Value(key any) any {
	if name, ok := key.(string); ok && l.labels[name] != "" {
		return l.labels[name]
	}
	return l.Context.Value(key)
}

// TestARequestHasOneBudgetWhateverContextsItHas: middleware may put one of any type in the place of the request's, before who the request is was
// found out and after it.
func TestARequestHasOneBudgetWhateverContextsItHas(t *testing.T) {
	t.Parallel()
	site, err := visit.NewSite(nil, "")
	if err != nil {
		t.Fatal(err)
	}
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	label := func(of context.Context, text string) {
		c.Request = c.Request.WithContext(labeled{of, map[string]string{"by": text}}) //nolint:contextcheck // the request has it
	}
	x := (&exchange.Instance{
		Site: site, Front: &exchange.Front{}, NewPlace: func() exchange.Place { return &place{} }, Patience: time.Second, Now: time.Now,
	}).At(c)
	var first *clerkwait.Budget
	check := func(ctx context.Context, by string) {
		t.Helper()
		budget := clerkwait.In(ctx)
		if first == nil {
			first = budget
		}
		if budget == nil || budget != first || ctx.Value("by") != by {
			t.Errorf("budget %p, want %p; by %v, want %s", budget, first, ctx.Value("by"), by)
		}
	}
	label(c.Request.Context(), "first")
	begun := c.Request
	check(x.Waiting(), "first") // the decision
	check(x.Waiting(), "first") // and what is made of it
	label(c.Request.Context(), "second")
	check(x.Waiting(), "second")
	x.Identify(&identity.Identity{})
	check(c.Request.Context(), "second")
	label(c.Request.Context(), "third")
	check(x.Waiting(), "third")
	label(t.Context(), "fourth") // one that knows nothing of the request
	check(x.Waiting(), "fourth")
	x.Identify(&identity.Identity{})
	check(c.Request.Context(), "fourth")
	label(t.Context(), "fifth")
	*begun = *c.Request // as middleware does that has no other way to change a request
	c.Request = begun
	check(x.Waiting(), "fifth")
}
