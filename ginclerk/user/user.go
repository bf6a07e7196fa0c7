package user

import (
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// User is a Clerk user (Backend API: User). It is a plain value: texts that Clerk does not have are empty, and times are zero.
type User struct {
	// ID is "user_…". ExternalID is the application's own id of the user.
	ID, ExternalID string
	// Username, FirstName and LastName are the user's names.
	Username, FirstName, LastName string
	// PrimaryEmailAddress is where the user wants to get mail. Zero: the user has none.
	PrimaryEmailAddress EmailAddress
	// ImageURL is the address of the user's picture. Clerk has one for every user.
	ImageURL string
	// PublicMetadata is a JSON object that only servers write and browsers may read; nil without one.
	PublicMetadata json.RawMessage
	// Banned users can't sign in, and Clerk has ended their sessions. Locked users can't sign in for a while; their sessions go on.
	Banned, Locked bool
	// CreatedAt, UpdatedAt and LastSignInAt are in UTC.
	CreatedAt, UpdatedAt, LastSignInAt time.Time
}

// EmailAddress is an e-mail address of a user.
type EmailAddress struct {
	// Address is where mail is sent.
	Address string
	// Verified says that the user has proved that the address is theirs. Do not link accounts by an address that is not verified.
	Verified bool
}

// FullName returns the first and the last name, as far as Clerk knows them; "" without both.
func (u User) FullName() string { return strings.TrimSpace(u.FirstName + " " + u.LastName) }

// String names the user by the id, and keeps names and addresses out of text.
func (u User) String() string { return "user.User{" + u.ID + "}" }

// LogValue keeps names and addresses out of logs.
func (u User) LogValue() slog.Value { return slog.StringValue(u.String()) }

// own returns the user with metadata that the caller may change.
func (u User) own() User {
	u.PublicMetadata = slices.Clone(u.PublicMetadata)
	return u
}

// size is how much memory a user takes, in bytes.
func (u User) size() int {
	const fields = 512
	return fields + len(u.ID) + len(u.ExternalID) + len(u.Username) + len(u.FirstName) + len(u.LastName) +
		len(u.PrimaryEmailAddress.Address) + len(u.ImageURL) + len(u.PublicMetadata)
}
