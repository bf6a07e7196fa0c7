package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/internal/eventstream"
	"github.com/ginclerk/ginclerk/templates/demo"
)

const (
	livePath   = "/live"
	eventsPath = livePath + eventsSuffix
	// eventsSuffix ends the paths of all streams, those of the session pages too.
	eventsSuffix = "/events"
	// beat is how often a stream sends an event. Proxies close streams without events.
	beat = time.Second
)

func (a *app) live(c *gin.Context) {
	frame := a.site.Frame(c, a.text(c, "demo.live.title"))
	frame.ScriptURL = "" // the script of the page has it
	a.site.Render(c, http.StatusOK, demo.LivePage(demo.LiveView{
		Page: frame, EventsURL: a.at(c, eventsPath), ScriptURL: a.link(c, a.assets.live),
		SignInURL: a.link(c, a.clerk.Links(c).SignIn(livePath)), DevicesURL: a.link(c, a.site.DevicesURL()),
	}))
}

// liveEvents is a stream of server-sent events that lives as long as the session (HTML Living Standard, 9.2).
func (a *app) liveEvents(c *gin.Context) {
	watched, stop := ginclerk.WatchSession(c.Request.Context())
	defer stop()
	c.Header("Content-Type", "text/event-stream")
	stream := eventstream.Begin(c.Writer)
	next := time.NewTicker(beat)
	defer next.Stop()
	for stream.Send("time", a.now().UTC().Format("15:04:05 UTC")) == nil {
		select {
		case <-next.C:
		case <-watched.Done():
			if event, words := wordsOfEnd(context.Cause(watched)); event != "" {
				_ = stream.Send(event, a.text(c, words)) // the stream ends in either case
			}
			return
		}
	}
}

// endStreamsWith ends streams of events when closing is closed, because they would not end. Browsers then connect again. Other
// requests end by themselves. The route decides what a stream is, not a header of the client.
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

// wordsOfEnd says why a stream has ended, with an event and the key of a sentence: "ended" with the session, "stopped" if it is not known
// whether it has. It returns "" if the browser has left or the program ends.
func wordsOfEnd(cause error) (event, words string) {
	switch {
	case errors.Is(cause, ginclerk.ErrSessionEnded):
		return "ended", "demo.live.ended"
	case errors.Is(cause, ginclerk.ErrSessionUnknown):
		return "stopped", "demo.live.unknown"
	default:
		return "", ""
	}
}
