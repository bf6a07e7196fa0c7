package instance

import "strings"

// Deployment says how the application reaches the Frontend API where that is not the host in the publishable key. The zero
// value is an application that reaches it there.
type Deployment struct {
	// ProxyURL is the address under which the application's own domain forwards to the Frontend API, such as
	// "https://app.example.com/__clerk". It goes before everything else.
	ProxyURL string
	// Domain is the satellite's own domain, without a scheme. It counts for a satellite in production alone.
	Domain string
	// Satellite: the application is on another domain than the instance's primary one.
	Satellite bool
}

// FrontendAPIFor returns where the Frontend API is in a deployment: the whole proxy URL, or a host without a scheme. Tokens
// name their issuer by the host in the key or by the proxy; see [PublishableKey.FrontendAPI].
func (k PublishableKey) FrontendAPIFor(d Deployment) string {
	switch {
	case d.ProxyURL != "":
		return d.ProxyURL
	case k.instanceType == Production && d.Satellite && d.Domain != "":
		return "clerk." + d.Domain
	default:
		return k.frontendAPI
	}
}

// AccountPortal returns the address of the instance's Account Portal, such as https://foo-bar-13.accounts.dev. Proxies and
// satellites do not change it.
func (k PublishableKey) AccountPortal() string { return AccountPortal(k.frontendAPI) }

// AccountPortal returns the address of the Account Portal that belongs to a Frontend API host (@clerk/shared, file url.ts).
// The host is not checked.
func AccountPortal(frontendAPI string) string {
	host := strings.Replace(frontendAPI, "clerk.accountsstage.", "accountsstage.", 1)
	before, after, found := strings.Cut(host, "clerk.")
	if !found {
		return "https://" + host
	}
	return "https://" + before + "accounts." + strings.TrimPrefix(after, "accounts.")
}
