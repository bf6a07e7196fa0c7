package token

import (
	"slices"
	"strings"
)

// Check is what [Claims.Has] asks. Fields that are nil are not asked; all that are asked must hold. A pointer to "" is a
// question, and its answer is no: an empty setting must not turn a check off.
type Check struct {
	// Role in the active organization, with or without "org:".
	Role *string
	// Permission in the active organization: "org:<feature>:<permission>", with or without "org:".
	Permission *string
	// Feature of the organization's or the user's plan: "o:<name>", "u:<name>", or "<name>" for either.
	Feature *string
	// Plan of the organization or the user, spelled like Feature.
	Plan *string
	// Reverification asks that the user has proved who they are lately.
	Reverification *Reverification
}

// Has reports whether the token grants everything that the check asks (@clerk/shared, file authorization.ts). A check that
// asks nothing, missing data and data that can't be read are all answered with false. Whether a pending session may do
// anything at all is the caller's decision: see SessionStatus.
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

// withOrganizationPrefix puts exactly one "org:" in front.
func withOrganizationPrefix(name string) string {
	for strings.HasPrefix(name, organizationPrefix) {
		name = name[len(organizationPrefix):]
	}
	return organizationPrefix + name
}

// contains looks a feature or plan up in its claim. As in Clerk's code the question is cut at its second colon, and a scope
// without a name asks for the name of the scope.
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
