package ginclerk

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// isPrefetch reports whether nobody has asked for a page yet: the browser, or a script, fetches it because somebody may. Chromium
// and Firefox say so in Sec-Purpose (Fetch, section "Sec-Purpose"), older ones and Safari in Purpose, X-Purpose and X-Moz,
// Turbo in X-Sec-Purpose, and htmx's preload extension in HX-Preloaded.
//
// A prefetch is no visit. It is sent to no handshake and to no sign-in, renews no token, keeps no form, and no cookie of ours
// is set for it: its response may never be looked at. Where only a visit could tell who it is, the answer is an error, which
// browsers discard, so that they ask again when somebody does visit.
func isPrefetch(r *http.Request) bool {
	for _, name := range [...]string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz", "X-Sec-Purpose"} {
		for _, value := range r.Header[name] {
			if namesPrefetch(value) {
				return true
			}
		}
	}
	return len(r.Header["Hx-Preloaded"]) > 0
}

func namesPrefetch(value string) bool {
	for word := range strings.FieldsFuncSeq(strings.ToLower(value), func(r rune) bool { return strings.ContainsRune(" \t,;", r) }) {
		switch word {
		case "prefetch", "prerender", "preview", "instant":
			return true
		}
	}
	return false
}

// answerPrefetch answers a prefetch of which a visit alone could tell who it is. 503 without Retry-After is how a server declines
// a prefetch: browsers discard it, and do not stop prefetching other pages.
func (k *Clerk) answerPrefetch(c *gin.Context) { k.answer(c, problemPrefetch) }

func problemPrefetch() Problem {
	return Problem{
		Status: http.StatusServiceUnavailable,
		Error:  "Not prefetched",
		Detail: "This page was asked for before anybody opened it. Who is signed in can be told when it is opened.",
		Remedy: "Open the page.",
		Reason: ReasonPrefetch,
	}
}
