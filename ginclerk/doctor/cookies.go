package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

const (
	// maxCookieHeader is the longest header that most servers and proxies take (nginx: large_client_header_buffers, 8 KB), less what
	// is in front of the cookies, and maxCookie the longest cookie that browsers keep (RFC 6265, section 6.1), less its attributes.
	maxCookieHeader = 8<<10 - 512
	maxCookie       = 4<<10 - 256
	// severalInstances is how many other instances' cookies are worth a warning: one more is what a second application leaves.
	severalInstances = 2
)

// cookie is one cookie of the examined header. Its value is in no finding.
type cookie struct {
	name, value string
	size        int
}

// examineCookies looks at the header Cookie of a browser.
func (e *examination) examineCookies(ctx context.Context) {
	header, cookies := readCookies(e.Cookies)
	switch {
	case len(cookies) == 0:
		e.skipped(Cookies, "give -cookies, with the header Cookie that a browser sends")
		return
	case e.key.IsZero():
		e.skipped(Cookies, "the publishable key can't be used: correct it first")
		return
	}
	e.examineSizes(len(header), cookies)
	e.examineRepeats(cookies)
	e.examineOtherInstances(cookies)
	e.examineTokens(ctx, cookies)
	if !e.troubled(Cookies) {
		e.fine(Cookies, "%s in %s, and no session cookie twice", counted(len(cookies), "cookie", "cookies"), size(len(header)))
	}
}

// readCookies reads a header as developer tools copy it, with or without its name.
func readCookies(text string) (header string, cookies []cookie) {
	header = strings.TrimSpace(text)
	if name, rest, found := strings.Cut(header, ":"); found && strings.EqualFold(strings.TrimSpace(name), "cookie") {
		header = strings.TrimSpace(rest)
	}
	for pair := range strings.SplitSeq(header, ";") {
		pair = strings.TrimSpace(pair)
		if name, value, found := strings.Cut(pair, "="); found {
			cookies = append(cookies, cookie{name: name, value: value, size: len(pair)})
		}
	}
	return header, cookies
}

func (e *examination) examineSizes(total int, cookies []cookie) {
	if total > maxCookieHeader {
		bySize := slices.SortedFunc(slices.Values(cookies), func(a, b cookie) int { return b.size - a.size })
		var largest []string
		for _, c := range bySize[:min(3, len(bySize))] {
			largest = append(largest, fmt.Sprintf("%q (%s)", c.name, size(c.size)))
		}
		e.problem("cookies-large", "the header Cookie has %s; the largest cookies are %s", size(total), strings.Join(largest, ", "))
	}
	for _, c := range cookies {
		if e.isSession(c.name) && c.size > maxCookie {
			e.problem("session-cookie-large", "%s has %s, of 4 KB that browsers keep", c.name, size(c.size))
			return
		}
	}
}

// isSession reports whether a cookie is the session token of this instance.
func (e *examination) isSession(name string) bool {
	return name == instance.CookieSession || name == e.key.Suffixed(instance.CookieSession)
}

// examineRepeats looks for cookies of one name, which browsers send for several paths or domains.
func (e *examination) examineRepeats(cookies []cookie) {
	own := make(map[string]bool)
	for _, name := range []string{instance.CookieSession, instance.CookieClientUAT, instance.CookieRefresh, instance.CookieDevBrowser} {
		own[name], own[e.key.Suffixed(name)] = true, true
	}
	times := make(map[string]int)
	var repeated []string
	for _, c := range cookies {
		times[c.name]++
		if own[c.name] && times[c.name] == 2 {
			repeated = append(repeated, c.name)
		}
	}
	if len(repeated) > 0 {
		e.problem("session-cookie-repeated", "sent more than once: %s", strings.Join(repeated, ", "))
	}
}

// examineOtherInstances counts the instances that have left a session token in the browser.
func (e *examination) examineOtherInstances(cookies []cookie) {
	others, bytes := make(map[string]bool), 0
	for _, c := range cookies {
		suffix, found := strings.CutPrefix(c.name, instance.CookieSession+"_")
		if found && suffix != e.key.CookieSuffix() {
			others[suffix] = true
			bytes += c.size
		}
	}
	if len(others) >= severalInstances {
		e.problem("cookies-of-other-instances", "session tokens of %d other Clerk instances, %s", len(others), size(bytes))
	}
}

// size is a number of bytes for people.
func size(bytes int) string {
	if bytes < 1<<10 {
		return fmt.Sprintf("%d bytes", bytes)
	}
	return fmt.Sprintf("%.1f KB", float64(bytes)/(1<<10))
}
