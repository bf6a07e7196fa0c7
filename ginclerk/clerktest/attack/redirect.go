package attack

import (
	"net/url"
	"regexp"
	"strings"
)

// elsewhere are targets that browsers take for another host, or for a script.
func (r *run) elsewhere() []string {
	own := r.origin.Host
	return []string{
		"https://" + evil, "//" + evil, "///" + evil, `/\` + evil, `\\` + evil, `/\/` + evil, "/\t/" + evil, "/\n/" + evil, "\t//" + evil, " //" + evil, "https:" + evil,
		"https:/" + evil, "http://" + own + "@" + evil, "http://" + own + ":x@" + evil + "/", "http://" + own + "." + evil, "https://" + evil + "#" + own,
		"https://" + evil + `\@` + own, "http://" + own + `\.` + evil, "%2f%2f" + evil, "/%2f" + evil, "/%5c" + evil, "//" + evil + "/%2e%2e", "/x/..//" + evil,
		"javascript:attack()//", "JaVaScRiPt:attack()", "java\tscript:attack()", "data:text/html,attack", "//%65vil.example", "https://ev%69l.example",
		"http://" + own + "\r\nLocation: https://" + evil, "ftp://" + evil, "//" + evil + ":80@" + own + ".x", "//ｅvil.example",
	}
}

// parameters in which applications take a target.
func parameters() []string {
	return []string{
		"redirect_url", "redirect_uri", "redirect", "return_to", "returnTo", "return_url", "return", "next", "url", "to", "goto", "target", "back", "continue", "dest",
		"destination", "callback", "from", "after_sign_in_url", "after_sign_out_url", "sign_in_force_redirect_url", "sign_in_fallback_redirect_url", "ref",
	}
}

// asManyAsNoLimitMinds is how many pages one user asks for.
const asManyAsNoLimitMinds = 10

// redirects asks every route to lead elsewhere.
func redirects(r *run) {
	for _, t := range r.distinct() {
		switch {
		case t.Clerk || t.insider.endless:
		case t.safe():
			r.ledByLink(t)
			r.slashes(t)
		default:
			r.ledByForm(t)
		}
	}
}

// everywhere puts a place into every parameter.
func everywhere(place string) string {
	query := url.Values{}
	for _, name := range parameters() {
		query.Set(name, place)
	}
	return query.Encode()
}

func (r *run) ledByLink(t *target) {
	var who string
	for i, place := range r.elsewhere() {
		if i%asManyAsNoLimitMinds == 0 {
			who = r.insider(t).cookie()
		}
		for _, cookies := range []string{known, who} {
			r.led(t, place, r.send(request{method: t.Method, target: t.path + "?" + everywhere(place), header: r.navigation("Cookie", cookies)}))
		}
	}
}

// ledByForm sends fewer places: a form acts.
func (r *run) ledByForm(t *target) {
	late := 0
	for _, place := range []string{"https://" + evil, "//" + evil, `/\` + evil, "/\t/" + evil, r.origin.Scheme + "://" + r.origin.Host + "@" + evil, "javascript:attack()"} {
		for _, cookies := range []string{known, r.insider(t).cookie()} {
			h := r.ownForm("Cookie", cookies, "Referer", "https://"+evil+"/", "Hx-Current-Url", "https://"+evil+"/")
			got := r.send(request{method: t.Method, target: t.path + "?" + everywhere(place), header: h, body: strings.NewReader(everywhere(place)), hasty: true})
			r.led(t, place, got)
			if got.endless {
				late++
			}
		}
		if late == 2 {
			return
		}
	}
}

// slashes asks for paths that a router corrects: by a redirect that is an address of another host.
func (r *run) slashes(t *target) {
	for _, path := range []string{"//" + evil + "/.." + t.path, "//" + evil + t.path, `/\` + evil + t.path, "//" + evil + "/%2e%2e" + t.path + "/"} {
		r.led(t, path, r.send(request{method: t.Method, target: path, header: r.navigation("Cookie", known)}))
	}
}

// attributes in a page by which a browser goes on by itself or by a click.
var attributes = regexp.MustCompile(`(?i)\b(?:href|action|formaction|src|hx-get|hx-post)\s*=\s*["']([^"']*)["']`)

// led records a finding where an answer leads to the place.
func (r *run) led(t *target, place string, got answer) {
	where := ""
	for _, name := range []string{"Location", "Hx-Redirect", "Hx-Location", "Hx-Push-Url", "Refresh"} {
		value := got.header.Get(name)
		if name == "Refresh" {
			_, value, _ = strings.Cut(value, "=")
		}
		if away(value, 1) {
			where = name
		}
	}
	if where == "" && got.html() {
		for _, found := range attributes.FindAllStringSubmatch(got.body, -1) {
			if away(strings.NewReplacer("&amp;", "&", "&#34;", `"`, "&#9;", "\t", "&#10;", "\n", "&#x2F;", "/").Replace(found[1]), 1) {
				where = "a link or a form of the page"
			}
		}
	}
	if where == "" {
		return
	}
	r.found(finding{
		kind: "redirect", variant: where, route: t.name(), sent: "the target " + shortened(place), got: got.String(),
		why: "a link to the application leads to somebody else's page, who asks for a password there", remedy: "send targets through ginclerk.Links.Safe",
	})
}

// away reports whether a browser takes an address for one of somebody else, or for a script. A redirect_url for a page
// of somebody else counts, too, so many levels deep.
func away(address string, levels int) bool {
	address = strings.TrimLeft(address, "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f ")
	address = strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(address)
	lower := strings.ToLower(address)
	for _, scheme := range []string{"javascript:", "data:", "vbscript:"} {
		if strings.HasPrefix(lower, scheme) {
			return true
		}
	}
	for _, scheme := range []string{"https:", "http:", "ftp:"} {
		if rest, found := strings.CutPrefix(lower, scheme); found {
			lower = "//" + strings.TrimLeft(rest, "/")
		}
	}
	if strings.HasPrefix(lower, "//") {
		host := strings.TrimLeft(lower, "/")
		host, _, _ = strings.Cut(host, "/")
		host, _, _ = strings.Cut(host, "?")
		host, _, _ = strings.Cut(host, "#")
		host = host[strings.LastIndex(host, "@")+1:]
		if decoded, err := url.PathUnescape(host); err == nil {
			host = decoded
		}
		if strings.Contains(host, evil) || strings.Contains(host, "ｅvil") {
			return true
		}
	}
	// A page of the application reads its parameters itself, and is asked to lead elsewhere, too. What a page of others does is their affair.
	_, query, found := strings.Cut(address, "?")
	if !found || levels == 0 || !strings.HasPrefix(lower, "//") {
		return false
	}
	values, err := url.ParseQuery(query)
	return err == nil && away(values.Get("redirect_url"), levels-1)
}
