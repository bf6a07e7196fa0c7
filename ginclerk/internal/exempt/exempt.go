// Package exempt knows the paths that authentication has no business with, such as assets and webhooks, by their prefixes.
package exempt

import (
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
)

// Prefixes is a set of path prefixes. A prefix matches whole path segments: "/static" is "/static" and everything below "/static/",
// never "/statically". A path with dot segments is below no prefix. The zero value is empty; it is safe for concurrent use.
type Prefixes struct {
	mu   sync.RWMutex
	list []string
}

// Add adds prefixes. A slash at the end makes no difference; an empty prefix is not added.
func (p *Prefixes) Add(prefixes ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, prefix := range prefixes {
		if prefix = strings.TrimRight(prefix, "/"); prefix != "" {
			p.list = append(p.list, prefix)
		}
	}
}

// Cover reports whether a request's path is below a prefix however Gin reads it. With gin.Engine.UseRawPath an encoded
// slash separates no segments, so that "/static%2Fx" is one segment, which any route with a parameter may serve.
func (p *Prefixes) Cover(u *url.URL) bool {
	return p.contain(u.Path) && (u.RawPath == "" || p.startRaw(u.RawPath))
}

// CoverRoute reports whether both the path and the pattern of the route that Gin serves it with are below a prefix. A route with a
// parameter that can be filled so is not.
func (p *Prefixes) CoverRoute(u *url.URL, pattern string) bool {
	return p.Cover(u) && p.contain(pattern)
}

func (p *Prefixes) contain(path string) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, prefix := range p.list {
		if rest, found := strings.CutPrefix(path, prefix); found && (rest == "" || rest[0] == '/') {
			return !localpath.HasDotSegment(rest)
		}
	}
	return false
}

// startRaw reports whether the first segments of a path with its percent-encoding are a prefix, with the slashes where they are.
func (p *Prefixes) startRaw(raw string) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return slices.ContainsFunc(p.list, func(prefix string) bool {
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
