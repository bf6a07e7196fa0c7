package attack

import "strings"

// frames looks for pages with forms that another site may lay, invisible, over its own.
func frames(r *run) {
	for _, t := range r.readable() {
		for _, got := range []answer{t.insider, t.stranger} {
			body := strings.ToLower(got.body)
			if got.status >= 300 || !got.html() || !strings.Contains(body, "<form") && !strings.Contains(body, "<button") || got.framedByNone() {
				continue
			}
			r.found(finding{
				kind: "frame", route: t.name(), sent: "a visit", got: got.String() + ", a page with a form, and neither frame-ancestors nor X-Frame-Options",
				why: "another site shows the page in a frame, and has the user click on what they don't see", remedy: "set Content-Security-Policy: frame-ancestors 'none'",
			})
			break
		}
	}
}

// framedByNone reports whether other sites can't show the page in a frame.
func (a answer) framedByNone() bool {
	for _, policy := range a.header.Values("Content-Security-Policy") {
		for directive := range strings.SplitSeq(policy, ";") {
			words := strings.Fields(strings.ToLower(directive))
			if len(words) > 0 && words[0] == "frame-ancestors" {
				return !strings.Contains(directive, "*") && !strings.Contains(directive, "http:") && !strings.Contains(directive, "https: ") && !strings.HasSuffix(directive, "https:")
			}
		}
	}
	option := strings.ToUpper(a.header.Get("X-Frame-Options"))
	return option == "DENY" || option == "SAMEORIGIN"
}
