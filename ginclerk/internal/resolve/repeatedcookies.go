package resolve

import (
	"context"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// A browser may hold several cookies of one name, with other paths or domains: an earlier version of the application, another one
// on a parent domain, or a proxy has left them. It sends them all, those with the longest path first and of these the oldest (RFC
// 6265, section 5.4), and does not say which is which. Clerk's code takes the first, which is the wrong one more often than not,
// and no handshake mends that, because a handshake's cookies replace only those with Clerk's own path, which is "/".
//
// Here the right one is chosen: of session tokens the newest that this instance has signed, of times of change (client_uat) the
// one that fits the token, of all else the last, which has the path "/" where paths differ. The others are expired.

// clerkCookie is a cookie of Clerk's, with or without the instance's suffix.
type clerkCookie uint8

const (
	cookieSession clerkCookie = iota
	cookieSessionSuffixed
	cookieClientUAT
	cookieClientUATSuffixed
	cookieRefreshSuffixed
	cookieDevBrowser
	cookieDevBrowserSuffixed
	cookieHandshake
	cookieHandshakeNonce
	cookieRedirectCount
	cookieClient
	cookieOther
)

// maxRepeats is how many cookies of one name are looked at: those that come last.
const maxRepeats = 8

// clerkCookieOf tells which of Clerk's cookies has this name.
func clerkCookieOf(name, suffix string) clerkCookie {
	if base, found := strings.CutSuffix(name, suffix); found {
		switch base {
		case instance.CookieSession + "_":
			return cookieSessionSuffixed
		case instance.CookieClientUAT + "_":
			return cookieClientUATSuffixed
		case instance.CookieRefresh + "_":
			return cookieRefreshSuffixed
		case instance.CookieDevBrowser + "_":
			return cookieDevBrowserSuffixed
		}
	}
	switch name {
	case instance.CookieSession:
		return cookieSession
	case instance.CookieClientUAT:
		return cookieClientUAT
	case instance.CookieDevBrowser:
		return cookieDevBrowser
	case instance.CookieHandshake:
		return cookieHandshake
	case instance.CookieHandshakeNonce:
		return cookieHandshakeNonce
	case instance.CookieRedirectCount:
		return cookieRedirectCount
	case instance.CookieClient:
		return cookieClient
	default:
		return cookieOther
	}
}

// cookieName is the name of one of Clerk's cookies.
func (r *Resolver) cookieName(cookie clerkCookie) string {
	switch cookie {
	case cookieSession:
		return instance.CookieSession
	case cookieSessionSuffixed:
		return r.key.Suffixed(instance.CookieSession)
	case cookieClientUAT:
		return instance.CookieClientUAT
	case cookieClientUATSuffixed:
		return r.key.Suffixed(instance.CookieClientUAT)
	case cookieRefreshSuffixed:
		return r.key.Suffixed(instance.CookieRefresh)
	case cookieDevBrowser:
		return instance.CookieDevBrowser
	case cookieDevBrowserSuffixed:
		return r.key.Suffixed(instance.CookieDevBrowser)
	case cookieHandshake:
		return instance.CookieHandshake
	case cookieHandshakeNonce:
		return instance.CookieHandshakeNonce
	case cookieRedirectCount:
		return instance.CookieRedirectCount
	case cookieClient:
		return instance.CookieClient
	case cookieOther:
	}
	return ""
}

// cookieSet is a set of Clerk's cookies.
type cookieSet uint16

func (s cookieSet) has(cookie clerkCookie) bool { return s&(1<<cookie) != 0 }

// eachCookie calls a function for each cookie of a request, in the order in which they came.
func eachCookie(headers []string, suffix string, do func(cookie clerkCookie, pair, value string)) {
	for _, header := range headers {
		for pair := range strings.SplitSeq(header, ";") {
			name, value, found := strings.Cut(pair, "=")
			if !found {
				continue
			}
			do(clerkCookieOf(strings.Trim(name, " \t"), suffix), strings.Trim(pair, " \t"), strings.Trim(value, " \t"))
		}
	}
}

// cookiesIn returns which of Clerk's cookies a request has, and which it has more than once.
func cookiesIn(headers []string, suffix string) (present, repeated cookieSet) {
	eachCookie(headers, suffix, func(cookie clerkCookie, _, _ string) {
		if cookie != cookieOther {
			repeated |= present & (1 << cookie)
			present |= 1 << cookie
		}
	})
	return present, repeated
}

// rightCookies is what was chosen among the cookies of a request.
type rightCookies struct {
	present, repeated cookieSet
	values            [cookieOther]string // of the repeated ones; "" is none
	redirects         int
	// keep are those of the repeated ones whose value is worth keeping.
	keep cookieSet
}

// chooseCookies returns which cookies count. Nothing is chosen where none is repeated.
func (r *Resolver) chooseCookies(ctx context.Context, headers []string) (chosen rightCookies) {
	suffix := r.key.CookieSuffix()
	chosen.present, chosen.repeated = cookiesIn(headers, suffix)
	if chosen.repeated == 0 && !chosen.present.has(cookieRedirectCount) {
		return chosen
	}
	var values [cookieOther][]string
	eachCookie(headers, suffix, func(cookie clerkCookie, _, value string) {
		if cookie != cookieOther {
			values[cookie] = append(values[cookie], value)
		}
	})
	count := largestCount(values[cookieRedirectCount])
	chosen.redirects = count
	if chosen.repeated == 0 {
		return chosen
	}
	plain := r.chooseToken(ctx, values[cookieSession], count > 0)
	suffixed := r.chooseToken(ctx, values[cookieSessionSuffixed], count > 0)
	chosen.keep = 1<<cookieRefreshSuffixed | 1<<cookieDevBrowser | 1<<cookieDevBrowserSuffixed
	if plain.current {
		chosen.keep |= 1 << cookieSession
	}
	if suffixed.current {
		chosen.keep |= 1 << cookieSessionSuffixed
	}
	for cookie := range cookieOther {
		of := values[cookie]
		if !chosen.repeated.has(cookie) {
			continue
		}
		switch cookie {
		case cookieSession:
			chosen.values[cookie] = plain.raw
		case cookieSessionSuffixed:
			chosen.values[cookie] = suffixed.raw
		case cookieClientUAT:
			chosen.values[cookie] = chooseClientUAT(of, plain.issued, count > 0)
		case cookieClientUATSuffixed:
			chosen.values[cookie] = chooseClientUAT(of, suffixed.issued, count > 0)
		case cookieRedirectCount:
			chosen.values[cookie] = strconv.Itoa(count)
		default:
			chosen.values[cookie] = of[len(of)-1]
		}
	}
	return chosen
}

// on returns the request with the chosen cookies alone.
func (chosen rightCookies) on(r *Resolver, sent *http.Request) *http.Request {
	if chosen.repeated == 0 {
		return sent
	}
	var kept []string
	eachCookie(sent.Header["Cookie"], r.key.CookieSuffix(), func(cookie clerkCookie, pair, _ string) {
		if cookie == cookieOther || !chosen.repeated.has(cookie) {
			kept = append(kept, pair)
		}
	})
	for cookie := range cookieOther {
		if value := chosen.values[cookie]; chosen.repeated.has(cookie) && value != "" {
			kept = append(kept, r.cookieName(cookie)+"="+value)
		}
	}
	out := *sent
	out.Header = maps.Clone(sent.Header)
	out.Header["Cookie"] = []string{strings.Join(kept, "; ")}
	return &out
}

// chosenToken is a session token among several; raw is "" where none may be chosen.
type chosenToken struct {
	raw     string
	issued  int64 // seconds; 0 where this instance has not signed it
	current bool
}

// chooseToken returns the newest of the session tokens that this instance has signed, one that is good now before one that has
// expired. Where none is signed, it is the last: the decision says what is wrong with it. Good tokens of several users choose
// nobody, so that a handshake asks Clerk who is there; after one, its answer is the newest.
func (r *Resolver) chooseToken(ctx context.Context, values []string, afterHandshake bool) chosenToken {
	var best chosenToken
	var bestClaims *token.Claims
	values = values[max(0, len(values)-maxRepeats):]
	for _, value := range values {
		claims, err := r.lapsed.Verify(ctx, strings.Trim(value, `"`))
		if err != nil {
			if bestClaims == nil {
				best.raw = value
			}
			continue
		}
		one := chosenToken{raw: value, issued: claims.IssuedAt.Unix(), current: r.current(claims)}
		switch {
		case bestClaims == nil, one.current && !best.current:
			best, bestClaims = one, claims
		case best.current && !one.current:
		case best.current && claims.UserID != bestClaims.UserID && !afterHandshake:
			return chosenToken{}
		case one.issued >= best.issued:
			best, bestClaims = one, claims
		}
	}
	return best
}

// current reports whether a token is good now by its times, and its session has not been revoked.
func (r *Resolver) current(claims *token.Claims) bool {
	now, skew := r.now(), r.clockSkew
	return claims.ExpiresAt.After(now.Add(-skew)) && !claims.NotBefore.After(now.Add(skew)) && !claims.IssuedAt.After(now.Add(skew)) &&
		!r.revoked(claims.SessionID, claims.UserID, claims.IssuedAt)
}

// chooseClientUAT returns the time of change that fits a token of this age: the latest that is not after it. With none, it is the
// latest of all, so that a handshake asks Clerk; where one was asked just now and there is no token, a time that says signed out.
func chooseClientUAT(values []string, issued int64, afterHandshake bool) string {
	var fits, latest, signedOut string
	var fitsAt, latestAt int64
	for _, value := range values[max(0, len(values)-maxRepeats):] {
		at, err := strconv.ParseInt(value, 10, 64)
		if err != nil || at <= 0 {
			signedOut = value
			continue
		}
		if at <= issued && at >= fitsAt {
			fits, fitsAt = value, at
		}
		if at >= latestAt {
			latest, latestAt = value, at
		}
	}
	switch {
	case fits != "":
		return fits
	case latest == "", issued == 0 && afterHandshake && signedOut != "":
		return signedOut
	default:
		return latest
	}
}

// largestCount is the largest of several counts of redirects, so that a loop ends however many there are.
func largestCount(values []string) int {
	largest := 0
	for _, value := range values {
		if count, err := strconv.Atoi(value); err == nil {
			largest = max(largest, min(count, maxCount))
		}
	}
	return largest
}

// maxCount is more redirects than any loop is let have.
const maxCount = 1 << 20
