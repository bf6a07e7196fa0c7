package pages

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/parking"
)

// Paths of the pages that ask for proof, and of the page with waiting forms.
const (
	pathVerify       = "/verify"
	pathProveFactor  = "/verify/proof"
	pathChooseFactor = "/verify/factor"
	pathSignInAgain  = "/sign-in-again"
	pathForms        = "/forms"
	pathSendForm     = "/forms/send"
	pathDiscardForm  = "/forms/discard"
)

// mountStepUp mounts these pages and tells the guards their addresses.
func (s *Site) mountStepUp(group, actions gin.IRoutes) {
	for path, handler := range map[string]gin.HandlerFunc{
		pathSignInAgain: s.showSignInAgain, pathForms: s.showForms,
	} {
		group.GET(path, handler)
		group.HEAD(path, handler)
	}
	actions.GET(pathVerify, s.showVerify) // Begins a verification at Clerk; HEAD does not.
	group.HEAD(pathVerify, s.showVerify)
	actions.POST(pathProveFactor, s.verifyForm(s.proveFactor))
	actions.POST(pathChooseFactor, s.verifyForm(s.chooseFactor))
	group.POST(pathSignInAgain, s.signInAgain)
	group.POST(pathSendForm, s.sendForm)
	group.POST(pathDiscardForm, s.discardForm)
	ginclerk.UsePages(s.clerk, ginclerk.Pages{Verify: s.VerifyURL(), SignInAgain: s.base + pathSignInAgain})
}

// keepForms turns on the keeping of forms if there is a router to send them to again: the whole engine, or the one in the
// options. Forms of the session pages have passwords and codes, and are never kept.
func (s *Site) keepForms(r Router) {
	replay := s.options.Replay
	if engine, whole := r.(*gin.Engine); whole && replay == nil {
		replay = http.Handler(engine)
	}
	if replay != nil {
		ginclerk.UsePages(s.clerk, ginclerk.Pages{Forms: parking.Page{URL: s.FormsURL(), Replay: replay, Except: []string{s.base}}})
	}
}

// VerifyURL is the path of the page on which the user proves once more who they are. Guards with [ginclerk.Reverified] lead
// there.
func (s *Site) VerifyURL() string { return s.base + pathVerify }

// FormsURL is the path of the page with forms that wait to be sent.
func (s *Site) FormsURL() string { return s.base + pathForms }
