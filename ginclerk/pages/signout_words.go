package pages

import (
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

// signedOutWhere says which sessions a complete job has ended.
func signedOutWhere(job signout.Job) string {
	switch scope := job.Scope; {
	case job.Impersonated && scope == signout.Others:
		return "on all other devices where you act as this user"
	case job.Impersonated && scope == signout.Everywhere:
		return "on all devices where you act as this user"
	case scope == signout.Everywhere:
		return "on all devices"
	case scope == signout.Others:
		return "on all other devices"
	default:
		return "on the selected devices"
	}
}

func signOutTitle(job signout.Job) string {
	switch {
	case job.State == signout.Running:
		return "Signing out " + signedOutWhere(job)
	case job.Complete():
		return "Signed out " + signedOutWhere(job)
	default:
		return "Not everything is signed out"
	}
}

// outcome is the notice about a complete job.
func (s *Site) outcome(c *gin.Context, job signout.Job) string {
	text := "You are signed out " + signedOutWhere(job)
	numbers := " Ended: " + count(job.Revoked, "session")
	if job.AlreadyGone > 0 {
		numbers += ", already gone: " + strconv.Itoa(job.AlreadyGone)
	}
	switch {
	case !s.request(c).RevokesEverywhere():
		return text + "." + numbers + "." + untilReplicasKnow
	case job.AlreadyGone > 0:
		return text + "." + numbers + "." + untilGoneLapse
	default:
		return text + " now." + numbers + "."
	}
}

// untilGoneLapse is about sessions that something else ended: this application was not told, so their tokens have to expire.
const untilGoneLapse = " What was gone already can take up to 60 seconds."

// signOutDetail explains the state of a job.
func (s *Site) signOutDetail(c *gin.Context, job signout.Job, owner bool) string {
	var sentences []string
	switch {
	case job.State == signout.Running:
		sentences = append(sentences, s.goesOn(c))
		if owner && job.Scope == signout.Everywhere {
			sentences = append(sentences, "This device comes last; then you are signed out here, too.")
		}
	case !s.request(c).RevokesEverywhere():
		sentences = append(sentences, "What was ended is signed out."+untilReplicasKnow)
	case job.AlreadyGone > 0:
		sentences = append(sentences, "What was ended is signed out now."+untilGoneLapse)
	case job.Revoked > 0:
		sentences = append(sentences, "What was ended is signed out now.")
	}
	if job.CurrentKept && owner {
		sentences = append(sentences, "You are still signed in here, so that you can try again.")
	}
	if job.Complete() && !ginclerk.From(c).SignedIn() {
		sentences = append(sentences, "You are signed out here, too.")
	}
	return strings.Join(sentences, " ")
}

// goesOn says whether a job continues after its page is closed. A job does not survive a restart if its records end with the
// process.
func (s *Site) goesOn(c *gin.Context) string {
	if s.lasting(c) {
		return "This goes on when you close the page."
	}
	return "You can close this page. If this site restarts before the end, signing out stops, and you have to start it again."
}

// signOutSummary says how many sessions of a job are done.
func signOutSummary(job signout.Job) string {
	switch {
	case job.State == signout.Running && job.Total == 0:
		return "Looking for your sessions."
	case job.State == signout.Running:
		return strconv.Itoa(job.Settled()) + " of " + count(job.Total, "session") + " done."
	}
	parts := []string{
		strconv.Itoa(job.Revoked) + " signed out", strconv.Itoa(job.AlreadyGone) + " already gone", strconv.Itoa(len(job.Failed)) + " failed",
	}
	if job.CurrentKept {
		parts = append(parts, "this one kept")
	}
	return count(job.Total, "session") + ": " + strings.Join(parts, ", ") + "."
}

// signOutProblem says why a job could not handle every session.
func signOutProblem(job signout.Job) string {
	switch job.Problem {
	case "":
		return ""
	case signout.TooMany:
		return "You have more sessions than can be ended at a time. Try again for the rest."
	case signout.Refused:
		return "Clerk refused to list your sessions, so there may be more."
	default:
		return "Clerk couldn’t be asked for all of your sessions, so there may be more."
	}
}

// whyFailed says why a session was not ended.
func whyFailed(reason signout.Reason) string {
	switch reason {
	case signout.Refused:
		return "Clerk refused to end it, and it lives on."
	case signout.NotAllowed:
		return "It is not a session in which you act as this user. Only the user can end it."
	case signout.NotFound:
		return "You have no such session."
	case signout.StillAppearing:
		return "It appeared while the others were being ended."
	default:
		return "Clerk couldn’t be reached, though it was tried several times."
	}
}
