package visit

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
)

// A browser may have several accounts, each below a path of its own: /u/0-k2x9qa7m, /u/1-b7tq4e2z. What is behind such a path is the application
// itself, so that routers and rules see the path of the request without it: it is a base path that says whose the request is.
//
// The name of an account has two parts. The number is the browser's own count, under which it keeps the account's cookie. The mark is made of the
// account itself: a page that is open says by it whose it is, also when its browser has lost the cookies and has given the number to another
// account. The path with the number alone leads to the one with the mark, and signs no user in.

// AccountFolder is the folder that the paths of accounts are in.
const AccountFolder = "/u"

// MaxAccountNumber is the highest number that an account of a browser can have.
const MaxAccountNumber = 999

// lostAccount stands for a name that was in the path, and is not known any more. No account has it.
const lostAccount = "lost"

// markLength is the length of a mark in bytes, which have 5 bits each.
const markLength = 8

// markBytes are what a mark is written with, in base32 (RFC 4648, section 6).
const markBytes = "abcdefghijklmnopqrstuvwxyz234567"

// AccountPath is the path below which a browser uses the account with a name.
func AccountPath(name string) string { return AccountFolder + "/" + name }

// AccountName is how paths name an account with a number and a mark.
func AccountName(number, mark string) string { return number + "-" + mark }

// SplitAccountName undoes [AccountName]. mark is "" where the path has the number alone.
func SplitAccountName(name string) (number, mark string) {
	number, mark, _ = strings.Cut(name, "-")
	return number, mark
}

// MarkOf makes the mark of an account. Different accounts have different ones, but for a chance of one in 2^40.
func MarkOf(account ...string) string {
	hash := sha256.New()
	for _, part := range account {
		_, _ = fmt.Fprintf(hash, "%d:%s", len(part), part) // a hash never fails
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(hash.Sum(nil))[:markLength])
}

// MarkedValue is the value of an account's cookie: its mark, which may be read by anybody, in front of what is sealed.
func MarkedValue(mark, sealed string) string { return mark + "." + sealed }

// SplitMarkedValue undoes [MarkedValue]. mark is "" where the value has none.
func SplitMarkedValue(value string) (mark, sealed string) {
	mark, sealed, found := strings.Cut(value, ".")
	if !found || !isMark(mark) {
		return "", ""
	}
	return mark, sealed
}

// KnownAs returns the name under which the browser of a request has an account now: with the mark where its path lacks that, and with another
// number where the browser has given the account a new one. It is the name itself where the browser knows no better. Nothing of it is verified.
func KnownAs(r *http.Request, name string) string {
	number, mark := SplitAccountName(name)
	for _, cookie := range r.Cookies() {
		other, ours := strings.CutPrefix(cookie.Name, Account.Name(""))
		if !ours || !isAccountNumber(other) {
			continue
		}
		kept, _ := SplitMarkedValue(cookie.Value)
		switch {
		case kept == "":
		case mark == "" && other == number, mark == kept && other != number && !keeps(r, number, mark):
			return AccountName(other, kept)
		}
	}
	return name
}

// keeps reports whether a browser has an account with this number and this mark.
func keeps(r *http.Request, number, mark string) bool {
	return slices.ContainsFunc(r.CookiesNamed(Account.Name(number)), func(cookie *http.Cookie) bool {
		kept, _ := SplitMarkedValue(cookie.Value)
		return kept == mark
	})
}

// belowAccount is what a request's context holds of the path of an account that was taken off.
type belowAccount struct {
	name  string
	outer string // what was taken off before
}

type belowAccountKey struct{}

// AccountOf returns the name of the account whose path was taken off a request; "" where none was.
func AccountOf(r *http.Request) string { return accountIn(r.Context()).name }

func accountIn(ctx context.Context) belowAccount {
	below, _ := ctx.Value(belowAccountKey{}).(belowAccount)
	return below
}

// AccountReading is what the path of a request says about the account that it is for.
type AccountReading int

// All readings.
const (
	NoAccount       AccountReading = iota // the path is not in the folder of accounts, however it is read
	NamesAccount                          // it is below the path of an account
	AccountFolderOf                       // it is the path of an account itself, without the slash behind it
	NotAnAccount                          // it is in the folder by one reading at least, and not as accounts are written
)

// ReadAccount reads whose a request is by its path. Only one spelling names an account: "/u/", a number without zeros in front, a hyphen and a mark
// (or neither), and a slash. What a proxy, a router or a file server may read as that, or as leading out of there, is [NotAnAccount].
func ReadAccount(u *url.URL) (reading AccountReading, name string) {
	sent := sentpath.Of(u)
	if !strings.HasPrefix(sent, AccountFolder+"/") {
		if inAccountFolder(u.Path) || inAccountFolder(u.RawPath) {
			return NotAnAccount, ""
		}
		return NoAccount, ""
	}
	name, rest, slash := strings.Cut(sent[len(AccountFolder)+1:], "/")
	switch {
	case !isAccountName(name), !strings.HasPrefix(u.Path, AccountPath(name)), u.RawPath != "" && !strings.HasPrefix(u.RawPath, AccountPath(name)):
		return NotAnAccount, ""
	case !slash:
		return AccountFolderOf, name
	case leadsOut("/" + rest), inAccountFolder("/" + rest):
		return NotAnAccount, ""
	default:
		return NamesAccount, name
	}
}

func isAccountName(text string) bool {
	number, mark, marked := strings.Cut(text, "-")
	return isAccountNumber(number) && (!marked || isMark(mark))
}

func isMark(text string) bool { return len(text) == markLength && strings.Trim(text, markBytes) == "" }

func isAccountNumber(text string) bool {
	number, err := strconv.ParseUint(text, 10, 16)
	return err == nil && number <= MaxAccountNumber && strconv.FormatUint(number, 10) == text
}

