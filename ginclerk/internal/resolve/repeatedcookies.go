package resolve

import (
	"context"
	"strconv"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// A browser may hold several cookies of one name, with other paths or domains: an earlier version of the application, another one
// on a parent domain, or a proxy has left them. It sends them all, those with the longest path first and of these the oldest (RFC
// 6265, section 5.4), and does not say which is which. Clerk's code takes the first, which is the wrong one more often than not,
// and no handshake mends that, because a handshake's cookies replace only those with Clerk's own path, which is "/".
//
// Here the right one is chosen: of session tokens the newest that this instance has signed, of times of change (client_uat) the
// one that fits the token, of all else the last, which has the path "/" where paths differ. The others are expired.

// maxRepeats is how many session tokens and times of change of one name are looked at: those that come last.
const maxRepeats = 8

// rightCookies are Clerk's cookies of a request, chosen among those that the browser sent more than once.
type rightCookies struct {
	*clerkcookie.Jar

	sent      clerkcookie.Set // all that the browser sent, chosen or not
	redirects int
	// keep are those of the repeated ones whose value is worth keeping.
	keep clerkcookie.Set
}

// chooseCookies parses Clerk's cookies of a request and chooses which of them count.
func (r *Resolver) chooseCookies(ctx context.Context, headers []string) rightCookies {
	jar := clerkcookie.Parse(headers, r.key.CookieSuffix())
	chosen := rightCookies{Jar: jar, sent: jar.Present(), redirects: largestCount(jar.Sent(clerkcookie.RedirectCount))}
	if jar.Repeated() == 0 {
		return chosen
	}
	afterHandshake := chosen.redirects > 0
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
	return chosen
}

// chosenToken is a session token among several; sent is "" when none may be chosen.
type chosenToken struct {
	sent    string
	issued  int64 // seconds; 0 where this instance has not signed it
	current bool
}

// chooseToken returns the newest of the session tokens that this instance has signed, one that is good now before one that has
// expired. Where none is signed, it is the last: the decision says what is wrong with it. Good tokens of several users choose
// nobody, so that a handshake asks Clerk who is there; after one, its answer is the newest.
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
	_, read, err := jar.Token(sent)
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
