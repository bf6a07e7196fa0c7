package doctor

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// examineAddress requests the URL, and what depends on its answer.
func (e *examination) examineAddress(ctx context.Context) {
	at, ok := e.readURL()
	if !ok {
		for _, area := range []Area{Headers, Policy} {
			e.skipped(area, "needs an address that can be requested")
		}
		return
	}
	answered, err := e.follow(ctx, at)
	if err != nil {
		e.problem("address-unreachable", "%s: %s", shown(at), clerkapi.Describe(err))
		e.skipped(Headers, "the address did not answer")
		e.skipped(Policy, "the address did not answer")
		return
	}
	e.judgeAnswer(at, answered)
	e.examineProxy(ctx, at)
	if !e.troubled(Address) {
		e.fine(Address, "%s begins a handshake that comes back to it", shown(at))
	}
	e.examineHeaders(ctx, answered)
	e.examinePolicy(ctx, at)
}

// readURL reads the URL. It is false where there is none, or none that can be requested.
func (e *examination) readURL() (*url.URL, bool) {
	if e.URL == "" {
		e.skipped(Address, "give -url")
		return nil, false
	}
	at, err := url.Parse(e.URL)
	switch {
	case err != nil || origin.Of(at).IsZero() || at.User != nil:
		e.problem("address-invalid", "the URL can't be requested: it has no scheme and host that a browser could go to, or a user name")
		return nil, false
	case e.key.IsZero():
		e.skipped(Address, "the publishable key can't be used: correct it first")
		return nil, false
	}
	if at.Path == "" {
		at.Path = "/"
	}
	at.Fragment = ""
	return at, true
}

// shown is an address without its query, which may have a token.
func shown(at *url.URL) string { return origin.Of(at).String() + at.EscapedPath() }

// follow requests an address, and follows redirects within its origin until the handshake.
func (e *examination) follow(ctx context.Context, at *url.URL) (page, error) {
	for range maxSteps {
		answered, err := e.asNavigation(ctx, at)
		to := answered.location()
		if err != nil || to == nil || isHandshake(to) || origin.Of(to) != origin.Of(at) {
			return answered, err
		}
		at = to
	}
	return e.asNavigation(ctx, at)
}

// isHandshake reports whether an address begins a handshake (@clerk/backend, file handshake.ts).
func isHandshake(to *url.URL) bool { return strings.HasSuffix(to.Path, "/v1/client/handshake") }

// judgeAnswer reports what the answer of the application says.
func (e *examination) judgeAnswer(at *url.URL, answered page) {
	to := answered.location()
	switch {
	case to != nil && isHandshake(to):
		e.judgeHandshake(answered.at, to)
	case to != nil && origin.Of(to) != origin.Of(at):
		e.problem("address-redirects", "%s leads to %s", shown(at), origin.Of(to))
	case answered.status >= http.StatusInternalServerError:
		e.problem("address-fails", "%s answers %d", shown(answered.at), answered.status)
	default:
		e.problem("address-without-ginclerk", "%s answers %d and begins no handshake", shown(answered.at), answered.status)
	}
}

// judgeHandshake compares where a handshake leads, and where it comes back to, with what browsers should see.
func (e *examination) judgeHandshake(at, to *url.URL) {
	if other := e.foreignHost(at, to); other != "" {
		e.problem("address-of-another-instance", "the application sends browsers to %s, and the publishable key is of %s", other, e.key.FrontendAPI())
		return
	}
	back, err := url.Parse(to.Query().Get("redirect_url"))
	switch {
	case err != nil || origin.Of(back) != origin.Of(at):
		e.problem("forwarded-origin-wrong", "browsers are at %s, and the application takes itself to be at %s", origin.Of(at), origin.Of(back))
	case back.Path != at.Path && strings.HasSuffix(at.Path, back.Path):
		e.problem("forwarded-prefix-lost", "browsers are at the path %s, and the application sends them back to %s", at.Path, back.Path)
	case back.Path != at.Path:
		e.problem("forwarded-path-changed", "browsers are at the path %s, and the application sends them back to %s", at.Path, back.Path)
	}
}

// foreignHost is the host of a handshake at another Clerk instance; "" where it is at this one, or goes through the application.
func (e *examination) foreignHost(at, to *url.URL) string {
	own := []string{e.key.FrontendAPI(), at.Host}
	if proxy, err := url.Parse(e.Config.ProxyURL); err == nil {
		own = append(own, proxy.Host)
	}
	if satellite := e.Config.MultiDomain.Satellite; satellite != nil {
		own = append(own, "clerk."+satellite.Domain)
	}
	for _, host := range own {
		if strings.EqualFold(to.Host, host) {
			return ""
		}
	}
	return to.Host
}
