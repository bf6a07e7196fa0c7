package authn

import (
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// cookieJar holds the cookies of a request that the decision may need. Of a repeated name the first counts, and values
// are percent-decoded after the header was split, as Clerk's SDKs do.
type cookieJar struct {
	session, sessionSuffixed       string
	clientUAT, clientUATSuffixed   string
	devBrowser, devBrowserSuffixed string
	refreshSuffixed                string
	handshake, handshakeNonce      string
	redirectCount                  string

	present cookieSet
}

// cookieSet has a bit for each cookie that was there.
type cookieSet uint16

func readCookies(headers []string, key instance.PublishableKey) cookieJar {
	var jar cookieJar
	for _, header := range headers {
		for pair := range strings.SplitSeq(header, ";") {
			name, value, found := strings.Cut(pair, "=")
			if !found {
				continue
			}
			slot, bit := jar.slot(strings.Trim(name, " \t"), key.CookieSuffix())
			if slot == nil || jar.present&bit != 0 {
				continue
			}
			jar.present |= bit
			*slot = cookieValue(value)
		}
	}
	return jar
}

// slot returns where the cookie's value goes and a bit that marks the cookie as seen.
func (j *cookieJar) slot(name, suffix string) (*string, cookieSet) {
	if base, ok := strings.CutSuffix(name, suffix); ok && strings.HasSuffix(base, "_") {
		switch base[:len(base)-1] {
		case instance.CookieSession:
			return &j.sessionSuffixed, 1 << 0
		case instance.CookieClientUAT:
			return &j.clientUATSuffixed, 1 << 1
		case instance.CookieDevBrowser:
			return &j.devBrowserSuffixed, 1 << 2
		case instance.CookieRefresh:
			return &j.refreshSuffixed, 1 << 3
		}
	}
	switch name {
	case instance.CookieSession:
		return &j.session, 1 << 4
	case instance.CookieClientUAT:
		return &j.clientUAT, 1 << 5
	case instance.CookieDevBrowser:
		return &j.devBrowser, 1 << 6
	case instance.CookieHandshake:
		return &j.handshake, 1 << 7
	case instance.CookieHandshakeNonce:
		return &j.handshakeNonce, 1 << 8
	case instance.CookieRedirectCount:
		return &j.redirectCount, 1 << 9
	default:
		return nil, 0
	}
}

func cookieValue(raw string) string {
	value := strings.Trim(raw, " \t")
	if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
		value = value[1 : len(value)-1]
	}
	if !strings.Contains(value, "%") {
		return value
	}
	if decoded, err := url.PathUnescape(value); err == nil {
		return decoded
	}
	return value
}

// parseInt reads a number as JavaScript's parseInt does: leading space, a sign, then digits up to the first other
// character. Anything else is 0.
func parseInt(s string) int64 {
	s = strings.TrimLeft(s, " \t\n\v\f\r\u00a0\u2028\u2029\ufeff")
	end := 0
	if end < len(s) && (s[end] == '+' || s[end] == '-') {
		end++
	}
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(s[:end], 10, 64)
	if err != nil {
		return saturated(s[:end])
	}
	return n
}

// parseCount reads a counter as JavaScript's Number does: text that is no number as a whole is 0. It is never negative, and
// no larger than anybody would count.
func parseCount(s string) int64 {
	const limit = 1 << 20
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(f) {
		return 0
	}
	return int64(min(max(f, 0), limit))
}

// saturated keeps a number of too many digits what it is, very large, instead of making it 0.
func saturated(digits string) int64 {
	switch {
	case strings.HasPrefix(digits, "-") && len(digits) > 1:
		return -1 << 62
	case len(digits) > 1 || (digits != "" && digits != "+"):
		return 1 << 62
	default:
		return 0
	}
}
