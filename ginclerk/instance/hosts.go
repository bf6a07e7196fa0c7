package instance

import "strings"

// Deployment says how the application reaches the Frontend API. The zero value is the host in the publishable key.
type Deployment struct {
	// ProxyURL is the address of a proxy to the Frontend API on the application's own domain, such as
	// "https://app.example.com/__clerk". When it is set, the other fields do not count.
	ProxyURL string
	// Domain is the satellite's domain, without a scheme. It counts only for a satellite in production.
	Domain string
	// Satellite is set when the application is on another domain than the instance's primary application.
	Satellite bool
}

// FrontendAPIFor returns the address of the Frontend API in a deployment: the proxy URL, or a host without a scheme. The issuer of
// tokens is the host in the key ([PublishableKey.FrontendAPI]) or the proxy.
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

// AccountPortal returns the address of the instance's Account Portal, such as https://foo-bar-13.accounts.dev. It is the same with
// proxies and satellites.
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
