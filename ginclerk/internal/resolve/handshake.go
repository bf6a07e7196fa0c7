package resolve

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
)

// The answer of a handshake says who the browser is. An attacker who gets their own answer into the browser of a victim would
// sign the victim in as themselves, so an answer counts only in the browser that was sent on that handshake: each handshake has a
// random id, which the browser keeps in a sealed cookie and which the address that the handshake returns to names. The
// answer is believed where both agree. The browser then goes on to the address without id and answer.
//
// Tabs are on handshakes of their own at the same time, and their responses overtake each other. So each handshake has a
// cookie of its own.
const handshakePurpose sealed.Purpose = "handshake"

const (
	maxBegunHandshakes = 20 // whose cookies one browser keeps
	handshakeIDLength  = 26 // of rand.Text
)

// Handshakes in a row for one page are counted: by the address while the browser is away, and by a cookie of the page when it
// has come back. That ends loops that are slower than Clerk's own counter, which lives for two seconds, and those of browsers
// that keep no cookies.
const maxHandshakeRedirects = 3 // as in authn

// arrival is what a request brings back from a handshake.
type arrival struct {
	named  bool   // its address names a handshake of ours
	id     string // of that handshake; "" where it can't be read
	count  int64  // which handshake in a row that was; the first is 1
	begun  bool   // this browser was sent on it
	answer authn.Answer
}

func (n *run) arrivalOf(request authn.Request) arrival {
	in := arrival{answer: n.authn.Answer(request)}
	query := n.visit.Request.URL.RawQuery
	if !strings.Contains(query, visit.HandshakeParameter) {
		return in
	}
	var value string
	value, in.named = parameter(query, visit.HandshakeParameter)
	id, count, _ := strings.Cut(value, "-")
	if number, err := strconv.ParseUint(count, 10, 4); err == nil && isHandshakeID(id) {
		in.id, in.count = id, int64(number)
		in.begun = n.begunHere(id)
	}
	return in
}

