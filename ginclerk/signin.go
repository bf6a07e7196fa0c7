package ginclerk

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// answerSignedOut turns away a request that needs a session and has none.
func (k *Clerk) answerSignedOut(c *gin.Context, auth *Auth) {
	if k.begun(c) {
		return
	}
	switch kindOf(c) {
	case visit.API:
		k.Answer(c, problemSignedOut(auth.Reason))
	case visit.HTMX:
		k.answerHTMX(c, auth)
	case visit.Page:
		k.redirectToSignIn(c, auth)
	}
}

// answerHTMX has htmx leave the page, or load it again where a navigation would renew the session or tell of its end.
func (k *Clerk) answerHTMX(c *gin.Context, auth *Auth) {
	parked := k.parkForm(c, k.toSignIn(c))
	if c.IsAborted() {
		return
	}
	switch {
	case parked != "":
		c.Header("HX-Redirect", k.visit(c).Link(parked))
	case auth.Reason.Expired() || auth.Reason == reason.SelectionEnded:
		c.Header("HX-Refresh", "true")
	default:
		c.Header("HX-Redirect", k.signInURL(c, auth.SessionStatus, k.ReturnTarget(c, c.GetHeader("HX-Current-URL"))))
	}
	k.Answer(c, problemSignedOut(auth.Reason))
}

func (k *Clerk) redirectToSignIn(c *gin.Context, auth *Auth) {
	if parked := k.parkForm(c, k.toSignIn(c)); parked != "" {
		k.seeOther(c, parked) // which needs a session, too: a handshake may do, else it sends on to sign-in
		return
	}
	if c.IsAborted() {
		return
	}
	if auth.Reason == reason.CookiesRefused {
		k.answerCookiesRefused(c)
		return
	}
	count, returnTo := k.countSignInRedirect(c, k.visit(c).ReturnTo())
	if count.looping() {
		p := problemRedirectLoop(auth.Reason)
		p.Action, p.ActionLabel = k.pageInFront(c), "Try again"
		k.Answer(c, p)
		return
	}
	status := http.StatusTemporaryRedirect
	if !visit.IsSafe(c.Request.Method) {
		status = http.StatusSeeOther
	}
	target := k.signInURL(c, auth.SessionStatus, returnTo)
	if target == "" { // the request's own address can't be read, so no way back can be named
		k.Answer(c, problemSignedOut(auth.Reason))
		return
	}
	if k.takeSessionEnded(c) || auth.Reason == reason.SessionRevoked || auth.Reason.RefreshRefused() {
		target = withParameter(target, SignInNotice, NoticeSessionEnded)
	}
	c.Header("Cache-Control", "no-store")
	c.Redirect(status, target)
	c.Abort()
}

// answerCookiesRefused tells a browser that it can't be signed in. Sending it to sign in would not help.
func (k *Clerk) answerCookiesRefused(c *gin.Context) {
	p := problemCookiesRefused()
	p.Action, p.ActionLabel = k.here(c), "Try again"
	k.Answer(c, p)
}

// SignInNotice is the query parameter in which a sign-in page of the application is told why somebody has to sign in
// again, and NoticeSessionEnded is its value when the session was ended elsewhere.
const (
	SignInNotice       = "notice"
	NoticeSessionEnded = "session-ended"
)

// pageInFront is the page that the person sees, to go on with it as it is.
func (k *Clerk) pageInFront(c *gin.Context) string {
	if visit.IsSafe(c.Request.Method) {
		return k.here(c)
	}
	return k.visit(c).ReturnTo()
}

// here is where the browser is, less what handshakes and loops add to the address. What Clerk's e-mails add stays.
func (k *Clerk) here(c *gin.Context) string {
	if sentpath.Length(c.Request.URL) > visit.MaxTarget {
		return "/"
	}
	target := sentpath.Target(c.Request.URL)
	if !localpath.Is(target) {
		return "/"
	}
	path, query, _ := strings.Cut(target, "?")
	query = visit.WithoutParameters(query, func(name string) bool {
		return visit.IsFlowParameter(name) && !isLinkParameter(name) || name == visit.SignInsParameter
	})
	if query == "" {
		return path
	}
	return path + "?" + query
}

// SignInURL returns the address of the sign-in page for this request, from which the browser comes back to returnTo: a
// path of the application or an absolute URL on one of its origins; anything else becomes "/". What the link that led to this
// request carries for Clerk, such as an invitation's ticket, goes along.
func (k *Clerk) SignInURL(c *gin.Context, returnTo string) string {
	return k.signInURL(c, From(c).SessionStatus, k.SafeTarget(returnTo))
}

// SignUpURL is [Clerk.SignInURL] for the sign-up page.
func (k *Clerk) SignUpURL(c *gin.Context, returnTo string) string {
	return k.carryOn(c, k.redirects(c).SignUp(k.visit(c).Absolute(k.SafeTarget(returnTo))))
}

func (k *Clerk) signInURL(c *gin.Context, status token.SessionStatus, returnTo string) string {
	redirects := k.redirects(c)
	redirects.Pending = status == token.SessionPending
	return k.carryOn(c, redirects.SignIn(k.visit(c).Absolute(returnTo)))
}

func (k *Clerk) redirects(c *gin.Context) authn.Redirects {
	v := k.visit(c)
	return authn.Redirects{
		PublishableKey:  k.key,
		BaseURL:         v.Absolute("/"), // all addresses are absolute, or begin with a slash
		SignInURL:       v.Link(k.config.SignInURL),
		SignUpURL:       v.Link(k.config.SignUpURL),
		DevBrowserToken: k.browserCredential(c).DevBrowser,
		Satellite:       k.satellites(),
	}
}

func withParameter(target, name, value string) string {
	u, err := url.Parse(target)
	if err != nil {
		return target
	}
	query := u.Query()
	query.Set(name, value)
	u.RawQuery = query.Encode()
	return u.String()
}
