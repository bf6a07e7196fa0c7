package pages

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// stepUp is what a guard asks of a browser that it sends to the verification page. It comes in the address, so anybody may
// have written it: it decides what is asked and where to go on to, and the guard there decides afterwards.
type stepUp struct {
	asked    token.Reverification
	returnTo string // safe, a path of the application where it is on its origin
	shown    string // returnTo as browsers know it
}

func (s *Site) readStepUp(c *gin.Context) stepUp {
	returnTo := s.goOn(c)
	return stepUp{asked: reverify.Asked(c.Request.URL.Query()), returnTo: returnTo, shown: s.at(c, returnTo)}
}

// goOn is where the address says to go on to, else the session page. Another site is no such place.
func (s *Site) goOn(c *gin.Context) string {
	wanted := c.Query(answer.RedirectParameter)
	if wanted == "" {
		return s.SessionURL()
	}
	return s.request(c).Visit.ReturnTarget(wanted)
}

// at is a page for the same step-up.
func (u stepUp) at(page string) string {
	query := reverify.Parameters(u.asked)
	query.Set(answer.RedirectParameter, u.shown)
	return page + "?" + query.Encode()
}

func (s *Site) signInAgainURL(c *gin.Context, returnTo string) string {
	return s.base + pathSignInAgain + "?" + url.Values{answer.RedirectParameter: {s.at(c, returnTo)}}.Encode()
}

// formOf reads a small form of these pages.
func formOf(c *gin.Context) (url.Values, bool) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxForm)
	if c.Request.ParseForm() != nil {
		return nil, false
	}
	return c.Request.PostForm, true
}

// mark tells sessions apart in an address without naming them.
func mark(sessionID string) string {
	sum := sha256.Sum256([]byte(sessionID))
	return hex.EncodeToString(sum[:6])
}
