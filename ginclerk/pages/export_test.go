package pages

import (
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
)

// ShowDevicesOf returns a handler for the page of devices that reads the sessions from a service, for benchmarks.
func (s *Site) ShowDevicesOf(sessions *session.Service) gin.HandlerFunc {
	return func(c *gin.Context) {
		auth := ginclerk.From(c)
		all, err := sessions.ForUser(c.Request.Context(), auth.UserID, auth.SessionID)
		if err != nil {
			s.failed(c, err)
			return
		}
		s.renderDevices(c, s.listDevices(c, all, deviceQuery{}))
	}
}

// WordsAbout returns the words about a form that was sent to a path.
func WordsAbout(all map[string]FormWords, method, path string) FormWords {
	return wordsAbout(all, method, path)
}

// TimeLeft estimates how long a job still takes.
func TimeLeft(job signout.Job) time.Duration { return timeLeft(job) }
