package visit

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
)

// maxBasePath is the longest base path that is believed, in bytes.
const maxBasePath = 1 << 10

// basePath is the configured one, else what proxies and the server have taken off, in this order.
func (s *Site) basePathOf(r *http.Request, trusted bool) string {
	if s.basePath != "" {
		return s.basePath
	}
	base := Stripped(r)
	if trusted {
		base = ForwardedPrefix(r.Header) + base
	}
	if len(base) > maxBasePath {
		return ""
	}
	return base
}

// BasePathIsConfigured reports whether the application has said where it is. If not, the base path is what the request says, and whoever
// made a link to the application may have chosen it: a proxy may take any folder off the path.
func (v Visit) BasePathIsConfigured() bool { return v.site != nil && v.site.basePath != "" }

// IsBasePath reports whether a text is the path of a folder that pages can lead to: "/app", "/teams/app".
func IsBasePath(text string) bool {
	return len(text) <= maxBasePath && localpath.Is(text) && !strings.HasSuffix(text, "/") && !strings.Contains(text, "//") &&
		!strings.ContainsFunc(text, isNoPathByte) && !leadsElsewhere(text)
}

// isNoPathByte leaves out what would end a path in an address, a header, a cookie or a page (RFC 3986, section 3.3).
func isNoPathByte(c rune) bool {
	return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("/%-._~!$&'()*+,=:@", c)
}

// leadsElsewhere reports whether a path has dot segments, or escapes that can't be read.
func leadsElsewhere(path string) bool {
	decoded, err := url.PathUnescape(path)
	return err != nil || localpath.HasDotSegment(decoded)
}

// ForwardedPrefix is what proxies have taken off, each of them behind what those before it have.
func ForwardedPrefix(header http.Header) string {
	var base strings.Builder
	for _, line := range header.Values(headerPrefix) {
		for part := range strings.SplitSeq(line, ",") {
			part = strings.TrimRight(strings.TrimSpace(part), "/")
			if part == "" {
				continue
			}
			if !IsBasePath(part) {
				return ""
			}
			base.WriteString(part)
		}
	}
	return base.String()
}

// Stripped is what http.StripPrefix, or whatever does the same, has taken off the path of a request within this server: the request
// line still has it. It is "" where nothing was, or where the path was changed in another way.
func Stripped(r *http.Request) string {
	sent, _, _ := strings.Cut(r.RequestURI, "?")
	if len(sent) <= len(r.URL.Path) { // which escapes make longer
		return ""
	}
	served := r.URL.EscapedPath()
	if len(sent) <= len(served) {
		return ""
	}
	if sent[0] != '/' { // a request to a proxy names the whole address
		u, err := url.ParseRequestURI(sent)
		if err != nil {
			return ""
		}
		sent = u.EscapedPath()
	}
	for _, path := range []string{served, r.URL.RawPath} {
		base, found := strings.CutSuffix(sent, path)
		if found && (path == "" && served == "" || strings.HasPrefix(path, "/")) && IsBasePath(base) {
			return base
		}
	}
	return ""
}

// Link is the address that a browser reaches a path of the application by. What is no path is returned as it is.
func (v Visit) Link(target string) string {
	if !strings.HasPrefix(target, "/") {
		return target
	}
	return v.BasePath + target
}

// Absolute is [Visit.Link] with the origin in front. Without an origin, a path that browsers would read as another host becomes "/".
func (v Visit) Absolute(target string) string {
	if !strings.HasPrefix(target, "/") {
		return target
	}
	address := v.BasePath + target
	if v.Origin.IsZero() && !localpath.Is(address) {
		return "/"
	}
	return v.Origin.String() + address
}

// Path undoes [Visit.Link] and [Visit.Absolute]. Paths that are not below the base path, and addresses on other origins, are returned
// as they are.
func (v Visit) Path(address string) string {
	if !v.Origin.IsZero() {
		if rest, found := strings.CutPrefix(address, v.Origin.String()); found && strings.HasPrefix(rest, "/") {
			address = rest
		}
	}
	rest, below := strings.CutPrefix(address, v.BasePath)
	switch {
	case v.BasePath == "" || !below:
		return address
	case rest == "":
		return "/"
	case rest[0] == '?' || rest[0] == '#':
		return "/" + rest
	case rest[0] == '/':
		return rest
	default:
		return address
	}
}
