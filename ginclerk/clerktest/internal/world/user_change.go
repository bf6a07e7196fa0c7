package world

import (
	"maps"
	"slices"
	"time"
)

// Lockouts and bans limit a user until they are undone.

// Ban keeps a user out, and revokes the user's sessions.
func (w *World) Ban(u *User) {
	u.Banned = true
	w.Changed(u)
	w.RevokeSessions(u, nil)
}

// Unban lets a user in again. The sessions stay revoked.
func (w *World) Unban(u *User) {
	u.Banned = false
	w.Changed(u)
}

// Lock stops a user from signing in. Sessions continue.
func (w *World) Lock(u *User) {
	u.Locked, u.lockedUntil = true, time.Time{}
	w.Changed(u)
}

// Unlock undoes a lock.
func (w *World) Unlock(u *User) {
	u.Locked, u.failures, u.lockedUntil = false, 0, time.Time{}
	w.Changed(u)
}

// HasPassword reports whether this is the user's password.
func (u *User) HasPassword(password string) bool { return u.checkPassword(password) }

// SetPassword replaces the user's password.
func (w *World) SetPassword(u *User, password string) { u.setPassword(password, w.now()) }

// CheckFields says what is wrong with an address or a password for a new account. Errors are those of a sign-up.
func (w *World) CheckFields(f SignUpFields) error { return w.checkFields(f) }

// Changed records that a user was changed.
func (w *World) Changed(u *User) {
	u.UpdatedAt = w.now()
	w.emit(EventUserUpdated, u)
}

// AddEmail gives a user one more verified address. It must not be taken.
func (w *World) AddEmail(u *User, address string) {
	u.Emails = append(u.Emails, &Email{ID: NewID("idn_"), Address: NormalizeEmail(address), CreatedAt: w.now()})
}

// Email returns the user's address with the id, or nil.
func (u *User) Email(id string) *Email {
	if i := slices.IndexFunc(u.Emails, func(e *Email) bool { return e.ID == id }); i >= 0 {
		return u.Emails[i]
	}
	return nil
}

// UserByUsername returns the user with the name, or nil.
func (w *World) UserByUsername(name string) *User {
	return w.users.first(func(u *User) bool { return name != "" && u.Username == name })
}

// UserByPhone returns the user with the number, or nil.
func (w *World) UserByPhone(number string) *User {
	return w.users.first(func(u *User) bool { return number != "" && u.PhoneNumber() == number })
}

// UserByExternalID returns the user with the application's own id, or nil.
func (w *World) UserByExternalID(id string) *User {
	return w.users.first(func(u *User) bool { return id != "" && u.ExternalID == id })
}

// Merge returns metadata with the changes merged in, like Clerk's metadata operations: objects deeply, and null removes a key.
func Merge(metadata, changes map[string]any) map[string]any {
	out := maps.Clone(orEmpty(metadata))
	for key, change := range changes {
		object, deep := change.(map[string]any)
		switch {
		case change == nil:
			delete(out, key)
		case deep:
			old, _ := out[key].(map[string]any)
			out[key] = Merge(old, object)
		default:
			out[key] = change
		}
	}
	return out
}
