package configcheck

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
)

// OrganizationSync checks the patterns of paths that name an organization, or the personal account.
func OrganizationSync(sync authn.OrganizationSync) []error {
	var problems []error
	for _, list := range [][]string{sync.OrganizationPatterns, sync.PersonalAccountPatterns} {
		for _, pattern := range list {
			if _, err := routematcher.CompilePattern(pattern); err != nil {
				problems = append(problems, err)
			}
		}
	}
	for _, pattern := range sync.OrganizationPatterns {
		if !strings.Contains(pattern, ":id") && !strings.Contains(pattern, ":slug") {
			problems = append(problems, fmt.Errorf("%q names no organization: it needs a parameter :id or :slug, as in /orgs/:slug", pattern))
		}
	}
	return problems
}

// Audiences checks the audiences of tokens, and returns an error for each that is empty.
func Audiences(audiences []string) []error {
	var problems []error
	for _, audience := range audiences {
		if strings.TrimSpace(audience) == "" {
			problems = append(problems, errors.New("one of them is empty: leave it out, or name what the tokens' aud says"))
		}
	}
	return problems
}

// maxOutageReading is the longest time for which pages may be read with a token that has ended.
const maxOutageReading = time.Hour

// OutageReading checks for how long pages may be read with a token that has ended. Zero is valid.
func OutageReading(d time.Duration) error {
	if d > maxOutageReading {
		return fmt.Errorf("is %v: at most %v", d, maxOutageReading)
	}
	return Duration(d, time.Second)
}

// Duration finds negative durations, and numbers that lack a unit: those below least. Zero is valid.
func Duration(d, least time.Duration) error {
	switch {
	case d < 0:
		return errors.New("must not be negative")
	case d > 0 && d < least:
		return fmt.Errorf("is %v: a number without a unit counts nanoseconds, so write for example %d * time.Second", d, int64(d))
	default:
		return nil
	}
}
