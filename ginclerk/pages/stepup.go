package pages

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/reverify"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// stepUp is what a guard asks of a browser that it sends to the verification page. It comes from the address, so anyone may
// have written it. It decides what the page asks for and where it leads. The guard at that address decides whether the proof is
// enough.
type stepUp struct {
	asked    token.Reverification
	returnTo string // safe: a path, if the target is on the application's origin
	shown    string // returnTo as the browser sees it
}

func (s *Site) readStepUp(c *gin.Context) stepUp {
	returnTo := s.goOn(c)
	return stepUp{asked: reverify.Asked(c.Request.URL.Query()), returnTo: returnTo, shown: s.at(c, returnTo)}
}

// goOn returns where the address says to continue, else the session page. It never returns another site.
func (s *Site) goOn(c *gin.Context) string {
	wanted := c.Query(answer.RedirectParameter)
	if wanted == "" {
		return s.SessionURL()
	}
	return s.request(c).Visit.ReturnTarget(wanted)
}

// at returns the address of a page for the same step-up.
func (u stepUp) at(page string) string {
	query := reverify.Parameters(u.asked)
	query.Set(answer.RedirectParameter, u.shown)
	return page + "?" + query.Encode()
}

func (s *Site) signInAgainURL(c *gin.Context, returnTo string) string {
	return s.base + pathSignInAgain + "?" + url.Values{answer.RedirectParameter: {s.at(c, returnTo)}}.Encode()
}

// formOf reads a form that one of these pages sent.
func formOf(c *gin.Context) (url.Values, bool) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxForm)
	if c.Request.ParseForm() != nil {
		return nil, false
	}
	return c.Request.PostForm, true
}

// markLength is the length of a mark.
const markLength = 8

// mark tells sessions apart in an address without revealing their ids.
func mark(sessionID string) string {
	sum := sha256.Sum256([]byte(sessionID))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}
