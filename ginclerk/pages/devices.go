package pages

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/templates"
)

// devicesPerPage is how many devices a page shows. The next page has the next ones.
const devicesPerPage = 100

// Query parameters of the page of devices.
const (
	offsetParameter = "offset" // the number of devices to skip
	selectParameter = "select" // "others" checks every box
	selectOthers    = "others"
)

func (s *Site) showDevices(c *gin.Context) {
	offset, ok := s.offset(c)
	if !ok {
		return
	}
	sessions, err := s.devices(c)
	if err != nil {
		s.failed(c, err)
		return
	}
	s.learn(c, sessions)
	if ginclerk.WantsJSON(c) {
		s.jsonDevices(c, sessions, offset)
		return
	}
	s.renderDevices(c, sessions, offset)
}

func (s *Site) renderDevices(c *gin.Context, sessions []session.Session, offset int) {
	offset = min(offset, (len(sessions)-1)/devicesPerPage*devicesPerPage) // the last page, if the list has become shorter
	view := s.devicesView(c, sessions, offset)
	if offset%devicesPerPage != 0 { // no link of ours: somebody chose this number, and the page shows it
		s.Render(c, http.StatusOK, templates.DevicesPage(view))
		return
	}
	s.renderCompressed(c, view.Page, templates.DevicesPage(view))
}

// devices returns the active sessions of the user, this one first. A list without this session may lag behind. Then Clerk is
// asked about the session itself: only that answer says whether it has ended.
func (s *Site) devices(c *gin.Context) ([]session.Session, error) {
	auth := ginclerk.From(c)
	sessions, err := s.clerk.For(c).Sessions().ForUser(c.Request.Context(), auth.UserID, auth.SessionID)
	if err != nil || len(sessions) > 0 && sessions[0].ID == auth.SessionID {
		return sessions, err
	}
	own, err := s.own(c)
	if err != nil {
		return nil, err
	}
	return append([]session.Session{own}, sessions...), nil
}

// offset reads the number of devices to skip.
func (s *Site) offset(c *gin.Context) (int, bool) {
	text := c.Query(offsetParameter)
	if text == "" {
		return 0, true
	}
	offset, err := strconv.Atoi(text)
	if err != nil || offset < 0 {
		s.clerk.For(c).Answer(c, ginclerk.Problem{
			Status: http.StatusBadRequest, Error: "Bad request", Reason: reason.BadRequest,
			Detail: "The parameter offset is no number of devices.", Remedy: "Open your devices again.",
		})
		return 0, false
	}
	return offset, true
}

// part returns the sessions that one page shows.
func part(sessions []session.Session, offset int) []session.Session {
	from := min(offset, len(sessions))
	return sessions[from:min(from+devicesPerPage, len(sessions))]
}

func (s *Site) devicesView(c *gin.Context, sessions []session.Session, offset int) templates.DevicesView {
	shown := part(sessions, offset)
	view := templates.DevicesView{
		Page: s.Frame(c, "Your devices"), Devices: make([]templates.DeviceRow, 0, len(shown)),
		RevokeURL: s.link(c, s.base+pathRevoke), SignOutEverywhereURL: s.link(c, s.base+pathSignOutEverywhere), Acting: s.restricted(ginclerk.From(c)),
	}
	auth, chosen := ginclerk.From(c), c.Query(selectParameter) == selectOthers
	v := s.voice(c)
	for _, one := range shown {
		row := v.deviceRow(one, auth.SessionID)
		row.Kept = !s.mayEnd(auth, one)
		row.Selected = chosen && !row.Current && !row.Kept
		view.Devices = append(view.Devices, row)
	}
	if others := s.othersToEnd(auth, sessions); others > 0 {
		view.SelectedURL, view.SelectAll = s.link(c, s.base+pathSignOutSelected), s.selectAll(c, offset, chosen, len(sessions) > len(shown))
		view.OthersURL, view.OthersText = s.link(c, s.base+pathSignOutOthers), othersText(others, s.restricted(auth))
	}
	if s.restricted(auth) {
		view.ActingText = "You act as this user. You can end sessions in which you do so; the user’s own stay signed in."
	}
	if len(sessions) > len(shown) {
		view.Count = count(len(sessions), "session") + ", of which " + strconv.Itoa(offset+1) + " to " +
			strconv.Itoa(offset+len(shown)) + " are shown."
		view.Newer, view.Older = s.neighbours(c, offset, len(sessions))
	}
	view.JobText, view.JobLink = s.latestSignOut(c)
	return view
}

