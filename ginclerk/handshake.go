package ginclerk

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sealed"
	"github.com/ginclerk/ginclerk/ginclerk/internal/sentpath"
)

// The answer of a handshake says who the browser is. Who could bring an answer of their own to somebody else's browser would
// sign it in as themselves, so an answer counts only in the browser that was sent on that handshake: each handshake has a
// random id, which the browser keeps in a sealed cookie and which the address that the handshake returns to names. The
// answer is believed where both agree. The browser then goes on to the address without id and answer.
//
// Tabs are on handshakes of their own at the same time, and their responses overtake each other. So each handshake has a
// cookie of its own.
const (
	handshakeParameter                        = "__ginclerk_handshake"
	handshakeCookiePrefix                     = "__Host-ginclerk_handshake_"
	plainHandshakeCookiePrefix                = "__ginclerk_handshake_"
	handshakePurpose           sealed.Purpose = "handshake"
	handshakeLife                             = 5 * time.Minute // Clerk answers at once; networks may be slow
	maxBegunHandshakes                        = 20              // whose cookies one browser keeps
	handshakeIDLength                         = 26              // of rand.Text
)

// Handshakes in a row for one page are counted: by the address while the browser is away, and by a cookie of the page when it
// has come back. That ends loops that are slower than Clerk's own counter, which lives for two seconds, and those of browsers
// that keep no cookies.
const (
	answeredCookiePrefix  = "__ginclerk_answered_"
	answeredSeconds       = 10
	maxHandshakeRedirects = 3 // as in authn
)

// arrival is what a request brings back from a handshake.
type arrival struct {
	named  bool   // its address names a handshake of ours
	id     string // of that handshake; "" where it can't be read
	count  int64  // which handshake in a row that was; the first is 1
	begun  bool   // this browser was sent on it
	answer authn.Answer
}

func (k *Clerk) arrivalOf(c *gin.Context, request authn.Request) arrival {
	in := arrival{answer: k.authn.Answer(request)}
	if !strings.Contains(c.Request.URL.RawQuery, handshakeParameter) {
		return in
	}
	var value string
	value, in.named = c.GetQuery(handshakeParameter)
	id, count, _ := strings.Cut(value, "-")
	if n, err := strconv.ParseUint(count, 10, 4); err == nil && isHandshakeID(id) {
		in.id, in.count = id, int64(n)
		in.begun = k.begunHere(c, id)
	}
	return in
}

