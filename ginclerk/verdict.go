package ginclerk

import (
	"net/url"
	"path"
	"strings"
	"unicode"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
)

// verdict is what the rules say about one request.
type verdict struct{ public, admin, api bool }

// judge reads the path of a request in every way in which Gin may be told to read it, and as the route that serves it, with its
// parameters filled in. A request is public only if all of these are; it is an admin's, or an API's, if one of them is. An
// admin's it is too if the route's own pattern is, or what something behind the handler may still make of the path. A request
// that no route serves is never public. The error says that a path can't be read ([routematcher.ErrMalformedPath]) or is too
// long ([routematcher.ErrPathTooLong]).
func (r *compiledRules) judge(u *url.URL, pattern, route string) (verdict, error) {
	j := judgement{rules: r, verdict: verdict{public: pattern != ""}}
	if len(u.Path) > routematcher.MaxPath {
		return verdict{}, routematcher.ErrPathTooLong // not even encoded again
	}
	sent := sentpath.Of(u)
	if err := j.encoded(sent, u.Path); err != nil {
		return verdict{}, err
	}
	if err := j.leftBehind(u, sent); err != nil {
		return verdict{}, err
	}
	if pattern != "" {
		j.decoded(route)
		j.pattern(pattern)
	}
	return j.verdict, nil
}

// leftBehind reads a RawPath that does not say what Path says: an earlier handler has changed the one and not the other. With
// gin.Engine.UseRawPath Gin goes by it all the same.
func (j *judgement) leftBehind(u *url.URL, sent string) error {
	if u.RawPath == "" || u.RawPath == sent {
		return nil
	}
	decoded, err := url.PathUnescape(u.RawPath)
	if err != nil {
		return routematcher.ErrMalformedPath
	}
	if decoded == u.Path {
		return nil
	}
	return j.encoded(u.RawPath, decoded)
}

// judgement is a verdict that is being reached, one reading of the path after the other.
type judgement struct {
	verdict

	rules *compiledRules
	read  [2]string // the last readings: most paths have just one
}

// encoded takes a path with its percent-encoding, and the same without it.
func (j *judgement) encoded(sent, decoded string) error {
	if hasControl(decoded) {
		return routematcher.ErrMalformedPath
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
		// Patterns end a parameter at ? and #; sent as one, they would have to be encoded.
		j.reading(strings.NewReplacer("?", "%3F", "#", "%23").Replace(path))
	}
	if !strings.Contains(path, "%") {
		return
	}
	if normal, err := routematcher.Normalize(path); err == nil {
		j.reading(normal)
	}
	for range 2 { // a path may be encoded more than twice, but then nothing is left to guess at
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
	j.public = j.public && matches(j.rules.public, text)
	j.admin = j.admin || denies(j.rules.admin, text)
	j.api = j.api || matches(j.rules.api, text)
	if strings.Contains(text, "/.") || strings.ContainsAny(text, `\;`) {
		j.suspicion(text)
	}
}

// suspicion takes what something behind the handler, such as a proxy or a folder of files, may make of the path. It makes
// nothing public. A backslash may be a slash, and what follows a semicolon in a segment no part of its name (RFC 3986, section
// 3.3, has such parameters; servers of Java drop them, and do so before they look for dot segments).
func (j *judgement) suspicion(text string) {
	text = strings.Map(printable, text)
	j.public = j.public && !hasDotSegment(text)
	cleaned, bare := path.Clean("/"+text), path.Clean("/"+withoutPathParameters(text))
	j.admin = j.admin || denies(j.rules.admin, text) || denies(j.rules.admin, cleaned) || denies(j.rules.admin, bare)
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

// pattern takes the route as it was registered.
func (j *judgement) pattern(text string) {
	j.admin = j.admin || denies(j.rules.admin, text)
	j.api = j.api || matches(j.rules.api, text)
}

// denies counts a path that can't be matched as one that a deny list names, matches as one that no list of what is allowed
// does.
func denies(m *routematcher.Matcher, path string) bool {
	matched, err := m.MatchDecoded(path)
	return err != nil || matched
}

func matches(m *routematcher.Matcher, path string) bool {
	matched, err := m.MatchDecoded(path)
	return err == nil && matched
}

// printable puts something that every pattern takes in the place of control characters, and a slash in that of a backslash.
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

func hasControl(text string) bool { return strings.IndexFunc(text, isControl) >= 0 }

// isControl knows what no path has a use for: control characters, and the two line ends beside them.
func isControl(c rune) bool { return unicode.IsControl(c) || c == '\u2028' || c == '\u2029' }

// routeOf returns the route that Gin serves the request with, its parameters filled in; empty where there is none.
func routeOf(c *gin.Context) string {
	pattern := c.FullPath()
	if !strings.ContainsAny(pattern, ":*") {
		return pattern
	}
	segments := strings.Split(pattern, "/")
	for i, segment := range segments {
		at := strings.IndexAny(segment, ":*")
		if at < 0 {
			continue
		}
		if value, found := c.Params.Get(segment[at+1:]); found {
			segments[i] = segment[:at] + strings.TrimPrefix(value, "/")
		}
	}
	return strings.Join(segments, "/")
}