// othersToEnd counts the sessions that the signed-in person may end, without the current one.
func (s *Site) othersToEnd(auth *ginclerk.Auth, sessions []session.Session) (n int) {
	for _, one := range sessions {
		if one.ID != auth.SessionID && s.mayEnd(auth, one) {
			n++
		}
	}
	return n
}

func othersText(others int, acting bool) string {
	if acting {
		return "Ends " + count(others, "other session") + " in which you act as this user. You stay signed in here."
	}
	return "Ends " + count(others, "other session") + " of your account. You stay signed in here."
}

// selectAll returns a link to the same page with every box checked, or with none, so that this works without a script.
func (s *Site) selectAll(c *gin.Context, offset int, chosen, paged bool) templates.Link {
	address := s.DevicesURL() + "?" + offsetParameter + "=" + strconv.Itoa(offset)
	switch {
	case chosen:
		return templates.Link{Label: "Select none", URL: s.link(c, address)}
	case paged:
		return templates.Link{Label: "Select all others on this page", URL: s.link(c, address+"&"+selectParameter+"="+selectOthers)}
	default:
		return templates.Link{Label: "Select all others", URL: s.link(c, address+"&"+selectParameter+"="+selectOthers)}
	}
}

func (s *Site) neighbours(c *gin.Context, offset, all int) (newer, older templates.Link) {
	at := func(offset int) string { return s.DevicesURL() + "?" + offsetParameter + "=" + strconv.Itoa(offset) }
	if offset > 0 {
		newer = templates.Link{Label: "Newer", URL: s.link(c, at(max(offset-devicesPerPage, 0)))}
	}
	if offset+devicesPerPage < all {
		older = templates.Link{Label: "Older", URL: s.link(c, at(offset+devicesPerPage))}
	}
	return newer, older
}

// latestSignOut returns a link to a job that runs, or that could not end every session. The page does not fail because the
// link is missing.
func (s *Site) latestSignOut(c *gin.Context) (string, templates.Link) {
	job, found := s.latest(c)
	if !found {
		return "", templates.Link{}
	}
	link := templates.Link{Label: "Show progress", URL: s.link(c, s.signOutURL(job.ID))}
	if job.State == signout.Running {
		return "Signing out " + signedOutWhere(job) + " is under way.", link
	}
	link.Label = "Show what is left"
	return "The last sign-out could not end everything.", link
}

// hintTime is how long a page waits for the store to return a job that the page is not about.
const hintTime = 200 * time.Millisecond

// latest returns the user's latest job if it still runs or could not end every session.
func (s *Site) latest(c *gin.Context) (signout.Job, bool) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), hintTime)
	defer cancel()
	job, err := s.latestJob(ctx, c)
	if err != nil {
		if !errors.Is(err, signout.ErrNotFound) {
			_ = c.Error(err)
		}
		return signout.Job{}, false
	}
	return job, !job.Complete()
}

func (v voice) deviceRow(one session.Session, currentID string) templates.DeviceRow {
	name := v.device(one.Device)
	return templates.DeviceRow{
		SessionID: one.ID, Device: name, Label: name, Mobile: one.Device.Mobile,
		IP: one.Device.IP, Place: v.place(one.Device),
		LastActive: v.moment(one.LastActive), Created: v.moment(one.Created),
		Current: one.ID == currentID, Actor: actorOf(one),
	}
}

func (s *Site) jsonDevices(c *gin.Context, sessions []session.Session, offset int) {
	state := devicesJSON{Data: []sessionJSON{}, TotalCount: len(sessions)}
	for _, one := range part(sessions, offset) {
		state.Data = append(state.Data, sessionState(one, ginclerk.From(c).SessionID))
	}
	if job, found := s.latest(c); found {
		state.SignOut = new(s.signOutState(c, job, true))
	}
	s.json(c, http.StatusOK, state)
}
