package activity

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
)

// Account is what Clerk tells of a user who was created or changed. Times that Clerk did not send are zero.
type Account struct {
	// UserID is "user_…".
	UserID string
	// UpdatedAt is when the user changed. What is older than what the journal knows changes nothing.
	UpdatedAt time.Time
	// CreatedAt is when the user signed up.
	CreatedAt time.Time
	// PasswordChangedAt, MFAEnabledAt and MFADisabledAt are when each last happened.
	PasswordChangedAt, MFAEnabledAt, MFADisabledAt time.Time
	// Locked and Banned users can't sign in.
	Locked, Banned bool
	// Contacts are the e-mail addresses and phone numbers. The journal keeps a digest of them.
	Contacts []string
}

// signUp is how long after the creation of a user the first password counts as part of it.
const signUp = time.Minute

// entries returns what the account says has happened, whether or not the journal knows it. Whether its contacts have changed depends on
// what the journal knows.
func (a Account) entries() []Entry {
	var entries []Entry
	add := func(kind Kind, at time.Time) {
		if !at.IsZero() && at.Sub(a.CreatedAt) >= signUp {
			entries = append(entries, Entry{Kind: kind, At: at})
		}
	}
	add(PasswordChanged, a.PasswordChangedAt)
	add(MFAEnabled, a.MFAEnabledAt)
	add(MFADisabled, a.MFADisabledAt)
	state := func(is bool, on, off Kind) {
		if !is {
			on = off
		}
		entries = append(entries, Entry{Kind: on, At: a.UpdatedAt})
	}
	state(a.Locked, Locked, Unlocked)
	state(a.Banned, Banned, Unbanned)
	return entries
}

// fingerprint tells the contacts from others.
func (a Account) fingerprint() string {
	contacts := slices.Clone(a.Contacts)
	slices.Sort(contacts)
	hash := sha256.New()
	for _, contact := range contacts {
		_, _ = hash.Write([]byte(contact + "\x00"))
	}
	return hex.EncodeToString(hash.Sum(nil)[:12])
}
