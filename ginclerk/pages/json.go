package pages

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devicelist"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/user"
)

// doc.go describes the shapes of answers.

type sessionJSON struct {
	Object         string       `json:"object"`
	ID             string       `json:"id"`
	UserID         string       `json:"user_id"`
	Status         string       `json:"status"`
	OrganizationID *string      `json:"last_active_organization_id"`
	CreatedAt      *int64       `json:"created_at"`
	LastActiveAt   *int64       `json:"last_active_at"`
	ExpireAt       *int64       `json:"expire_at"`
	AbandonAt      *int64       `json:"abandon_at"`
	Activity       activityJSON `json:"latest_activity"`
	Current        bool         `json:"current"`
	Actor          *actorJSON   `json:"actor,omitempty"`
}

// actorJSON is the actor of a session, in the form of Clerk's APIs.
type actorJSON struct {
	Subject string `json:"sub"`
}

type activityJSON struct {
	DeviceType     string `json:"device_type"`
	BrowserName    string `json:"browser_name"`
	BrowserVersion string `json:"browser_version"`
	IsMobile       bool   `json:"is_mobile"`
	IPAddress      string `json:"ip_address"`
	City           string `json:"city"`
	Country        string `json:"country"`
}

type accountJSON struct {
	sessionJSON
	User             userJSON `json:"user"`
	OrganizationName string   `json:"organization_name"`
}

type userJSON struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Email    string `json:"email_address"`
	ImageURL string `json:"image_url"`
}

type accountsJSON struct {
	Data       []accountJSON `json:"data"`
	TotalCount int           `json:"total_count"`
}

// deviceJSON is a session in a list of devices, and alone.
type deviceJSON struct {
	sessionJSON
	Name   *string  `json:"name"`
	Badges []string `json:"badges"`
}

type devicesJSON struct {
	Data       []deviceJSON `json:"data"`
	TotalCount int          `json:"total_count"`
	SignOut    *signOutJSON `json:"sign_out"`
}

type endedJSON struct {
	Object      string `json:"object"`
	SessionID   string `json:"session_id"`
	Effective   string `json:"effective"`
	SignedOut   bool   `json:"signed_out"`
	RedirectURL string `json:"redirect_url,omitempty"`
}

type switchedJSON struct {
	Object      string `json:"object"`
	SessionID   string `json:"session_id"`
	RedirectURL string `json:"redirect_url"`
}

type organizationsJSON struct {
	Data       []membershipJSON `json:"data"`
	TotalCount int              `json:"total_count"`
}

type membershipJSON struct {
	Object       string           `json:"object"`
	ID           string           `json:"id"`
	Role         string           `json:"role"`
	RoleName     string           `json:"role_name"`
	Organization organizationJSON `json:"organization"`
	Current      bool             `json:"current"`
}

type organizationJSON struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Slug     string `json:"slug"`
	ImageURL string `json:"image_url"`
}

type organizationSwitchedJSON struct {
	Object         string  `json:"object"`
	OrganizationID *string `json:"organization_id"`
	RedirectURL    string  `json:"redirect_url"`
}

type signOutJSON struct {
	Object      string        `json:"object"`
	ID          string        `json:"id"`
	URL         string        `json:"url"`
	Scope       string        `json:"scope"`
	Actor       *actorJSON    `json:"actor,omitempty"`
	Status      string        `json:"status"`
	Complete    bool          `json:"complete"`
	Total       int           `json:"total"`
	Revoked     int           `json:"revoked"`
	AlreadyGone int           `json:"already_gone"`
	FailedCount int           `json:"failed_count"`
	Failed      []failureJSON `json:"failed"`
	CurrentKept bool          `json:"current_kept"`
	Problem     *string       `json:"problem"`
	Effective   string        `json:"effective"`
	CreatedAt   *int64        `json:"created_at"`
	UpdatedAt   *int64        `json:"updated_at"`
	FinishedAt  *int64        `json:"finished_at"`
	SignedOut   bool          `json:"signed_out"`
	RedirectURL string        `json:"redirect_url,omitempty"`
}

// plannedJSON says how many sessions an action would end.
type plannedJSON struct {
	Object string `json:"object"`
	Scope  string `json:"scope"`
	Total  int    `json:"total"`
}

// browserSignOutJSON is the result of signing out of all accounts on a browser.
type browserSignOutJSON struct {
	Object      string   `json:"object"`
	Ended       []string `json:"ended"`
	Left        []string `json:"left"`
	Complete    bool     `json:"complete"`
	Effective   string   `json:"effective"`
	SignedOut   bool     `json:"signed_out"`
	RedirectURL string   `json:"redirect_url,omitempty"`
}

type failureJSON struct {
	SessionID string `json:"session_id"`
	Reason    string `json:"reason"`
}

// millis returns a time in the form of Clerk's APIs: milliseconds since 1970, or nil for the zero time.
func millis(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	return new(t.UnixMilli())
}

