// Package party reads which authorized parties (azp) tokens may name: origins of sites, origins of programs with schemes of their own, and
// patterns for hosts that come and go, such as those of previews.
package party

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/ginclerk/ginclerk/ginclerk/internal/origin"
)

// Set says which parties are accepted. Make one with [Parse]. It never changes and is safe for concurrent use.
type Set struct {
	exact    []string
	patterns []pattern
	missing  bool
}

// Parse reads a list, and reports every problem at once. Missing accepts tokens that name no party.
func Parse(list []string, missing bool) (*Set, error) {
	s := &Set{missing: missing}
	var problems []error
	for _, text := range list {
		if host, found := strings.CutPrefix(text, "https://"); found && strings.Contains(host, "*") {
			p, err := parsePattern(host)
			s.patterns = append(s.patterns, p)
			problems = append(problems, err)
			continue
		}
		exact, err := parse(text)
		s.exact = append(s.exact, exact)
		problems = append(problems, err)
	}
	return s, errors.Join(problems...)
}

// Exact reads a list without patterns, and returns each party once, as browsers and programs write it. It reports every problem at once.
func Exact(list []string) ([]string, error) {
	var texts []string
	var problems []error
	for _, text := range list {
		exact, err := parse(text)
		if !slices.Contains(texts, exact) {
			texts = append(texts, exact)
		}
		problems = append(problems, err)
	}
	return texts, errors.Join(problems...)
}

// parse reads the origin of a site or of a program.
func parse(text string) (string, error) {
	scheme, name, found := strings.Cut(text, "://")
	if found && isProgram(scheme) {
		return text, checkName(text, name)
	}
	site, err := origin.Parse(text)
	return site.String(), err
}

// Accepts reports whether a token may name this party; "" is none.
func (s *Set) Accepts(party string) bool {
	if party == "" {
		return s.missing
	}
	return slices.Contains(s.exact, party) || slices.ContainsFunc(s.patterns, func(p pattern) bool { return p.matches(party) })
}

// isProgram reports whether a scheme may be a program's own (RFC 3986, section 3.1), such as that of a browser extension or of an application
// with a web view. Schemes that anyone's page or file may have are not.
func isProgram(scheme string) bool {
	switch scheme {
	case "", "http", "https", "ws", "wss", "ftp", "file", "data", "blob", "about", "javascript":
		return false
	default:
		return scheme[0] >= 'a' && scheme[0] <= 'z' && strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyz0123456789+.-") == ""
	}
}

// checkName checks what stands behind the scheme of a program.
func checkName(text, name string) error {
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-_:") != "" {
		return fmt.Errorf("%q must be a scheme and a name in lower case, such as tauri://localhost, without a path", text)
	}
	return nil
}

// pattern is https:// and a host whose first label has one star.
type pattern struct{ before, after string }

// parsePattern wants the star in the first label of a host, in front of a domain that belongs to one owner: below a public suffix anyone
// can have a name (publicsuffix.org).
func parsePattern(host string) (pattern, error) {
	before, after, _ := strings.Cut(host, "*")
	label, domain, dotted := strings.Cut(after, ".")
	if !dotted || strings.Contains(after, "*") || strings.Contains(before, ".") || !isLabel(before) || !isLabel(label) {
		return pattern{}, fmt.Errorf("https://%s must have one star, in the first part of the host, such as https://*.preview.example.com", host)
	}
	if own := origin.At("https", domain); own.Host() != domain || strings.Contains(domain, ":") {
		return pattern{}, fmt.Errorf("https://%s must have a host as browsers write it behind the star, without a port", host)
	}
	if _, err := publicsuffix.EffectiveTLDPlusOne(domain); err != nil {
		return pattern{}, fmt.Errorf("https://%s would accept sites of others: anyone can have a name below %s", host, domain)
	}
	return pattern{before: "https://" + before, after: after}, nil
}

// matches reports whether a party is one that the pattern stands for: the star is at least one character of one label.
func (p pattern) matches(party string) bool {
	middle, found := strings.CutPrefix(party, p.before)
	if !found {
		return false
	}
	middle, found = strings.CutSuffix(middle, p.after)
	return found && middle != "" && isLabel(middle)
}

// isLabel reports whether a text may be a part of one label of a host in lower case.
func isLabel(text string) bool {
	return len(text) <= 63 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
