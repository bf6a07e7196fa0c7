package visit

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
)

// A browser may have several accounts, each below a path of its own: /u/0, /u/1. What is behind such a path is the application itself, so that
// routers and rules see the path of the request without it: it is a base path that says whose the request is.

// AccountFolder is the folder that the paths of accounts are in.
const AccountFolder = "/u"

// MaxAccountNumber is the highest number that an account of a browser can have.
const MaxAccountNumber = 999

// lostAccount stands for a number that was in the path, and is not known any more. No account has it.
const lostAccount = "lost"

// AccountPath is the path below which a browser uses the account with a number.
func AccountPath(number string) string { return AccountFolder + "/" + number }

// belowAccount is what a request's context holds of the path of an account that was taken off.
type belowAccount struct {
	number string
	outer  string // what was taken off before
}

type belowAccountKey struct{}

// AccountOf returns the number of the account whose path was taken off a request; "" where none was.
func AccountOf(r *http.Request) string { return accountIn(r.Context()).number }

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

// ReadAccount reads whose a request is by its path. Only one spelling names an account: "/u/", a number without zeros in front, and a slash. What
// a proxy, a router or a file server may read as that, or as leading out of there, is [NotAnAccount].
func ReadAccount(u *url.URL) (reading AccountReading, number string) {
	sent := sentpath.Of(u)
	if !strings.HasPrefix(sent, AccountFolder+"/") {
		if inAccountFolder(u.Path) || inAccountFolder(u.RawPath) {
			return NotAnAccount, ""
		}
		return NoAccount, ""
	}
	number, rest, slash := strings.Cut(sent[len(AccountFolder)+1:], "/")
	switch {
	case !isAccountNumber(number), !strings.HasPrefix(u.Path, AccountPath(number)), u.RawPath != "" && !strings.HasPrefix(u.RawPath, AccountPath(number)):
		return NotAnAccount, ""
	case !slash:
		return AccountFolderOf, number
	case leadsOut("/" + rest), inAccountFolder("/" + rest):
		return NotAnAccount, ""
	default:
		return NamesAccount, number
	}
}

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
func BelowAccount(r *http.Request, number string) *http.Request {
	below := belowAccount{number: number, outer: Stripped(r)}
	again := r.WithContext(context.WithValue(r.Context(), belowAccountKey{}, below))
	u := *r.URL
	u.Path, u.RawPath = strings.TrimPrefix(u.Path, AccountPath(number)), strings.TrimPrefix(u.RawPath, AccountPath(number))
	again.URL = &u
	return again
}

// ServesAccounts has requests refused whose account gets lost between [BelowAccount] and the application, because something has given them
// another context: they would be taken for the browser's own account.
func (s *Site) ServesAccounts() { s.accounts.Store(true) }

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
	number, _, _ := strings.Cut(rest, "/")
	return found && isAccountNumber(number)
}

// readAccount finds out whose account the request is for.
func (s *Site) readAccount(v *Visit, r *http.Request) {
	below := accountIn(r.Context())
	switch {
	case below.number == "" && !s.lost(r):
		return
	case below.number == "":
		v.Account = lostAccount
		return
	}
	v.Account = below.number
	v.outer = v.BasePath // the configured one
	if s.basePath == "" {
		v.outer = strings.TrimSuffix(v.BasePath, AccountPath(below.number))
		if v.BasePath == "" || v.outer == v.BasePath { // too long, or another handler has changed the path
			v.outer = below.outer
		}
	}
	v.BasePath = v.outer + AccountPath(below.number)
}

// followAccount has a visit stay that of the account that it began with. A request that is for another one is nobody's.
func (v *Visit) followAccount(r *http.Request) {
	number := AccountOf(r)
	switch {
	case number == "" || number == v.Account:
	case v.Account == "":
		v.Account, v.outer = number, v.BasePath
		v.BasePath += AccountPath(number)
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
