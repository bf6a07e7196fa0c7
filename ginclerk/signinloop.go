package ginclerk

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
)

// A browser that goes to sign in, comes back to the same place signed out, and goes again, is in a loop: it is told why
// instead. Only coming back counts. Several tabs that open the same place at once are each sent to sign in, and none of them
// has come back.
//
// Who comes from the sign-in page says so in Referer. A chain of redirects names the page where it began instead, so where a
// browser is sent to sign in from one place many times, the address to come back to is marked. Very many times end a loop that
// shows in neither. Each place has counts of its own; several, so that tabs don't begin each other's anew.
const (
	maxSignInRedirects = 3  // of a browser that comes back each time
	maxUnmarkedSignIns = 4  // whose address to come back to is left alone
	maxSignInTabs      = 8  // of which none has come back
	maxSignInPlaces    = 10 // that one browser is sent from at a time
)

// signInCount says how often in a row a browser was sent to sign in from one place.
type signInCount struct {
	returned int // the first time, and each time that it had come back signed out
	sent     int // every time
}

func (n signInCount) looping() bool {
	return n.returned > maxSignInRedirects || n.sent > maxSignInTabs
}

// countSignInRedirect counts a redirect to sign-in and returns where the browser shall come back to.
func (k *Clerk) countSignInRedirect(c *gin.Context, returnTo string) (n signInCount, markedReturnTo string) {
	path, query, _ := strings.Cut(returnTo, "?") // a loop may add to the query each time round
	place := visit.PlaceOf(path)
	returnTo = path
	if query = visit.WithoutParameters(query, func(name string) bool { return name == visit.SignInsParameter }); query != "" {
		returnTo += "?" + query
	}
	before, others := signInCounts(k.visit(c).Kept(visit.SignIns, ""), place)
	mark := signInMark(c)
	n = signInCount{returned: max(1, before.returned), sent: before.sent + 1}
	switch {
	case mark > 0:
		n.returned = mark + 1
	case before.returned > 0 && k.cameFromSignIn(c):
		n.returned++
	}
	if n.looping() {
		k.setSignInRedirects(c, strings.Join(others, "."))
		return n, returnTo
	}
	k.setSignInRedirects(c, strings.Join(append([]string{n.text(place)}, others...), "."))
	switch {
	case mark > 0:
		returnTo = visit.WithPair(returnTo, visit.SignInsParameter, strconv.Itoa(n.returned))
	case n.sent > maxUnmarkedSignIns:
		returnTo = visit.WithPair(returnTo, visit.SignInsParameter, strconv.Itoa(maxSignInRedirects))
	}
	return n, returnTo
}

// text is the count of a place in the cookie.
func (n signInCount) text(place string) string {
	return strconv.Itoa(n.returned) + "-" + strconv.Itoa(n.sent) + "-" + place
}

// signInCounts reads the cookie: the count of a place, and what it says of others.
func signInCounts(value, place string) (n signInCount, others []string) {
	for one := range strings.SplitSeq(value, ".") {
		parts := strings.SplitN(one, "-", 3)
		if len(parts) != 3 {
			continue
		}
		returned, err := strconv.Atoi(parts[0])
		sent, err2 := strconv.Atoi(parts[1])
		count := signInCount{returned: returned, sent: sent}
		switch {
		case err != nil || err2 != nil || returned <= 0 || sent <= 0 || count.looping():
		case parts[2] == place:
			n = count
		case len(others) < maxSignInPlaces-1:
			others = append(others, count.text(parts[2]))
		}
	}
	return n, others
}

// signInMark is how often the browser was sent to sign in from here, as the address says to which it has come back; 0 where
// it says nothing.
func signInMark(c *gin.Context) int {
	if !strings.Contains(c.Request.URL.RawQuery, visit.SignInsParameter) {
		return 0
	}
	n, err := strconv.Atoi(c.Query(visit.SignInsParameter))
	if err != nil || n < 0 {
		return 0
	}
	return min(n, maxSignInRedirects)
}

// leaveMark sends a browser that signing in has helped on to the address without the mark. The request has then ended.
func (k *Clerk) leaveMark(c *gin.Context) bool {
	if signInMark(c) == 0 || c.Request.Method != http.MethodGet || kindOf(c) != visit.Page || c.Writer.Written() {
		return false
	}
	k.redirectTo(c, k.here(c))
	return true
}

// cameFromSignIn reports whether the browser comes from a page where people sign in or up: the application's own, or the
// Account Portal, of which it may tell the origin alone. One that is sent to sign in from that page itself is in a loop, too.
func (k *Clerk) cameFromSignIn(c *gin.Context) bool {
	const longest = 2048
	referer, own := c.GetHeader("Referer"), k.visit(c).Origin.String()
	if len(referer) > longest {
		referer = ""
	}
	for _, page := range []string{k.config.SignInURL, k.config.SignUpURL, k.key.AccountPortal()} {
		u, err := url.Parse(k.visit(c).Absolute(page))
		if page == "" || err != nil {
			continue
		}
		from := u.Scheme + "://" + u.Host
		if from == own {
			from += u.EscapedPath()
		}
		if below(referer, from) || below(k.visit(c).Absolute(sentpath.Local(c.Request.URL)), from) {
			return true
		}
	}
	return false
}

// below reports whether an address is a page or below it.
func below(address, page string) bool {
	rest, found := strings.CutPrefix(address, page)
	return found && (rest == "" || strings.ContainsRune("/?#", rune(rest[0])))
}

func (k *Clerk) clearSignInRedirects(c *gin.Context) {
	if v := k.visit(c); v.Kept(visit.SignIns, "") != "" {
		setCookie(c, v.Drop(visit.SignIns, ""))
	}
}

func (k *Clerk) setSignInRedirects(c *gin.Context, value string) {
	setCookie(c, k.visit(c).Keep(visit.SignIns, "", value))
}
