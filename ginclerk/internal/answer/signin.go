package answer

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// The query parameter in which a sign-in page of the application is told why a user has to sign in again, and its value when the
// session was ended elsewhere.
const (
	SignInNotice       = "notice"
	NoticeSessionEnded = "session-ended"
)

// The query parameter that says how a session ended of which [SignInNotice] tells, as far as that is known.
const (
	SignInCause         = "cause"
	CauseSignedOut      = visit.EndedBySignOut // from another device, or by an administrator
	CauseSessionExpired = visit.EndedByTime    // its time was over, or it was not used for long
)

// The query parameter that says what waits for a user until they have signed in, and its value where that is a form.
const (
	SignInSaved = "saved"
	SavedForm   = "form"
)

// RedirectParameter says where a page goes on to.
const RedirectParameter = "redirect_url"

// Response is what a request gets that is turned away: a problem, or a redirect.
type Response struct {
	// Problem is what is told; nil for a redirect.
	Problem *Problem
	// Location is where a redirect leads to, with this Status.
	Location string
	Status   int
	// HTMXLocation has htmx leave the page, and HTMXRefresh load it again.
	HTMXLocation string
	HTMXRefresh  bool
	// Cookies are for the browser.
	Cookies []*http.Cookie
}

func problem(p Problem, cookies ...*http.Cookie) Response {
	return Response{Problem: &p, Cookies: cookies}
}

// Refuse is the problem of a row.
func Refuse(name Name) Response { return problem(Of(name)) }

// SeeOther is a redirect to a path of the application, or an address, which must be safe.
func SeeOther(v visit.Visit, target string, cookies ...*http.Cookie) Response {
	return Response{Location: v.Link(target), Status: http.StatusSeeOther, Cookies: cookies}
}

// SignIn knows where people sign in. It is a value and safe for concurrent use.
type SignIn struct {
	Key                  instance.PublishableKey
	SignInURL, SignUpURL string // paths of the application or absolute URLs; empty: the Account Portal
	Satellite            bool
	// AuthorizedParties are named to a program whose token is for none of them, in development.
	AuthorizedParties []string
}

// Who is what is known of the sender of a request that is turned away.
type Who struct {
	Reason     authn.Reason // why no user is signed in
	Status     token.SessionStatus
	DevBrowser string // of a development instance; may be empty
	FormWaits  bool   // a form of the browser is sent once its user has signed in
}

// Refuse turns away a request that needs a session and has none. parked is the page on which its form waits; "" where none does.
func (s SignIn) Refuse(v visit.Visit, who Who, parked string) Response {
	switch v.Kind() {
	case visit.HTMX:
		return s.refuseHTMX(v, who, parked)
	case visit.Page:
		return s.refusePage(v, who, parked)
	default:
		return problem(s.forProgram(who.problem()))
	}
}

// forProgram adds what the developer of a program has to know whose token is for another party. Instances with users don't tell.
func (s SignIn) forProgram(p Problem) Problem {
	if p.Reason == authn.Reason(token.ReasonInvalidAuthorizedParties) && s.Key.Type() == instance.Development {
		p.Detail += " The token's azp is missing or none of " + strings.Join(s.AuthorizedParties, ", ") + "."
	}
	return p
}

// problem is what a request is told that has no session.
func (w Who) problem() Problem {
	if w.Reason == reason.MembershipChanged {
		return Of(MembershipChanged)
	}
	if w.Reason == reason.AccountNotHere {
		return Of(AccountNotHere)
	}
	return Of(SignedOut).WithReason(w.Reason)
}

// refuseHTMX has htmx leave the page, or load it again where a navigation would renew the session or tell of its end.
func (s SignIn) refuseHTMX(v visit.Visit, who Who, parked string) Response {
	response := problem(who.problem())
	switch {
	case parked != "":
		response.HTMXLocation = v.Link(parked)
	case who.Reason.Expired() || who.Reason == reason.SelectionEnded || who.Reason == reason.AccountNotHere || who.Reason == reason.MembershipChanged:
		response.HTMXRefresh = true
	default:
		response.HTMXLocation = s.URL(v, who, v.ReturnTarget(v.Request.Header.Get("HX-Current-URL")))
	}
	return response
}

func (s SignIn) refusePage(v visit.Visit, who Who, parked string) Response {
	if parked != "" { // which needs a session, too: a handshake may do, else it sends on to sign-in
		return SeeOther(v, v.SafeTarget(parked))
	}
	if who.Reason == reason.AccountNotHere { // other accounts are, so that the person has to say what they want
		return problem(Of(AccountNotHere).WithAction(GoToSignIn, s.URL(v, who, InFront(v))))
	}
	if who.Reason == reason.CookiesRefused { // to sign in would not help
		return problem(Of(CookiesRefused).WithAction(TryAgain, Here(v)))
	}
	if s.At(v) {
		return Refuse(SignInGuarded)
	}
	count, returnTo, cookie := s.countRedirect(v, v.ReturnTo())
	if count.looping() && len(v.Request.Header["Cookie"]) == 0 {
		return problem(Of(CookiesRefused).WithAction(TryAgain, InFront(v)))
	}
	if count.looping() {
		return problem(Of(RedirectLoop).WithReason(who.Reason).WithAction(TryAgain, InFront(v)), cookie)
	}
	target := s.URL(v, who, returnTo)
	if target == "" { // the request's own address can't be read, so no way back can be named
		return problem(Of(SignedOut).WithReason(who.Reason), cookie)
	}
	cookies := []*http.Cookie{cookie}
	cause := v.Kept(visit.SessionEnded, "")
	ended, told := TakeSessionEnded(v)
	if told {
		cookies = append(cookies, ended)
	}
	if told || who.Reason == reason.SessionRevoked || who.Reason.RefreshRefused() {
		target = WithParameter(target, SignInNotice, NoticeSessionEnded)
		target = withCause(target, cause, who.Reason)
	}
	if who.FormWaits {
		target = WithParameter(target, SignInSaved, SavedForm)
	}
	status := http.StatusTemporaryRedirect
	if !v.Safe() {
		status = http.StatusSeeOther
	}
	return Response{Location: target, Status: status, Cookies: cookies}
}

