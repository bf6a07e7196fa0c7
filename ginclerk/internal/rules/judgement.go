package rules

import (
	"net/url"
	"path"
	"strings"
	"unicode"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
)

// judgement collects what the rules say about the readings of one path.
type judgement struct {
	Verdict

	rules *Rules
	read  [2]string // the last readings; most paths have just one
}

// leftBehind reads a RawPath that differs from Path, because an earlier handler has changed only one of them. With
// gin.Engine.UseRawPath, Gin routes by RawPath.
func (j *judgement) leftBehind(u *url.URL, sent string) error {
	if u.RawPath == "" || u.RawPath == sent {
		return nil
	}
	decoded, err := url.PathUnescape(u.RawPath)
	if err != nil {
		return ErrMalformedPath
	}
	if decoded == u.Path {
		return nil
	}
	return j.encoded(u.RawPath, decoded)
}

// encoded judges a percent-encoded path and its decoded form.
func (j *judgement) encoded(sent, decoded string) error {
	if strings.ContainsFunc(decoded, isControl) {
		return ErrMalformedPath
	}
	normal, err := routematcher.Normalize(sent)
	if err != nil {
		return err
	}
	j.reading(normal)
	j.decoded(decoded)
	return nil
}

// decoded judges a decoded path, or parameters that Gin may have left encoded.
func (j *judgement) decoded(path string) {
	j.reading(path)
	if strings.ContainsAny(path, "?#") {
		// A pattern ends a parameter at ? and #. A path as it is sent has them encoded.
		j.reading(strings.NewReplacer("?", "%3F", "#", "%23").Replace(path))
	}
	if !strings.Contains(path, "%") {
		return
	}
	if normal, err := routematcher.Normalize(path); err == nil {
		j.reading(normal)
	}
	for range 2 { // the meaning of a path that is encoded more than twice can't be known
		again, err := url.PathUnescape(path)
		if err != nil || again == path {
			return
		}
		j.suspicion(again)
		path = again
	}
}

// reading judges one reading of the path.
func (j *judgement) reading(text string) {
	if text == j.read[0] || text == j.read[1] {
		return
	}
	j.read[0], j.read[1] = text, j.read[0]
	j.Public = j.Public && allows(j.rules.public, text)
	j.Admin = j.Admin || denies(j.rules.admin, text)
	j.API = j.API || allows(j.rules.api, text)
	if strings.Contains(text, "/.") || strings.ContainsAny(text, `\;`) {
		j.suspicion(text)
	}
}

// suspicion judges what a later step, such as a proxy or a file server, may make of the path. It can deny, but never makes a
// path public. A backslash may become a slash. A semicolon may end the name of a segment (RFC 3986, section 3.3, has such
// parameters; Java servers drop them before they look for dot segments).
func (j *judgement) suspicion(text string) {
	text = strings.Map(printable, text)
	j.Public = j.Public && !localpath.HasDotSegment(text)
	cleaned, bare := path.Clean("/"+text), path.Clean("/"+withoutPathParameters(text))
	j.Admin = j.Admin || denies(j.rules.admin, text) || denies(j.rules.admin, cleaned) || denies(j.rules.admin, bare)
}

// served asks whether the route is public in just the spelling of the request. Gin tells capital from small letters, "//x" from "/x" and, where
// it is told to match paths as they are sent, "/%78" from "/x". It serves another spelling of a public path by another route, such as /:page or
// /:page/x, which need not be public.
func (j *judgement) served(u *url.URL, route Route) {
	j.spelled(route.Path)
	if !strings.ContainsAny(route.Pattern, ":*") {
		return // the route is public, however Gin has come to it
	}
	j.spelled(u.Path)
	// Without a RawPath, the escapes are as package url writes them, so that the path has one spelling. With one, what is escaped there and not
	// in the pattern is another spelling.
	if u.RawPath != "" && mayLead(u.RawPath, route.Pattern) {
		j.spelled(u.RawPath)
	}
}

func (j *judgement) spelled(path string) { j.Public = j.Public && allows(j.rules.publicRoutes, path) }

// mayLead reports whether Gin may come to a route by a path as it is: the text around the route's parameters is in it. Gin may have dropped
// slashes and dot segments before.
func mayLead(path, pattern string) bool {
	if strings.Contains(path, "//") || strings.Contains(path, "/.") {
		return true
	}
	for {
		at := strings.IndexAny(pattern, ":*")
		switch {
		case at < 0:
			return path == pattern
		case !strings.HasPrefix(path, pattern[:at]):
			return false
		case pattern[at] == '*':
			return true
		}
		path, pattern = behindSegment(path[at:]), behindSegment(pattern[at:])
	}
}

// behindSegment returns the rest of a path from the next slash on.
func behindSegment(path string) string {
	if slash := strings.IndexByte(path, '/'); slash >= 0 {
		return path[slash:]
	}
	return ""
}

// pattern judges the route as it was registered.
func (j *judgement) pattern(text string) {
	j.Admin = j.Admin || denies(j.rules.admin, text)
	j.API = j.API || allows(j.rules.api, text)
}

// withoutPathParameters drops everything after a semicolon in each segment.
func withoutPathParameters(text string) string {
	if !strings.Contains(text, ";") {
		return text
	}
	segments := strings.Split(text, "/")
	for i, segment := range segments {
		segments[i], _, _ = strings.Cut(segment, ";")
	}
	return strings.Join(segments, "/")
}

// denies reports whether a deny list names a path. A path that can't be matched counts as named.
func denies(m *routematcher.Matcher, path string) bool {
	matched, err := m.MatchDecoded(path)
	return err != nil || matched
}

// allows reports whether an allow list names a path. A path that can't be matched counts as not named.
func allows(m *routematcher.Matcher, path string) bool {
	matched, err := m.MatchDecoded(path)
	return err == nil && matched
}

// printable replaces control characters by a character that every pattern accepts, and backslashes by slashes.
func printable(c rune) rune {
	switch {
	case c == '\\':
		return '/'
	case isControl(c):
		return '_'
	default:
		return c
	}
}

// isControl reports whether a character is a control character, or one of the two Unicode line ends beside them. Paths do not
// need them.
func isControl(c rune) bool { return unicode.IsControl(c) || c == '\u2028' || c == '\u2029' }
