package pages

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

const (
	// heartbeat is how often a stream without news says that it is alive, so that nothing in between closes it.
	heartbeat = 15 * time.Second
	// streamWrite is how long a browser may take to accept an event.
	streamWrite = 10 * time.Second
	// streamLife is how long a stream lasts at most. The browser then opens another one.
	streamLife = 10 * time.Minute
)

// progress is what an event tells. The script puts it into the page, by these names.
type progress struct {
	Total   int    `json:"total"`
	Settled int    `json:"settled"`
	Ended   int    `json:"ended"`
	Gone    int    `json:"gone"`
	Failed  int    `json:"failed"`
	Left    int    `json:"left"`
	Summary string `json:"summary"`
}

func progressOf(job signout.Job) progress {
	return progress{
		Total: job.Total, Settled: job.Settled(), Ended: job.Revoked, Gone: job.AlreadyGone, Failed: len(job.Failed),
		Left: leftOf(job), Summary: signOutSummary(job),
	}
}

// streamSignOut tells how far a job is while it runs: server-sent events "progress", and "finished" or, where the session
// that watches is over before the job is, "ended".
func (s *Site) streamSignOut(c *gin.Context) {
	job, owner, ok := s.viewedSignOut(c)
	if !ok {
		return
	}
	ctx, stop := context.WithTimeout(c.Request.Context(), streamLife)
	defer stop()
	if owner {
		var unwatch context.CancelFunc
		ctx, unwatch = ginclerk.WatchSession(ctx)
		defer unwatch()
	}
	header := c.Writer.Header()
	header.Set("Content-Type", "text/event-stream; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Accel-Buffering", "no") // nginx would keep the events to itself
	out := &stream{c: c, control: http.NewResponseController(c.Writer)}
	if err := out.follow(ctx, s.guards.For(c).SignOuts(), job); err != nil && c.Request.Context().Err() == nil {
		_ = c.Error(err)
	}
}

// stream is a stream of events to one browser.
type stream struct {
	c       *gin.Context
	control *http.ResponseController
	last    progress
	begun   bool
	quiet   time.Duration // for how long nothing was sent, about
}

// follow sends events until the job has finished, or there is nobody to send them to.
func (o *stream) follow(ctx context.Context, runner *signout.Runner, job signout.Job) error {
	for {
		changed := runner.Changed(job.ID) // before the question: what changes in between is not missed
		got, err := runner.Job(ctx, job.UserID, job.ID)
		switch {
		case err == nil:
			job = got
		case errors.Is(err, signout.ErrNotFound):
			return o.send("ended", progressOf(job))
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

// tell sends what is new, or now and then that nothing is.
func (o *stream) tell(job signout.Job) error {
	now := progressOf(job)
	switch {
	case job.State == signout.Finished:
		return o.send("finished", now)
	case !o.begun || now != o.last:
		o.last, o.begun = now, true
		return o.send("progress", now)
	case o.quiet >= heartbeat:
		return o.write(":\n\n")
	default:
		return nil
	}
}

// over says that the session has ended, if that is what happened: the page then has to be seen by somebody else.
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
	return o.write("event: " + event + "\ndata: " + string(raw) + "\n\n")
}

// write sends a text at once. A server's time limit for whole answers is not meant for streams, so each text has its own.
func (o *stream) write(text string) error {
	o.quiet = 0
	err := o.control.SetWriteDeadline(clock.System().Add(streamWrite))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("pages: events: %w", err)
	}
	if _, err := o.c.Writer.WriteString(text); err != nil {
		return fmt.Errorf("pages: events: %w", err)
	}
	o.c.Writer.Flush()
	return nil
}
