package guard

import "strings"

// tellUnmet tells a developer of a requirement that is probably not meant as it is written.
func (r Request) tellUnmet(q Requirement) {
	id := r.Identity()
	switch {
	case q.met == nil:
		r.ErrorOnce("ginclerk: a route requires what no user can have, so that it refuses everybody: Require needs a requirement, and the zero Requirement is never met")
	case (q.check.Role != nil || q.check.Permission != nil) && id.Claims.OrganizationID == "":
		r.Adviser().Unmet(r.Gin.Request.Context(), r.Gin.FullPath(),
			"A role and a permission are those of the active organization, and the session has none: have the user choose one.")
	case q.check.Role != nil && misspelled(*q.check.Role, id.Claims.OrganizationRole):
		r.Adviser().Unmet(r.Gin.Request.Context(), r.Gin.FullPath(),
			"The role that is required differs from the user's in upper and lower case alone: write it as Clerk's dashboard does.")
	}
}

// misspelled reports whether two roles differ, and only in letter case or in white space around them.
func misspelled(required, has string) bool {
	const prefix = "org:"
	bare := func(role string) string { return strings.TrimPrefix(strings.TrimSpace(strings.ToLower(role)), prefix) }
	return bare(required) == bare(has) && strings.TrimPrefix(required, prefix) != strings.TrimPrefix(has, prefix)
}
