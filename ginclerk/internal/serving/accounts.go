package serving

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/selection"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Account is an account that is signed in on a browser, with the number that it has there.
type Account struct {
	session.Account

	Number int
	// Base is what stands in front of the paths of the application for the account's own pages.
	Base string
}

// Accounts returns the accounts that are signed in on the browser of the request and have a number, the lowest number first, and gives numbers to
// those that have none where mayKeep says that the browser can be given cookies. Errors are [answer.ErrSignedOut], [session.ErrNotOfBrowser] and those
// of [session.Service.ForBrowser].
func (r *Request) Accounts(mayKeep bool) ([]Account, error) {
	switch {
	case r.UserID == "":
		return nil, answer.ErrSignedOut
	case r.Bearer:
		return nil, session.ErrNotOfBrowser
	}
	all, err := r.Sessions.ForBrowser(r.context(), r.SessionID)
	if err != nil {
		return nil, err
	}
	return r.Number(all, mayKeep)
}

// Number is [Request.Accounts] for the accounts that [session.Service.ForBrowser] has returned.
func (r *Request) Number(all []session.Account, mayKeep bool) ([]Account, error) {
	live := make([]session.Session, 0, len(all))
	for _, one := range all {
		live = append(live, one.Session)
	}
	numbered, cookies, err := r.Selector.Number(r.Visit, live)
	if err != nil {
		return nil, err
	}
	mayKeep = mayKeep && !r.Visit.Prefetch()
	if mayKeep && len(cookies) > 0 {
		r.WarnInsecureOrigin(r.Visit)
		r.Set(cookies...)
	}
	var accounts []Account
	for _, account := range numbered {
		if !mayKeep && setsAccount(cookies, account) {
			continue
		}
		at := slices.IndexFunc(all, func(one session.Account) bool { return one.Session.ID == account.SessionID })
		base := r.Visit.OuterBasePath() + visit.AccountPath(r.Selector.AccountName(account))
		accounts = append(accounts, Account{all[at], account.Number, base})
	}
	return accounts, nil
}

// setsAccount reports whether a browser is still to learn of an account.
func setsAccount(cookies []*http.Cookie, account selection.Account) bool {
	name := visit.Account.Name(strconv.Itoa(account.Number))
	return slices.ContainsFunc(cookies, func(c *http.Cookie) bool { return c.Name == name })
}

// toAccount is the redirect to a page of another account of this browser.
func (r *Request) toAccount(sessionID, target string) (answer.Response, error) {
	chosen, err := r.Sessions.Switchable(r.context(), r.SessionID, sessionID)
	if err != nil {
		return answer.Response{}, err
	}
	accounts, err := r.Accounts(true)
	if err != nil {
		return answer.Response{}, err
	}
	at := slices.IndexFunc(accounts, func(a Account) bool { return a.Session.UserID == chosen.UserID && a.Session.ID == chosen.ID })
	if at < 0 {
		return answer.Response{}, session.ErrNotActive
	}
	if !strings.HasPrefix(target, "/") {
		target = "/"
	}
	return answer.Response{Location: accounts[at].Base + target, Status: http.StatusSeeOther}, nil
}