func isHandshakeID(id string) bool {
	return len(id) == handshakeIDLength && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// redirectCount is how many handshakes in a row the browser has been sent on from this page. One that it kept no cookie of
// counts twice: it will hardly keep the next.
func (k *Clerk) redirectCount(c *gin.Context, in arrival) int64 {
	switch {
	case in.begun:
		return in.count
	case in.id != "":
		return in.count + 1
	case hasCookie(c.Request, answeredCookiePrefix):
		n, _ := strconv.ParseInt(cookie(c.Request, answeredCookie(c)), 10, 8) // 0 where there is none
		return max(0, n)
	default:
		return 0
	}
}

// authenticateArrival decides about a request, and about the answer of a handshake that it may bring.
func (k *Clerk) authenticateArrival(c *gin.Context, request *authn.Request) *authn.State {
	in := k.arrivalOf(c, *request)
	request.IgnoreAnswer, request.RedirectCount = true, k.redirectCount(c, in)
	if in.named {
		request.HTTP = withQuery(request.HTTP, withoutParameters(request.HTTP.URL.RawQuery, isHandshakeParameter))
	}
	state := k.decideArrival(*request, in)
	k.settleArrival(c, *request, in, state)
	return state
}

func (k *Clerk) decideArrival(request authn.Request, in arrival) *authn.State {
	switch {
	case !in.answer.Found() || !request.IsNavigation():
		return k.authn.Authenticate(request)
	case request.Passive:
		return k.handshakeElse(request)
	case in.begun:
		return k.resolve(request)
	case in.answer.InAddress:
		return k.handshakeElse(request)
	}
	// A cookie may be left over from a handshake of another tab, or of another application on the same domain. It is asked about
	// once, and only where it could matter.
	state := k.authn.Authenticate(request)
	if state.Status == authn.SignedOut && state.Upstream == nil && request.RedirectCount == 0 {
		if own := k.authn.Handshake(request, ReasonHandshakeNotBegun); own.Status == authn.Handshake {
			return own
		}
	}
	return state
}

// resolve believes an answer. One that Clerk does not know, or that is another instance's, says nothing: the browser is sent
// on another handshake.
func (k *Clerk) resolve(request authn.Request) *authn.State {
	believing := request
	believing.IgnoreAnswer = false
	state := k.authn.Authenticate(believing)
	if state.Resolved() || state.Upstream != nil || state.Status == authn.SignedIn {
		return state
	}
	return k.handshakeElse(request)
}

// handshakeElse sends the browser on a handshake of our own. Where that can't be, the request is decided by what else it
// brings.
func (k *Clerk) handshakeElse(request authn.Request) *authn.State {
	state := k.authn.Handshake(request, ReasonHandshakeNotBegun)
	if state.Status == authn.Handshake || state.Held() {
		return state
	}
	return k.authn.Authenticate(request)
}

// settleArrival tidies up behind a decision: a handshake that is over is forgotten, and the browser goes on to the address that
// it was sent on the handshake for.
func (k *Clerk) settleArrival(c *gin.Context, request authn.Request, in arrival, state *authn.State) {
	if state.Upstream != nil || state.Held() {
		return
	}
	if in.begun && request.IsNavigation() {
		k.setBegun(c, in.id, -1)
	}
	switch {
	case state.Resolved():
		k.setAnswered(c, strconv.FormatInt(in.count, 10), answeredSeconds)
		if state.Location() == "" {
			k.goOn(c, request.HTTP.URL.RawQuery, state)
		}
	case state.Location() != "":
	case !in.begun && in.named && errors.Is(state.Err, authn.ErrRedirectLoop):
		state.Reason = ReasonCookiesRefused
		state.Header.Set(authn.HeaderAuthReason, string(state.Reason))
	case in.named && request.IsNavigation() && request.RedirectCount < maxHandshakeRedirects:
		k.goOn(c, request.HTTP.URL.RawQuery, state)
	case hasCookie(c.Request, answeredCookiePrefix) && cookie(c.Request, answeredCookie(c)) != "":
		k.setAnswered(c, "", -1)
	}
}

// goOn sends the browser to where it is, less the parameters of handshakes. A satellite is told that it was synced: it would
// ask again otherwise.
func (k *Clerk) goOn(c *gin.Context, query string, state *authn.State) {
	query = withoutParameters(query, isAnswerParameter)
	if k.satellites() {
		query = withoutParameters(query, func(name string) bool { return name == syncedParameter }) + "&" + syncedParameter + "=true"
		query = strings.TrimPrefix(query, "&")
	}
	target := k.visit(c).Absolute(sentpath.Local(c.Request.URL))
	if query != "" {
		target += "?" + sentpath.Query(query)
	}
	state.Header.Set("Location", target)
	state.Header.Set("Cache-Control", "no-store")
}

// Parameters of Clerk's that a handshake returns with (@clerk/backend, file constants.ts).
const (
	syncedParameter = "__clerk_synced"
	helpParameter   = "__clerk_help"
)

func isHandshakeParameter(name string) bool { return name == handshakeParameter }

func isAnswerParameter(name string) bool {
	switch name {
	case handshakeParameter, instance.CookieHandshake, instance.CookieHandshakeNonce, helpParameter:
		return true
	default:
		return false
	}
}

// beginHandshake has the browser remember the handshake that a state sends it on.
func (k *Clerk) beginHandshake(c *gin.Context, state *authn.State, redirects int64) {
	if state.Status != authn.Handshake {
		return
	}
	if id := rand.Text(); state.ReturnWith(handshakeParameter, handshakeValue(id, redirects+1)) {
		k.setBegun(c, id, int(handshakeLife.Seconds()))
	}
}

func handshakeValue(id string, count int64) string { return id + "-" + strconv.FormatInt(count, 10) }

// begunHere reports whether this browser was sent on the handshake.
func (k *Clerk) begunHere(c *gin.Context, id string) bool {
	prefixes := []string{handshakeCookiePrefix}
	if k.needsPlainCookies(c) {
		prefixes = append(prefixes, plainHandshakeCookiePrefix)
	}
	for _, prefix := range prefixes {
		if value := cookie(c.Request, prefix+id); value != "" {
			if _, err := k.keyring.Open(handshakePurpose, value, k.handshakeBinding(id)); err == nil {
				return true
			}
		}
	}
	return false
}

// handshakeBinding keeps a cookie from standing for another handshake, or for one of another instance.
func (k *Clerk) handshakeBinding(id string) []byte { return append(k.instanceBinding(), "\n"+id...) }

// needsPlainCookies reports whether browsers may drop cookies that are Secure: on plain http they do, Safari on localhost too.
// Production is never on plain http.
func (k *Clerk) needsPlainCookies(c *gin.Context) bool {
	return k.key.Type() == instance.Development && strings.HasPrefix(k.origin(c), "http://")
}

// setBegun has the browser remember a handshake for so many seconds; a negative number makes it forget.
func (k *Clerk) setBegun(c *gin.Context, id string, maxAge int) {
	value := ""
	if maxAge > 0 {
		var err error
		if value, err = k.keyring.Seal(handshakePurpose, nil, k.now().Add(handshakeLife), k.handshakeBinding(id)); err != nil {
			k.config.Logger.WarnContext(c.Request.Context(), "ginclerk: a handshake could not be sealed", "error", err.Error())
			return
		}
		k.forgetOldHandshakes(c)
	}
	sent := &http.Cookie{
		Name: handshakeCookiePrefix + id, Value: value, Path: "/", MaxAge: maxAge, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if c.GetHeader("Sec-Fetch-Dest") == "iframe" {
		// In a frame of another site's page a Lax cookie is not kept. This one is kept apart for each such site (CHIPS), so that it
		// says nothing about the browser elsewhere.
		sent.SameSite, sent.Partitioned = http.SameSiteNoneMode, true
	}
	setCookie(c, sent)
	if k.needsPlainCookies(c) {
		k.setPlainCookie(c, plainHandshakeCookiePrefix+id, value, maxAge)
	}
}

// forgetOldHandshakes drops the oldest cookies of handshakes from which the browser has not come back, where there are many.
// Browsers send older cookies first (RFC 6265, section 5.4).
func (k *Clerk) forgetOldHandshakes(c *gin.Context) {
	if !hasCookie(c.Request, handshakeCookiePrefix) {
		return
	}
	var ids []string
	for _, sent := range c.Request.Cookies() {
		if id, found := strings.CutPrefix(sent.Name, handshakeCookiePrefix); found && isHandshakeID(id) {
			ids = append(ids, id)
		}
	}
	for _, id := range ids[:max(0, len(ids)-maxBegunHandshakes+1)] {
		k.setBegun(c, id, -1)
	}
}

func answeredCookie(c *gin.Context) string {
	return answeredCookiePrefix + shortHash(sentpath.Of(c.Request.URL))
}

func (k *Clerk) setAnswered(c *gin.Context, value string, maxAge int) {
	k.setPlainCookie(c, answeredCookie(c), value, maxAge)
}

// withQuery returns the request with another query.
func withQuery(r *http.Request, query string) *http.Request {
	changed := r.WithContext(r.Context())
	u := *r.URL
	u.RawQuery = query
	changed.URL = &u
	return changed
}
