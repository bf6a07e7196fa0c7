package webhook

import (
	"encoding/json"
	"fmt"
	"time"
)

// SessionEvent is an event of a session.
type SessionEvent struct {
	Event
	// Session is the session as the event left it.
	Session Session
}

// Session is a Clerk session (Backend API: Session).
type Session struct {
	// ID, UserID and ClientID: "sess_…", "user_…", "client_…".
	ID, UserID, ClientID string
	// Status is active, pending, ended, removed or revoked. Clerk may add others.
	Status string
	// ActorID is the actor who impersonates the user; empty for the sessions of the user.
	ActorID string
	// LastActiveOrganizationID is "org_…"; empty for the personal account.
	LastActiveOrganizationID string
	// Tasks are the keys of the remaining tasks of a pending session, such as "choose-organization".
	Tasks []string
	// CreatedAt, UpdatedAt, LastActiveAt, ExpireAt and AbandonAt are zero if Clerk does not send them.
	CreatedAt, UpdatedAt, LastActiveAt, ExpireAt, AbandonAt time.Time
	// Activity describes the device. Its fields are empty if Clerk does not know them.
	Activity Activity
	// User is the session's user; nil if Clerk does not send it.
	User *User
}

// Activity describes the device that last used a session.
type Activity struct {
	// ID is "sess_activity_…".
	ID string
	// DeviceType, BrowserName and BrowserVersion come from the browser's user agent.
	DeviceType, BrowserName, BrowserVersion string
	// Mobile reports whether the device is a phone or a tablet.
	Mobile bool
	// IPAddress, City and Country are the device's address and its presumed place.
	IPAddress, City, Country string
}

type sessionData struct {
	ID             string `json:"id"`
	UserID         string `json:"user_id"`
	ClientID       string `json:"client_id"`
	Status         string `json:"status"`
	OrganizationID string `json:"last_active_organization_id"`
	Actor          *struct {
		Subject string `json:"sub"`
	} `json:"actor"`
	Tasks []struct {
		Key string `json:"key"`
	} `json:"tasks"`
	CreatedAt    moment `json:"created_at"`
	UpdatedAt    moment `json:"updated_at"`
	LastActiveAt moment `json:"last_active_at"`
	ExpireAt     moment `json:"expire_at"`
	AbandonAt    moment `json:"abandon_at"`
	Activity     struct {
		ID             string `json:"id"`
		DeviceType     string `json:"device_type"`
		IsMobile       bool   `json:"is_mobile"`
		BrowserName    string `json:"browser_name"`
		BrowserVersion string `json:"browser_version"`
		IPAddress      string `json:"ip_address"`
		City           string `json:"city"`
		Country        string `json:"country"`
	} `json:"latest_activity"`
	User *userData `json:"user"`
}

func readSession(event Event) (SessionEvent, error) {
	var d sessionData
	if err := json.Unmarshal(event.Data, &d); err != nil || d.ID == "" {
		return SessionEvent{}, fmt.Errorf("%w: session", ErrMalformed)
	}
	session := Session{
		ID: d.ID, UserID: d.UserID, ClientID: d.ClientID, Status: d.Status, LastActiveOrganizationID: d.OrganizationID,
		CreatedAt: d.CreatedAt.time, UpdatedAt: d.UpdatedAt.time, LastActiveAt: d.LastActiveAt.time,
		ExpireAt: d.ExpireAt.time, AbandonAt: d.AbandonAt.time,
		Activity: Activity{
			ID: d.Activity.ID, DeviceType: d.Activity.DeviceType, Mobile: d.Activity.IsMobile,
			BrowserName: d.Activity.BrowserName, BrowserVersion: d.Activity.BrowserVersion,
			IPAddress: d.Activity.IPAddress, City: d.Activity.City, Country: d.Activity.Country,
		},
	}
	if d.Actor != nil {
		session.ActorID = d.Actor.Subject
	}
	for _, task := range d.Tasks {
		session.Tasks = append(session.Tasks, task.Key)
	}
	if d.User != nil {
		user := d.User.user()
		session.User = &user
	}
	return SessionEvent{Event: event, Session: session}, nil
}
