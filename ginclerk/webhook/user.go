package webhook

import (
	"encoding/json"
	"fmt"
	"time"
)

// UserEvent is the creation or the update of a user.
type UserEvent struct {
	Event
	// User is the user as the event left it. Events come out of order: compare UpdatedAt before you overwrite.
	User User
}

// UserDeletedEvent is the deletion of a user.
type UserDeletedEvent struct {
	Event
	// UserID is "user_…".
	UserID string
	// ExternalID is the application's own id of the user; empty if the application never set one.
	ExternalID string
}

// User is a Clerk user (Backend API: User). Event.Data has the fields that are missing here. Texts are empty where Clerk sends
// null.
type User struct {
	// ID is "user_…". ExternalID is the application's own id.
	ID, ExternalID string
	// Username, FirstName and LastName are the user's names.
	Username, FirstName, LastName string
	// ImageURL is the address of the user's picture.
	ImageURL string
	// EmailAddresses are all addresses, verified or not; see [User.PrimaryEmail].
	EmailAddresses []EmailAddress
	// PhoneNumbers are all numbers, verified or not.
	PhoneNumbers []PhoneNumber
	// PublicMetadata, PrivateMetadata and UnsafeMetadata are JSON objects, nil or null. The user can write UnsafeMetadata.
	PublicMetadata, PrivateMetadata, UnsafeMetadata json.RawMessage
	// Banned and Locked users can't sign in.
	Banned, Locked bool
	// CreatedAt, UpdatedAt and LastSignInAt are zero if Clerk does not send them.
	CreatedAt, UpdatedAt, LastSignInAt time.Time
}

// EmailAddress is an e-mail address of a user.
type EmailAddress struct {
	// ID is "idn_…". Address is where mail is sent.
	ID, Address string
	// Verified reports whether the user has proved that the address is theirs. Primary marks the address to write to.
	Verified, Primary bool
}

// PhoneNumber is a phone number of a user.
type PhoneNumber struct {
	// ID is "idn_…". Number is in E.164.
	ID, Number string
	// Verified reports whether the user has proved that the number is theirs. Primary marks the number to call.
	Verified, Primary bool
}

// PrimaryEmail returns the address to write to, and false if the user has none.
func (u User) PrimaryEmail() (EmailAddress, bool) {
	for _, email := range u.EmailAddresses {
		if email.Primary {
			return email, true
		}
	}
	return EmailAddress{}, false
}

type userData struct {
	ID             string `json:"id"`
	ExternalID     string `json:"external_id"`
	Username       string `json:"username"`
	FirstName      string `json:"first_name"`
	LastName       string `json:"last_name"`
	ImageURL       string `json:"image_url"`
	PrimaryEmailID string `json:"primary_email_address_id"`
	PrimaryPhoneID string `json:"primary_phone_number_id"`
	EmailAddresses []struct {
		ID           string       `json:"id"`
		Address      string       `json:"email_address"`
		Verification verification `json:"verification"`
	} `json:"email_addresses"`
	PhoneNumbers []struct {
		ID           string       `json:"id"`
		Number       string       `json:"phone_number"`
		Verification verification `json:"verification"`
	} `json:"phone_numbers"`
	PublicMetadata  json.RawMessage `json:"public_metadata"`
	PrivateMetadata json.RawMessage `json:"private_metadata"`
	UnsafeMetadata  json.RawMessage `json:"unsafe_metadata"`
	Banned          bool            `json:"banned"`
	Locked          bool            `json:"locked"`
	CreatedAt       moment          `json:"created_at"`
	UpdatedAt       moment          `json:"updated_at"`
	LastSignInAt    moment          `json:"last_sign_in_at"`
}

type verification struct {
	Status string `json:"status"`
}

func (v verification) done() bool { return v.Status == "verified" }

func (d userData) user() User {
	user := User{
		ID: d.ID, ExternalID: d.ExternalID, Username: d.Username, FirstName: d.FirstName, LastName: d.LastName,
		ImageURL: d.ImageURL, PublicMetadata: d.PublicMetadata, PrivateMetadata: d.PrivateMetadata,
		UnsafeMetadata: d.UnsafeMetadata, Banned: d.Banned, Locked: d.Locked,
		CreatedAt: d.CreatedAt.time, UpdatedAt: d.UpdatedAt.time, LastSignInAt: d.LastSignInAt.time,
	}
	for _, e := range d.EmailAddresses {
		user.EmailAddresses = append(user.EmailAddresses, EmailAddress{
			ID: e.ID, Address: e.Address, Verified: e.Verification.done(), Primary: e.ID != "" && e.ID == d.PrimaryEmailID,
		})
	}
	for _, p := range d.PhoneNumbers {
		user.PhoneNumbers = append(user.PhoneNumbers, PhoneNumber{
			ID: p.ID, Number: p.Number, Verified: p.Verification.done(), Primary: p.ID != "" && p.ID == d.PrimaryPhoneID,
		})
	}
	return user
}

func readUser(event Event) (UserEvent, error) {
	var d userData
	if err := json.Unmarshal(event.Data, &d); err != nil || d.ID == "" {
		return UserEvent{}, fmt.Errorf("%w: user", ErrMalformed)
	}
	return UserEvent{Event: event, User: d.user()}, nil
}

func readUserDeleted(event Event) (UserDeletedEvent, error) {
	var d struct {
		ID         string `json:"id"`
		ExternalID string `json:"external_id"`
	}
	if err := json.Unmarshal(event.Data, &d); err != nil || d.ID == "" {
		return UserDeletedEvent{}, fmt.Errorf("%w: deleted user", ErrMalformed)
	}
	return UserDeletedEvent{Event: event, UserID: d.ID, ExternalID: d.ExternalID}, nil
}
