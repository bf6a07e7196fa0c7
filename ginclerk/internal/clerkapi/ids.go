package clerkapi

import "strings"

const (
	prefixSession = "sess_"
	prefixUser    = "user_"
	prefixClient  = "client_"
	prefixMachine = "mch_"

	prefixOrganization = "org_"

	maxIDLength = 128
)

// validID reports whether the id has the form of Clerk's ids. Only such ids become part of a path or a query, so that
// an id from a form can address no other resource.
func validID(id, prefix string) bool {
	rest, found := strings.CutPrefix(id, prefix)
	if !found || rest == "" || len(id) > maxIDLength {
		return false
	}
	for i := range len(rest) {
		if !idByte(rest[i]) {
			return false
		}
	}
	return true
}

func idByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '-'
}
