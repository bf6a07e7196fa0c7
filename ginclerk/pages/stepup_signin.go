package pages

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/templates"
)

// besideParameter has marks of the sessions that were on the browser beside the one that has ended. Its presence says that one
// has: whoever then comes with another session has signed in again.
const (
	besideParameter = "beside"
	besideSeparator = "."
)

// showSignInAgain says why somebody has to sign in again; afterwards it is passed on the way back.
func (s *Site) showSignInAgain(c *gin.Context) {
	returnTo := s.goOn(c)
	beside, left := c.GetQuery(besideParameter)
	if !left {
		s.renderSignInAgain(c, templates.SignInAgainView{
			Why:      "You signed in too long ago for what you want to do, or it needs proof that it is you.",
			LeaveURL: s.link(c, s.signInAgainURL(c, returnTo)), BackURL: s.link(c, s.options.HomeURL),
		})
		return
	}
	if !slices.Contains(strings.Split(beside, besideSeparator), mark(ginclerk.From(c).SessionID)) {
		s.seeOther(c, returnTo)
		return
	}
	s.renderSignInAgain(c, templates.SignInAgainView{
		Why:       "You are signed out of the account you used. Another one is still signed in on this browser.",
		SignInURL: s.link(c, s.addAccount(c, c.Request.URL.RequestURI())),
		BackURL:   s.link(c, returnTo), BackLabel: "Go on with this account",
	})
}

func (s *Site) renderSignInAgain(c *gin.Context, view templates.SignInAgainView) {
	view.Page = s.Frame(c, "Sign in again")
	view.Account = s.accountName(c)
	s.Render(c, http.StatusOK, templates.SignInAgainPage(view))
}

// signInAgain ends the session, which leads to sign-in, since the page that it goes on to needs one.
func (s *Site) signInAgain(c *gin.Context) {
	auth, clerk, returnTo := ginclerk.From(c), s.clerk.For(c), s.goOn(c)
	beside := s.besides(c)
	err := clerk.Sessions().Revoke(c.Request.Context(), auth.UserID, auth.SessionID)
	if err != nil && !errors.Is(err, session.ErrNotFound) {
		s.refused(c, s.signInAgainURL(c, returnTo), err)
		return
	}
	target := s.base + pathSignInAgain + "?" + url.Values{
		answer.RedirectParameter: {s.at(c, returnTo)}, besideParameter: {beside},
	}.Encode()
	s.respond(c, s.request(c).Leave(s.request(c).Visit.SafeTarget(target), reason.SessionEnded))
}

// besides marks the other sessions of this browser. Without Clerk's answer there are none: whoever is found signed in
// afterwards goes on.
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

// addAccount leads to signing in although somebody is signed in, and on to returnTo.
func (s *Site) addAccount(c *gin.Context, returnTo string) string {
	if s.options.AddAccountURL == "" {
		return s.clerk.For(c).SignInURL(c, returnTo)
	}
	u, err := url.Parse(s.options.AddAccountURL)
	if err != nil {
		return s.clerk.For(c).SignInURL(c, returnTo)
	}
	query := u.Query()
	query.Set("redirect_url", s.request(c).Visit.Origin.String()+s.at(c, returnTo))
	u.RawQuery = query.Encode()
	return u.String()
}

// accountName names the account of the request: by what its token says, else by what Clerk does. Empty: neither says anything.
func (s *Site) accountName(c *gin.Context) string {
	auth := ginclerk.From(c)
	if name, email := person(auth); email != "" || name != "" {
		return cmp.Or(email, name)
	}
	accounts, err := s.clerk.For(c).Sessions().ForBrowser(c.Request.Context(), auth.SessionID)
	if err != nil {
		_ = c.Error(err) // a name is not worth failing for
	}
	for _, account := range accounts {
		if account.Current {
			return label(account.Profile)
		}
	}
	return ""
}
