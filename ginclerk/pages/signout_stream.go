package pages

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/internal/eventstream"
)

const (
	// heartbeat is how often a stream without events sends a comment, so that proxies keep it open.
	heartbeat = 15 * time.Second
	// streamLife is the longest life of a stream. The browser then opens another one.
	streamLife = 10 * time.Minute
)

// progress is the data of an event. The script writes it into the elements with these names.
type progress struct {
	Total   int    `json:"total"`
	Settled int    `json:"settled"`
	Ended   int    `json:"ended"`
	Gone    int    `json:"gone"`
	Failed  int    `json:"failed"`
	Left    int    `json:"left"`
	Summary string `json:"summary"`
	// Remaining is a sentence about the time that the job still takes; empty while that can't be said.
	Remaining string `json:"remaining"`
}

func (v voice) progress(job signout.Job) progress {
	return progress{
		Total: job.Total, Settled: job.Settled(), Ended: job.Revoked, Gone: job.AlreadyGone, Failed: len(job.Failed),
		Left: leftOf(job), Summary: v.signOutSummary(job), Remaining: v.signOutRemaining(job),
	}
}

// streamSignOut sends the progress of a job as server-sent events: "progress" while it runs, and "finished" at its end. If
// the session that watches ends before the job, the last event is "ended".
func (s *Site) streamSignOut(c *gin.Context) {
	job, owner, ok := s.viewedSignOut(c)
	if !ok {
		return
	}
	runner, err := s.signOuts(c)
	if err != nil {
		_ = c.Error(err)
		s.clerk.For(c).Answer(c, s.problemProgressUnavailable(c))
		return
	}
	ctx, stop := context.WithTimeout(c.Request.Context(), streamLife)
	defer stop()
	if owner {
		var unwatch context.CancelFunc
		ctx, unwatch = ginclerk.WatchSession(ctx)
		defer unwatch()
	}
	out := &stream{voice: s.voice(c), to: eventstream.Begin(c.Writer)}
	if err := out.follow(ctx, runner, job); err != nil && c.Request.Context().Err() == nil {
		_ = c.Error(err)
	}
}

// stream is the state of one stream to one browser.
type stream struct {
	voice voice
	to    *eventstream.Stream
	last  progress
	begun bool
	quiet time.Duration // approximate time since the last event
}

// follow sends events until the job has finished or the browser has left.
func (o *stream) follow(ctx context.Context, runner *signout.Runner, job signout.Job) error {
	for {
		changed := runner.Changed(job.ID) // subscribe before the read, so that no change is missed between the two
		got, err := runner.Job(ctx, job.UserID, job.ID)
		switch {
		case err == nil:
			job = got
		case errors.Is(err, signout.ErrNotFound):
			return o.send("ended", o.voice.progress(job))
		}
		if ctx.Err() == nil {
			if err := o.tell(job); err != nil || job.State == signout.Finished {
				return err
			}
		}
		if !waitFor(ctx, changed, jobPoll) {
			return o.over(ctx)
		}
		o.quiet += jobPoll
	}
}

// tell sends the changes. Without changes, it sends a comment at each heartbeat.
func (o *stream) tell(job signout.Job) error {
	now := o.voice.progress(job)
	switch {
	case job.State == signout.Finished:
		return o.send("finished", now)
	case !o.begun || now != o.last:
		o.last, o.begun = now, true
		return o.send("progress", now)
	case o.quiet >= heartbeat:
		o.quiet = 0
		return o.to.KeepAlive()
	default:
		return nil
	}
}

// over sends "ended" if the session has ended. The browser then loads the page again without the session.
func (o *stream) over(ctx context.Context) error {
	if cause := context.Cause(ctx); errors.Is(cause, ginclerk.ErrSessionEnded) || errors.Is(cause, ginclerk.ErrSessionUnknown) {
		return o.send("ended", o.last)
	}
	return nil
}

func (o *stream) send(event string, data progress) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("pages: event: %w", err)
	}
	o.quiet = 0
	return o.to.Send(event, string(raw))
}
