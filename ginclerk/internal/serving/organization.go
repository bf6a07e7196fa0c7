package serving

import (
	"errors"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/selection"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// SwitchOrganization makes an organization the active one of the request's session and returns the redirect to target, which must be a
// safe one. An empty id means the personal account. Errors are those of [session.Service.SwitchOrganization], except that a missing
// credential is none, and [session.ErrNotOfBrowser].
func (r *Request) SwitchOrganization(organizationID, target string) (answer.Response, error) {
	if r.UserID == "" {
		return answer.Response{}, answer.ErrSignedOut
	}
	if r.Visit.Account != "" && r.Switched() { // it would become the browser's own session, for all tabs
		return answer.Response{}, session.ErrNotOfBrowser
	}
	err := r.Sessions.SwitchOrganization(r.context(), r.Browser(), r.UserID, r.SessionID, organizationID)
	switch {
	case err == nil:
		r.forgetOrganization()
		return r.Sync(target, reason.OrganizationSwitched, r.dropSelection()...), nil
	case !errors.Is(err, session.ErrNoCredential):
		return answer.Response{}, err
	case r.Bearer, r.Switched():
		return answer.Response{}, session.ErrNotOfBrowser
	}
	// The browser has the credential that the application does not see. It takes the question to Clerk itself.
	location, cookies, err := r.Resolver.SwitchOrganization(r.Visit, target, reason.OrganizationSwitched, organizationID)
	if err != nil {
		return answer.Response{}, err
	}
	r.forgetOrganization()
	return answer.Response{Location: location, Status: http.StatusSeeOther, Cookies: cookies}, nil
}

// FixesOrganization reports whether the organization of the request's session can't be changed: the request has a bearer token, or the session is
// not the browser's own, and Clerk changes the organization of another one only by making it the browser's own. Below the path of an account, that
// would change the account of all tabs that have no path of their own, so it is not done there though the application could.
func (r *Request) FixesOrganization() bool {
	return r.Bearer || r.Switched() && (r.Visit.Account != "" || !r.Browser().HasCredential())
}

// forgetOrganization drops what is remembered of the session with its organization.
func (r *Request) forgetOrganization() {
	r.States.Forget(r.SessionID)
	r.Tokens.Forget(r.SessionID)
}

// dropSelection has the browser forget which session it has switched to, which is of no concern below the path of an account.
func (r *Request) dropSelection() []*http.Cookie {
	if r.Visit.Account != "" {
		return nil
	}
	return selection.Drop(r.Visit)
}
