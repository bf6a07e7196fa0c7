package ginclerk

import (
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
)

// PassOver registers path prefixes that authentication has no business with: assets, webhooks. [Guards.Attach] passes over
// them whether it is called before or after, and so does [Guards.Protect]. A prefix matches whole path segments: "/static" is
// "/static" and everything below "/static/", never "/statically". A path with dot segments is never passed over. A guard on
// a route below a prefix still guards it.
func (g *Guards) PassOver(prefixes ...string) { g.passOver.add(prefixes) }

// prefixes is a set of path prefixes. The zero value is empty; it is safe for concurrent use.
type prefixes struct {
	mu   sync.RWMutex
	list []string
}

func (p *prefixes) add(list []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, prefix := range list {
		if prefix = strings.TrimRight(prefix, "/"); prefix != "" {
			p.list = append(p.list, prefix)
		}
	}
}

// covers reports whether a request's path is below a prefix however Gin reads it. With gin.Engine.UseRawPath an encoded
// slash separates no segments, so that "/static%2Fx" is one segment, which any route with a parameter may serve.
func (p *prefixes) covers(u *url.URL) bool {
	return p.contains(u.Path) && (u.RawPath == "" || p.startsRaw(u.RawPath))
}

// startsRaw reports whether the first segments of a path with its percent-encoding are a prefix, with the slashes where they are.
func (p *prefixes) startsRaw(raw string) bool {
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

// serves reports whether both the path and the route that Gin serves it with are below a prefix. A route with a parameter
// that can be filled so is not.
func (p *prefixes) serves(c *gin.Context) bool {
	return p.covers(c.Request.URL) && p.contains(c.FullPath())
}

func (p *prefixes) contains(path string) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, prefix := range p.list {
		if rest, found := strings.CutPrefix(path, prefix); found && (rest == "" || rest[0] == '/') {
			return !localpath.HasDotSegment(rest)
		}
	}
	return false
}