// readings calls a function with a path, and with what decoding makes of it, until the function returns true. unread says that the path is encoded
// so often that its meaning can't be known.
func readings(text string, is func(string) bool) (found, unread bool) {
	const most = 4
	for range most {
		if is(text) {
			return true, false
		}
		again, err := url.PathUnescape(text)
		if err != nil || again == text {
			return false, false
		}
		text = again
	}
	return false, true
}

// inAccountFolder reports whether a path leads into the folder of accounts if a later step decodes it, cleans it or reads it in another way.
func inAccountFolder(text string) bool {
	if text == "" {
		return false
	}
	if len(text) > MaxTarget { // its beginning says where it leads, and no escape is cut in the middle
		text = text[:strings.LastIndexByte(text[:MaxTarget], '/')+1]
	}
	found, _ := readings(text, func(text string) bool {
		segments := strings.Split(strings.ReplaceAll(text, `\`, "/"), "/")
		for i, segment := range segments {
			segments[i], _, _ = strings.Cut(segment, ";")
		}
		cleaned := strings.ToLower(path.Clean("/" + strings.Join(segments, "/")))
		return cleaned == AccountFolder || strings.HasPrefix(cleaned, AccountFolder+"/")
	})
	return found
}

// leadsOut reports whether what is behind the path of an account may lead out of it, or names another host.
func leadsOut(rest string) bool {
	found, unread := readings(rest, func(text string) bool {
		return !localpath.Is(text) || localpath.HasDotSegment(text)
	})
	return found || unread
}

// BelowAccount returns the request without the path of an account, which [ReadAccount] has found.
func BelowAccount(r *http.Request, name string) *http.Request {
	below := belowAccount{name: name, outer: Stripped(r)}
	again := r.WithContext(context.WithValue(r.Context(), belowAccountKey{}, below))
	u := *r.URL
	u.Path, u.RawPath = strings.TrimPrefix(u.Path, AccountPath(name)), strings.TrimPrefix(u.RawPath, AccountPath(name))
	again.URL = &u
	return again
}

// ServesAccounts has requests refused whose account gets lost between [BelowAccount] and the application, because something has given them
// another context: they would be taken for the browser's own account.
func (s *Site) ServesAccounts() {
	if !s.accounts.Load() {
		s.accounts.Store(true)
	}
}

// ServesAccounts reports whether the accounts of the browser have paths of their own in the application.
func (v Visit) ServesAccounts() bool { return v.site != nil && v.site.accounts.Load() }

// lost reports whether a request came below the path of an account that is not known any more, also where something has changed its path since.
func (s *Site) lost(r *http.Request) bool {
	if !s.accounts.Load() {
		return false
	}
	sent, _, _ := strings.Cut(r.RequestURI, "?")
	if !strings.Contains(sent, AccountFolder+"/") {
		return false
	}
	if sent[0] != '/' { // a request to a proxy names the whole address
		if u, err := url.ParseRequestURI(sent); err == nil {
			sent = u.EscapedPath()
		}
	}
	if sent == sentpath.Of(r.URL) { // nothing was taken off: it is on its way to [BelowAccount]
		return false
	}
	for _, base := range [...]string{"", s.basePath} {
		if rest, below := strings.CutPrefix(sent, base); below && beginsWithAccount(rest) {
			return true
		}
	}
	base := Stripped(r)
	for at := range len(base) {
		if beginsWithAccount(base[at:]) {
			return true
		}
	}
	return false
}

// beginsWithAccount reports whether a path is that of an account, or below it.
func beginsWithAccount(path string) bool {
	rest, found := strings.CutPrefix(path, AccountFolder+"/")
	name, _, _ := strings.Cut(rest, "/")
	return found && isAccountName(name)
}

// readAccount finds out whose account the request is for.
func (s *Site) readAccount(v *Visit, r *http.Request) {
	below := accountIn(r.Context())
	switch {
	case below.name == "" && !s.lost(r):
		return
	case below.name == "":
		v.Account = lostAccount
		return
	}
	v.Account = below.name
	v.outer = v.BasePath // the configured one
	if s.basePath == "" {
		v.outer = strings.TrimSuffix(v.BasePath, AccountPath(below.name))
		if v.BasePath == "" || v.outer == v.BasePath { // too long, or another handler has changed the path
			v.outer = below.outer
		}
	}
	v.BasePath = v.outer + AccountPath(below.name)
}

// followAccount has a visit stay that of the account that it began with. A request that is for another one is nobody's.
func (v *Visit) followAccount(r *http.Request) {
	name := AccountOf(r)
	switch {
	case name == "" || name == v.Account:
	case v.Account == "":
		v.Account, v.outer = name, v.BasePath
		v.BasePath += AccountPath(name)
	default:
		v.Account = lostAccount
	}
}

// OuterBasePath is the base path without the path of the account: where the application is, whoever uses it.
func (v Visit) OuterBasePath() string {
	if v.Account == "" || v.Account == lostAccount {
		return v.BasePath
	}
	return v.outer
}

// AccountPart is what stands between [Visit.OuterBasePath] and the path of the request; "" outside the paths of accounts.
func (v Visit) AccountPart() string { return strings.TrimPrefix(v.BasePath, v.OuterBasePath()) }

// OuterLink is [Visit.Link] for a page that belongs to no account: the one where people sign in.
func (v Visit) OuterLink(target string) string {
	if !strings.HasPrefix(target, "/") {
		return target
	}
	return v.OuterBasePath() + target
}

// OuterAbsolute is [Visit.Absolute] for such a page.
func (v Visit) OuterAbsolute(target string) string {
	v.BasePath = v.OuterBasePath()
	return v.Absolute(target)
}
