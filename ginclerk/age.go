package ginclerk

import (
	"time"

	"github.com/gin-gonic/gin"
)

// MaxTokenAge returns the guard that refuses session tokens issued longer ago than that: 401 "Session expired". It is the
// check of Clerk's guide for sensitive endpoints. Clerk renews a browser's token every minute, so it is tokens kept by
// programs that grow old. It requires a session, with or without RequireSession in front.
func (g *Guards) MaxTokenAge(age time.Duration) gin.HandlerFunc {
	return g.with(func(k *Clerk, c *gin.Context) {
		if !k.requireSession(c) {
			return
		}
		if issued := From(c).Claims.IssuedAt; issued.IsZero() || k.now().Sub(issued) > age {
			k.answer(c, problemSessionExpired)
		}
	})
}
