package ginclerk

import (
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// SafeTarget returns where a redirect to the given place may lead: the place itself, less Clerk's own query parameters,
// if it is a path of the application or an absolute URL on one of its origins, and no longer than 8 KB; else "/". Give it
// every target that came with a request.
func (k *Clerk) SafeTarget(target string) string { return k.site.SafeTarget(target) }

// ReturnTarget is [Clerk.SafeTarget] for a target that a request names, as the browser knows it: one on the request's own origin
// becomes a path of the application, so without the base path ([Clerk.BasePath]). It is safe without configured origins, too. Give the
// result to functions of this package that take paths, such as [Clerk.SignInURL].
func (k *Clerk) ReturnTarget(c *gin.Context, target string) string {
	return k.visit(c).ReturnTarget(target)
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
