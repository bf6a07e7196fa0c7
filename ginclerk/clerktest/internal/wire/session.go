package wire

import "github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"

// BackendSession is a session in the Backend API.
type BackendSession struct {
	Object                   string           `json:"object"`
	ID                       string           `json:"id"`
	UserID                   string           `json:"user_id"`
	ClientID                 string           `json:"client_id"`
	Actor                    map[string]any   `json:"actor"`
	Status                   string           `json:"status"`
	LastActiveOrganizationID *string          `json:"last_active_organization_id"`
	LastActiveAt             int64            `json:"last_active_at"`
	LatestActivity           *SessionActivity `json:"latest_activity"`
	ExpireAt                 int64            `json:"expire_at"`
	AbandonAt                int64            `json:"abandon_at"`
	CreatedAt                int64            `json:"created_at"`
	UpdatedAt                int64            `json:"updated_at"`
	Tasks                    []SessionTask    `json:"tasks"`
}

// Session is a session in the Frontend API, for its own browser.
type Session struct {
	SessionBase
	LastActiveOrganizationID *string        `json:"last_active_organization_id"`
	LastActiveToken          *Token         `json:"last_active_token"`
	User                     User           `json:"user"`
	PublicUserData           PublicUserData `json:"public_user_data"`
	FactorVerificationAge    []int          `json:"factor_verification_age"`
	CreatedAt                int64          `json:"created_at"`
	UpdatedAt                int64          `json:"updated_at"`
}

// ActiveSession is a session in the list of a user's devices.
type ActiveSession struct {
	SessionBase
	LatestActivity *SessionActivity `json:"latest_activity"`
}

// SessionBase has the common fields of the Frontend API's sessions.
type SessionBase struct {
	Object       string         `json:"object"`
	ID           string         `json:"id"`
	Status       string         `json:"status"`
	ExpireAt     int64          `json:"expire_at"`
	AbandonAt    int64          `json:"abandon_at"`
	LastActiveAt int64          `json:"last_active_at"`
	Actor        map[string]any `json:"actor"`
	Tasks        []SessionTask  `json:"tasks"`
}

// SessionTask is a remaining task of a pending session.
type SessionTask struct {
	Key string `json:"key"`
}

// SessionActivity is where a session was last used.
type SessionActivity struct {
	Object         string `json:"object"`
	ID             string `json:"id"`
	DeviceType     string `json:"device_type,omitempty"`
	IsMobile       bool   `json:"is_mobile"`
	BrowserName    string `json:"browser_name,omitempty"`
	BrowserVersion string `json:"browser_version,omitempty"`
	IPAddress      string `json:"ip_address,omitempty"`
	City           string `json:"city,omitempty"`
	Country        string `json:"country,omitempty"`
}

// NewBackendSession returns a session for the Backend API.
func NewBackendSession(s *world.Session) BackendSession {
	return BackendSession{
		Object: "session", ID: s.ID, UserID: s.User.ID, ClientID: s.ClientID, Actor: s.Actor, Status: string(s.Status),
		LastActiveOrganizationID: textOrNull(s.OrganizationID), LastActiveAt: millis(s.LastActiveAt),
		LatestActivity: newActivity(s.Activity), ExpireAt: millis(s.ExpireAt), AbandonAt: millis(s.AbandonAt),
		CreatedAt: millis(s.CreatedAt), UpdatedAt: millis(s.UpdatedAt), Tasks: tasks(s),
	}
}

// NewSession returns a session for the Frontend API. The token is its fresh session token, or "".
func NewSession(s *world.Session, token string, factorAge []int) Session {
	out := Session{
		SessionBase:              newSessionBase(s),
		LastActiveOrganizationID: textOrNull(s.OrganizationID), User: NewUser(s.User), PublicUserData: NewPublicUserData(s.User),
		FactorVerificationAge: factorAge, CreatedAt: millis(s.CreatedAt), UpdatedAt: millis(s.UpdatedAt),
	}
	if token != "" {
		t := NewToken(token)
		out.LastActiveToken = &t
	}
	return out
}

// NewActiveSession returns a session for the list of a user's devices.
func NewActiveSession(s *world.Session) ActiveSession {
	return ActiveSession{SessionBase: newSessionBase(s), LatestActivity: newActivity(s.Activity)}
}

func newSessionBase(s *world.Session) SessionBase {
	return SessionBase{
		Object: "session", ID: s.ID, Status: string(s.Status), ExpireAt: millis(s.ExpireAt), AbandonAt: millis(s.AbandonAt),
		LastActiveAt: millis(s.LastActiveAt), Actor: s.Actor, Tasks: tasks(s),
	}
}

// tasks names the only emulated task. It is null in JSON for a session without a task.
func tasks(s *world.Session) []SessionTask {
	if s.Status != world.StatusPending {
		return nil
	}
	return []SessionTask{{Key: "choose-organization"}}
}

func newActivity(a world.Activity) *SessionActivity {
	return &SessionActivity{
		Object: "session_activity", ID: a.ID, DeviceType: a.DeviceType, IsMobile: a.Mobile, BrowserName: a.BrowserName,
		BrowserVersion: a.BrowserVersion, IPAddress: a.IPAddress, City: a.City, Country: a.Country,
	}
}
