package ginclerk

import (
	"net/url"
	"strings"
)

// PassOver registers path prefixes that authentication has no business with: assets, webhooks. [Clerk.Attach] passes over
// them whether it is called before or after, and so does [Clerk.Protect]. A prefix matches whole path segments: "/static" is
// "/static" and everything below "/static/", never "/statically". A path with dot segments is never passed over.
func (k *Clerk) PassOver(prefixes ...string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	list := append([]string(nil), *k.prefixes.Load()...)
	for _, prefix := range prefixes {
		if prefix = strings.TrimRight(prefix, "/"); prefix != "" {
			list = append(list, prefix)
		}
	}
	k.prefixes.Store(&list)
}

// passesOver reports whether a request's path is below a prefix however Gin reads it. With gin.Engine.UseRawPath an encoded
// slash separates no segments, so that "/static%2Fx" is one segment, which any route with a parameter may serve.
func (k *Clerk) passesOver(u *url.URL) bool {
	if !k.passes(u.Path) {
		return false
	}
	segments, err := url.PathUnescape(strings.NewReplacer("%2F", "\x00", "%2f", "\x00").Replace(u.EscapedPath()))
	return err == nil && k.passes(segments)
}

func (k *Clerk) passes(path string) bool {
	for _, prefix := range *k.prefixes.Load() {
		if rest, found := strings.CutPrefix(path, prefix); found && (rest == "" || rest[0] == '/') {
			return !hasDotSegment(rest)
		}
	}
	return false
}

func hasDotSegment(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}
