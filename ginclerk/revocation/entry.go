package revocation

import "time"

// Entry says which tokens are refused, and until when.
//
// An entry with an OrganizationID is about memberships. It refuses the tokens in which that organization is active and that were issued
// at that second or earlier: those of one user, or without a UserID those of all members. It is for a membership that has ended or whose
// role has changed, and for an organization that was deleted. The user may get a new token at once. [Set.MembershipRevoked] tells of such
// entries, and [Set.Revoked] does not.
//
// An entry with a SessionID refuses the tokens of that session. An entry with a UserID and an IssuedBefore refuses the tokens of
// that user that were issued at that second or earlier, whatever their session: for a user who was deleted, banned or locked. An
// entry with both counts as two entries. Without an IssuedBefore, an entry with a UserID or an OrganizationID
// uses the time at which it is added.
type Entry struct {
	SessionID      string
	UserID         string
	OrganizationID string
	IssuedBefore   time.Time
	// Until is when the entry ends and refuses nothing any more. An entry that has ended already is not added.
	Until time.Time
}
