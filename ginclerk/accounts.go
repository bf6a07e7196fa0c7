package ginclerk

import (
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/accountpath"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// AccountPaths returns the handler that serves an application below a path for each account of a browser, too: /u/0, /u/1. The browser goes on from
// there to the path that names the account as well, such as /u/1-b7tq4e2z. Each tab has the account of its path, so that two accounts are in use at
// the same time, without JavaScript. Serve it in place of the engine, inside of whatever takes a base path off:
//
//	http.ListenAndServe(":8080", clerk.AccountPaths(engine))
//
// What is behind the path of an account are the application's own routes: the engine sees /orders for /u/1-b7tq4e2z/orders, so guards, rules and
// rate limits are the same, and [Links.BasePath] has the path of the account at its end. Pages put it in front of every path that they name, as
// they do for any base path. Redirects of handlers and of Gin to a path of the application stay below the path of the account; one to an absolute
// address leaves it. Requests outside /u are as they are without it, but for one: what changes something and comes, by its Referer, from a page of
// an account is refused (409), as it is a form whose action lacks [Links.BasePath], and would be done for the browser's own account. A bearer token
// and the Frontend API proxy are as ever.
//
// [Links.Accounts] gives the accounts of a browser their numbers, which the browser keeps in a sealed cookie for each. A number does not become
// another account's while the browser keeps its cookies. A browser that has lost them gives numbers anew, but a page that is still open is not
// taken for another account's: its path has a mark that is made of the account itself, and the number alone signs no user in. What such a page
// sends to the number alone is refused (409). An account that is signed out, a number that no account has, a mark that is not the account's, and a
// session that is not of the same browser sign no user in, whoever else is: the guards answer 401 with [reason.AccountNotHere], and offer sign-in,
// from which the browser comes back. Nothing below the path of an account is ever done for another one. A form that is kept meanwhile is the
// account's own.
//
// The cookie authenticates nobody: the browser's own session has to be good, and Clerk has to say, each token lifetime anew, that the account's
// session is active and of the same browser. A bearer token says by itself who sends a request; the number then does not count.
//
// A path is in one spelling the path of an account: the numbers 0 to 999 without zeros in front, and the mark in small letters. Others, and those
// that may lead out of it (dot segments, a second slash), are not found (404), so the application has no routes of its own below /u.
// [Clerk.SwitchSession] leads to the path of the other account. [Clerk.SwitchOrganization] changes the browser's own session alone: Clerk would
// make any other one the browser's own for it, and so change the account of all tabs outside of these paths. Pages are not read in an outage
// ([TokenChecks.OutageReading]) below the path of an account.
func (k *Clerk) AccountPaths(app http.Handler) http.Handler {
	own := only(k)
	if own == nil {
		if !missing(k) {
			k.chosen.accounts.Store(true)
		}
		return accountpath.Handler(app, "", nil)
	}
	own.Core.Site.ServesAccounts()
	return accountpath.Handler(app, own.config.BasePath, own.proxies)
}

// proxies reports whether a path is that of the Frontend API proxy, or below it.
func (t *tenant) proxies(path string) bool {
	if t.proxy == nil {
		return false
	}
	rest, below := strings.CutPrefix(path, t.proxy.Path())
	return below && (rest == "" || rest[0] == '/')
}

// AccountLink is an account that is signed in on a browser, and where its pages are.
type AccountLink struct {
	session.Account

	// Number is the number of the account on this browser.
	Number int
	// Base is the path of the account, such as "/u/1-b7tq4e2z", with the base path in front: put it in front of a path of the application.
	Base string
}

// Accounts returns the accounts that are signed in on the browser of the request, the lowest number first, for links to the same application as
// another of them ([Clerk.AccountPaths]). It gives numbers to those that have none, so call it before the response is written. At most 8 accounts
// have numbers at a time; those without one are left out, as are all new ones of a page that is prefetched. Clerk is asked for the accounts each time.
//
// Errors match [ErrSignedOut], [session.ErrNotOfBrowser] for a request with a bearer token, [session.ErrNotActive] and [session.ErrUnavailable].
func (l Links) Accounts() ([]AccountLink, error) {
	if l.to == nil {
		return nil, ErrSignedOut
	}
	r := l.to.Serving()
	accounts, err := r.Accounts(!l.to.Gin.Writer.Written())
	if err != nil {
		return nil, err
	}
	links := make([]AccountLink, 0, len(accounts))
	for _, account := range accounts {
		links = append(links, AccountLink{Account: account.Account, Number: account.Number, Base: account.Base})
	}
	return links, nil
}
