package authn

import (
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// Redirects builds the addresses of sign-in and sign-up as Clerk's SDKs do (@clerk/backend, createRedirect.ts).
type Redirects struct {
	PublishableKey instance.PublishableKey
	// BaseURL is the absolute URL of the request; relative addresses are resolved against it.
	BaseURL string
	// SignInURL and SignUpURL are where the pages are. Empty: on the instance's Account Portal; sign-up is then SignInURL
	// with "/create" behind its path where SignInURL is set.
	SignInURL, SignUpURL string
	// DevBrowserToken goes along to other origins on development instances.
	DevBrowserToken string
	// Pending is set for a session with an unfinished task, which is finished at "/tasks".
	Pending bool
	// Satellite is set on an application that must be synced on return.
	Satellite bool
}

// SignIn returns the address of the sign-in page, which leads back to returnTo (absolute, or relative to BaseURL; empty:
// wherever the page likes). It returns "" where BaseURL or SignInURL can't be read.
func (r Redirects) SignIn(returnTo string) string {
	target := r.SignInURL
	if target == "" {
		target = r.PublishableKey.AccountPortal() + "/sign-in"
	}
	return r.build(target, returnTo)
}

// SignUp returns the address of the sign-up page, as [Redirects.SignIn] does.
func (r Redirects) SignUp(returnTo string) string {
	target := r.SignUpURL
	if target == "" && r.SignInURL != "" {
		target = r.create()
	}
	if target == "" {
		target = r.PublishableKey.AccountPortal() + "/sign-up"
	}
	return r.build(target, returnTo)
}

// create is the sign-up that a combined sign-in-or-up page has.
func (r Redirects) create() string {
	u, err := whatwg.ParseRef(r.BaseURL, r.SignInURL)
	if err != nil {
		return ""
	}
	u.SetPathname(u.Pathname() + "/create")
	return u.Href(false)
}

func (r Redirects) build(target, returnTo string) string {
	base, err := whatwg.Parse(r.BaseURL)
	if err != nil {
		return ""
	}
	if r.Pending {
		target += "/tasks"
	}
	u, err := base.Parse(target)
	if err != nil {
		return ""
	}
	crossOrigin := base.Hostname()+":"+base.Port() != u.Hostname()+":"+u.Port()
	if returnTo != "" {
		if back, err := base.Parse(returnTo); err == nil {
			if crossOrigin && r.Satellite {
				parametersOf(back).replacing(paramSynced, syncNeeded).on(back)
			}
			parametersOf(u).replacing(paramRedirectURL, back.Href(false)).on(u)
		}
	}
	if crossOrigin && r.DevBrowserToken != "" && r.PublishableKey.Type() != instance.Production {
		parametersOf(u).replacing(paramDevBrowser, r.DevBrowserToken).on(u)
	}
	if strings.HasPrefix(u.Scheme(), "http") {
		return u.Href(false)
	}
	return ""
}
