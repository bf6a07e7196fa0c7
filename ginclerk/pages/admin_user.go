package pages

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devicelist"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/ginclerk/user"
	"github.com/ginclerk/ginclerk/templates"
)

func (s *Site) userURL(id string) string { return s.UsersURL() + "/" + url.PathEscape(id) }

// showUser shows the sessions and the activity of a user to an administrator.
func (s *Site) showUser(c *gin.Context) {
	u, ok := s.managed(c)
	if !ok {
		return
	}
	sessions, err := s.clerk.For(c).Sessions().ForUser(c.Request.Context(), u.ID, "")
	if err != nil {
		s.usersUnavailable(c, err)
		return
	}
	entries, known := s.activityOf(c, u.ID)
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, managedState(u, sessions, entries, known))
		return
	}
	s.Render(c, http.StatusOK, s.options.Templates.ManagedUser(s.managedView(c, u, sessions, entries, known)))
}

// activityOf returns the activity of a user, and false where it can't be read: the page shows the sessions without it.
func (s *Site) activityOf(c *gin.Context, userID string) ([]activity.Entry, bool) {
	entries, err := s.entriesOf(c.Request.Context(), c, userID)
	if err != nil {
		_ = c.Error(err)
	}
	return entries[:min(len(entries), managedActivity)], err == nil
}

func (s *Site) managedView(c *gin.Context, u user.User, sessions []session.Session, entries []activity.Entry, known bool) templates.ManagedUserView {
	v := s.voice(c)
	view := templates.ManagedUserView{
		Page: s.Frame(c, personOf(u)), ID: u.ID, Name: u.FullName(), Email: u.PrimaryEmailAddress.Address,
		LastSignIn: v.moment(u.LastSignInAt), Locked: u.Locked, Banned: u.Banned,
		Own: u.ID == ginclerk.From(c).UserID, DevicesURL: s.link(c, s.DevicesURL()), Unknown: !known, BackURL: s.link(c, s.UsersURL()),
		Job: s.managedJob(c, v, u.ID),
	}
	for i := range sessions[:min(len(sessions), managedDevicesAtATime)] {
		row := s.deviceRow(c, v, devicelist.Entry{Session: &sessions[i]}, deviceQuery{addresses: true})
		row.URL = "" // the page of a device is for its user
		view.Devices = append(view.Devices, row)
	}
	if len(sessions) > 0 && !view.Own {
		view.SignOutURL, view.EverywhereURL = s.link(c, s.userURL(u.ID)+pathUserSignOut), s.link(c, s.userURL(u.ID)+pathUserSignOutAll)
		view.Everywhere = v.counted("admin.everywhere-count", s.managedDevices(c, sessions))[0]
	}
	for _, e := range entries {
		row := v.activityRow(e, "")
		if e.By.Agent == activity.Administrator && e.By.ID != "" {
			row.By = v.Text("activity.by-administrator-id", "id", e.By.ID)
		}
		view.Days = appendRow(view.Days, v.FullDate(e.At.In(v.zone)), row)
	}
	return view
}

// appendRow adds an entry to its day.
func appendRow(days []templates.ActivityDay, title string, row templates.ActivityRow) []templates.ActivityDay {
	if len(days) == 0 || days[len(days)-1].Title != title {
		days = append(days, templates.ActivityDay{Title: title})
	}
	last := &days[len(days)-1]
	last.Entries = append(last.Entries, row)
	return days
}

// personOf names a user in a title.
func personOf(u user.User) string {
	return label(session.Profile{UserID: u.ID, Name: u.FullName(), Email: u.PrimaryEmailAddress.Address})
}

// managedJob tells of the latest sign-out of a user that goes on or has left devices; empty without one.
func (s *Site) managedJob(c *gin.Context, v voice, userID string) string {
	runner, err := s.signOuts(c)
	if err != nil {
		return ""
	}
	job, found := hinted(c, func(ctx context.Context) (signout.Job, error) { return runner.Latest(ctx, userID) })
	if !found {
		return ""
	}
	return v.jobLeft(job)
}

// jobLeft says what a job has not done; empty for a complete one.
func (v voice) jobLeft(job signout.Job) string {
	switch {
	case job.State == signout.Running:
		return v.Text("admin.job-running")
	case len(job.Failed) > 0:
		return v.Text("admin.job-left", "count", len(job.Failed))
	case !job.Complete():
		return v.Text("admin.job-problem")
	default:
		return ""
	}
}

// signOutUserSession ends one session of a user for an administrator.
func (s *Site) signOutUserSession(c *gin.Context) {
	u, ok := s.managedByOther(c)
	if !ok {
		return
	}
	back := s.userURL(u.ID)
	ids, err := readSessions(c, maxForm)
	if err == nil && len(ids) != 1 {
		err = errBodyShape
	}
	v := s.voice(c)
	if err != nil {
		s.unreadable(c, back, err, v.Text("admin.no-device-named"))
		return
	}
	target, err := s.clerk.For(c).Sessions().Current(c.Request.Context(), u.ID, ids[0])
	if err == nil {
		err = s.clerk.For(c).Sessions().RevokeSession(c.Request.Context(), target)
	}
	if err != nil {
		s.refused(c, back, err)
		return
	}
	s.refuseFromNowOn(c, target.ID)
	s.record(c, u.ID, activity.Entry{
		Kind: activity.SignedOut, SessionID: target.ID, Device: target.Device, By: asAdministrator(ginclerk.From(c)),
	})
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, s.endedState(c, target.ID))
		return
	}
	s.done(c, back, "success", v.Text("admin.signed-out", "device", v.device(target.Device)))
}

