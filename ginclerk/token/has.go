package token

import (
	"slices"
	"strings"
)

// Check is what [Claims.Has] asks. Nil fields are not asked; all others must hold. A pointer to "" is asked and never holds, so that
// an empty setting can't turn a check off.
type Check struct {
	// Role in the active organization, with or without "org:".
	Role *string
	// Permission in the active organization: "org:<feature>:<permission>", with or without "org:".
	Permission *string
	// Feature of the organization's or the user's plan: "o:<name>", "u:<name>", or "<name>" for either.
	Feature *string
	// Plan of the organization or the user, spelled like Feature.
	Plan *string
	// Reverification asks that the user has proved who they are a short time ago.
	Reverification *Reverification
}

// OfOrganization reports whether only a token with an active organization can pass the check: it asks for a role, a permission, or what
// only the organization's plan grants. What no token can pass, such as an empty role, does not count.
func (c Check) OfOrganization() bool {
	return named(c.Role) || named(c.Permission) || ofOrganization(c.Feature) || ofOrganization(c.Plan)
}

// named reports whether something is asked that a token can have.
func named(asked *string) bool { return asked != nil && *asked != "" }

// ofOrganization reports whether a feature or a plan is asked of the organization alone.
func ofOrganization(asked *string) bool {
	if !named(asked) {
		return false
	}
	scope, _, explicit := strings.Cut(*asked, ":")
	return explicit && (scope == "o" || scope == "org" || scope == "organization")
}

// Has reports whether the token grants everything that the check asks (@clerk/shared, file authorization.ts). It is false for a check
// that asks nothing, and when data is missing or can't be read. Whether a pending session may do anything at all is the caller's
// decision: see SessionStatus.
func (c *Claims) Has(check Check) bool {
	if c == nil || c.UserID == "" || check == (Check{}) {
		return false
	}
	return (check.Role == nil || c.hasRole(*check.Role)) &&
		(check.Permission == nil || c.hasPermission(*check.Permission)) &&
		(check.Feature == nil || contains(c.Features, *check.Feature)) &&
		(check.Plan == nil || contains(c.Plans, *check.Plan)) &&
		(check.Reverification == nil || check.Reverification.metBy(c.FactorVerificationAge))
}

func (c *Claims) hasRole(role string) bool {
	return c.OrganizationID != "" && c.OrganizationRole != "" &&
		withOrganizationPrefix(c.OrganizationRole) == withOrganizationPrefix(role)
}

func (c *Claims) hasPermission(permission string) bool {
	return c.OrganizationID != "" &&
		slices.Contains(c.OrganizationPermissions, withOrganizationPrefix(permission))
}

// withOrganizationPrefix returns the name with exactly one "org:" in front.
func withOrganizationPrefix(name string) string {
	for strings.HasPrefix(name, organizationPrefix) {
		name = name[len(organizationPrefix):]
	}
	return organizationPrefix + name
}

// contains reports whether a claim has a feature or plan. As in Clerk's code, what follows a second colon in asked is ignored, and a
// scope without a name asks for a feature called like the scope.
func contains(claim, asked string) bool {
	owned, ok := splitByScope(claim)
	if !ok || claim == "" {
		return false
	}
	scope, name, explicit := strings.Cut(asked, ":")
	name, _, _ = strings.Cut(name, ":")
	if name == "" {
		name = scope
	}
	if !explicit {
		return slices.Contains(owned.organization, name) || slices.Contains(owned.user, name)
	}
	switch scope {
	case "o", "org", "organization":
		return slices.Contains(owned.organization, name)
	case "u", "user":
		return slices.Contains(owned.user, name)
	default:
		return false
	}
}
