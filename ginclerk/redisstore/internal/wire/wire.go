package wire

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/revocation"
)

const (
	sessionKind      = 's'
	userKind         = 'u'
	membershipKind   = 'm'
	organizationKind = 'o' // memberships of all members
	// memberSeparator stands between the organization and the user of a membership. No hash has it.
	memberSeparator = "."

	// hashBytes of SHA-256 are enough to make a second id with the same hash infeasible. If there were one, its session would be refused,
	// not accepted.
	hashBytes = 16
	// maxMessage bounds what is parsed; replicas send less. What was in a longer message is found at the next resynchronisation.
	maxMessage = 1 << 20
	// maxNumber is the largest integer that Redis, whose scores are floating-point numbers, keeps exactly.
	maxNumber = 1 << 53
)

// Hash returns the id that stands for a session's or user's in sets and in Redis: 22 characters. Only the owner of a session
// is shown its id, so it does not appear in Redis, in its backups, or to a reader of the traffic.
func Hash(id string) string {
	if id == "" {
		return ""
	}
	return string(AppendHash(nil, []byte(id)))
}

// AppendHash appends the hash of an id, which is not empty.
func AppendHash(to, id []byte) []byte {
	sum := sha256.Sum256(id)
	return base64.RawURLEncoding.AppendEncode(to, sum[:hashBytes])
}

// Hashed returns entries with hashed ids, one for each session, user and membership that they name, rounded up to the milliseconds and
// seconds that Redis gets, so that all replicas hold the same. In an entry for a user or a membership IssuedBefore is now where it
// is zero.
func Hashed(entries []revocation.Entry, now time.Time) []revocation.Entry {
	hashed := make([]revocation.Entry, 0, len(entries))
	for _, entry := range entries {
		until := time.UnixMilli(entry.Until.Add(time.Millisecond - time.Nanosecond).UnixMilli())
		if entry.SessionID != "" {
			hashed = append(hashed, revocation.Entry{SessionID: Hash(entry.SessionID), Until: until})
		}
		if entry.IssuedBefore.IsZero() && (entry.SessionID == "" || entry.OrganizationID != "") {
			entry.IssuedBefore = now
		}
		if entry.OrganizationID != "" {
			hashed = append(hashed, revocation.Entry{
				OrganizationID: Hash(entry.OrganizationID), UserID: Hash(entry.UserID),
				IssuedBefore: time.Unix(entry.IssuedBefore.Unix(), 0), Until: until,
			})
			continue
		}
		if entry.UserID != "" && !entry.IssuedBefore.IsZero() {
			hashed = append(hashed, revocation.Entry{
				UserID: Hash(entry.UserID), IssuedBefore: time.Unix(entry.IssuedBefore.Unix(), 0), Until: until,
			})
		}
	}
	return hashed
}

// Member returns how a hashed entry is called in Redis, without the time at which it ends.
func Member(entry revocation.Entry) string {
	if entry.SessionID != "" {
		return string(sessionKind) + entry.SessionID
	}
	name := string(userKind) + entry.UserID
	switch {
	case entry.OrganizationID != "" && entry.UserID != "":
		name = string(membershipKind) + entry.OrganizationID + memberSeparator + entry.UserID
	case entry.OrganizationID != "":
		name = string(organizationKind) + entry.OrganizationID
	}
	return name + ":" + strconv.FormatInt(entry.IssuedBefore.Unix(), 10)
}

// Until returns the time at which an entry ends as Redis has it: milliseconds since 1970.
func Until(entry revocation.Entry) string { return strconv.FormatInt(entry.Until.UnixMilli(), 10) }

// Entry reads one entry; false for what is none.
func Entry(member, until string) (revocation.Entry, bool) {
	milliseconds, ok := number(until)
	if !ok || member == "" {
		return revocation.Entry{}, false
	}
	entry := revocation.Entry{Until: time.UnixMilli(milliseconds)}
	switch id := member[1:]; member[0] {
	case sessionKind:
		entry.SessionID = id
		return entry, hashLike(id)
	case userKind, membershipKind, organizationKind:
		id, issuedBefore, _ := strings.Cut(id, ":")
		seconds, ok := number(issuedBefore)
		entry.IssuedBefore = time.Unix(seconds, 0)
		return entry, ok && readOwner(&entry, member[0], id)
	default:
		return revocation.Entry{}, false
	}
}

// readOwner reads whose tokens an entry refuses that were issued before a time.
func readOwner(entry *revocation.Entry, kind byte, id string) bool {
	switch kind {
	case userKind:
		entry.UserID = id
		return hashLike(id)
	case organizationKind:
		entry.OrganizationID = id
		return hashLike(id)
	default:
		entry.OrganizationID, entry.UserID, _ = strings.Cut(id, memberSeparator)
		return hashLike(entry.OrganizationID) && hashLike(entry.UserID)
	}
}

// sentKind begins the line of a message that says when it was sent, in milliseconds since 1970. Replicas of earlier releases pass it over.
const sentKind = "t "

// Sent reads when a replica has sent a message; false where the message does not say.
func Sent(payload string) (time.Time, bool) {
	if len(payload) > maxMessage {
		return time.Time{}, false
	}
	last := payload[strings.LastIndexByte(payload, '\n')+1:]
	text, found := strings.CutPrefix(last, sentKind)
	milliseconds, ok := number(text)
	if !found || !ok {
		return time.Time{}, false
	}
	return time.UnixMilli(milliseconds), true
}

// Message reads what a replica told the others: a member, a space and its time on each line. Lines that are none are left
// out, and so is all of a message that is too long.
func Message(payload string) []revocation.Entry {
	if len(payload) > maxMessage {
		return nil
	}
	var entries []revocation.Entry
	for line := range strings.Lines(payload) {
		member, until, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if entry, ok := Entry(member, until); ok {
			entries = append(entries, entry)
		}
	}
	return entries
}

// number reads a positive decimal number in the one way of writing it.
func number(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n > 0 && n <= maxNumber && strconv.FormatInt(n, 10) == text
}

func hashLike(id string) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(id)
	return err == nil && len(raw) == hashBytes && len(id) == base64.RawURLEncoding.EncodedLen(hashBytes)
}
