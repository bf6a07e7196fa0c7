package pages

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/templates"
)

// jobParameter is the route parameter with the id of a job.
const jobParameter = "id"

// refreshSeconds is how often the page of a job reloads without scripts.
const refreshSeconds = 2

// maxFailuresShown is how many sessions the page of a job names.
const maxFailuresShown = 100

// showSignOut shows the progress of a job.
func (s *Site) showSignOut(c *gin.Context) {
	job, owner, ok := s.viewedSignOut(c)
	if !ok {
		return
	}
	if ginclerk.WantsJSON(c) {
		s.jsonSignOut(c, job, owner)
		return
	}
	if owner && job.State == signout.Finished && len(job.Failed) > 0 {
		if s.limits.one(c); c.IsAborted() { // The page asks Clerk for the remaining devices.
			return
		}
	}
	view := s.signOutView(c, job, owner)
	s.renderCompressed(c, view.Page, s.options.Templates.SignOut(view))
}

// viewedSignOut returns the job that a request names, or answers the request. The user sees their own job. A browser that
// remembers the job sees its numbers: a job that ends every session ends this browser's session, too.
func (s *Site) viewedSignOut(c *gin.Context) (job signout.Job, owner, ok bool) {
	clerk := s.clerk.For(c)
	if clerk == nil {
		return signout.Job{}, false, false
	}
	id := c.Param(jobParameter)
	userID, remembered := s.request(c).RememberedSignOut(id)
	if !remembered || ginclerk.From(c).SignedIn() {
		if s.requireSession(c); c.IsAborted() {
			return signout.Job{}, false, false
		}
	}
	auth := ginclerk.From(c)
	owner = auth.SignedIn() && (!remembered || userID == auth.UserID)
	if owner {
		userID = auth.UserID
	}
	runner, err := s.signOuts(c)
	if err == nil {
		job, err = runner.Job(c.Request.Context(), userID, id)
	}
	switch {
	case errors.Is(err, signout.ErrNotFound):
		clerk.Answer(c, s.problemNoSuchSignOut(c))
	case err != nil:
		_ = c.Error(err)
		clerk.Answer(c, s.problemProgressUnavailable(c))
	}
	return job, owner, err == nil
}

// problemNoSuchSignOut is the answer where the store has no such job, or none of the user.
func (s *Site) problemNoSuchSignOut(c *gin.Context) ginclerk.Problem {
	p := ginclerk.Problem{
		Status: http.StatusNotFound, Error: "Not found", Reason: reason.SignOutNotFound,
		Detail: "The user has no such sign-out. Sign-outs are kept for an hour.",
	}
	if ginclerk.WantsJSON(c) {
		return p
	}
	v := s.voice(c)
	p.Error, p.Remedy, p.Detail = v.Text("signout.expired-title"), v.Text("signout.expired-todo"), v.Text("signout.expired")
	p.Action, p.ActionLabel = s.DevicesURL(), v.Text("signout.devices")
	if !s.lasting(c) {
		p.Detail = v.Text("signout.expired-restart")
	}
	return p
}

// problemProgressUnavailable is the answer where the store can't be asked for a job.
func (s *Site) problemProgressUnavailable(c *gin.Context) ginclerk.Problem {
	p := problemStoreUnavailable("The progress can’t be read right now.")
	if !ginclerk.WantsJSON(c) {
		v := s.voice(c)
		p.Error, p.Detail, p.Remedy = v.Text("signout.store-title"), v.Text("signout.store"), v.Text("signout.store-todo")
	}
	return p
}

// problemStoreUnavailable is the answer where the store can't be reached. The detail says what the page can't show.
func problemStoreUnavailable(detail string) ginclerk.Problem {
	return ginclerk.Problem{
		Status: http.StatusServiceUnavailable, Error: "Service unavailable",
		Detail: detail,
		Remedy: "Please try again in a few seconds.",
		Reason: reason.StoreUnavailable, RetryAfter: 5 * time.Second,
	}
}

func (s *Site) signOutView(c *gin.Context, job signout.Job, owner bool) templates.SignOutView {
	v := s.voice(c)
	view := templates.SignOutView{
		Page: s.plainFrame(c, v.signOutTitle(job)), Running: job.State == signout.Running,
		Summary: v.signOutSummary(job), Remaining: v.signOutRemaining(job), Detail: s.signOutDetail(c, job, owner), Problem: v.signOutProblem(job),
		Counts:  signOutCounts(job),
		Primary: templates.Link{Label: v.Text("signout.devices"), URL: s.link(c, s.DevicesURL())},
	}
	if !ginclerk.From(c).SignedIn() {
		view.Primary = templates.Link{Label: v.Text("signout.home"), URL: s.link(c, s.options.HomeURL)}
	}
	if view.Running {
		view.RefreshSeconds = strconv.Itoa(refreshSeconds)
		view.EventsURL = s.link(c, s.signOutURL(job.ID)+pathEvents)
		return view
	}
	if owner && !job.Complete() && s.mayRetry(ginclerk.From(c), job) {
		view.RetryURL = s.link(c, s.signOutURL(job.ID)+pathRetry)
		view.Failures, view.MoreFailures = s.failures(c, job)
	}
	return view
}

// failures names the sessions that were not ended, with their devices if Clerk returns them.
func (s *Site) failures(c *gin.Context, job signout.Job) (shown []templates.SignOutFailure, more string) {
	v, devices := s.voice(c), map[string]string{}
	if len(job.Failed) > 0 {
		auth := ginclerk.From(c)
		sessions, err := s.clerk.For(c).Sessions().ForUser(c.Request.Context(), auth.UserID, auth.SessionID)
		if err != nil {
			_ = c.Error(err) // the page does not fail because a name is missing
		}
		names := s.deviceNames(c)
		for i := range sessions {
			devices[sessions[i].ID] = v.deviceNamed(&sessions[i], names[sessions[i].ID])
		}
	}
	for _, failed := range job.Failed[:min(len(job.Failed), maxFailuresShown)] {
		shown = append(shown, templates.SignOutFailure{
			SessionID: failed.SessionID, Device: devices[failed.SessionID], Why: v.whyFailed(failed.Reason),
		})
	}
	if left := len(job.Failed) - len(shown); left > 0 {
		more = v.Text("signout.more-failures", "count", left)
	}
	return shown, more
}

func signOutCounts(job signout.Job) templates.SignOutCounts {
	counts := templates.SignOutCounts{
		Settled: strconv.Itoa(job.Settled()), Left: strconv.Itoa(leftOf(job)),
		Ended: strconv.Itoa(job.Revoked), Gone: strconv.Itoa(job.AlreadyGone), Failed: strconv.Itoa(len(job.Failed)),
	}
	if job.Total > 0 {
		counts.Total = strconv.Itoa(job.Total)
	}
	return counts
}

func leftOf(job signout.Job) int { return max(job.Total-job.Settled(), 0) }

// signOutURL returns the path of a job's page.
func (s *Site) signOutURL(id string) string { return s.base + pathSignOuts + "/" + id }
