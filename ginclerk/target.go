package ginclerk

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// maxTarget is the longest target that a redirect is made from, in bytes. It stands in the query of the next address, where
// escaping may double it, and servers take no address above 8 to 16 KB.
const maxTarget = 8 << 10

// SafeTarget returns where a redirect to the given place may lead: the place itself, less Clerk's own query parameters,
// if it is a path of the application or an absolute URL on one of its origins, and no longer than 8 KB; else "/". Give it
// every target that came with a request.
func (k *Clerk) SafeTarget(target string) string {
	if len(target) > maxTarget || !localpath.Is(target) && !k.onOwnOrigin(target) {
		return "/"
	}
	return withoutClerkParameters(target)
}

// ReturnTarget is [Clerk.SafeTarget] for a target that a request names, as the browser knows it: one on the request's own origin
// becomes a path of the application, so without the base path ([Clerk.BasePath]). It is safe without configured origins, too. Give the
// result to functions of this package that take paths, such as [Clerk.SignInURL].
func (k *Clerk) ReturnTarget(c *gin.Context, target string) string {
	return k.SafeTarget(k.visit(c).Path(target))
}

// RedirectOrigins are the origins beside the application's own that its redirects may lead to: Clerk's Frontend API and
// Account Portal, and those of the configured sign-in, sign-up and proxy addresses. A Content-Security-Policy with
// form-action needs them.
func (k *Clerk) RedirectOrigins() []string {
	origins := []string{"https://" + k.key.FrontendAPI(), k.key.AccountPortal()}
	for _, address := range []string{k.config.SignInURL, k.config.SignUpURL, k.config.ProxyURL} {
		if u, err := url.Parse(address); err == nil && !origin.Of(u).IsZero() {
			origins = append(origins, origin.Of(u).String())
		}
	}
	slices.Sort(origins)
	return slices.Compact(origins)
}

func (k *Clerk) onOwnOrigin(target string) bool {
	u, err := url.Parse(target)
	if err != nil || u.User != nil || strings.ContainsAny(target, "\\\t\r\n") {
		return false
	}
	at := origin.Of(u)
	return !at.IsZero() && slices.Contains(k.site.Origins, at)
}

// withoutClerkParameters drops the parameters of Clerk's flows and of ours: whoever wrote the link must not start one. A
// target that can't be read becomes "/".
func withoutClerkParameters(target string) string {
	path, query, found := strings.Cut(target, "?")
	if !found {
		return target
	}
	query, _, _ = strings.Cut(query, "#")
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if _, err := url.QueryUnescape(name); err != nil {
			return "/"
		}
	}
	if query = withoutParameters(query, isFlowParameter); query == "" {
		return path
	}
	return path + "?" + query
}

// withPair adds a parameter, whose name and value need no escapes, behind the others, which stay as they are written.
func withPair(target, name, value string) string {
	address, fragment, hasFragment := strings.Cut(target, "#")
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	address += separator + name + "=" + value
	if hasFragment {
		address += "#" + fragment
	}
	return address
}

func isFlowParameter(name string) bool {
	return strings.HasPrefix(name, "__clerk") || name == handshakeParameter
}

// withoutParameters drops parameters by their decoded names, and leaves the others as they are written.
func withoutParameters(query string, drop func(name string) bool) string {
	kept := make([]string, 0, strings.Count(query, "&")+1)
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); pair == "" || err == nil && drop(decoded) {
			continue
		}
		kept = append(kept, pair)
	}
	return strings.Join(kept, "&")
}
