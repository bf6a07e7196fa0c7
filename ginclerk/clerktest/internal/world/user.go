package world

import (
	"crypto/sha256"
	"crypto/subtle"
	"strings"
	"time"
)

// User is a person with an account.
type User struct {
	ID                  string
	FirstName, LastName string
	// Username and ExternalID may be ""; otherwise each is unique.
	Username, ExternalID string
	Emails               []*Email
	PrimaryEmailID       string
	Phone                *Phone // nil: none
	ExternalAccounts     []*ExternalAccount
	PublicMetadata       map[string]any
	PrivateMetadata      map[string]any
	UnsafeMetadata       map[string]any
	// Features and Plan are granted by the user's own subscription.
	Features []string
	Plan     string
	// TOTP says that an authenticator app is the user's second factor. Each of BackupCodes replaces a code of the app once.
	TOTP        bool
	BackupCodes []string
	// ActiveOrganization is the id or slug of the active organization of new sessions; "" = the personal account.
	ActiveOrganization string

	Banned, Locked          bool
	CreatedAt, UpdatedAt    time.Time
	LastSignIn, LastActive  time.Time // zero: never
	passwordHash            [sha256.Size]byte
	passwordSet             bool
	passwordLastUpdatedTime time.Time
	failures                int       // wrong passwords and codes since the last right ones
	lockedUntil             time.Time // zero: not, or until it is taken back
}

// Email is an e-mail address of a user.
type Email struct {
	ID, Address string
	CreatedAt   time.Time
}

// Phone is a phone number of a user.
type Phone struct {
	ID, Number string
	CreatedAt  time.Time
}

// ExternalAccount is a user's account at the social provider.
type ExternalAccount struct {
	ID, Email string
	CreatedAt time.Time
}

// NewUser has the fields of a new user.
type NewUser struct {
	ID                              string // "" = a new one
	FirstName, LastName             string
	Email, Password                 string // no password: code only
	Username, Phone                 string
	PublicMetadata, PrivateMetadata map[string]any
	UnsafeMetadata                  map[string]any
	Features                        []string
	Plan                            string
	TOTP                            bool
	BackupCodes                     []string
}

// AddUser creates a user. The address must not be taken: see [World.UserByEmail].
func (w *World) AddUser(n NewUser) *User {
	now := w.now()
	if n.ID == "" {
		n.ID = NewID("user_")
	}
	email := &Email{ID: NewID("idn_"), Address: NormalizeEmail(n.Email), CreatedAt: now}
	u := &User{
		ID: n.ID, FirstName: n.FirstName, LastName: n.LastName, Emails: []*Email{email}, PrimaryEmailID: email.ID,
		PublicMetadata: orEmpty(n.PublicMetadata), PrivateMetadata: orEmpty(n.PrivateMetadata),
		UnsafeMetadata: orEmpty(n.UnsafeMetadata), Features: n.Features, Plan: n.Plan, TOTP: n.TOTP, BackupCodes: n.BackupCodes,
		CreatedAt: now, UpdatedAt: now,
	}
	u.Username = n.Username
	if n.Phone != "" {
		u.Phone = &Phone{ID: NewID("idn_"), Number: NormalizePhone(n.Phone), CreatedAt: now}
	}
	if n.Password != "" {
		u.setPassword(n.Password, now)
	}
	w.users.add(u.ID, u)
	w.emit(EventUserCreated, u)
	return u
}

// RemoveUser deletes a user, and ends the user's sessions. It reports whether the user existed.
func (w *World) RemoveUser(id string) bool {
	u := w.User(id)
	if u == nil {
		return false
	}
	defer w.instead(EventUserDeleted, u)()
	for _, s := range w.SessionsOf(id) {
		w.EndSession(s, StatusRemoved)
		w.sessions.remove(s.ID)
	}
	for _, m := range w.MembershipsOf(id) {
		w.memberships.remove(m.ID)
	}
	w.users.remove(id)
	return true
}

// User returns the user with the id, or nil.
func (w *World) User(id string) *User { return w.users.byID[id] }

// Users returns all users, newest first.
func (w *World) Users() []*User { return newestFirst(w.users.order) }

// UserByEmail returns the user with the address, or nil.
func (w *World) UserByEmail(address string) *User {
	return w.users.first(func(u *User) bool { return u.HasEmail(address) })
}

// PrimaryEmail returns the user's first address, or "".
func (u *User) PrimaryEmail() string {
	for _, e := range u.Emails {
		if e.ID == u.PrimaryEmailID {
			return e.Address
		}
	}
	return ""
}

// FullName returns first and last name, or the e-mail address of a user without names.
func (u *User) FullName() string {
	if name := strings.TrimSpace(u.FirstName + " " + u.LastName); name != "" {
		return name
	}
	return u.PrimaryEmail()
}

// PhoneNumber returns the user's phone number, or "".
func (u *User) PhoneNumber() string {
	if u.Phone == nil {
		return ""
	}
	return u.Phone.Number
}

// PasswordEnabled reports whether the user has a password.
func (u *User) PasswordEnabled() bool { return u.passwordSet }

// PasswordUpdatedAt returns when the password was set.
func (u *User) PasswordUpdatedAt() time.Time { return u.passwordLastUpdatedTime }

func (u *User) setPassword(password string, now time.Time) {
	u.passwordHash, u.passwordSet, u.passwordLastUpdatedTime = sha256.Sum256([]byte(password)), true, now
}

// checkPassword compares hashes. The users last only as long as the process, so a slow hash would only slow tests down.
func (u *User) checkPassword(password string) bool {
	sum := sha256.Sum256([]byte(password))
	return u.passwordSet && subtle.ConstantTimeCompare(sum[:], u.passwordHash[:]) == 1
}

// NormalizeEmail trims an address and folds its case.
func NormalizeEmail(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// NormalizePhone leaves only the digits of a number, and the plus in front of them.
func NormalizePhone(number string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("+0123456789", r) {
			return r
		}
		return -1
	}, number)
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}
