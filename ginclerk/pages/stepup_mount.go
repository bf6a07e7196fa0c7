package pages

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// Paths of the pages on which somebody proves who they are, and of those of waiting forms.
const (
	pathVerify       = "/verify"
	pathProveFactor  = "/verify/proof"
	pathChooseFactor = "/verify/factor"
	pathSignInAgain  = "/sign-in-again"
	pathForms        = "/forms"
	pathSendForm     = "/forms/send"
	pathDiscardForm  = "/forms/discard"
)

// mountStepUp mounts those pages and has guards send browsers there.
func (s *Site) mountStepUp(group, actions gin.IRoutes) {
	for path, handler := range map[string]gin.HandlerFunc{
		pathSignInAgain: s.showSignInAgain, pathForms: s.showForms,
	} {
		group.GET(path, handler)
		group.HEAD(path, handler)
	}
	actions.GET(pathVerify, s.showVerify) // which has Clerk begin a verification, unlike HEAD
	group.HEAD(pathVerify, s.showVerify)
	actions.POST(pathProveFactor, s.proveFactor)
	actions.POST(pathChooseFactor, s.chooseFactor)
	group.POST(pathSignInAgain, s.signInAgain)
	group.POST(pathSendForm, s.sendForm)
	group.POST(pathDiscardForm, s.discardForm)
	s.clerk.UsePages(ginclerk.Pages{Verify: s.VerifyURL(), SignInAgain: s.base + pathSignInAgain})
}

// keepForms has forms kept where there is something to send them to again: the whole engine, or what the options say. Those of
// these pages themselves, with passwords and codes in them, are not.
func (s *Site) keepForms(r Router) {
	replay := s.options.Replay
	if engine, whole := r.(*gin.Engine); whole && replay == nil {
		replay = http.Handler(engine)
	}
	if replay != nil {
		s.clerk.UsePages(ginclerk.Pages{Forms: &ginclerk.FormsPage{URL: s.FormsURL(), Replay: replay, Except: []string{s.base}}})
	}
}

// VerifyURL is the page on which somebody proves once more who they are. Guards with [ginclerk.Reverified] lead there.
func (s *Site) VerifyURL() string { return s.base + pathVerify }

// FormsURL is the page with forms that wait to be sent.
func (s *Site) FormsURL() string { return s.base + pathForms }
