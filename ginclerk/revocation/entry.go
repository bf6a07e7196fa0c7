package revocation

import "time"

// Entry says which tokens are refused, and until when.
//
// An entry with a SessionID refuses the tokens of that session. An entry with a UserID and an IssuedBefore refuses the tokens of
// that user that were issued at that second or earlier, whatever their session: for a user who was deleted, banned or locked. An
// entry with both counts as two entries. Without an IssuedBefore, an entry with a UserID uses the time at which it is added.
type Entry struct {
	SessionID    string
	UserID       string
	IssuedBefore time.Time
	// Until is when the entry ends and refuses nothing any more. An entry that has ended already is not added.
	Until time.Time
}
