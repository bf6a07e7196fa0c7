package ginclerk

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/guard"
)

// Links are the addresses that an application names to the browser of one request. [Clerk.Links] returns them; those of the zero value
// are empty. They belong to the request, and are not safe for concurrent use.
type Links struct {
	// BasePath is what stands in front of the application's paths for the browser of this request, such as "/app"; "" where nothing
	// does. Put it in front of every path that a page or a redirect of the application's own names; see [Config.BasePath].
	BasePath string

	to *guard.Request // nil in the zero value
}

// Links returns the addresses for the browser of a request. Behind [NewTenants] they are the zero value where no tenant was chosen; the
// request has then been answered.
func (k *Clerk) Links(c *gin.Context) Links {
	t := tenantOf(k, c)
	if t == nil {
		return Links{}
	}
	r := t.at(c)
	return Links{BasePath: r.Visit().BasePath, to: &r}
}

// SignIn returns the address of the sign-in page for this request, from which the browser comes back to returnTo: a
// path of the application or an absolute URL on one of its origins; anything else becomes "/". The address also carries the parameters
// for Clerk with which the browser came here, such as the ticket of an invitation.
func (l Links) SignIn(returnTo string) string {
	if l.to == nil {
		return ""
	}
	return l.to.SignInURL(returnTo)
}

// SignUp is [Links.SignIn] for the sign-up page.
func (l Links) SignUp(returnTo string) string {
	if l.to == nil {
		return ""
	}
	return l.to.SignUpURL(returnTo)
}

// Safe returns where a redirect to the given place may lead: the place itself, less Clerk's own query parameters,
// if it is a path of the application or an absolute URL on one of its origins, and no longer than 8 KB; else "/". Give it
// every target that came with a request.
func (l Links) Safe(target string) string {
	if l.to == nil {
		return "/"
	}
	return l.to.Visit().SafeTarget(target)
}

// AccountPortal returns the handler for an application's own sign-in and sign-up addresses that sends browsers on to the
// pages of Clerk's Account Portal. The browser comes back to the query parameter redirect_url if that is a safe target,
// else to "/". The parameters of the link that are for Clerk's page, such as the ticket of an invitation, go along. Mount the handler where
// [Config.SignInURL] and SignUpURL point to, with everything below:
//
//	r.GET("/sign-in/*path", clerk.AccountPortal("/sign-in"))
//
// The page is "/sign-in" or "/sign-up"; below /sign-in, "/create" is sign-up, and "/tasks" finishes a pending session.
func (k *Clerk) AccountPortal(page string) gin.HandlerFunc {
	return guarded(k, serves("AccountPortal"), func(r guard.Request) {
		r.Gin.Header("Cache-Control", "no-store")
		r.Gin.Redirect(http.StatusTemporaryRedirect, r.Core().SignIn.PortalURL(r.Visit(), r.Who(), page, r.Gin.Param("path")))
	})
}

// The query parameter in which a sign-in page of the application is told why the user has to sign in again, and its value when the
// session was ended elsewhere.
const (
	SignInNotice       = answer.SignInNotice
	NoticeSessionEnded = answer.NoticeSessionEnded
	// SignInCause says how that session ended, as far as it is known: CauseSignedOut from another device or by an administrator,
	// CauseSessionExpired when its time was over.
	SignInCause         = answer.SignInCause
	CauseSignedOut      = answer.CauseSignedOut
	CauseSessionExpired = answer.CauseSessionExpired
	// SignInSaved says what waits for the user until they have signed in: SavedForm is a form that pages.Mount has kept.
	SignInSaved = answer.SignInSaved
	SavedForm   = answer.SavedForm
)
