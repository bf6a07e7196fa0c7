package resolve

import (
	"context"
	"strconv"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// A browser may have several cookies of one name, with different paths or domains: an earlier version of the application, another
// application on a parent domain, or a proxy has set them. The browser sends them all, those with the longest path first and among
// these the oldest (RFC 6265, section 5.4), without their paths and domains. Clerk's code takes the first, which is often the wrong
// one. A handshake does not help, because its cookies replace only those with Clerk's path, which is "/".
//
// chooseCookies chooses the right one: among session tokens the newest one that this instance has signed, among times of change
// (client_uat) the one that fits the token, among others the last, which has the path "/" if the paths differ. expireMisplaced expires
// the others.

// maxRepeats is how many session tokens and times of change of one name are considered: the last ones.
const maxRepeats = 8

// rightCookies are Clerk's cookies of a request, chosen among those that the browser sent more than once.
type rightCookies struct {
	*clerkcookie.Jar

	sent      clerkcookie.Set // all that the browser sent, chosen or not
	redirects int             // how many redirects to a handshake the browser has counted
	// keep has the cookies that are set again, with the chosen value, if they were repeated.
	keep clerkcookie.Set
}

// chooseCookies parses Clerk's cookies of a request and chooses which of them count.
func (r *Resolver) chooseCookies(ctx context.Context, headers []string) rightCookies {
	jar := clerkcookie.Parse(headers, r.key.CookieSuffix())
	chosen := rightCookies{Jar: jar, sent: jar.Present(), redirects: largestCount(jar.Sent(clerkcookie.RedirectCount))}
	if jar.Repeated() != 0 {
		r.chooseRepeated(ctx, &chosen)
	}
	return chosen
}

func (r *Resolver) chooseRepeated(ctx context.Context, chosen *rightCookies) {
	jar, afterHandshake := chosen.Jar, chosen.redirects > 0
	plain := r.chooseToken(ctx, jar, clerkcookie.Session, afterHandshake)
	suffixed := r.chooseToken(ctx, jar, clerkcookie.SessionSuffixed, afterHandshake)
	chosen.keep = clerkcookie.SetOf(clerkcookie.RefreshSuffixed, clerkcookie.DevBrowser, clerkcookie.DevBrowserSuffixed)
	if plain.current {
		chosen.keep |= clerkcookie.SetOf(clerkcookie.Session)
	}
	if suffixed.current {
		chosen.keep |= clerkcookie.SetOf(clerkcookie.SessionSuffixed)
	}
	for cookie := range clerkcookie.Count {
		if !jar.Repeated().Has(cookie) {
			continue
		}
		switch values := jar.Sent(cookie); cookie {
		case clerkcookie.Session:
			jar.Choose(cookie, plain.sent)
		case clerkcookie.SessionSuffixed:
			jar.Choose(cookie, suffixed.sent)
		case clerkcookie.ClientUAT:
			jar.Choose(cookie, chooseClientUAT(values, plain.issued, afterHandshake))
		case clerkcookie.ClientUATSuffixed:
			jar.Choose(cookie, chooseClientUAT(values, suffixed.issued, afterHandshake))
		case clerkcookie.RedirectCount:
			jar.Choose(cookie, strconv.Itoa(chosen.redirects))
		default:
			jar.Choose(cookie, values[len(values)-1])
		}
	}
}

// chosenToken is a session token among several; sent is "" when none is chosen.
type chosenToken struct {
	sent    string
	issued  int64 // seconds since 1970; 0 when this instance has not signed the token
	current bool  // good now, not only authentic
}

// chooseToken returns the newest of the session tokens that this instance has signed; one that is good now is preferred to one that
// has expired. When this instance has signed none, it returns the last: the decision says what is wrong with it. When good tokens belong
// to several users it returns none, so that a handshake asks Clerk who is signed in. After a handshake the newest one is its answer.
func (r *Resolver) chooseToken(ctx context.Context, jar *clerkcookie.Jar, cookie clerkcookie.Cookie, afterHandshake bool) chosenToken {
	var best chosenToken
	var bestClaims *token.Claims
	values := jar.Sent(cookie)
	for _, value := range values[max(0, len(values)-maxRepeats):] {
		claims, err := r.verifyLapsed(ctx, jar, value)
		if err != nil {
			if bestClaims == nil {
				best.sent = value
			}
			continue
		}
		one := chosenToken{sent: value, issued: claims.IssuedAt.Unix(), current: r.current(claims)}
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

// verifyLapsed verifies a token that may have expired.
func (r *Resolver) verifyLapsed(ctx context.Context, jar *clerkcookie.Jar, sent string) (*token.Claims, error) {
	_, read, err := jar.Token(r.lapsed, sent)
	if err != nil {
		return nil, err
	}
	return r.lapsed.Verify(ctx, read)
}

// current reports whether a token is good now by its times, and its session has not been revoked.
func (r *Resolver) current(claims *token.Claims) bool {
	now, skew := r.now(), r.clockSkew
	return claims.ExpiresAt.After(now.Add(-skew)) && !claims.NotBefore.After(now.Add(skew)) && !claims.IssuedAt.After(now.Add(skew)) &&
		!r.revoked(claims.SessionID, claims.UserID, claims.IssuedAt)
}

// chooseClientUAT returns the time of change that fits a token issued at this time: the latest that is not after it. If none fits, it
// returns the latest of all, so that a handshake asks Clerk. Right after a handshake, and without a token, it prefers a value that says
// signed out.
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

// largestCount returns the largest of several counts of redirects, so that a loop ends although the browser has several counters.
func largestCount(values []string) int {
	largest := 0
	for _, value := range values {
		if count, err := strconv.Atoi(value); err == nil {
			largest = max(largest, min(count, maxCount))
		}
	}
	return largest
}

// maxCount is far more redirects than any browser follows.
const maxCount = 1 << 20
