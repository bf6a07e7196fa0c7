package rules

import (
	"net/url"
	"path"
	"strings"
	"unicode"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
)

// judgement is a verdict that is being reached, one reading of the path after the other.
type judgement struct {
	Verdict

	rules *Rules
	read  [2]string // the last readings: most paths have just one
}

// leftBehind reads a RawPath that does not say what Path says: an earlier handler has changed one of them and not the other. With
// gin.Engine.UseRawPath, Gin routes by it all the same.
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

// encoded takes a path with its percent-encoding, and the same path without it.
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

// decoded takes a path that has no percent-encoding left, or parameters that Gin may have left encoded.
func (j *judgement) decoded(path string) {
	j.reading(path)
	if strings.ContainsAny(path, "?#") {
		// Patterns end a parameter at ? and #; in a path as it is sent, they are encoded.
		j.reading(strings.NewReplacer("?", "%3F", "#", "%23").Replace(path))
	}
	if !strings.Contains(path, "%") {
		return
	}
	if normal, err := routematcher.Normalize(path); err == nil {
		j.reading(normal)
	}
	for range 2 { // a path that is encoded more than twice says nothing that can be guessed
		again, err := url.PathUnescape(path)
		if err != nil || again == path {
			return
		}
		j.suspicion(again)
		path = again
	}
}

// reading takes one way to read the path.
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

// suspicion takes what something behind the handler, such as a proxy or a folder of files, may make of the path. It makes
// nothing public. A backslash may be a slash, and a semicolon may end the name of a segment (RFC 3986, section 3.3, has such
// parameters; servers of Java drop them, and do so before they look for dot segments).
func (j *judgement) suspicion(text string) {
	text = strings.Map(printable, text)
	j.Public = j.Public && !localpath.HasDotSegment(text)
	cleaned, bare := path.Clean("/"+text), path.Clean("/"+withoutPathParameters(text))
	j.Admin = j.Admin || denies(j.rules.admin, text) || denies(j.rules.admin, cleaned) || denies(j.rules.admin, bare)
}

// pattern takes the route as it was registered.
func (j *judgement) pattern(text string) {
	j.Admin = j.Admin || denies(j.rules.admin, text)
	j.API = j.API || allows(j.rules.api, text)
}

// withoutPathParameters drops what follows a semicolon in each segment.
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

// allows reports whether a list of what is allowed names a path. A path that can't be matched counts as not named.
func allows(m *routematcher.Matcher, path string) bool {
	matched, err := m.MatchDecoded(path)
	return err == nil && matched
}

// printable replaces control characters by one that every pattern takes, and a backslash by a slash.
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

// isControl reports whether no path has a use for a character: control characters, and the two line ends beside them.
func isControl(c rune) bool { return unicode.IsControl(c) || c == '\u2028' || c == '\u2029' }
