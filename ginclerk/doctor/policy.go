package doctor

import (
	"context"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// sessionPages is where package pages mounts the session pages unless it is told otherwise.
const sessionPages = "/sessions"

// need is what a page needs of a Content-Security-Policy.
type need struct{ directive, source string }

// examinePolicy reads the policies of the page, and of the session pages.
func (e *examination) examinePolicy(ctx context.Context, at *url.URL) {
	shown, err := e.asScript(ctx, at)
	if err != nil {
		e.skipped(Policy, "the address did not answer")
		return
	}
	policies := readPolicies(shown.header)
	if missing := e.missing(policies, at, e.clerkJSNeeds(at)); len(missing) > 0 && loadsClerkJS(shown.body) {
		e.problem("policy-blocks-clerk-js", "the page loads clerk-js, and its Content-Security-Policy lacks %s", strings.Join(missing, ", "))
	}
	sessions := *at
	sessions.Path, sessions.RawPath, sessions.RawQuery = strings.TrimRight(e.Config.BasePath, "/")+sessionPages, "", ""
	if answered, err := e.asScript(ctx, &sessions); err == nil && answered.status != 404 {
		policies = append(policies, readPolicies(answered.header)...)
		if missing := e.missing(readPolicies(answered.header), at, e.sessionPageNeeds()); len(missing) > 0 {
			e.problem("policy-blocks-session-pages", "the Content-Security-Policy of answers at %s lacks %s", sessions.Path, strings.Join(missing, ", "))
		}
	}
	switch {
	case e.troubled(Policy):
	case len(policies) == 0:
		e.fine(Policy, "no Content-Security-Policy in front of the pages")
	default:
		e.fine(Policy, "the Content-Security-Policy lets through what the pages need")
	}
}

// sessionPageNeeds is what the session pages load, and where their forms lead: Chromium holds form-action against redirects, too.
func (e *examination) sessionPageNeeds() []need {
	return []need{
		{"style-src", "'self'"},
		{"script-src", "'self'"},
		{"img-src", "'self'"},
		{"connect-src", "'self'"},
		{"form-action", "'self'"},
		{"form-action", "https://" + e.key.FrontendAPI()},
		{"form-action", instance.AccountPortal(e.key.FrontendAPI())},
	}
}

// clerkJSNeeds is what Clerk's documentation asks for ("Configure Clerk Content-Security-Policy headers").
func (e *examination) clerkJSNeeds(at *url.URL) []need {
	frontend := "https://" + e.key.FrontendAPI()
	if e.Config.ProxyURL != "" {
		frontend = "'self'"
		if proxy, err := at.Parse(e.Config.ProxyURL); err == nil && origin.Of(proxy) != origin.Of(at) {
			frontend = origin.Of(proxy).String()
		}
	}
	return []need{
		{"script-src", frontend},
		{"script-src", "https://challenges.cloudflare.com"},
		{"connect-src", frontend},
		{"img-src", "https://img.clerk.com"},
		{"worker-src", "blob:"},
		{"style-src", "'unsafe-inline'"},
		{"frame-src", "https://challenges.cloudflare.com"},
	}
}

// loadsClerkJS reports whether a page has the script of clerk-js.
func loadsClerkJS(body string) bool {
	return strings.Contains(body, "data-clerk-publishable-key") || strings.Contains(body, "@clerk/clerk-js")
}

// missing returns the needs that a policy does not allow, as they stand in a policy.
func (e *examination) missing(policies []policy, at *url.URL, needs []need) []string {
	var missing []string
	for _, n := range needs {
		for _, p := range policies {
			if !p.allows(n, origin.Of(at)) {
				missing = append(missing, n.directive+" "+n.source)
				break
			}
		}
	}
	return missing
}
