package reliability

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// longestWait is how long a request may take where a service fails: as long as it may wait for Clerk, however many calls it makes
// (ginclerk.ClerkAPI.HTTPClient).
const longestWait = 10 * time.Second

// broken returns the rules that a cell breaks. The other cell is the same without a fault.
func (c cell) broken(well cell) []string {
	var broken []string
	rule := func(holds bool, text string) {
		if !holds {
			broken = append(broken, text)
		}
	}
	as := c.during.String() == well.during.String()
	rule(!c.situation.known || as, "a valid token with a known key is refused because something else is down")
	rule(as || c.told(), "an outage is not told: 503 with Retry-After and a page or JSON that says so, or a notice on the page of an action")
	rule(!c.during.signedIn() || well.during.signedIn() && !c.situation.never, "somebody is signed in who would not be otherwise")
	rule(c.took <= longestWait && !c.endless, "a wait has no bound, or a long one")
	rule(c.after == "", "it does not recover: "+c.after)
	return broken
}

// told reports whether the answer says that something is down.
func (c cell) told() bool {
	r := c.during
	switch r.Code {
	case http.StatusServiceUnavailable:
		return r.Header().Get("Retry-After") != "" && (r.text("page-title") != "" || r.problem() != "" || c.service == webhooks)
	case http.StatusOK: // a page is marked as one to be read alone, and an action leads to a page that says what has become of it
		return r.readOnly() || r.text("notice") != "" || strings.HasPrefix(r.url.Path, "/sessions/sign-outs/")
	default:
		return c.service == webhooks && (r.Code == 0 || r.Code >= http.StatusBadRequest) // the sender tries again
	}
}

func (f fault) name() string {
	if f == works {
		return "no fault"
	}
	return string(f)
}

func (r *reply) readOnly() bool { return r.Header().Get(readHeader) != "" }

// counted are numbers that differ from run to run.
var counted = regexp.MustCompile(`\d+ sessions`)

// String says what the client sees.
func (r *reply) String() string {
	kind, _, _ := strings.Cut(r.Header().Get("Content-Type"), ";")
	what := map[string]string{"text/html": "page", "application/problem+json": "JSON", "application/json": "JSON", "text/plain": "text"}[kind]
	words := []string{strings.TrimSpace(fmt.Sprintf("%d %s", r.Code, what))}
	switch path := r.url.Path; {
	case r.Code == 0:
		return "nothing arrives; Svix tries again"
	case r.brokenOff:
		return "the connection is broken off"
	case strings.HasPrefix(path, "/sessions/sign-outs/"):
		words = append(words, "of the job, which goes on")
	case r.Code < http.StatusBadRequest:
		words = append(words, path)
	}
	if r.signedIn() {
		words = append(words, "(signed in)")
	}
	if r.readOnly() {
		words = append(words, "to be read alone, and marked so")
	}
	if reason := r.problem(); reason != "" {
		words = append(words, "`"+reason+"`")
	}
	text := strings.Join(words, " ")
	if title := r.text("page-title"); title != "" && r.Code >= http.StatusBadRequest {
		text += " “" + title + "”"
	}
	if wait := r.Header().Get("Retry-After"); wait != "" {
		text += ", Retry-After " + wait
	}
	if notice := r.text("notice"); notice != "" {
		text += ", notice “" + counted.ReplaceAllString(notice, "n sessions") + "”"
	}
	return text
}