// withCause adds how a session ended: as the browser was told, else as the reason says.
func withCause(target, told string, because authn.Reason) string {
	switch {
	case told == CauseSignedOut, told == CauseSessionExpired:
		return WithParameter(target, SignInCause, told)
	case because == reason.SessionRevoked:
		return WithParameter(target, SignInCause, CauseSignedOut)
	default:
		return target
	}
}

// CauseOf is how a session ended that has this status, as [visit.SessionEnded] keeps it.
func CauseOf(status session.Status) string {
	switch status {
	case session.Expired, session.Abandoned:
		return CauseSessionExpired
	case session.Ended, session.Removed, session.Revoked:
		return CauseSignedOut
	default:
		return visit.EndedSomehow
	}
}

// Settled returns the cookies by which a browser forgets that it was on its way to being signed in.
func Settled(v visit.Visit) []*http.Cookie {
	var cookies []*http.Cookie
	if v.Kept(visit.SignIns, "") != "" {
		cookies = append(cookies, v.Drop(visit.SignIns, ""))
	}
	if ended, told := TakeSessionEnded(v); told {
		cookies = append(cookies, ended)
	}
	return cookies
}

// TakeSessionEnded reports whether another browser ended the session, and returns the cookie by which this one forgets it.
func TakeSessionEnded(v visit.Visit) (*http.Cookie, bool) {
	if v.Kept(visit.SessionEnded, "") == "" {
		return nil, false
	}
	return v.Drop(visit.SessionEnded, ""), true
}

// InFront is the page that the person sees, to go on with it as it is.
func InFront(v visit.Visit) string {
	if v.Safe() {
		return Here(v)
	}
	return v.ReturnTo()
}

// Here is where the browser is, less what handshakes and loops add to the address. What Clerk's e-mails add stays.
func Here(v visit.Visit) string {
	if sentpath.Length(v.Request.URL) > visit.MaxTarget {
		return "/"
	}
	target := sentpath.Target(v.Request.URL)
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

// URL is the address of the sign-in page, from which the browser comes back to returnTo, which must be safe. What the link that led to
// this request carries for Clerk goes along.
func (s SignIn) URL(v visit.Visit, who Who, returnTo string) string {
	redirects := s.redirects(v, who)
	redirects.Pending = who.Status == token.SessionPending
	return carryOn(v, redirects.SignIn(v.Absolute(returnTo)))
}

// UpURL is [SignIn.URL] for the sign-up page.
func (s SignIn) UpURL(v visit.Visit, who Who, returnTo string) string {
	return carryOn(v, s.redirects(v, who).SignUp(v.Absolute(returnTo)))
}

// PortalURL is the address of a page of Clerk's Account Portal, from which the browser comes back to where the request asks for, if that
// is safe. page is "/sign-in" or "/sign-up", and below the rest of the path.
func (s SignIn) PortalURL(v visit.Visit, who Who, page, below string) string {
	redirects := s.redirects(v, who)
	redirects.SignInURL = s.Key.AccountPortal() + portalPage(page, below)
	return carryOn(v, redirects.SignIn(v.Absolute(v.ReturnTarget(askedTarget(v.Request.URL)))))
}

func (s SignIn) redirects(v visit.Visit, who Who) authn.Redirects {
	return authn.Redirects{
		PublishableKey:  s.Key,
		BaseURL:         v.Absolute("/"), // all addresses are absolute, or begin with a slash
		SignInURL:       v.OuterLink(s.SignInURL),
		SignUpURL:       v.OuterLink(s.SignUpURL),
		DevBrowserToken: who.DevBrowser,
		Satellite:       s.Satellite,
	}
}

// askedTarget is the target that a request's query names. A query above the longest target is not read.
func askedTarget(u *url.URL) string {
	if len(u.RawQuery) > visit.MaxTarget {
		return ""
	}
	return u.Query().Get(RedirectParameter)
}

func portalPage(page, below string) string {
	switch strings.Trim(below, "/") {
	case "create":
		return "/sign-up"
	case "tasks":
		return page + "/tasks"
	default:
		return page
	}
}

// WithParameter sets a query parameter of an address.
func WithParameter(target, name, value string) string {
	u, err := url.Parse(target)
	if err != nil {
		return target
	}
	query := u.Query()
	query.Set(name, value)
	u.RawQuery = query.Encode()
	return u.String()
}
