package ginclerk

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// Flash is the result of an action, told on the next page that the browser shows.
type Flash struct {
	// Kind is success, info, warning or error.
	Kind string `json:"k"`
	// Text is a sentence or two for the person.
	Text string `json:"t"`
}

const flashPurpose sealed.Purpose = "flash"

// SetFlash keeps the result of an action for the next page, across redirects to Clerk and back. It lives in a sealed cookie
// of the browser for two minutes; nobody else can write one.
func (k *Clerk) SetFlash(c *gin.Context, flash Flash) {
	value, err := sealed.SealJSON(k.keyring, flashPurpose, flash, k.now().Add(visit.Flash.Life()), nil)
	if err != nil {
		k.config.Logger.WarnContext(c.Request.Context(), "ginclerk: a notice could not be sealed", "error", err.Error())
		return
	}
	k.warnInsecureOrigin(c)
	setCookie(c, k.visit(c).Keep(visit.Flash, "", value))
}

// TakeFlash returns what [Clerk.SetFlash] left for this page and forgets it; the zero Flash where there is nothing. Call it
// before the response is written.
func (k *Clerk) TakeFlash(c *gin.Context) Flash {
	value := k.visit(c).Kept(visit.Flash, "")
	if value == "" || c.Request.Method == http.MethodHead || visit.IsPrefetch(c.Request) || k.visit(c).Foreign != nil {
		return Flash{} // what shows nothing, and a form of another site, must not use anything up
	}
	setCookie(c, k.visit(c).Drop(visit.Flash, ""))
	flash, err := sealed.OpenJSON[Flash](k.keyring, flashPurpose, value, nil)
	if err != nil {
		return Flash{}
	}
	return flash
}

// warnInsecureOrigin says once that browsers drop __Host- cookies on plain http, except on localhost.
func (k *Clerk) warnInsecureOrigin(c *gin.Context) {
	if k.visit(c).DropsHostCookies() {
		k.insecureOrigin.Do(func() {
			k.config.Logger.Warn("ginclerk: browsers drop this application's cookies because it is served over plain http; serve it over https, or on localhost",
				"origin", k.visit(c).Origin.String())
		})
	}
}
