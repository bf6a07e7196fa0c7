package authn

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/ginclerk/ginclerk/ginclerk/internal/routematcher"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// organizationMatcher finds the organization that a path asks for.
type organizationMatcher struct {
	organizations []*routematcher.Pattern
	personal      []*routematcher.Pattern
}

// organizationTarget is what a path asks for: an organization by id or slug, or the personal account if both are empty.
type organizationTarget struct {
	organizationID, slug string
}

func (t organizationTarget) id() string { return cmp.Or(t.organizationID, t.slug) }

func newOrganizationMatcher(o OrganizationSync) (*organizationMatcher, error) {
	m := &organizationMatcher{}
	var problems []error
	for _, list := range []struct {
		from []string
		to   *[]*routematcher.Pattern
	}{{o.OrganizationPatterns, &m.organizations}, {o.PersonalAccountPatterns, &m.personal}} {
		for _, source := range list.from {
			pattern, err := routematcher.CompilePattern(source)
			if err != nil {
				problems = append(problems, fmt.Errorf("authn: organization sync: %w", err))
				continue
			}
			*list.to = append(*list.to, pattern)
		}
	}
	return m, errors.Join(problems...)
}

func (m *organizationMatcher) find(u publicURL) (organizationTarget, bool) {
	if len(m.organizations)+len(m.personal) == 0 {
		return organizationTarget{}, false
	}
	path := u.path()
	for _, pattern := range m.organizations {
		params, ok := pattern.Find(path)
		if !ok {
			continue
		}
		if id := params["id"]; id != "" {
			return organizationTarget{organizationID: id}, true
		}
		if slug := params["slug"]; slug != "" {
			return organizationTarget{slug: slug}, true
		}
		break
	}
	for _, pattern := range m.personal {
		if _, ok := pattern.Find(path); ok {
			return organizationTarget{}, true
		}
	}
	return organizationTarget{}, false
}

// mismatch reports whether the path of a request asks for an organization that is not the session's active one.
func (m *organizationMatcher) mismatch(u publicURL, claims *token.Claims) bool {
	target, found := m.find(u)
	switch {
	case !found || claims.UserID == "":
		return false
	case target.organizationID != "":
		return target.organizationID != claims.OrganizationID
	case target.slug != "":
		return target.slug != claims.OrganizationSlug
	default:
		return claims.OrganizationID != ""
	}
}
