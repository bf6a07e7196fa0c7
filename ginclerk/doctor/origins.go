package doctor

import (
	"context"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// examineOrigins compares the configured origins with the address that browsers use.
func (e *examination) examineOrigins(context.Context) {
	configured, err := origin.ParseList(e.Config.Origins)
	if err != nil {
		e.skipped(Origins, "the origins can't be read: correct them first")
		return
	}
	if len(configured) == 0 {
		e.problem("origins-unset", "no Origins are configured")
	}
	at := e.at()
	e.examineKind(append(configured, at))
	if !at.IsZero() && len(configured) > 0 {
		e.compareOrigins(at, configured)
	}
	switch {
	case e.troubled(Origins):
	case at.IsZero():
		e.fine(Origins, "%s; give -url to compare them with an address", strings.Join(origin.Texts(configured), ", "))
	default:
		e.fine(Origins, "%s is one of them", at)
	}
}

// at is the origin of the URL; zero where it is not given or can't be read.
func (e *examination) at() origin.Origin {
	u, err := url.Parse(e.URL)
	if err != nil {
		return origin.Origin{}
	}
	return origin.Of(u)
}

// examineKind compares addresses with the kind of the instance.
func (e *examination) examineKind(addresses []origin.Origin) {
	reported := make(map[ID]bool)
	for _, at := range addresses {
		id, found := e.misplaced(at)
		if id == "" || reported[id] {
			continue
		}
		reported[id] = true
		e.problem(id, "%s", found)
	}
}

// misplaced says why browsers can't use the instance at an address, or should not.
func (e *examination) misplaced(at origin.Origin) (ID, string) {
	switch {
	case at.IsZero() || e.key.IsZero():
		return "", ""
	case e.key.Type() == instance.Development && !at.Loopback() && at.Secure():
		return "development-keys-in-public", at.String() + " is used with the keys of a development instance"
	case e.key.Type() == instance.Development:
		return "", ""
	case at.Loopback():
		return "production-keys-on-localhost", at.String() + " is used with the keys of a production instance"
	case !at.Secure():
		return "origin-plain-http", at.String() + " is plain http, and the keys are of a production instance"
	case e.Config.MultiDomain.Satellite == nil && e.Config.ProxyURL == "" && !e.onDomain(at):
		return "origin-outside-domain", at.String() + " is outside " + e.domain() + ", the domain of the production instance " + e.key.FrontendAPI()
	default:
		return "", ""
	}
}

// domain is the domain of a production instance, whose Frontend API is at clerk.<domain>.
func (e *examination) domain() string { return strings.TrimPrefix(e.key.FrontendAPI(), "clerk.") }

func (e *examination) onDomain(at origin.Origin) bool {
	return at.Hostname() == e.domain() || strings.HasSuffix(at.Hostname(), "."+e.domain())
}

// compareOrigins looks for the origin among those that are configured, and for the one that was probably meant.
func (e *examination) compareOrigins(at origin.Origin, configured []origin.Origin) {
	best := ID("origin-missing")
	near := strings.Join(origin.Texts(configured), ", ")
	for _, own := range configured {
		if own == at {
			return
		}
		if id := likeness(at, own); id != "" && best == "origin-missing" {
			best, near = id, own.String()
		}
	}
	e.problem(best, "browsers are at %s, and Origins has %s", at, near)
}

// likeness says in what alone two origins differ; "" where they differ in more.
func likeness(a, b origin.Origin) ID {
	bare := func(o origin.Origin) string { return strings.TrimPrefix(o.Hostname(), "www.") }
	port := func(o origin.Origin) string { return strings.TrimPrefix(o.Host(), o.Hostname()) }
	switch {
	case a.Host() == b.Host():
		return "origin-of-another-scheme"
	case a.Hostname() == b.Hostname() && a.Scheme() == b.Scheme():
		return "origin-of-another-port"
	case bare(a) == bare(b) && a.Scheme() == b.Scheme() && port(a) == port(b):
		return "origin-of-another-host"
	default:
		return ""
	}
}
