package selection

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// A browser that uses its accounts below paths of their own keeps a sealed cookie for each: which account has the number. It authenticates no more
// than a selection does: the browser's own session has to be good, and Clerk has to say that both are of one browser. Other than a selection it holds
// whichever of them is the browser's own session at the time.
//
// An account is a user, or a user as whom somebody acts, so that it has the same number when its user has signed in again. A number is given once:
// the account that is signed out keeps it. A browser that loses its cookies gives numbers anew. The mark in the path sees to it that a tab that
// is still open is not taken for another account's then.

const accountPurpose sealed.Purpose = "account"

// MaxAccounts is how many accounts have numbers in one browser at a time. Of those that are signed out the oldest give way to others, and their
// numbers are not given again.
const MaxAccounts = 8

// maxAccountCookies are looked at: more than a browser is ever given.
const maxAccountCookies = 2 * MaxAccounts

// Account is an account with a number.
type Account struct {
	Selection

	Number int
}

// Is reports whether a session's token is the account's, of this session of its user or of another.
func (s Selection) Is(claims *token.Claims) bool {
	if s.UserID == "" || claims.UserID != s.UserID || s.Impersonated != (claims.Actor != nil) {
		return false
	}
	return claims.Actor == nil || claims.Actor.Subject == s.ActorID
}

// of reports whether a session is the account's.
func (s Selection) of(one session.Session) bool {
	return s.UserID == one.UserID && s.Impersonated == one.Impersonated && s.ActorID == one.Actor
}

// mark is what stands for an account in its paths. It is the same in all browsers.
func (s *Selector) mark(account Selection) string {
	return visit.MarkOf(string(s.Binding), account.UserID, strconv.FormatBool(account.Impersonated), account.ActorID)
}

// AccountName is how paths name an account.
func (s *Selector) AccountName(account Account) string {
	return visit.AccountName(strconv.Itoa(account.Number), s.mark(account.Selection))
}

// OpenAccount reads the cookie of the account whose path a request is below. It can be read for the path with the account's mark alone.
func (s *Selector) OpenAccount(v visit.Visit) (Selection, bool) {
	number, mark := visit.SplitAccountName(v.Account)
	selected, readable := s.openAccount(v, number)
	if !readable || mark != s.mark(selected) {
		return Selection{}, false
	}
	return selected, true
}

func (s *Selector) openAccount(v visit.Visit, number string) (Selection, bool) {
	mark, value := visit.SplitMarkedValue(v.Kept(visit.Account, number))
	if value == "" {
		return Selection{}, false
	}
	selected, err := sealed.OpenJSON[Selection](s.Keyring, accountPurpose, value, s.accountBinding(number))
	return selected, err == nil && selected.UserID != "" && selected.SessionID != "" && mark == s.mark(selected)
}

// accountBinding keeps a cookie from standing for another number, or for an account of another instance.
func (s *Selector) accountBinding(number string) []byte {
	return append(slices.Clone(s.Binding), "\n"+number...)
}

// AccountToken is [Selector.Token] for an account with a number, which is not the one of the browser's own token.
func (s *Selector) AccountToken(ctx context.Context, own *token.Claims, selected Selection) (raw string, claims *token.Claims, err error) {
	return s.token(ctx, own, selected)
}

// ClientOf returns the client of a session, as Clerk knows it; "" where it can't be told.
func (s *Selector) ClientOf(ctx context.Context, claims *token.Claims) string {
	got, err := s.session(ctx, claims.SessionID)
	if err != nil || got.UserID != claims.UserID {
		return ""
	}
	return got.ClientID
}

// KeepAccount returns the cookie by which a browser knows which account has a number.
func (s *Selector) KeepAccount(v visit.Visit, account Account) (*http.Cookie, error) {
	number := strconv.Itoa(account.Number)
	value, err := sealed.SealJSON(s.Keyring, accountPurpose, account.Selection, s.Now().Add(visit.Account.Life()), s.accountBinding(number))
	if err != nil {
		return nil, fmt.Errorf("ginclerk: number account: %w", err)
	}
	return v.Keep(visit.Account, number, visit.MarkedValue(s.mark(account.Selection), value)), nil
}

