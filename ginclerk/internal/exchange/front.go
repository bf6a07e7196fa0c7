package exchange

import (
	"cmp"
	"slices"
	"sync/atomic"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Front is what an application puts in front of an instance, or of many: its own pages. The zero value has none. It is safe for
// concurrent use, and not to be copied.
type Front struct {
	pages atomic.Pointer[Pages]
}

// Pages are the pages of an application that guards show and send browsers to.
type Pages struct {
	// Problem writes a problem as a page; nil means a plain one.
	Problem func(*gin.Context, answer.Problem)
	// Verify is the path of the page on which a user proves once more who they are, and SignInAgain the path of the one that ends the
	// session and begins another. Empty: a problem is shown instead.
	Verify, SignInAgain string
	// Organizations is the path of the page on which a user chooses the active organization; empty: a problem leads nowhere.
	Organizations string
	// SignOuts are the routes of actions with which users sign out of this browser.
	SignOuts []string
	// Forms keeps forms that can't be taken yet; nil: they are not kept.
	Forms Forms
}

// Forms keeps forms that can't be taken yet. Package parking has it, and a program that mounts no pages does not link it.
type Forms interface {
	// Park keeps the form that a request sends and returns the page that offers it again; "" where the request sends none, or one that
	// is not kept. Whose form it is, is asked only where there is one to keep.
	Park(x *Exchange, whose func() Sender) (page string, err error)
	// NotKept is the problem of a form that Park did not keep because of this error. First is what has to be done before the form can
	// be taken. The problem has an action where something else helps.
	NotKept(x *Exchange, err error, first answer.Step) answer.Problem
	// Keeping returns the problem of a request with what Park has done about its form.
	Keeping(p answer.Problem, page string, err error) answer.Problem
}

// Sender is who has sent a form. The zero value means that it is not known.
type Sender struct {
	UserID string
	Actor  *token.Actor // who acts as the user; nil: the user
}

// FormsPage is a page that offers forms again.
type FormsPage interface {
	// AddTo returns what keeps forms for this page and for those before it; nil: it is the first.
	AddTo(before Forms) Forms
}

// Use sets the pages that are not empty and leaves the others. A page of forms is one more; nil adds none.
func (f *Front) Use(pages Pages, forms FormsPage) {
	for {
		before := f.pages.Load()
		next := pages
		if before != nil {
			next.Verify, next.SignInAgain = cmp.Or(pages.Verify, before.Verify), cmp.Or(pages.SignInAgain, before.SignInAgain)
			next.Organizations = cmp.Or(pages.Organizations, before.Organizations)
			next.Forms, next.SignOuts = before.Forms, slices.Concat(before.SignOuts, pages.SignOuts)
			if next.Problem == nil {
				next.Problem = before.Problem
			}
		}
		if forms != nil {
			next.Forms = forms.AddTo(next.Forms)
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
