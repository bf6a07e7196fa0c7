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
	// SignInURL and SignUpURL are the addresses of the pages. An empty SignInURL is the page of the instance's Account Portal. An
	// empty SignUpURL is SignInURL with "/create" added to its path if SignInURL is set, else the page of the Account Portal.
	SignInURL, SignUpURL string
	// DevBrowserToken is added to addresses on other origins, for development instances only.
	DevBrowserToken string
	// Pending is set for a session with an unfinished task, whose page is at "/tasks".
	Pending bool
	// Satellite is set for a satellite, which syncs when the browser returns.
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

// SignIn returns the address of the sign-in page, which returns to returnTo: an absolute URL, or one relative to BaseURL. With an empty
// returnTo the page chooses where to go. SignIn returns "" when BaseURL or SignInURL can't be parsed.
func (r Redirects) SignIn(returnTo string) string {
	target := r.SignInURL
	if target == "" {
		target = r.PublishableKey.AccountPortal() + "/sign-in"
	}
	return r.build(target, returnTo)
}

// SignUp returns the address of the sign-up page. See [Redirects.SignIn] for returnTo and errors.
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

// create returns the sign-up address of a combined sign-in-or-up page.
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
		target = strings.TrimSuffix(target, "/") + "/tasks" // "//tasks" would be another host
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
