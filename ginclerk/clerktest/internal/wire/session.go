package wire

import "github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"

// NewBackendSession returns a session for the Backend API.
func NewBackendSession(s *world.Session) Object {
	out := newSession(s)
	out["user_id"], out["client_id"], out["latest_activity"] = s.User.ID, s.ClientID, newActivity(s.Activity)
	out["last_active_organization_id"] = textOrNull(s.OrganizationID)
	out["created_at"], out["updated_at"] = millis(s.CreatedAt), millis(s.UpdatedAt)
	return out
}

// NewSession returns a session for the Frontend API, for its own browser. The user is its user as the browser's own. The token is its
// fresh session token; "" shows none.
func NewSession(s *world.Session, user Object, token string, factorAge []int) Object {
	out := newSession(s)
	out["user"], out["public_user_data"], out["factor_verification_age"] = user, newPublicUserData(s.User), factorAge
	out["last_active_organization_id"], out["last_active_token"] = textOrNull(s.OrganizationID), nil
	out["created_at"], out["updated_at"] = millis(s.CreatedAt), millis(s.UpdatedAt)
	if token != "" {
		out["last_active_token"] = NewToken(token)
	}
	return out
}

// NewActiveSession returns a session for the list of a user's devices.
func NewActiveSession(s *world.Session) Object {
	out := newSession(s)
	out["latest_activity"] = newActivity(s.Activity)
	return out
}

// newSession has what every form of a session has.
func newSession(s *world.Session) Object {
	return Object{
		"object": "session", "id": s.ID, "status": s.Status, "actor": s.Actor, "tasks": tasks(s),
		"expire_at": millis(s.ExpireAt), "abandon_at": millis(s.AbandonAt), "last_active_at": millis(s.LastActiveAt),
	}
}

// tasks names the only emulated task. It is null in JSON for a session without a task.
func tasks(s *world.Session) []Object {
	if s.Status != world.StatusPending {
		return nil
	}
	return []Object{{"key": "choose-organization"}}
}

// newActivity returns where a session was last used.
func newActivity(a world.Activity) Object {
	out := Object{"object": "session_activity", "id": a.ID, "is_mobile": a.Mobile}
	out.With("device_type", a.DeviceType).With("browser_name", a.BrowserName).With("browser_version", a.BrowserVersion)
	return out.With("ip_address", a.IPAddress).With("city", a.City).With("country", a.Country)
}
