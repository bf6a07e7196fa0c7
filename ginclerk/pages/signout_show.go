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
	"github.com/ginclerk/ginclerk/static"
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
		clerk.Answer(c, problemNoSuchSignOut(s.lasting(c)))
	case err != nil:
		_ = c.Error(err)
		clerk.Answer(c, problemStoreUnavailable("How far signing out is can’t be told right now."))
	}
	return job, owner, err == nil
}

func problemNoSuchSignOut(lasting bool) ginclerk.Problem {
	why := "It may have been too long ago: they are kept for an hour."
	if !lasting {
		why = "It may have been too long ago, or this site has restarted: they are kept for an hour, or until then."
	}
	return ginclerk.Problem{
		Status: http.StatusNotFound, Error: "Not found",
		Detail: "There is no such sign-out. " + why,
		Remedy: "Your devices tell what is signed in now.",
		Reason: reason.SignOutNotFound,
	}
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
	view := templates.SignOutView{
		Page: s.plainFrame(c, signOutTitle(job)), Running: job.State == signout.Running,
		Summary: signOutSummary(job), Detail: s.signOutDetail(c, job, owner), Problem: signOutProblem(job),
		Counts:  signOutCounts(job),
		Primary: templates.Link{Label: "Your devices", URL: s.link(c, s.DevicesURL())},
	}
	if !ginclerk.From(c).SignedIn() {
		view.Primary = templates.Link{Label: "Home", URL: s.link(c, s.options.HomeURL)}
	}
	if view.Running {
		view.RefreshSeconds = strconv.Itoa(refreshSeconds)
		view.ScriptURL = s.link(c, s.assets+"/"+s.files.Path(static.SignOutScript))
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
	devices := map[string]string{}
	if len(job.Failed) > 0 {
		auth := ginclerk.From(c)
		sessions, err := s.clerk.For(c).Sessions().ForUser(c.Request.Context(), auth.UserID, auth.SessionID)
		if err != nil {
			_ = c.Error(err) // the page does not fail because a name is missing
		}
		for _, one := range sessions {
			devices[one.ID] = s.voice(c).device(one.Device)
		}
	}
	for _, failed := range job.Failed[:min(len(job.Failed), maxFailuresShown)] {
		shown = append(shown, templates.SignOutFailure{
			SessionID: failed.SessionID, Device: devices[failed.SessionID], Why: whyFailed(failed.Reason),
		})
	}
	if left := len(job.Failed) - len(shown); left > 0 {
		more = "And " + strconv.Itoa(left) + " more."
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
