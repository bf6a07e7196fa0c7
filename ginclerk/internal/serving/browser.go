package serving

import (
	"cmp"
	"errors"
	"net/http"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/answer"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/selection"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/session"
)

// Browser returns what the Frontend API needs to act for the browser of a request: its credential, as far as the
// application sees it, and where it is. A request that a bearer token decides has no credential: what its cookies say may be
// about another user.
func (r *Request) Browser() session.Browser {
	credential := clerkapi.Credential{}
	if !r.Bearer {
		credential = r.Credential(r.Visit)
	}
	return session.Browser{
		DevBrowser: credential.DevBrowser,
		Client:     credential.Client,
		Origin:     r.Visit.Origin.String(),
		Address:    r.Visit.ClientIP(),
		UserAgent:  r.Visit.Request.Header.Get("User-Agent"),
	}
}

// Credential reads the dev browser token of a development instance, or the client token of a production one, which
// the application sees only where it proxies the Frontend API.
func (c *Core) Credential(v visit.Visit) clerkapi.Credential {
	if c.Key.Type() == instance.Production {
		return clerkapi.Credential{Client: v.Cookie(instance.CookieClient)}
	}
	return clerkapi.Credential{
		DevBrowser: cmp.Or(v.Cookie(c.Key.Suffixed(instance.CookieDevBrowser)), v.Cookie(instance.CookieDevBrowser)),
	}
}

// Sync is the redirect that sends the browser through a handshake, after which its cookies say what Clerk says, and
// on to target, which must be a safe one. It is for after a change to the browser's sessions: one was ended, or another one chosen.
func (r *Request) Sync(target string, because authn.Reason, cookies ...*http.Cookie) answer.Response {
	location, more := r.Resolver.Sync(r.Visit, target, because)
	return answer.Response{Location: location, Status: http.StatusSeeOther, Cookies: append(cookies, more...)}
}

// Switch makes another active session of this browser the current one and returns the redirect to target, which must be a
// safe one. Errors are those of [session.Service.Switch], except that a missing credential is none. Below the path of an account the browser goes to
// that of the other one, and nothing is changed.
func (r *Request) Switch(sessionID, target string) (answer.Response, error) {
	if r.Visit.Account != "" {
		return r.toAccount(sessionID, target)
	}
	err := r.Sessions.Switch(r.context(), r.Browser(), r.SessionID, sessionID)
	if err == nil {
		r.States.Forget(sessionID)
		return r.Sync(target, reason.SessionSwitched, selection.Drop(r.Visit)...), nil
	}
	if !errors.Is(err, session.ErrNoCredential) {
		return answer.Response{}, err
	}
	chosen, err := r.Sessions.Switchable(r.context(), r.SessionID, sessionID)
	if err != nil {
		return answer.Response{}, err
	}
	cookies, err := r.choose(chosen)
	if err != nil {
		return answer.Response{}, err
	}
	return answer.SeeOther(r.Visit, target, cookies...), nil
}

// choose returns the cookies by which the browser remembers another of its sessions, which has been checked, as the one that its
// requests are taken for.
func (r *Request) choose(target session.Session) ([]*http.Cookie, error) {
	base := cmp.Or(r.BaseSessionID, r.SessionID)
	if target.ID == base {
		return selection.Drop(r.Visit), nil
	}
	cookie, err := r.Selector.Select(r.Visit, base, target)
	if err != nil {
		return nil, err
	}
	r.WarnInsecureOrigin(r.Visit)
	return []*http.Cookie{cookie}, nil
}

// LeaveSelection is the redirect that tells a page that it is back at the browser's own account. It does not apply to anything else: the
// guards refuse that, and the cookie stays where it is. Such a request came from a page of the other account, and until the person has
// been told, nothing that the page sends may be done in this one's name.
func (r *Request) LeaveSelection() (_ answer.Response, applies bool) {
	if r.Visit.Kind() != visit.Page || r.Visit.Request.Method == http.MethodHead {
		return answer.Response{}, false
	}
	cookies := append(selection.Drop(r.Visit), r.flash(Flash{
		Kind: "warning", Keys: [3]string{"notice.selection-ended"},
	})...)
	return answer.SeeOther(r.Visit, answer.InFront(r.Visit), cookies...), true
}

// Leave is the redirect of a request whose session is over to target, which must be a safe one. A browser that had switched is back
// in its own account; any other forgets its cookies and goes through a handshake. A session that a bearer token named is not the
// browser's, whose cookies stay.
func (r *Request) Leave(target string, because authn.Reason) answer.Response {
	if r.Bearer {
		return answer.SeeOther(r.Visit, target)
	}
	if r.Visit.Account != "" { // the cookies are another account's, where the browser's own session is another
		if r.Switched() {
			return answer.SeeOther(r.Visit, target)
		}
		return r.Sync(target, because, r.ForgetSession()...)
	}
	cookies := selection.Drop(r.Visit)
	if r.Switched() {
		return answer.SeeOther(r.Visit, target, cookies...)
	}
	return r.Sync(target, because, append(cookies, r.ForgetSession()...)...)
}

// ForgetSession returns what drops the session cookies that the application itself can drop. The handshake sees to the rest.
func (r *Request) ForgetSession() []*http.Cookie {
	return []*http.Cookie{r.forget(instance.CookieSession), r.forget(r.Key.Suffixed(instance.CookieSession)), r.ForgetRefresh()}
}

// ForgetRefresh returns what drops the token with which the session of a browser is renewed. A handshake brings another.
func (r *Request) ForgetRefresh() *http.Cookie {
	return r.forget(r.Key.Suffixed(instance.CookieRefresh))
}

// forget returns what drops a cookie of Clerk's.
func (r *Request) forget(name string) *http.Cookie {
	dropped := r.Visit.Plain(name, "", -1) //nolint:gosec // G124: it has no value
	dropped.Path = "/"                     // where Clerk sets them
	return dropped
}
