package ginclerk

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/ginclerk/internal/pasted"
	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/sealed"
)

// configProblems are what is wrong with a configuration, each with the field that it is about.
type configProblems []error

func (p *configProblems) add(field string, err error) {
	if err != nil {
		*p = append(*p, &ConfigError{Field: field, Err: err})
	}
}

func (p *configProblems) addf(field, format string, args ...any) {
	p.add(field, fmt.Errorf(format, args...))
}

// validate reports every problem at once.
func (c Config) validate() error {
	var problems configProblems
	c.checkKeys(&problems)
	c.checkOrigins(&problems)
	c.checkAddresses(&problems)
	c.checkSatellite(&problems)
	c.checkOrganizationSync(&problems)
	for _, audience := range c.Audiences {
		if strings.TrimSpace(audience) == "" {
			problems.addf("Audiences", "one of them is empty: leave it out, or name what the tokens' aud says")
		}
	}
	problems.add("ClockSkew", checkDuration(c.ClockSkew, time.Millisecond))
	problems.add("MaxTokenLifetime", checkDuration(c.MaxTokenLifetime, time.Second))
	return errors.Join(problems...)
}

func (c Config) checkOrigins(problems *configProblems) {
	for _, list := range []struct {
		field   string
		origins []string
	}{{"Origins", c.Origins}, {"AuthorizedParties", c.AuthorizedParties}, {"SatelliteOrigins", c.SatelliteOrigins}} {
		for _, text := range list.origins {
			_, err := origin.Parse(text)
			problems.add(list.field, err)
		}
	}
	problems.add("BasePath", checkBasePath(c.BasePath))
}

func checkBasePath(path string) error {
	path = strings.TrimRight(path, "/")
	if path == "" || visit.IsBasePath(path) {
		return nil
	}
	return fmt.Errorf("%q must be a path such as /app, without a host, a query or dots for folders", path)
}

func (c Config) checkAddresses(problems *configProblems) {
	problems.add("SignInURL", c.checkPage(c.SignInURL))
	problems.add("SignUpURL", c.checkPage(c.SignUpURL))
	problems.add("ProxyURL", c.checkProxyURL())
	problems.add("APIURL", checkAPI(c.APIURL, DefaultAPIURL))
	problems.add("FrontendAPIURL", checkAPI(c.FrontendAPIURL, DefaultFrontendAPIURL))
}