func isHandshakeID(id string) bool {
	return len(id) == handshakeIDLength && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// redirectCount is how many handshakes in a row the browser has been sent on from this page. One that it kept no cookie of
// counts twice: it will hardly keep the next.
func (n *run) redirectCount(in arrival) int64 {
	switch {
	case in.begun:
		return in.count
	case in.id != "":
		return in.count + 1
	case n.visit.HasCookie(visit.Answered.Name("")):
		count, _ := strconv.ParseInt(answered(n.visit), 10, 8) // 0 where there is none
		return max(0, count)
	default:
		return 0
	}
}

// authenticateArrival decides about a request, and about the answer of a handshake that it may bring.
func (n *run) authenticateArrival(request *authn.Request) *authn.State {
	in := n.arrivalOf(*request)
	request.IgnoreAnswer, request.RedirectCount = true, n.redirectCount(in)
	if in.named {
		request.HTTP = withQuery(request.HTTP, visit.WithoutParameters(request.HTTP.URL.RawQuery, isHandshakeParameter))
	}
	state := n.decideArrival(*request, in)
	n.settleArrival(*request, in, state)
	return state
}

func (r *Resolver) decideArrival(request authn.Request, in arrival) *authn.State {
	switch {
	case !in.answer.Found() || !request.IsNavigation():
		return r.authn.Authenticate(request)
	case request.Passive:
		return r.handshakeElse(request)
	case in.begun:
		return r.believe(request)
	case in.answer.InAddress:
		return r.handshakeElse(request)
	}
	// A cookie may be left over from a handshake of another tab, or of another application on the same domain. It is asked about
	// once, and only where it could matter.
	state := r.authn.Authenticate(request)
	if state.Status == authn.SignedOut && state.Upstream == nil && request.RedirectCount == 0 {
		if own := r.authn.Handshake(request, reason.HandshakeNotBegun); own.Status == authn.Handshake {
			return own
		}
	}
	return state
}

// believe takes an answer at its word. One that Clerk does not know, or that is another instance's, says nothing: the browser is sent
// on another handshake.
func (r *Resolver) believe(request authn.Request) *authn.State {
	believing := request
	believing.IgnoreAnswer = false
	state := r.authn.Authenticate(believing)
	if state.Resolved() || state.Upstream != nil || state.Status == authn.SignedIn {
		return state
	}
	return r.handshakeElse(request)
}

// handshakeElse sends the browser on a handshake of our own. Where that can't be, the request is decided by what else it
// brings.
func (r *Resolver) handshakeElse(request authn.Request) *authn.State {
	state := r.authn.Handshake(request, reason.HandshakeNotBegun)
	if state.Status == authn.Handshake || state.Held() {
		return state
	}
	return r.authn.Authenticate(request)
}

// settleArrival tidies up behind a decision: a handshake that is over is forgotten, and the browser goes on to the address that
// it was sent on the handshake for.
func (n *run) settleArrival(request authn.Request, in arrival, state *authn.State) {
	if state.Upstream != nil || state.Held() {
		return
	}
	if in.begun && request.IsNavigation() {
		n.forgetHandshake(in.id)
	}
	switch {
	case state.Resolved():
		n.set(n.visit.Keep(visit.Answered, n.visit.Place(), strconv.FormatInt(in.count, 10)))
		if state.Location() == "" {
			n.goOn(request.HTTP.URL.RawQuery, state)
		}
	case state.Location() != "":
	case !in.begun && in.named && errors.Is(state.Err, authn.ErrRedirectLoop):
		state.Reason = reason.CookiesRefused
		state.Header.Set(authn.HeaderAuthReason, string(state.Reason))
	case in.named && request.IsNavigation() && request.RedirectCount < maxHandshakeRedirects:
		n.goOn(request.HTTP.URL.RawQuery, state)
	case n.visit.HasCookie(visit.Answered.Name("")) && answered(n.visit) != "":
		n.set(n.visit.Drop(visit.Answered, n.visit.Place()))
	}
}

// goOn sends the browser to where it is, less the parameters of handshakes. A satellite is told that it was synced: it would
// ask again otherwise.
func (n *run) goOn(query string, state *authn.State) {
	query = visit.WithoutParameters(query, isAnswerParameter)
	if n.satellite {
		query = visit.WithoutParameters(query, func(name string) bool { return name == syncedParameter }) + "&" + syncedParameter + "=true"
		query = strings.TrimPrefix(query, "&")
	}
	target := n.visit.Absolute(sentpath.Local(n.visit.Request.URL))
	if query != "" {
		target += "?" + sentpath.Query(query)
	}
	if state.Header == nil {
		state.Header = http.Header{}
	}
	state.Header.Set("Location", target)
	state.Header.Set("Cache-Control", "no-store")
}

// Parameters of Clerk's that a handshake returns with (@clerk/backend, file constants.ts).
const (
	syncedParameter = "__clerk_synced"
	helpParameter   = "__clerk_help"
)

func isHandshakeParameter(name string) bool { return name == visit.HandshakeParameter }

func isAnswerParameter(name string) bool {
	switch name {
	case visit.HandshakeParameter, instance.CookieHandshake, instance.CookieHandshakeNonce, helpParameter:
		return true
	default:
		return false
	}
}

// beginHandshake has the browser remember the handshake that a state sends it on.
func (n *run) beginHandshake(state *authn.State, redirects int64) {
	if state.Status != authn.Handshake {
		return
	}
	if id := rand.Text(); state.ReturnWith(visit.HandshakeParameter, handshakeValue(id, redirects+1)) {
		n.rememberHandshake(id)
	}
}

func handshakeValue(id string, count int64) string { return id + "-" + strconv.FormatInt(count, 10) }

// begunHere reports whether this browser was sent on the handshake.
func (n *run) begunHere(id string) bool {
	names := []string{visit.Handshake.Name(id)}
	if n.needsPlainCookies(n.visit) {
		names = append(names, visit.Handshake.PlainName(id))
	}
	for _, name := range names {
		if value := n.visit.Cookie(name); value != "" {
			if _, err := n.keyring.Open(handshakePurpose, value, n.handshakeBinding(id)); err == nil {
				return true
			}
		}
	}
	return false
}

// handshakeBinding keeps a cookie from standing for another handshake, or for one of another instance.
func (r *Resolver) handshakeBinding(id string) []byte { return append(r.binding(), "\n"+id...) }

// needsPlainCookies reports whether browsers may drop cookies that are Secure: on plain http they do, Safari on localhost too.
// Production is never on plain http.
func (r *Resolver) needsPlainCookies(v visit.Visit) bool {
	return r.key.Type() == instance.Development && v.Origin.Scheme() == "http"
}

// rememberHandshake has the browser remember a handshake.
func (n *run) rememberHandshake(id string) {
	value, err := n.keyring.Seal(handshakePurpose, nil, n.now().Add(visit.Handshake.Life()), n.handshakeBinding(id))
	if err != nil {
		n.logger.WarnContext(n.ctx, "ginclerk: a handshake could not be sealed", "error", err.Error())
		return
	}
	n.forgetOldHandshakes()
	n.setHandshake(n.visit.Keep(visit.Handshake, id, value), id)
}

// forgetHandshake has the browser forget a handshake.
func (n *run) forgetHandshake(id string) { n.setHandshake(n.visit.Drop(visit.Handshake, id), id) }

// setHandshake sets a handshake's cookie, or drops it, under all names that it has.
func (n *run) setHandshake(cookie *http.Cookie, id string) { //nolint:gosec // G124: as the visit makes it
	plain := n.visit.Plain(visit.Handshake.PlainName(id), cookie.Value, cookie.MaxAge)
	if n.visit.Request.Header.Get("Sec-Fetch-Dest") == "iframe" {
		// In a frame of another site's page a Lax cookie is not kept. This one is kept apart for each such site (CHIPS), so that it
		// says nothing about the browser elsewhere.
		cookie.SameSite, cookie.Partitioned = http.SameSiteNoneMode, true
	}
	n.set(cookie)
	if n.needsPlainCookies(n.visit) {
		n.set(plain)
	}
}

// forgetOldHandshakes drops the oldest cookies of handshakes from which the browser has not come back, where there are many.
// Browsers send older cookies first (RFC 6265, section 5.4).
func (n *run) forgetOldHandshakes() {
	if !n.visit.HasCookie(visit.Handshake.Name("")) {
		return
	}
	var ids []string
	for _, sent := range n.visit.Request.Cookies() {
		if id, found := strings.CutPrefix(sent.Name, visit.Handshake.Name("")); found && isHandshakeID(id) {
			ids = append(ids, id)
		}
	}
	for _, id := range ids[:max(0, len(ids)-maxBegunHandshakes+1)] {
		n.forgetHandshake(id)
	}
}

// Sync returns where to send the browser so that its cookies say what Clerk says, through a handshake and on to target, which must be a
// safe one, and the cookies that it needs for that.
func (r *Resolver) Sync(v visit.Visit, target string, because authn.Reason) (location string, cookies []*http.Cookie) {
	target = v.Absolute(target)
	location, cookies, err := r.sync(v, target, func(request authn.Request, returnTo string) (string, error) {
		return r.authn.HandshakeURL(request, returnTo, because)
	})
	if err != nil {
		return target, nil
	}
	return location, cookies
}

// SwitchOrganization is [Resolver.Sync] through a handshake in which Clerk makes an organization the active one of the browser's current
// session; an empty id means the personal account. The error says that no handshake has such an address.
func (r *Resolver) SwitchOrganization(
	v visit.Visit, target string, because authn.Reason, organizationID string,
) (location string, cookies []*http.Cookie, err error) {
	return r.sync(v, v.Absolute(target), func(request authn.Request, returnTo string) (string, error) {
		return r.authn.OrganizationHandshakeURL(request, returnTo, because, organizationID)
	})
}

// sync returns the address of a handshake that leads on to an absolute target, and the cookies by which the browser is known to have
// been sent on it.
func (r *Resolver) sync(
	v visit.Visit, target string, address func(request authn.Request, returnTo string) (string, error),
) (location string, cookies []*http.Cookie, err error) {
	returnTo, id := target, rand.Text()
	if !r.acceptsAnyAnswer {
		returnTo = visit.WithPair(target, visit.HandshakeParameter, handshakeValue(id, 1))
	}
	n := r.begin(v.Request.Context(), v)
	request := n.request(authn.Accepts{}, r.chooseCookies(n.ctx, v.Request.Header["Cookie"]))
	request.IgnoreAnswer = true
	location, err = address(request, returnTo)
	if err == nil && returnTo != target {
		n.rememberHandshake(id)
	}
	return location, n.cookies, err
}

// answered is how many handshakes in a row this page has seen; "" where it has seen none lately.
func answered(v visit.Visit) string { return v.Kept(visit.Answered, v.Place()) }

// withQuery returns the request with another query.
func withQuery(r *http.Request, query string) *http.Request {
	changed := r.WithContext(r.Context())
	u := *r.URL
	u.RawQuery = query
	changed.URL = &u
	return changed
}

// parameter returns the first value of a query parameter, and whether there is one.
func parameter(query, name string) (value string, found bool) {
	values, _ := url.ParseQuery(query) // what can't be read is left out
	if !values.Has(name) {
		return "", false
	}
	return values.Get(name), true
}
