package pages

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

const (
	// quickJob is how long an action waits for its job. A job of a few sessions needs no page.
	quickJob = 1500 * time.Millisecond
	// jobPoll is how often this server reads a job that another server may work on.
	jobPoll = time.Second
)

// signOutEverywhere ends all sessions of the user, this one last.
func (s *Site) signOutEverywhere(c *gin.Context) {
	s.startSignOut(c, signout.Request{Scope: signout.Everywhere})
}

// signOutOthers ends all sessions of the user but this one.
func (s *Site) signOutOthers(c *gin.Context) {
	s.startSignOut(c, signout.Request{Scope: signout.Others})
}

// signOutSelected ends the sessions that the form names. If this session is among them, it ends last.
func (s *Site) signOutSelected(c *gin.Context) {
	if ids, ok := s.selection(c); ok {
		s.startSignOut(c, signout.Request{Scope: signout.Selected, SessionIDs: ids})
	}
}

// startSignOut starts a job, and shows its outcome or leads to its page.
func (s *Site) startSignOut(c *gin.Context, request signout.Request) {
	if !mayAsk(c, s.limits.actions) {
		return
	}
	auth := ginclerk.From(c)
	request = s.by(auth, request)
	before, err := s.latestJob(c.Request.Context(), c)
	if err != nil && !errors.Is(err, signout.ErrNotFound) {
		s.notStarted(c, err)
		return
	}
	runner, err := s.signOuts(c)
	if err != nil {
		s.notStarted(c, err)
		return
	}
	job, err := runner.Start(c.Request.Context(), request)
	switch {
	case err != nil:
		s.notStarted(c, err)
	case job.Scope != request.Scope, before.State == signout.Running && before.ID == job.ID && job.Scope != signout.Everywhere: // or was faster
		s.alreadyRunning(c, job)
	default:
		s.recordJob(c, request)
		s.followSignOut(c, runner, job, request.Scope == signout.Everywhere || slices.Contains(request.SessionIDs, auth.SessionID))
	}
}

// retrySignOut retries the sessions that a job could not end.
func (s *Site) retrySignOut(c *gin.Context) {
	if !mayAsk(c, s.limits.actions) {
		return
	}
	auth, id := ginclerk.From(c), c.Param(jobParameter)
	runner, err := s.signOuts(c)
	if err != nil {
		s.notStarted(c, err)
		return
	}
	job, err := runner.Job(c.Request.Context(), auth.UserID, id)
	if err == nil && !s.mayRetry(auth, job) {
		s.refuseActing(c, s.DevicesURL())
		return
	}
	if err == nil {
		job, err = runner.Retry(c.Request.Context(), auth.UserID, id)
	}
	switch {
	case errors.Is(err, signout.ErrNotFound):
		s.clerk.For(c).Answer(c, s.problemNoSuchSignOut(c))
	case err != nil:
		s.notStarted(c, err)
	case job.ID != id:
		s.alreadyRunning(c, job)
	default:
		s.followSignOut(c, runner, job, job.Scope == signout.Everywhere)
	}
}

// followSignOut shows the outcome of a job that finishes soon, and leads to the page of any other job. Ends says that the
// job ends this session after all others: then the browser remembers the job, because it can't show the outcome to a signed-in
// user.
func (s *Site) followSignOut(c *gin.Context, runner *signout.Runner, job signout.Job, ends bool) {
	job = awaitSignOut(c.Request.Context(), runner, job)
	if ends && job.Complete() {
		s.leftEverywhere(c, job)
		return
	}
	if ends || job.Scope == signout.Selected {
		s.request(c).RememberSignOut(job.UserID, job.ID)
	}
	switch {
	case ginclerk.WantsJSON(c):
		s.jsonSignOut(c, job, true)
	case job.Complete() && !ends && job.Scope != signout.Everywhere:
		s.done(c, s.position(c), "success", s.outcome(c, job))
	default:
		s.seeOther(c, s.signOutURL(job.ID))
	}
}

// leftEverywhere says that this session has ended with all the others.
func (s *Site) leftEverywhere(c *gin.Context, job signout.Job) {
	if ginclerk.WantsJSON(c) {
		state := s.signOutState(c, job, true)
		state.SignedOut, state.RedirectURL = true, s.leaveQuietly(c)
		s.json(c, http.StatusOK, state)
		return
	}
	s.signedOut(c, s.outcome(c, job))
}

// awaitSignOut waits up to quickJob for a job to finish.
func awaitSignOut(ctx context.Context, runner *signout.Runner, job signout.Job) signout.Job {
	ctx, cancel := context.WithTimeout(ctx, quickJob)
	defer cancel()
	for job.State == signout.Running {
		changed := runner.Changed(job.ID)
		got, err := runner.Job(ctx, job.UserID, job.ID)
		if err != nil {
			return job // the page of the job shows the problem
		}
		if job = got; job.State != signout.Running || !waitFor(ctx, changed, jobPoll) {
			return job
		}
	}
	return job
}

// waitFor waits for a change or for the time, and reports whether the context is still alive.
func waitFor(ctx context.Context, changed <-chan struct{}, most time.Duration) bool {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// alreadyRunning says that no job was started, because another job of the user runs.
func (s *Site) alreadyRunning(c *gin.Context, job signout.Job) {
	if ginclerk.WantsJSON(c) {
		c.Header("Location", s.at(c, s.signOutURL(job.ID)))
		s.clerk.For(c).Answer(c, ginclerk.Problem{
			Status: http.StatusConflict, Error: "Conflict", Reason: reasonSignOutRunning,
			Detail: "Another sign-out of the user is running, so nothing new was started.",
		})
		return
	}
	s.done(c, s.signOutURL(job.ID), "warning", s.voice(c).Text("signout.running"))
}

func (s *Site) notStarted(c *gin.Context, err error) {
	if errors.Is(err, signout.ErrRequest) {
		s.unreadable(c, s.position(c), err, s.voice(c).Text("signout.wrong-selection"))
		return
	}
	_ = c.Error(err)
	s.failedAction(c, s.position(c), problemStoreUnavailable("Signing out can’t be started right now, so nothing was done."),
		s.voice(c).Text("signout.not-started"))
}
