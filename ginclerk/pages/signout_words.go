package pages

import (
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

// signOutTitle states the progress of a job in a few words.
func (v voice) signOutTitle(job signout.Job) string {
	scope := string(job.Scope)
	if job.Impersonated && job.Scope != signout.Selected {
		scope = "acting"
	}
	switch {
	case job.State == signout.Running:
		return v.Text("signout.progress-" + scope)
	case job.Complete():
		return v.Text("signout.finished-" + scope)
	default:
		return v.Text("signout.unfinished")
	}
}

// outcome is the notice about a complete job.
func (s *Site) outcome(c *gin.Context, job signout.Job) string {
	v := s.voice(c)
	devices := job.Revoked + job.AlreadyGone
	text := ""
	switch {
	case job.Scope == signout.Everywhere && job.Impersonated:
		text = v.Text("signout.done-everywhere-acting")
	case job.Scope == signout.Everywhere:
		text = v.Text("signout.done-everywhere")
	case devices == 0:
		return v.Text("signout.done-others-none")
	case job.Scope == signout.Others:
		text = v.Text("signout.done-others", "count", devices)
	default:
		text = v.Text("signout.done-selected", "count", devices)
	}
	return text + " " + s.takesEffect(c, job.AlreadyGone > 0)
}

// signOutDetail explains the state of a job.
func (s *Site) signOutDetail(c *gin.Context, job signout.Job, owner bool) string {
	v := s.voice(c)
	var sentences []string
	switch {
	case job.State == signout.Running:
		sentences = append(sentences, s.goesOn(c))
		if owner && job.Scope == signout.Everywhere {
			sentences = append(sentences, v.Text("signout.this-last"))
		}
	case job.Revoked > 0 || job.AlreadyGone > 0:
		sentences = append(sentences, s.takesEffect(c, job.AlreadyGone > 0))
	}
	if job.CurrentKept && owner {
		sentences = append(sentences, v.Text("signout.current-kept"))
	}
	if job.Complete() && !ginclerk.From(c).SignedIn() {
		sentences = append(sentences, v.Text("signout.here"))
	}
	return strings.Join(sentences, " ")
}

// goesOn says whether a job continues after its page is closed. A job does not survive a restart if its records end with the
// process.
func (s *Site) goesOn(c *gin.Context) string {
	if s.lasting(c) {
		return s.voice(c).Text("signout.goes-on")
	}
	return s.voice(c).Text("signout.stops-at-restart")
}

// signOutSummary says how many sessions of a job are done, and how many are left.
func (v voice) signOutSummary(job signout.Job) string {
	left := len(job.Failed)
	if job.CurrentKept {
		left++
	}
	switch {
	case job.State == signout.Running && job.Total == 0:
		return v.Text("signout.looking")
	case job.State == signout.Running:
		return v.Text("signout.settled", "done", v.Number(job.Settled()), "count", job.Total)
	case left > 0:
		return v.Text("signout.summary-left", "left", v.Number(left), "count", job.Total)
	case job.Problem != "":
		return v.Text("signout.summary-more")
	default:
		return v.Text("signout.summary-done", "count", job.Total)
	}
}

// signOutRemaining says how long a job still takes. It is empty while that can't be said.
func (v voice) signOutRemaining(job signout.Job) string {
	left := timeLeft(job)
	if left == 0 {
		return ""
	}
	return v.Text("signout.about-left", "duration", v.Duration(left))
}

const (
	// fewSettled is how many sessions of a job are done before their pace says something.
	fewSettled = 3
	// exactUntil is the longest time that is told in seconds. Longer ones are told in steps, so that they don't jump back and forth.
	exactUntil = 10 * time.Second
	timeStep   = 5 * time.Second
)

// timeLeft estimates from a job's pace how long it still takes; 0 while that can't be said.
func timeLeft(job signout.Job) time.Duration {
	settled, took := job.Settled(), job.Updated.Sub(job.Started)
	if job.State != signout.Running || settled < fewSettled || took <= 0 || leftOf(job) == 0 {
		return 0
	}
	left := took / time.Duration(settled) * time.Duration(leftOf(job))
	step := time.Second
	if left > exactUntil {
		step = timeStep
	}
	return (left + step - 1) / step * step
}

// signOutProblem says why a job could not handle every session.
func (v voice) signOutProblem(job signout.Job) string {
	switch job.Problem {
	case "":
		return ""
	case signout.TooMany:
		return v.Text("signout.too-many")
	case signout.Refused:
		return v.Text("signout.list-refused")
	default:
		return v.Text("signout.list-unavailable")
	}
}

// whyFailed says why a session was not ended.
func (v voice) whyFailed(reason signout.Reason) string {
	switch reason {
	case signout.Refused, signout.NotAllowed, signout.NotFound, signout.StillAppearing:
		return v.Text("signout.why-" + string(reason))
	default:
		return v.Text("signout.why-" + string(signout.Unavailable))
	}
}
