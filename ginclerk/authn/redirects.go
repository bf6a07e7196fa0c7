package authn

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/unprinted"
	"github.com/ginclerk/ginclerk/ginclerk/internal/weburl"
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

// String keeps the token out of text.
func (r Redirects) String() string { return "authn.Redirects{…}" }

// Format keeps the token out of text of every verb.
func (r Redirects) Format(state fmt.State, _ rune) { unprinted.Write(state, r.String()) }

// LogValue keeps the token out of logs.
func (r Redirects) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalText keeps the token out of JSON.
func (r Redirects) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

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
	base, err := weburl.Parse(r.BaseURL)
	if err != nil {
		return ""
	}
	u, err := base.Parse(r.SignInURL)
	if err != nil {
		return ""
	}
	u.Path += "/create"
	return u.String()
}

func (r Redirects) build(target, returnTo string) string {
	base, err := weburl.Parse(r.BaseURL)
	if err != nil {
		return ""
	}
	if r.Pending {
		target += "/tasks"
	}
	u, err := base.Parse(target)
	if err != nil || !strings.HasPrefix(u.Scheme, "http") {
		return ""
	}
	crossOrigin := base.Host() != u.Host()
	if back, err := base.Parse(returnTo); returnTo != "" && err == nil {
		if crossOrigin && r.Satellite {
			back = replacing(back, paramSynced, syncNeeded)
		}
		u = replacing(u, paramRedirectURL, back.String())
	}
	if crossOrigin && r.DevBrowserToken != "" && r.PublishableKey.Type() != instance.Production {
		u = replacing(u, paramDevBrowser, r.DevBrowserToken)
	}
	return u.String()
}

func replacing(u weburl.URL, name, value string) weburl.URL {
	return u.WithQuery(parametersOf(u).replacing(name, value).String())
}