// managedDevices are the sessions of a user whom an administrator manages, by device.
func (s *Site) managedDevices(c *gin.Context, sessions []session.Session) deviceList {
	list := deviceList{sessions: sessions, now: s.request(c).Now()}
	for i := range sessions {
		list.entries = append(list.entries, devicelist.Entry{Session: &sessions[i]})
	}
	return list
}

// confirmUser asks before all sessions of a user end.
func (s *Site) confirmUser(c *gin.Context) {
	u, ok := s.managed(c)
	if !ok || s.isOwn(c, u) {
		return
	}
	sessions, err := s.clerk.For(c).Sessions().ForUser(c.Request.Context(), u.ID, "")
	if err != nil {
		s.usersUnavailable(c, err)
		return
	}
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, plannedJSON{Object: "sign_out_plan", Scope: string(signout.Everywhere), Total: len(sessions)})
		return
	}
	v := s.voice(c)
	view := templates.ConfirmView{
		Page: s.Frame(c, v.Text("admin.everywhere-title", "user", personOf(u))), Button: v.Text("admin.everywhere"), Danger: true,
		URL: s.link(c, s.userURL(u.ID)+pathUserSignOutAll), CancelURL: s.link(c, s.userURL(u.ID)),
		Consequences: v.counted("admin.everywhere-count", s.managedDevices(c, sessions)),
	}
	if len(sessions) == 0 {
		view.Consequences, view.URL = []string{v.Text("admin.no-devices")}, ""
	}
	s.Render(c, http.StatusOK, s.options.Templates.Confirm(view))
}

// signOutUser ends all sessions of a user for an administrator.
func (s *Site) signOutUser(c *gin.Context) {
	u, ok := s.managedByOther(c)
	if !ok {
		return
	}
	v, back := s.voice(c), s.userURL(u.ID)
	request := signout.Request{UserID: u.ID, Scope: signout.Everywhere}
	runner, err := s.signOuts(c)
	var before, job signout.Job
	if err == nil {
		if before, err = runner.Latest(c.Request.Context(), u.ID); err == nil || errors.Is(err, signout.ErrNotFound) {
			job, err = runner.Start(c.Request.Context(), request)
		}
	}
	if err != nil {
		_ = c.Error(err)
		p := problemStoreUnavailable(v.Text("admin.not-started"))
		s.failedAction(c, back, p, p.Detail)
		return
	}
	if before.State == signout.Running && before.ID == job.ID || job.Scope != request.Scope { // another one runs, or was faster
		s.failedAction(c, back, ginclerk.Problem{
			Status: http.StatusConflict, Error: "Conflict", Detail: v.Text("admin.already-running"), Reason: reasonSignOutRunning,
		}, v.Text("admin.already-running"))
		return
	}
	s.record(c, u.ID, jobEntry(request, asAdministrator(ginclerk.From(c))))
	s.toldAdministrator(c, back, awaitSignOut(c.Request.Context(), runner, job))
}

// toldAdministrator tells an administrator of a job. Its page is for the user.
func (s *Site) toldAdministrator(c *gin.Context, back string, job signout.Job) {
	if ginclerk.WantsJSON(c) {
		state := s.signOutState(c, job, true)
		state.URL = s.at(c, back)
		status := http.StatusOK
		if job.State == signout.Running {
			c.Header("Location", state.URL)
			status = http.StatusAccepted
		}
		s.json(c, status, state)
		return
	}
	if !job.Complete() { // the page of the user says so
		s.seeOther(c, back)
		return
	}
	s.done(c, back, "success", s.voice(c).Text("admin.signed-out-count", "count", job.Revoked+job.AlreadyGone))
}

// managedByOther is managed for an action on another user.
func (s *Site) managedByOther(c *gin.Context) (user.User, bool) {
	if !mayAsk(c, s.limits.actions) {
		return user.User{}, false
	}
	u, ok := s.managed(c)
	if !ok || s.isOwn(c, u) {
		return user.User{}, false
	}
	return u, true
}

// isOwn sends administrators to their own pages, which know the session in use, for their own sessions. It reports whether it did.
func (s *Site) isOwn(c *gin.Context, u user.User) bool {
	if u.ID != ginclerk.From(c).UserID {
		return false
	}
	v := s.voice(c)
	s.failedAction(c, s.userURL(u.ID), ginclerk.Problem{
		Status: http.StatusConflict, Error: "Conflict", Detail: v.Text("admin.own"), Action: s.DevicesURL(),
		ActionLabel: v.Text("frame.devices"), Reason: reasonOwnAccount,
	}, v.Text("admin.own"))
	return true
}

// asAdministrator says who sends a request, for the activity of another user.
func asAdministrator(auth *ginclerk.Auth) activity.By {
	return activity.By{Agent: activity.Administrator, ID: auth.UserID}
}
