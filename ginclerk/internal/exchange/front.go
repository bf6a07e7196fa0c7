package exchange

import (
	"cmp"
	"net/http"
	"reflect"
	"slices"
	"sync/atomic"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/desk"
)

// Front is what an application puts in front of an instance, or of many: its own pages. The zero value has none. It is safe for
// concurrent use, and not to be copied.
type Front struct {
	pages atomic.Pointer[Pages]
	forms desk.Pages
}

// Pages are the pages of an application that guards show and send browsers to.
type Pages struct {
	// Problem writes a problem as a page; nil means a plain one.
	Problem func(*gin.Context, answer.Problem)
	// Verify is the path of the page on which a user proves once more who they are, and SignInAgain the path of the one that ends the
	// session and begins another. Empty: a problem is shown instead.
	Verify, SignInAgain string
}

// Use sets the pages that are not empty and leaves the others.
func (f *Front) Use(pages Pages) {
	for {
		before := f.pages.Load()
		next := pages
		if before != nil {
			next.Verify, next.SignInAgain = cmp.Or(pages.Verify, before.Verify), cmp.Or(pages.SignInAgain, before.SignInAgain)
			if next.Problem == nil {
				next.Problem = before.Problem
			}
		}
		if f.pages.CompareAndSwap(before, &next) {
			return
		}
	}
}

// Pages returns the pages that were set last.
func (f *Front) Pages() Pages {
	if pages := f.pages.Load(); pages != nil {
		return *pages
	}
	return Pages{}
}

// UseForms sets where the forms of an engine wait: for each engine the last page counts.
func (f *Front) UseForms(page desk.Page) {
	if engine, _ := page.Replay.(*gin.Engine); engine != nil {
		page.Router = reflect.ValueOf(engine).Pointer()
		page.ServesPage = func() bool {
			return slices.ContainsFunc(engine.Routes(), func(route gin.RouteInfo) bool {
				return route.Method == http.MethodGet && route.Path == page.URL
			})
		}
	}
	f.forms.Use(page)
}

// FormsPage returns the page of the engine that serves a request; nil: its forms are not kept. The address of the engine tells it from
// others. Gin has no method for it, and where this Gin does not say, the page is the last one.
func (x *Exchange) FormsPage() *desk.Page {
	var router uintptr
	if engine := reflect.ValueOf(x.Gin).Elem().FieldByName("engine"); engine.IsValid() && engine.Kind() == reflect.Pointer {
		router = engine.Pointer()
	}
	return x.front.forms.For(router)
}