// textOrNull returns nil for an empty text.
func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func sessionState(one session.Session, currentID string) sessionJSON {
	return sessionJSON{
		Object: "session", ID: one.ID, UserID: one.UserID, Status: string(one.Status), OrganizationID: textOrNull(one.OrganizationID),
		CreatedAt: millis(one.Created), LastActiveAt: millis(one.LastActive), ExpireAt: millis(one.Expires), AbandonAt: millis(one.Abandons),
		Activity: activityOfDevice(one.Device), Current: one.ID == currentID, Actor: actorState(one.Impersonated, one.Actor),
	}
}

func activityOfDevice(d session.Device) activityJSON {
	return activityJSON{
		DeviceType: d.Type, BrowserName: d.Browser, BrowserVersion: d.BrowserVersion, IsMobile: d.Mobile,
		IPAddress: d.IP, City: d.City, Country: d.Country,
	}
}

// deviceState is a session with its name and what is remarkable about it.
func deviceState(entry devicelist.Entry, currentID string) deviceJSON {
	state := deviceJSON{sessionJSON: sessionState(*entry.Session, currentID), Name: textOrNull(entry.Name), Badges: []string{}}
	for _, badge := range []struct {
		name string
		has  bool
	}{
		{"new", entry.Marks.New}, {"unusual_location", entry.Marks.Unusual}, {"impersonated", entry.Marks.Impersonated}, {"unused", entry.Marks.Unused},
	} {
		if badge.has {
			state.Badges = append(state.Badges, badge.name)
		}
	}
	return state
}

// actorState returns nil for a session without an actor; JSON then leaves it out.
func actorState(impersonated bool, id string) *actorJSON {
	if !impersonated {
		return nil
	}
	return &actorJSON{Subject: id}
}

func accountState(account session.Account, currentID string) accountJSON {
	p := account.Profile
	return accountJSON{
		sessionJSON:      sessionState(account.Session, currentID),
		User:             userJSON{ID: p.UserID, Name: p.Name, Email: p.Email, ImageURL: p.ImageURL},
		OrganizationName: account.Organization,
	}
}

func organizationsState(auth *ginclerk.Auth, memberships []user.OrganizationMembership) organizationsJSON {
	state := organizationsJSON{Data: make([]membershipJSON, 0, len(memberships)), TotalCount: len(memberships)}
	for _, m := range memberships {
		o := m.Organization
		state.Data = append(state.Data, membershipJSON{
			Object: "organization_membership", ID: m.ID, Role: m.Role, RoleName: m.RoleName, Current: o.ID == auth.OrganizationID,
			Organization: organizationJSON{ID: o.ID, Name: o.Name, Slug: o.Slug, ImageURL: o.ImageURL},
		})
	}
	return state
}

func (s *Site) endedState(c *gin.Context, sessionID string) endedJSON {
	return endedJSON{Object: "session_end", SessionID: sessionID, Effective: s.effective(c, false)}
}

// effective says when every server of the application refuses the sessions that have ended. Elsewhere says that some of them
// were ended by something else.
func (s *Site) effective(c *gin.Context, elsewhere bool) string {
	if s.request(c).RevokesEverywhere() && !elsewhere {
		return "now"
	}
	return "within_60_seconds"
}

// signOutState is a job in JSON. Only the job's owner gets session ids.
func (s *Site) signOutState(c *gin.Context, job signout.Job, owner bool) signOutJSON {
	state := signOutJSON{
		Object: "sign_out", ID: job.ID, URL: s.at(c, s.signOutURL(job.ID)), Scope: string(job.Scope),
		Actor: actorState(job.Impersonated, job.Actor), Status: string(job.State), Complete: job.Complete(),
		Total: job.Total, Revoked: job.Revoked, AlreadyGone: job.AlreadyGone, FailedCount: len(job.Failed), Failed: []failureJSON{},
		CurrentKept: job.CurrentKept, Problem: textOrNull(string(job.Problem)), Effective: s.effective(c, job.AlreadyGone > 0),
		CreatedAt: millis(job.Started), UpdatedAt: millis(job.Updated), FinishedAt: millis(job.Finished),
		SignedOut: !ginclerk.From(c).SignedIn(),
	}
	if owner {
		for _, failed := range job.Failed {
			state.Failed = append(state.Failed, failureJSON{SessionID: failed.SessionID, Reason: string(failed.Reason)})
		}
	}
	return state
}

// jsonSignOut answers with a job. The status is 202 while an action's job runs.
func (s *Site) jsonSignOut(c *gin.Context, job signout.Job, owner bool) {
	status := http.StatusOK
	if job.State == signout.Running {
		c.Header("Retry-After", "1")
		if c.Request.Method == http.MethodPost {
			status = http.StatusAccepted
			c.Header("Location", s.at(c, s.signOutURL(job.ID)))
		}
	}
	s.json(c, status, s.signOutState(c, job, owner))
}
