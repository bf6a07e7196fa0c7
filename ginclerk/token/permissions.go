package token

import (
	"math/big"
	"strings"
)

const organizationPrefix = "org:"

// scoped is a feature or plan claim, split by whom its entries belong to.
type scoped struct {
	organization []string
	user         []string
	// misaligned: another entry stands before an organization's, so that its position among the organization's entries
	// is not its position in the claim.
	misaligned bool
}

// splitByScope splits "o:a,u:b,ou:c" (@clerk/shared, file authorization.ts). It returns false for an entry without a colon:
// the whole claim is then unreadable, as it is to Clerk.
func splitByScope(claim string) (scoped, bool) {
	var s scoped
	if claim == "" {
		return s, true
	}
	position := 0
	for entry := range strings.SplitSeq(claim, ",") {
		scope, name, found := strings.Cut(strings.TrimSpace(entry), ":")
		if !found {
			return scoped{}, false
		}
		if scope == "o" || scope == "ou" || scope == "uo" {
			s.misaligned = s.misaligned || position != len(s.organization)
			s.organization = append(s.organization, name)
		}
		if scope == "u" || scope == "ou" || scope == "uo" {
			s.user = append(s.user, name)
		}
		position++
	}
	return s, true
}

// decodePermissions writes out the compact permissions of a version 2 token: bit j of number i in fpm grants permission j of
// per on the organization's feature i (@clerk/shared, file jwtPayloadParser.ts). What can't be read grants nothing. So does
// a claim whose positions have two readings: Clerk's documentation counts all features, its code the organization's alone.
func decodePermissions(features, per, fpm string) []string {
	granted := []string{}
	if per == "" || fpm == "" {
		return granted
	}
	scopes, ok := splitByScope(features)
	masks := strings.Split(fpm, ",")
	if !ok || scopes.misaligned && len(masks) != len(scopes.organization) {
		return granted
	}
	permissions := strings.Split(per, ",")
	for i, feature := range scopes.organization {
		if i >= len(masks) {
			break
		}
		mask := readMask(masks[i])
		for j, permission := range permissions {
			if mask.Bit(j) == 1 {
				granted = append(granted, organizationPrefix+feature+":"+strings.TrimSpace(permission))
			}
		}
	}
	return granted
}

// readMask reads a decimal number of any length; what is none is zero.
func readMask(decimal string) *big.Int {
	decimal = strings.TrimSpace(decimal)
	mask := new(big.Int)
	for _, digit := range []byte(decimal) {
		if digit < '0' || digit > '9' {
			return mask
		}
	}
	mask.SetString(decimal, 10) // fails on the empty string alone, and then grants nothing
	return mask
}
