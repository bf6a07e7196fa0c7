package token

import (
	"math/big"
	"strconv"
	"strings"
)

const organizationPrefix = "org:"

// usualPermissions is how many permissions there is room for before the list has to grow.
const usualPermissions = 8

// scoped has the entries of a feature or plan claim: those of the organization and those of the user.
type scoped struct {
	organization []string
	user         []string
	// misaligned is set when an entry of the user alone stands before one of the organization. Positions among the organization's
	// entries then differ from positions in the claim.
	misaligned bool
}

// splitByScope splits "o:a,u:b,ou:c" (@clerk/shared, file authorization.ts). It returns false when an entry has no colon: Clerk
// can't read such a claim at all.
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
// per on the organization's feature i (@clerk/shared, file jwtPayloadParser.ts). A claim that can't be read grants nothing, and
// neither does one whose positions have two meanings: Clerk's documentation counts all features, its code the organization's only.
func decodePermissions(features, per, fpm string) []string {
	granted := make([]string, 0, usualPermissions)
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
			if mask.has(j) {
				granted = append(granted, organizationPrefix+feature+":"+strings.TrimSpace(permission))
			}
		}
	}
	return granted
}

// mask says which permissions are granted on a feature: bit j grants permission j.
type mask struct {
	small uint64
	large *big.Int // for numbers that small can't hold; else nil
}

// readMask reads a decimal number of any length. Other text is zero.
func readMask(decimal string) mask {
	decimal = strings.TrimSpace(decimal)
	for _, digit := range []byte(decimal) {
		if digit < '0' || digit > '9' {
			return mask{}
		}
	}
	small, err := strconv.ParseUint(decimal, 10, 64)
	if err == nil {
		return mask{small: small}
	}
	large := new(big.Int)
	large.SetString(decimal, 10) // fails only on the empty string, and then grants nothing
	return mask{large: large}
}

func (m mask) has(bit int) bool {
	if m.large != nil {
		return m.large.Bit(bit) == 1
	}
	return m.small>>bit&1 == 1
}
