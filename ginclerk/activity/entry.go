package activity

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Kind says what happened.
type Kind string

// The kinds.
const (
	// SignedIn: the user signed in, which began the session.
	SignedIn Kind = "signed_in"
	// SignedOut: somebody ended the session: see [Entry].By.
	SignedOut Kind = "signed_out"
	// SessionEnded: Clerk ended the session: see [Entry].Reason.
	SessionEnded Kind = "session_ended"
	// SignedOutEverywhere, SignedOutOthers and SignedOutSelected: somebody had many sessions ended: all of them, all but the one in use,
	// or [Entry].Count of them.
	SignedOutEverywhere Kind = "signed_out_everywhere"
	SignedOutOthers     Kind = "signed_out_others"
	SignedOutSelected   Kind = "signed_out_selected"
	// PasswordChanged: the user has a new password.
	PasswordChanged Kind = "password_changed"
	// MFAEnabled and MFADisabled: two-step verification was turned on or off.
	MFAEnabled  Kind = "mfa_enabled"
	MFADisabled Kind = "mfa_disabled"
	// ContactsChanged: the user has other e-mail addresses or phone numbers.
	ContactsChanged Kind = "contacts_changed"
	// Locked: Clerk lets the user sign in no more for a while, mostly after too many failed sign-ins. Unlocked: it does again.
	Locked   Kind = "locked"
	Unlocked Kind = "unlocked"
	// Banned: the application lets the user sign in no more. Unbanned: it does again.
	Banned   Kind = "banned"
	Unbanned Kind = "unbanned"
)

// Kinds returns all kinds.
func Kinds() []Kind {
	return []Kind{
		SignedIn, SignedOut, SessionEnded, SignedOutEverywhere, SignedOutOthers, SignedOutSelected,
		PasswordChanged, MFAEnabled, MFADisabled, ContactsChanged, Locked, Unlocked, Banned, Unbanned,
	}
}

// Many reports whether the kind is that of a job that ends many sessions.
func (k Kind) Many() bool {
	return k == SignedOutEverywhere || k == SignedOutOthers || k == SignedOutSelected
}

// ended reports whether the kind is that of the end of one session.
func (k Kind) ended() bool { return k == SignedOut || k == SessionEnded }

// Agent says who did something.
type Agent string

// The agents. The zero value means that no source says who did it.
const (
	// User: the user, on the device of [By].SessionID.
	User Agent = "user"
	// Administrator: an administrator of the application, with the id [By].ID.
	Administrator Agent = "administrator"
	// Impersonator: somebody who acted as the user, with the id [By].ID.
	Impersonator Agent = "impersonator"
	// Application: the application's own code.
	Application Agent = "application"
)

// By says who did something, as far as it is known. The zero value: it is not known.
type By struct {
	Agent Agent
	// ID is the id of the administrator or the impersonator; else empty.
	ID string
	// SessionID is the session in which the user did it; empty for other agents, and if it is not known.
	SessionID string
	// Device is the device of SessionID. A [Journal] fills it in if it knows the session.
	Device session.Device
}

// known reports whether a source says who did it.
func (b By) known() bool { return b.Agent != "" }

// Entry is one thing that happened. It is a plain value.
type Entry struct {
	// ID is the entry's id among those of its user. A [Journal] makes it from what happened; what callers set is ignored.
	ID string
	// Kind is what happened.
	Kind Kind
	// At is when it happened, in UTC. The zero value, and a time to come, mean now.
	At time.Time
	// SessionID is the session that began or ended; empty for other kinds.
	SessionID string
	// Device is the device of that session as Clerk knew it then. Its parts may be empty. A [Journal] fills it in if it knows the session.
	Device session.Device
	// By says who did it.
	By By
	// Reason is Clerk's word for why it ended the session, such as "expired"; empty for other kinds, and if Clerk does not say.
	Reason session.Status
	// Count is how many sessions were selected, for [SignedOutSelected]; else 0.
	Count int
	// Learned says that the sign-in was not told when it happened: it was seen later in a list of sessions.
	Learned bool
	// Acknowledged says that the user has confirmed the sign-in ([Journal.Acknowledge]).
	Acknowledged bool
	// Ended says that a job has ended the session of the sign-in: see [Journal.RecordEnds]. Other ends have an entry of their own.
	Ended bool
}

// IDOf returns the id of the entry with the sign-in of a session.
func IDOf(signedIn string) string { return digest("in", signedIn) }

// id returns what tells an entry from the others of its user.
func (e Entry) id() string {
	switch {
	case e.Kind == SignedIn:
		return IDOf(e.SessionID)
	case e.Kind.ended():
		return digest("out", e.SessionID)
	default:
		return digest(string(e.Kind), strconv.FormatInt(e.At.UnixMilli(), 10))
	}
}

// digest is not reversible, so that addresses with the id of an entry name no session.
func digest(kind, of string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + of))
	return hex.EncodeToString(sum[:12])
}

// Limits of what an entry keeps, in bytes.
const (
	maxID   = 128 // longer than every id of Clerk
	maxText = 96
)

// bounded returns the entry with its id, in the form in which it is kept: nothing in it is longer than it should be.
func (e Entry) bounded(now time.Time) Entry {
	if e.At.IsZero() || e.At.After(now) {
		e.At = now
	}
	e.At = e.At.UTC().Truncate(time.Millisecond)
	e.Device, e.By.Device = clippedDevice(e.Device), clippedDevice(e.By.Device)
	e.By.ID, e.By.SessionID = clip(e.By.ID, maxID), clip(e.By.SessionID, maxID)
	e.Reason = session.Status(clip(string(e.Reason), maxText))
	e.ID = e.id()
	return e
}

func clippedDevice(d session.Device) session.Device {
	for _, text := range []*string{&d.Type, &d.Browser, &d.BrowserVersion, &d.IP, &d.City, &d.Country} {
		*text = clip(*text, maxText)
	}
	return d
}

// clip returns the beginning of a text, without half a letter.
func clip(text string, most int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// named reports whether anything is known of a device beyond its address.
func named(d session.Device) bool {
	return d.Type != "" || d.Browser != "" || d.City != "" || d.Country != ""
}
