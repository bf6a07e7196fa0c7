package pages

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/templates"
)

// besideParameter has marks of the other sessions that were on the browser when the session ended. The parameter says that a
// session has ended: a request with a session that it does not list comes from a new sign-in.
const (
	besideParameter = "beside"
	besideSeparator = "."
)

// showSignInAgain says why the user has to sign in again. After the sign-in it redirects to where the user came from.
func (s *Site) showSignInAgain(c *gin.Context) {
	v, returnTo := s.voice(c), s.goOn(c)
	beside, left := c.GetQuery(besideParameter)
	if !left {
		s.renderSignInAgain(c, http.StatusOK, templates.SignInAgainView{
			Page: s.Frame(c, v.Text("again.title")), Why: v.joined(v.Text("again.recent"), s.kept(c, returnTo, "forms.kept-sign-in")),
			LeaveURL: s.link(c, s.signInAgainURL(c, returnTo)), BackURL: s.link(c, s.options.HomeURL),
		})
		return
	}
	if !slices.Contains(strings.Split(beside, besideSeparator), mark(ginclerk.From(c).SessionID)) {
		s.seeOther(c, returnTo)
		return
	}
	why := v.Text("again.beside")
	if account := s.accountName(c); account != "" {
		why = v.Text("again.beside-account", "account", account)
	}
	s.renderSignInAgain(c, http.StatusOK, templates.SignInAgainView{
		Page: s.Frame(c, v.Text("again.beside-title")), Why: why,
		SignInURL: s.link(c, s.addAccount(c, c.Request.URL.RequestURI())),
		BackURL:   s.link(c, returnTo), BackLabel: v.Text("again.continue"),
	})
}

// renderSignInAgain shows the one page for a sign-in that is not good enough for an action.
func (s *Site) renderSignInAgain(c *gin.Context, status int, view templates.SignInAgainView) {
	if view.LeaveURL != "" {
		view.Account = s.accountName(c)
	}
	s.Render(c, status, s.options.Templates.SignInAgain(view))
}

// signInAgain ends the session. The page that it redirects to needs a session, so the browser goes on to sign-in.
func (s *Site) signInAgain(c *gin.Context) {
	auth, clerk, returnTo := ginclerk.From(c), s.clerk.For(c), s.goOn(c)
	beside := s.besides(c)
	err := clerk.Sessions().Revoke(c.Request.Context(), auth.UserID, auth.SessionID)
	if err != nil && !errors.Is(err, session.ErrNotFound) {
		s.refused(c, s.signInAgainURL(c, returnTo), err)
		return
	}
	s.recordSignOut(c, auth.SessionID)
	target := s.base + pathSignInAgain + "?" + url.Values{
		answer.RedirectParameter: {s.at(c, returnTo)}, besideParameter: {beside},
	}.Encode()
	s.respond(c, s.request(c).Leave(s.request(c).Visit.SafeTarget(target), reason.SessionEnded))
}

// besides returns marks of the other sessions of this browser. If Clerk does not answer it returns "", and then any session
// counts as a new sign-in.
func (s *Site) besides(c *gin.Context) string {
	current := ginclerk.From(c).SessionID
	accounts, err := s.clerk.For(c).Sessions().ForBrowser(c.Request.Context(), current)
	if err != nil {
		_ = c.Error(err)
		return ""
	}
	var marks []string
	for _, account := range accounts {
		if account.Session.ID != current {
			marks = append(marks, mark(account.Session.ID))
		}
	}
	return strings.Join(marks, besideSeparator)
}

// addAccount returns an address that offers sign-in to a signed-in person, and then leads to returnTo.
func (s *Site) addAccount(c *gin.Context, returnTo string) string {
	if s.options.AddAccountURL == "" {
		return s.clerk.For(c).Links(c).SignIn(returnTo)
	}
	u, err := url.Parse(s.options.AddAccountURL)
	if err != nil {
		return s.clerk.For(c).Links(c).SignIn(returnTo)
	}
	query := u.Query()
	query.Set("redirect_url", s.request(c).Visit.Origin.String()+s.at(c, returnTo))
	u.RawQuery = query.Encode()
	return u.String()
}

// accountName names the account of the request: from the token, else from Clerk. It returns "" if neither has a name.
func (s *Site) accountName(c *gin.Context) string {
	auth := ginclerk.From(c)
	if name, email := person(auth); email != "" || name != "" {
		return cmp.Or(email, name)
	}
	accounts, err := s.clerk.For(c).Sessions().ForBrowser(c.Request.Context(), auth.SessionID)
	if err != nil {
		_ = c.Error(err) // a page does not fail because a name is missing
	}
	for _, account := range accounts {
		if account.Current {
			return label(account.Profile)
		}
	}
	return ""
}