// accounts returns the accounts that have numbers in a browser, the lowest number first. highest is the highest number that was given, -1 without one:
// a cookie that can't be read has had one, too.
func (s *Selector) accounts(v visit.Visit) (known []Account, highest int) {
	highest = -1
	prefix := visit.Account.Name("")
	if !v.HasCookie(prefix) {
		return nil, highest
	}
	for _, cookie := range v.Request.Cookies() {
		number, ours := strings.CutPrefix(cookie.Name, prefix)
		n, err := strconv.Atoi(number)
		if !ours || err != nil || n < 0 || n > visit.MaxAccountNumber || strconv.Itoa(n) != number {
			continue
		}
		highest = max(highest, n)
		if selected, readable := s.openAccount(v, number); readable && len(known) < maxAccountCookies {
			known = append(known, Account{selected, n})
		}
	}
	slices.SortFunc(known, func(a, b Account) int { return cmp.Compare(a.Number, b.Number) })
	return slices.CompactFunc(known, func(a, b Account) bool { return a.Number == b.Number }), highest
}

// Number gives numbers to the accounts of a browser, whose live sessions these are, and returns those that have one, with the cookies by which the
// browser knows them. Those that have a number keep it; the others get the next ones in the order in which they were signed in, so that two tabs that
// ask at the same time are told the same.
func (s *Selector) Number(v visit.Visit, live []session.Session) (numbered []Account, cookies []*http.Cookie, err error) {
	known, highest := s.accounts(v)
	for _, one := range eachAccount(live, known) {
		selected := selectionOf(one)
		at := slices.IndexFunc(known, func(a Account) bool { return a.of(one) })
		switch {
		case at >= 0 && known[at].Selection == selected:
			numbered = append(numbered, known[at])
			continue
		case at >= 0:
			known[at].Selection = selected
		case highest >= visit.MaxAccountNumber, len(known) >= MaxAccounts && !dropOldest(v, &known, live, highest, &cookies):
			continue
		default:
			highest++
			at, known = len(known), append(known, Account{selected, highest})
		}
		cookie, err := s.KeepAccount(v, known[at])
		if err != nil {
			return nil, nil, err
		}
		cookies, numbered = append(cookies, cookie), append(numbered, known[at])
	}
	slices.SortFunc(numbered, func(a, b Account) int { return cmp.Compare(a.Number, b.Number) })
	return numbered, cookies, nil
}

// eachAccount returns one session of each account, in the order in which they began: the one that is known, else an active one.
func eachAccount(live []session.Session, known []Account) []session.Session {
	sorted := slices.Clone(live)
	slices.SortFunc(sorted, func(a, b session.Session) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	better := func(one, than session.Session) bool {
		isKnown := func(s session.Session) bool {
			return slices.ContainsFunc(known, func(a Account) bool { return a.SessionID == s.ID })
		}
		if (one.Status == session.Active) != (than.Status == session.Active) {
			return one.Status == session.Active
		}
		return isKnown(one) && !isKnown(than)
	}
	var each []session.Session
	for _, one := range sorted {
		at := slices.IndexFunc(each, func(other session.Session) bool { return selectionOf(other).of(one) })
		switch {
		case at < 0:
			each = append(each, one)
		case better(one, each[at]):
			each[at] = one
		}
	}
	return each
}

// dropOldest has the browser forget the account with the lowest number that is signed out, and reports whether there is one. The highest number stays,
// because the next one is counted from it.
func dropOldest(v visit.Visit, known *[]Account, live []session.Session, highest int, cookies *[]*http.Cookie) bool {
	at := slices.IndexFunc(*known, func(a Account) bool {
		return a.Number != highest && !slices.ContainsFunc(live, a.of)
	})
	if at < 0 {
		return false
	}
	*cookies = append(*cookies, v.Drop(visit.Account, strconv.Itoa((*known)[at].Number)))
	*known = slices.Delete(*known, at, at+1)
	return true
}

// selectionOf names a session, beside whichever other session of its browser.
func selectionOf(one session.Session) Selection {
	return Selection{ClientID: one.ClientID, UserID: one.UserID, SessionID: one.ID, Impersonated: one.Impersonated, ActorID: one.Actor}
}
