package pages

import (
	"context"
	"errors"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parts"
	"github.com/ginclerk/ginclerk/ginclerk/internal/serving"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

// journalOf returns the journal of an instance. The first call makes it.
func (s *Site) journalOf(core *serving.Core) (*activity.Journal, error) {
	return parts.Of(core.Parts, func() (*activity.Journal, error) { return s.newJournal(core) })
}

// makeParts makes the runner of jobs and the journal of each instance that the pages are for.
func (s *Site) makeParts() error {
	var problem error
	s.access.EachInstance(func(core *serving.Core) {
		_, runnerErr := s.runnerOf(core)
		_, journalErr := s.journalOf(core)
		if err := errors.Join(runnerErr, journalErr); err != nil {
			core.Logger.Error("ginclerk: the parts of the session pages can't be made", "error", err)
			problem = err
		}
	})
	return problem
}

// record records what has been done; for a job, with the sessions that were selected. The action does not fail because it can't be recorded, and does not wait for long.
func (s *Site) record(c *gin.Context, userID string, e activity.Entry, selected ...string) {
	r := s.request(c)
	e.At = r.Now()
	journal, err := s.journal(c)
	if err == nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), journalTime)
		defer cancel()
		if e.Kind.Many() {
			err = journal.RecordJob(ctx, userID, e, selected...)
		} else {
			err = journal.Record(ctx, userID, e)
		}
	}
	if err != nil {
		r.Logger.WarnContext(c.Request.Context(), "ginclerk: an action is not in the activity of its user", "kind", e.Kind, "user_id", userID, "error", err)
	}
}

// recordSignOut records that the signed-in person has ended a session of the same user.
func (s *Site) recordSignOut(c *gin.Context, sessionID string) {
	auth := ginclerk.From(c)
	s.record(c, auth.UserID, activity.Entry{Kind: activity.SignedOut, SessionID: sessionID, By: doneBy(auth)})
}

// recordAccountSignOut records that the session of another account on this browser has ended, at the user whose session it was.
func (s *Site) recordAccountSignOut(c *gin.Context, sessionID string) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), journalTime)
	defer cancel()
	ended, err := s.request(c).Source.Session(ctx, sessionID)
	if err != nil {
		_ = c.Error(err)
		return
	}
	s.recordEnd(c, ended)
}

// recordEnd records that a session of an account on this browser has ended, at the user whose session it was.
func (s *Site) recordEnd(c *gin.Context, ended session.Session) {
	by := doneBy(ginclerk.From(c))
	if by.Agent == activity.User {
		by.SessionID = ended.ID // the same browser
	}
	s.record(c, ended.UserID, activity.Entry{Kind: activity.SignedOut, SessionID: ended.ID, Device: ended.Device, By: by})
}

// recordJob records that the signed-in person has started a job.
func (s *Site) recordJob(c *gin.Context, request signout.Request) {
	s.record(c, request.UserID, jobEntry(request, doneBy(ginclerk.From(c))), request.SessionIDs...)
}

// recordEnds records which sessions a job has ended.
func (s *Site) recordEnds(ctx context.Context, core *serving.Core, userID string, sessionIDs []string) {
	journal, err := s.journalOf(core) //nolint:contextcheck // the journal goes on until it is closed
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, journalTime)
		defer cancel()
		err = journal.RecordEnds(ctx, userID, sessionIDs...)
	}
	if err != nil {
		core.Logger.WarnContext(ctx, "ginclerk: what a job has ended is not in the activity of its user", "user_id", userID, "error", err)
	}
}

// jobEntry is the entry for a job.
func jobEntry(request signout.Request, by activity.By) activity.Entry {
	e := activity.Entry{By: by}
	switch request.Scope {
	case signout.Everywhere:
		e.Kind = activity.SignedOutEverywhere
	case signout.Others:
		e.Kind = activity.SignedOutOthers
	default:
		e.Kind, e.Count = activity.SignedOutSelected, len(request.SessionIDs)
	}
	return e
}

// doneBy says who sends a request.
func doneBy(auth *ginclerk.Auth) activity.By {
	if auth.Actor != nil {
		return activity.By{Agent: activity.Impersonator, ID: auth.Actor.Subject}
	}
	return activity.By{Agent: activity.User, SessionID: auth.SessionID}
}

// learn records sign-ins that no webhook has told of, from the list of the user's sessions. The page does not wait for long.
func (s *Site) learn(c *gin.Context, sessions []session.Session) {
	journal, err := s.journal(c)
	if err == nil {
		ctx, cancel := context.WithTimeout(c.Request.Context(), hintTime)
		defer cancel()
		err = journal.Learn(ctx, ginclerk.From(c).UserID, sessions)
	}
	if err != nil {
		_ = c.Error(err)
	}
}
