// Package desk keeps the forms of requests that can't be let through yet, and gives them back when they can: it stands between a
// request and a [forms.Parking].
//
// A browser that sends a form may have to go through a handshake or sign-in first. [Desk.Park] keeps the form and returns a cookie
// that names it. When the browser is back, [Desk.List] tells what waits, and [Desk.Claim] makes the request that sends a form again.
//
// The package reads requests and writes no responses: it returns the cookies to set, and returns none with an error. The caller
// tells users what happened.
package desk

import (
	"errors"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentinel"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

const (
	// MaxInBrowser is how many forms wait in a browser for one account. Forms that come at the same moment can be more.
	MaxInBrowser = forms.DefaultPerOwner
	// MaxOfUser is how many forms wait for a user in all browsers together.
	MaxOfUser = 30
	// MaxSize is the longest form that is kept, in bytes.
	MaxSize = forms.DefaultMaxForm
)

// Why [Desk.Park] keeps no form. Beside these it returns what else [forms.Parking.Park] and reading the body return.
var (
	// ErrNotKeepable: the request sends no form of a page, or a form that may be another site's. See [Keepable].
	ErrNotKeepable = errors.New("desk: the request is no form of an own page")
	// ErrNoCookie: the browser would drop the cookie that names the form.
	ErrNoCookie = sentinel.ErrFormCookieDropped
	// ErrTooLarge: the body has more than [MaxSize] bytes.
	ErrTooLarge = forms.ErrTooLarge
	// ErrConsumed: a handler in front has read the body.
	ErrConsumed = errors.New("desk: the body was read before the guard ran")
	// ErrTooManyInBrowser: [MaxInBrowser] forms wait in this browser.
	ErrTooManyInBrowser = errors.New("desk: as many forms as a browser can have are waiting")
	// ErrTooManyOfUser: [MaxOfUser] forms wait for the user, or as many bytes as one user may have.
	ErrTooManyOfUser = forms.ErrTooMany
)

// ErrNotFound says that no form of a handle waits for the asker: it was sent or discarded, or its time is over.
var ErrNotFound = forms.ErrNotFound

// Desk keeps forms and gives them back. Make one with [New]; it is safe for concurrent use.
type Desk struct{ parking *forms.Parking }

// New makes a desk with a parking of its own. The PerOwner and MaxForm of the configuration don't count: they are [MaxOfUser] and
// [MaxSize]. [Desk.List] tells the user the values of all fields but secrets, so Show does not count, either. Errors are those of
// [forms.New].
func New(config forms.Config) (*Desk, error) {
	config.PerOwner, config.MaxForm = MaxOfUser, MaxSize
	config.Show = func(string, string) bool { return true }
	parking, err := forms.New(config)
	if err != nil {
		return nil, err
	}
	return &Desk{parking: parking}, nil
}

// Asker is who asks for the forms that wait in a browser, and on which page.
type Asker struct {
	// Visit is the request that asks.
	Visit visit.Visit
	// Owner is who is signed in; the zero Owner where that is not known. See [Owner].
	Owner forms.Owner
	// Page is the page that asks; nil: it offers the forms of all routers.
	Page *Page
}

// offered reports whether the page offers a form.
func (a Asker) offered(form forms.Summary) bool { return a.Page == nil || a.Page.offers(form.Router) }
