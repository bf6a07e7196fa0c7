package clerksource

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/clerk/clerk-sdk-go/v2"

	"github.com/ginclerk/ginclerk/ginclerk/session"
)

func sessionFrom(s *clerk.Session) session.Session {
	out := session.Session{
		ID: s.ID, UserID: s.UserID, ClientID: s.ClientID, Status: session.Status(s.Status),
		Created: instant(s.CreatedAt), LastActive: instant(s.LastActiveAt),
		Expires: instant(s.ExpireAt), Abandons: instant(s.AbandonAt),
		OrganizationID: s.LastActiveOrganizationID,
	}
	out.Impersonated, out.Actor = actorFrom(s.Actor)
	if a := s.LatestActivity; a != nil {
		out.Device = session.Device{
			Type: text(a.DeviceType), Browser: text(a.BrowserName), BrowserVersion: text(a.BrowserVersion),
			Mobile: a.IsMobile, IP: text(a.IPAddress), City: text(a.City), Country: text(a.Country),
		}
	}
	return out
}

// actorFrom reads the actor (RFC 8693 §4.1). An unreadable actor still counts as an actor.
func actorFrom(raw json.RawMessage) (impersonated bool, id string) {
	if len(raw) == 0 || string(raw) == "null" {
		return false, ""
	}
	var actor struct {
		Subject string `json:"sub"`
	}
	if json.Unmarshal(raw, &actor) != nil {
		return true, ""
	}
	return true, actor.Subject
}

func profileFrom(u *clerk.User) session.Profile {
	name := strings.TrimSpace(text(u.FirstName) + " " + text(u.LastName))
	if name == "" {
		name = text(u.Username)
	}
	return session.Profile{UserID: u.ID, Name: name, Email: primaryEmail(u), ImageURL: text(u.ImageURL)}
}

// primaryEmail returns the primary address, or the first one if none is primary.
func primaryEmail(u *clerk.User) string {
	first := ""
	for _, e := range u.EmailAddresses {
		if e == nil {
			continue
		}
		if e.ID == text(u.PrimaryEmailAddressID) {
			return e.EmailAddress
		}
		if first == "" {
			first = e.EmailAddress
		}
	}
	return first
}

// instant reads Clerk's milliseconds. 0 gives the zero time.
func instant(milliseconds int64) time.Time {
	if milliseconds == 0 {
		return time.Time{}
	}
	return time.UnixMilli(milliseconds).UTC()
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
