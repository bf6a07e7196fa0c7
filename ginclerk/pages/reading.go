package pages

import "github.com/gin-gonic/gin"

// stopReading has a browser whose user signs out here read no page any more while Clerk can't be reached
// ([ginclerk.TokenChecks.OutageReading]): the sign-out can't be done then, and the next person at the browser must not go on reading.
func (s *Site) stopReading(c *gin.Context) {
	if r := s.access.Request(c); r != nil {
		r.StopReading()
	}
}
