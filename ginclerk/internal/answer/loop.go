package answer

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
)

// A browser that goes to sign in, comes back to the same place signed out, and goes again, is in a loop: it is told why
// instead. Only coming back counts. Several tabs that open the same place at once are each sent to sign in, and none of them
// has come back.
//
// A browser that comes from the sign-in page says so in Referer. A chain of redirects names the page where it began instead, so where a
// browser is sent to sign in from one place many times, the address to come back to is marked. Very many times end a loop that
// shows in neither. A browser that keeps no cookies is counted by the address alone. Each place has counts of its own; several, so that tabs don't begin each other's anew.
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

// countRedirect counts a redirect to sign-in and returns where the browser is to come back to, and the cookie that counts.
func (s SignIn) countRedirect(v visit.Visit, returnTo string) (n signInCount, markedReturnTo string, counting *http.Cookie) {
	path, query, _ := strings.Cut(returnTo, "?") // a loop may add to the query each time round
	place := visit.PlaceOf(path)
	returnTo = path
	if query = visit.WithoutParameters(query, func(name string) bool { return name == visit.SignInsParameter }); query != "" {
		returnTo += "?" + query
	}
	before, others := signInCounts(v.Kept(visit.SignIns, ""), place)
	mark, unkept := SignInMark(v), s.keepsNoCookies(v)
	n = signInCount{returned: max(1, before.returned), sent: before.sent + 1}
	switch {
	case mark > 0:
		n.returned = mark + 1
	case before.returned > 0 && s.cameFromSignIn(v), unkept:
		n.returned++
	}
	if n.looping() {
		return n, returnTo, v.Keep(visit.SignIns, "", strings.Join(others, "."))
	}
	counting = v.Keep(visit.SignIns, "", strings.Join(append([]string{n.text(place)}, others...), "."))
	switch {
	case mark > 0, unkept:
		returnTo = visit.WithPair(returnTo, visit.SignInsParameter, strconv.Itoa(n.returned))
	case n.sent > maxUnmarkedSignIns:
		returnTo = visit.WithPair(returnTo, visit.SignInsParameter, strconv.Itoa(maxSignInRedirects))
	}
	return n, returnTo, counting
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

// SignInMark is how often the browser was sent to sign in from here, as the address says to which it has come back; 0 where
// it says nothing.
func SignInMark(v visit.Visit) int {
	if !strings.Contains(v.Request.URL.RawQuery, visit.SignInsParameter) {
		return 0
	}
	n, err := strconv.Atoi(v.Request.URL.Query().Get(visit.SignInsParameter))
	if err != nil || n < 0 {
		return 0
	}
	return min(n, maxSignInRedirects)
}

// keepsNoCookies reports whether a browser that comes from the sign-in page has no cookie at all. It was given one when it was sent there.
func (s SignIn) keepsNoCookies(v visit.Visit) bool {
	return len(v.Request.Header["Cookie"]) == 0 && s.cameFromSignIn(v)
}

// At reports whether a request is for the sign-in page of the application itself.
func (s SignIn) At(v visit.Visit) bool {
	page, _, _ := strings.Cut(s.SignInURL, "?")
	here := sentpath.Local(v.Request.URL)
	if page == "" || page[0] == '/' {
		return page == here
	}
	path, own := strings.CutPrefix(page, v.Origin.String())
	return own && (path == v.BasePath+here || path == v.OuterBasePath()+here)
}

// cameFromSignIn reports whether the browser comes from a page where people sign in or up: the application's own, or the
// Account Portal, of which it may tell the origin alone. One that is sent to sign in from that page itself is in a loop, too.
func (s SignIn) cameFromSignIn(v visit.Visit) bool {
	const longest = 2048
	referer, own := v.Request.Header.Get("Referer"), v.Origin.String()
	if len(referer) > longest {
		referer = ""
	}
	for _, page := range []string{s.SignInURL, s.SignUpURL, s.Key.AccountPortal()} {
		u, err := url.Parse(v.OuterAbsolute(page))
		if page == "" || err != nil {
			continue
		}
		from := u.Scheme + "://" + u.Host
		if from == own {
			from += u.EscapedPath()
		}
		if below(referer, from) || below(v.Absolute(sentpath.Local(v.Request.URL)), from) {
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
