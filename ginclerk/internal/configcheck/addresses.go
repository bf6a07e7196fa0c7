package configcheck

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/apiaddress"
	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
	"github.com/ginclerk/ginclerk/ginclerk/internal/pasted"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// Origins checks a list of origins, and returns an error for each item that is not an origin.
func Origins(texts []string) []error {
	var problems []error
	for _, text := range texts {
		if _, err := origin.Parse(text); err != nil {
			problems = append(problems, err)
		}
	}
	return problems
}

// BasePath checks the path below which browsers reach an application. An empty path is valid.
func BasePath(path string) error {
	path = strings.TrimRight(path, "/")
	if path == "" || visit.IsBasePath(path) {
		return nil
	}
	return fmt.Errorf("%q must be a path such as /app, without a host, a query or dots for folders", path)
}

// Page checks the address of a page that browsers are sent to: a path of the application without its base path, or an absolute
// URL. An empty address is valid.
func Page(address, basePath string) error {
	if err := text(address); address == "" || err != nil {
		return err
	}
	if localpath.Is(address) {
		if base := strings.TrimRight(basePath, "/"); base != "" && strings.HasPrefix(address, base+"/") {
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

// Proxy checks the address of the Frontend API proxy. A path is on the application's first origin. An empty address is valid.
func Proxy(address, basePath string, origins []string) error {
	if address == "" {
		return nil
	}
	if err := Page(address, basePath); err != nil {
		return err
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || strings.ContainsAny(address, "?#"):
		return fmt.Errorf("%q must have no query and no fragment", address)
	case strings.Trim(u.Path, "/") == "":
		return fmt.Errorf("%q needs a path, such as /__clerk", address)
	}
	at := origin.Of(u)
	if at.IsZero() && len(origins) > 0 {
		at, _ = origin.Parse(origins[0]) // Origins reports the error
	}
	if !at.IsZero() && !at.Secure() && !at.Loopback() {
		return fmt.Errorf("%q is reached at %s: it must be https, because Clerk is told the address with the secret key (http for this machine alone)", address, at)
	}
	return nil
}

// API checks the address of one of Clerk's APIs, and suggests the usual one. An empty address is valid.
func API(address, usual string) error {
	if err := text(address); address == "" || err != nil {
		return err
	}
	switch _, err := apiaddress.Parse(address); {
	case err == nil:
		return nil
	case errors.Is(err, apiaddress.ErrNotBare):
		return fmt.Errorf("%s must be an absolute URL without user, query and fragment%s", quoted(address), withoutQuery(address))
	case errors.Is(err, apiaddress.ErrPlainHTTP):
		return fmt.Errorf("%q must be https: the secret key goes there (http for this machine alone)", address)
	default:
		return fmt.Errorf("%s must be an absolute http or https URL, such as %s%s", quoted(address), usual, asAddress(address))
	}
}

// Domain checks the host name of a satellite. An empty name is valid here; package authn knows when it must not be empty.
func Domain(domain string) error {
	if domain == "" {
		return nil
	}
	if err := text(domain); err != nil {
		return fmt.Errorf("Domain: %w", err)
	}
	host := domain
	if _, rest, found := strings.Cut(domain, "://"); found {
		host = rest
	}
	host, _, _ = strings.Cut(host, "/")
	switch at := origin.At("https", host); {
	case at.IsZero():
		return fmt.Errorf("Domain %s must be a host name, such as satellite.example", quoted(domain))
	case host != domain:
		return fmt.Errorf("Domain %q must be a host name, without scheme and path: write %q", domain, at.Host())
	default:
		return nil
	}
}

// text finds characters that shells and files add to a value.
func text(value string) error {
	switch bare := pasted.Bare(value); {
	case bare != value:
		return fmt.Errorf("%s has white space or quotes around it: write %s", quoted(value), quoted(bare))
	case strings.ContainsAny(value, " \t\r\n"):
		return fmt.Errorf("%s has white space in it: take it out, or write %%20", quoted(value))
	default:
		return nil
	}
}

// quoted quotes an address, unless it may have a password.
func quoted(address string) string {
	if strings.Contains(address, "@") {
		return "the address"
	}
	return fmt.Sprintf("%q", address)
}

// withoutQuery suggests the address without query and fragment, unless it may have a password.
func withoutQuery(address string) string {
	if strings.Contains(address, "@") {
		return ""
	}
	return ": write " + address[:strings.IndexAny(address, "?#")]
}

// asAddress suggests the missing scheme or slash, if one is likely to be missing.
func asAddress(text string) string {
	if strings.ContainsAny(text, "@:") || strings.HasPrefix(text, "/") || text == "" {
		return ""
	}
	if first, _, _ := strings.Cut(text, "/"); strings.Contains(first, ".") {
		return fmt.Sprintf(": write %q", "https://"+text)
	}
	return fmt.Sprintf(": write %q", "/"+text)
}