// checkPage checks where browsers are sent to.
func (c Config) checkPage(address string) error {
	if err := checkText(address); address == "" || err != nil {
		return err
	}
	if localpath.Is(address) {
		if base := strings.TrimRight(c.BasePath, "/"); base != "" && strings.HasPrefix(address, base+"/") {
			return fmt.Errorf("%q begins with BasePath, which is put in front: write %q", address, strings.TrimPrefix(address, base))
		}
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.User != nil || origin.Of(u).IsZero() {
		return fmt.Errorf("%s must be a path such as /sign-in or an absolute http or https URL%s", quoted(address), asAddress(address))
	}
	return nil
}

func (c Config) checkProxyURL() error {
	address := c.ProxyURL
	if address == "" {
		return nil
	}
	if err := c.checkPage(address); err != nil {
		return err
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || strings.ContainsAny(address, "?#"):
		return fmt.Errorf("%q must have no query and no fragment", address)
	case proxyPrefix(address) == "":
		return fmt.Errorf("%q needs a path, such as /__clerk", address)
	}
	at := origin.Of(u)
	if at.IsZero() && len(c.Origins) > 0 {
		at, _ = origin.Parse(c.Origins[0]) // reported with the origins
	}
	if !at.IsZero() && !at.Secure() && !at.Loopback() {
		return fmt.Errorf("%q is reached at %s: it must be https, because Clerk is told the address with the secret key (http for this machine alone)", address, at)
	}
	return nil
}

// checkAPI checks the address of one of Clerk's APIs.
func checkAPI(address, usual string) error {
	if err := checkText(address); address == "" || err != nil {
		return err
	}
	u, err := url.Parse(address)
	at := origin.Of(u)
	switch {
	case err != nil || u.User != nil || at.IsZero():
		return fmt.Errorf("%s must be an absolute http or https URL, such as %s%s", quoted(address), usual, asAddress(address))
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return fmt.Errorf("%q must have no query and no fragment: write %s%s", address, at, u.Path)
	case !at.Secure() && !at.Loopback():
		return fmt.Errorf("%q must be https: the secret key goes there (http for this machine alone)", address)
	default:
		return nil
	}
}

// checkText finds what gets into a value on its way through shells and files.
func checkText(text string) error {
	switch trimmed := pasted.Bare(text); {
	case trimmed != text:
		return fmt.Errorf("%s has white space or quotes around it: write %s", quoted(text), quoted(trimmed))
	case strings.ContainsAny(text, " \t\r\n"):
		return fmt.Errorf("%s has white space in it: take it out, or write %%20", quoted(text))
	default:
		return nil
	}
}

// quoted quotes an address, unless a password may be in it.
func quoted(address string) string {
	if strings.Contains(address, "@") {
		return "the address"
	}
	return fmt.Sprintf("%q", address)
}

// asAddress suggests the scheme or the slash that is missing, where that is likely.
func asAddress(text string) string {
	if strings.ContainsAny(text, "@:") || strings.HasPrefix(text, "/") || text == "" {
		return ""
	}
	if first, _, _ := strings.Cut(text, "/"); strings.Contains(first, ".") {
		return fmt.Sprintf(": write %q", "https://"+text)
	}
	return fmt.Sprintf(": write %q", "/"+text)
}

func (c Config) checkSatellite(problems *configProblems) {
	if c.Satellite == nil || c.Satellite.Domain == "" {
		return // what is missing, authn knows
	}
	domain := c.Satellite.Domain
	if err := checkText(domain); err != nil {
		problems.addf("Satellite", "Domain: %w", err)
		return
	}
	host := domain
	if _, rest, found := strings.Cut(domain, "://"); found {
		host = rest
	}
	host, _, _ = strings.Cut(host, "/")
	switch at := origin.At("https", host); {
	case at.IsZero():
		problems.addf("Satellite", "Domain %s must be a host name, such as satellite.example", quoted(domain))
	case host != domain:
		problems.addf("Satellite", "Domain %q must be a host name, without scheme and path: write %q", domain, at.Host())
	}
}

func (c Config) checkOrganizationSync(problems *configProblems) {
	for _, list := range [][]string{c.OrganizationSync.OrganizationPatterns, c.OrganizationSync.PersonalAccountPatterns} {
		for _, pattern := range list {
			if _, err := routematcher.CompilePattern(pattern); err != nil {
				problems.add("OrganizationSync", err)
			}
		}
	}
	for _, pattern := range c.OrganizationSync.OrganizationPatterns {
		if !strings.Contains(pattern, ":id") && !strings.Contains(pattern, ":slug") {
			problems.addf("OrganizationSync", "%q names no organization: it needs a parameter :id or :slug, as in /orgs/:slug", pattern)
		}
	}
}

// checkDuration finds negative durations, and numbers that were meant to have a unit.
func checkDuration(d, least time.Duration) error {
	switch {
	case d < 0:
		return errors.New("must not be negative")
	case d > 0 && d < least:
		return fmt.Errorf("is %v: a number without a unit counts nanoseconds, so write for example %d * time.Second", d, int64(d))
	default:
		return nil
	}
}

func (c Config) checkCookieKeys(problems *configProblems) {
	if len(c.CookieKeys) == 0 {
		return
	}
	_, err := sealed.NewKeyring(sealed.Config{Keys: c.CookieKeys})
	problems.add("CookieKeys", err)
}

func (c Config) checkJWTKey(problems *configProblems) {
	if c.JWTKey == "" {
		return
	}
	_, err := jwks.NewPEM(c.JWTKey)
	problems.add("JWTKey", err)
}
