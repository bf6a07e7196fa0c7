package mint

import (
	"math/big"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// entitlements returns the claims o, fea and pla. Features of the organization come first in fea, and fpm has one number for
// each entry of fea: only then do all readers of the claims agree (Clerk's SDKs count differently).
func entitlements(u *world.User, m *world.Membership) map[string]any {
	claims := map[string]any{}
	var features []string
	if m != nil {
		features = organizationFeatures(m)
	}
	entries := featureEntries(features, u.Features)
	if len(entries) > 0 {
		claims["fea"] = strings.Join(entries, ",")
	}
	if plans := planEntries(u, m); len(plans) > 0 {
		claims["pla"] = strings.Join(plans, ",")
	}
	if m != nil {
		claims["o"] = organizationClaim(m, features, len(entries))
	}
	return claims
}

func organizationClaim(m *world.Membership, features []string, length int) map[string]any {
	o := map[string]any{"id": m.Organization.ID, "slg": m.Organization.Slug, "rol": strings.TrimPrefix(m.Role, "org:")}
	names, maps := permissionMaps(m, features)
	if len(names) == 0 {
		return o
	}
	for len(maps) < length {
		maps = append(maps, "0")
	}
	o["per"], o["fpm"] = strings.Join(names, ","), strings.Join(maps, ",")
	return o
}

// permissionMaps returns the distinct names of permissions, and per feature the decimal bitmap of the granted ones.
func permissionMaps(m *world.Membership, features []string) (names, maps []string) {
	bits := make([]*big.Int, len(features))
	for i := range bits {
		bits[i] = new(big.Int)
	}
	for _, key := range m.Permissions {
		feature, name, ok := splitPermission(key)
		if !ok {
			continue
		}
		j := slices.Index(names, name)
		if j < 0 {
			j = len(names)
			names = append(names, name)
		}
		if i := slices.Index(features, feature); i >= 0 {
			bits[i].SetBit(bits[i], j, 1)
		}
	}
	for _, b := range bits {
		maps = append(maps, b.String())
	}
	return names, maps
}

// organizationFeatures returns the features of the organization's plan, then those that only permissions name.
func organizationFeatures(m *world.Membership) []string {
	features := slices.Clone(m.Organization.Features)
	for _, key := range m.Permissions {
		if feature, _, ok := splitPermission(key); ok && !slices.Contains(features, feature) {
			features = append(features, feature)
		}
	}
	return features
}

func featureEntries(organization, user []string) []string {
	var entries []string
	for _, f := range organization {
		scope := "o:"
		if slices.Contains(user, f) {
			scope = "uo:"
		}
		entries = append(entries, scope+f)
	}
	for _, f := range user {
		if !slices.Contains(organization, f) {
			entries = append(entries, "u:"+f)
		}
	}
	return entries
}

func planEntries(u *world.User, m *world.Membership) []string {
	var entries []string
	if m != nil && m.Organization.Plan != "" {
		entries = append(entries, "o:"+m.Organization.Plan)
	}
	if u.Plan != "" {
		entries = append(entries, "u:"+u.Plan)
	}
	return entries
}

// splitPermission splits org:<feature>:<name>. Clerk's own permissions (org:sys_…) are never in a token.
func splitPermission(key string) (feature, name string, ok bool) {
	parts := strings.Split(key, ":")
	if len(parts) != 3 || parts[0] != "org" || strings.HasPrefix(parts[1], "sys_") {
		return "", "", false
	}
	return parts[1], parts[2], true
}
