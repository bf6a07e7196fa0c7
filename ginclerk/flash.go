package ginclerk

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/prefetch"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
)

// Flash is the result of an action, told on the next page that the browser shows.
type Flash struct {
	// Kind is success, info, warning or error.
	Kind string `json:"k"`
	// Text is a sentence or two for the person.
	Text string `json:"t"`
}

const (
	flashCookie                 = "__Host-ginclerk_flash"
	flashPurpose sealed.Purpose = "flash"
	flashLife                   = 2 * time.Minute
)

// SetFlash keeps the result of an action for the next page, across redirects to Clerk and back. It lives in a sealed cookie
// of the browser for two minutes; nobody else can write one.
func (k *Clerk) SetFlash(c *gin.Context, flash Flash) {
	value, err := sealed.SealJSON(k.keyring, flashPurpose, flash, k.now().Add(flashLife), nil)
	if err != nil {
		k.config.Logger.WarnContext(c.Request.Context(), "ginclerk: a notice could not be sealed", "error", err.Error())
		return
	}
	k.warnInsecureOrigin(c)
	setHostCookie(c, flashCookie, value, int(flashLife.Seconds()))
}

// TakeFlash returns what [Clerk.SetFlash] left for this page and forgets it; the zero Flash where there is nothing. Call it
// before the response is written.
func (k *Clerk) TakeFlash(c *gin.Context) Flash {
	value := cookie(c.Request, flashCookie)
	if value == "" || c.Request.Method == http.MethodHead || prefetch.Is(c.Request) || k.checkOwnPage(c) != nil {
		return Flash{} // what shows nothing, and a form of another site, must not use anything up
	}
	setHostCookie(c, flashCookie, "", -1)
	flash, err := sealed.OpenJSON[Flash](k.keyring, flashPurpose, value, nil)
	if err != nil {
		return Flash{}
	}
	return flash
}

// warnInsecureOrigin says once that browsers drop __Host- cookies on plain http, except on localhost.
func (k *Clerk) warnInsecureOrigin(c *gin.Context) {
	if k.dropsHostCookies(c) {
		k.insecureOrigin.Do(func() {
			k.config.Logger.Warn("ginclerk: browsers drop this application's cookies because it is served over plain http; serve it over https, or on localhost",
				"origin", k.origin(c))
		})
	}
}

// dropsHostCookies reports whether a browser drops cookies that begin with __Host- on the request's origin.
func (k *Clerk) dropsHostCookies(c *gin.Context) bool {
	at := k.visit(c).Origin
	return !at.IsZero() && !at.Secure() && !at.Loopback()
}
