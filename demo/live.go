package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/templates/demo"
)

const (
	livePath   = "/live"
	eventsPath = livePath + eventsSuffix
	// eventsSuffix ends the paths of all streams, those of the session pages too.
	eventsSuffix = "/events"
	// beat is how often a stream says something, so that nothing on the way takes it for dead.
	beat = time.Second
	// writeTime is how long a client may take to accept what it is sent.
	writeTime = 10 * time.Second
)

func (a *app) live(c *gin.Context) {
	a.site.Render(c, http.StatusOK, demo.LivePage(demo.LiveView{
		Page: a.site.Frame(c, "Live"), EventsURL: a.at(c, eventsPath), ScriptURL: a.link(c, a.assets.live),
		SignInURL: a.link(c, a.clerk.SignInURL(c, livePath)), DevicesURL: a.link(c, a.site.DevicesURL()),
	}))
}

// liveEvents is a stream that lives as long as the session: server-sent events (HTML Living Standard, 9.2).
func (a *app) liveEvents(c *gin.Context) {
	watched, stop := ginclerk.WatchSession(c.Request.Context())
	defer stop()
	s := &stream{c: c, control: http.NewResponseController(c.Writer)}
	c.Header("Content-Type", "text/event-stream")
	c.Header("Cache-Control", "no-store")
	c.Header("X-Accel-Buffering", "no") // nginx would keep it back
	c.Status(http.StatusOK)
	next := time.NewTicker(beat)
	defer next.Stop()
	for s.send("time", a.now().UTC().Format("15:04:05 UTC")) {
		select {
		case <-next.C:
		case <-watched.Done():
			if words := wordsOfEnd(context.Cause(watched)); words != "" {
				s.send("ended", words)
			}
			return
		}
	}
}

// endStreamsWith ends streams of events, which would go on for ever, when closing is closed. The browser comes again by itself.
// Everything else ends by itself. Which routes are streams is not the client's to say.
func endStreamsWith(closing <-chan struct{}) gin.HandlerFunc {
	return func(c *gin.Context) {
		if strings.HasSuffix(c.FullPath(), eventsSuffix) {
			ctx, cancel := context.WithCancel(c.Request.Context())
			defer cancel()
			go func() {
				select {
				case <-closing:
					cancel()
				case <-ctx.Done():
				}
			}()
			c.Request = c.Request.WithContext(ctx)
		}
		c.Next()
	}
}

// wordsOfEnd tells why a stream is over; empty where the browser or the program has gone.
func wordsOfEnd(cause error) string {
	switch {
	case errors.Is(cause, ginclerk.ErrSessionEnded):
		return "This session was ended. Nothing on this page is shown to anybody any more."
	case errors.Is(cause, ginclerk.ErrSessionUnknown):
		return "Clerk could not be reached for a while, so that nobody can tell whether you are still signed in."
	default:
		return ""
	}
}

// stream writes events to one browser.
type stream struct {
	c       *gin.Context
	control *http.ResponseController
}

// send reports whether the browser took the event. The data must be one line. A server's time limit is for answers that end,
// so each event has its own.
func (s *stream) send(event, data string) bool {
	err := s.control.SetWriteDeadline(time.Now().Add(writeTime)) //nolint:forbidigo // the network's clock is the machine's
	if err == nil {
		_, err = fmt.Fprintf(s.c.Writer, "event: %s\ndata: %s\n\n", event, data)
	}
	if err == nil {
		err = s.control.Flush()
	}
	return err == nil
}
