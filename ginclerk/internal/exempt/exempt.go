// Package exempt has the path prefixes that authentication ignores, such as those of assets and webhooks.
package exempt

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
)

// Prefixes is a set of path prefixes. A prefix matches whole path segments: "/static" covers "/static" and everything below
// "/static/", but not "/statically". A path with dot segments is below no prefix. The zero value is empty. Prefixes are safe
// for concurrent use.
type Prefixes struct{ list atomic.Pointer[[]string] } // the list is never changed: a new prefix makes a new one

// Add adds prefixes. A slash at the end, or none in front, makes no difference. It returns what it does not add: what is empty or a single
// slash, and what is a pattern.
func (p *Prefixes) Add(prefixes ...string) (refused []string) {
	var added []string
	for _, prefix := range prefixes {
		if bare := strings.Trim(prefix, "/"); bare == "" || isPattern("/"+bare) {
			refused = append(refused, strconv.Quote(prefix))
		} else {
			added = append(added, "/"+bare)
		}
	}
	for {
		before := p.list.Load()
		next := []string{}
		if before != nil {
			next = slices.Clone(*before)
		}
		next = append(next, added...)
		if p.list.CompareAndSwap(before, &next) {
			return refused
		}
	}
}

// All returns the prefixes. The list must not be changed.
func (p *Prefixes) All() []string { return p.prefixes() }

// isPattern reports whether a path has a parameter of Gin's, or characters of Clerk's patterns.
func isPattern(path string) bool {
	return strings.Contains(path, "/:") || strings.ContainsAny(path, "*(?#")
}

func (p *Prefixes) prefixes() []string {
	if list := p.list.Load(); list != nil {
		return *list
	}
	return nil
}

// Cover reports whether a request's path is below a prefix in every way in which Gin may read the path. With
// gin.Engine.UseRawPath an encoded slash separates no segments: "/static%2Fx" is then one segment, which any route with a
// parameter may serve.
func (p *Prefixes) Cover(u *url.URL) bool {
	return p.contain(u.Path) && (u.RawPath == "" || p.startRaw(u.RawPath))
}

// CoverRoute reports whether the path and the pattern of Gin's route are both below a prefix. A route with a parameter in place
// of a prefix's segment is not below that prefix.
func (p *Prefixes) CoverRoute(u *url.URL, pattern string) bool {
	return p.Cover(u) && p.contain(pattern)
}

// CoverServed is [Prefixes.CoverRoute] for a request that may have no route: then its path alone counts.
func (p *Prefixes) CoverServed(u *url.URL, pattern string) bool {
	return p.Cover(u) && (pattern == "" || p.contain(pattern))
}

func (p *Prefixes) contain(path string) bool {
	for _, prefix := range p.prefixes() {
		if rest, found := strings.CutPrefix(path, prefix); found && (rest == "" || rest[0] == '/') {
			return !localpath.HasDotSegment(rest)
		}
	}
	return false
}

// startRaw reports whether the first segments of an encoded path are a prefix, with its slashes unencoded.
func (p *Prefixes) startRaw(raw string) bool {
	return slices.ContainsFunc(p.prefixes(), func(prefix string) bool {
		rest := raw
		for segment := range strings.SplitSeq(prefix, "/") {
			var sent string
			sent, rest, _ = strings.Cut(rest, "/")
			if len(sent) > 3*len(segment) { // each byte may be escaped
				return false
			}
			if decoded, err := url.PathUnescape(sent); err != nil || decoded != segment {
				return false
			}
		}
		return true
	})
}
