package answer

import (
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
)

// Clerk's e-mails and Clerk's own pages put parameters into the links that lead to an application: the ticket of an
// invitation, the outcome of an e-mail link, what to fill in. They are for the page where people sign in or up, so whatever
// leads there carries them on. That page trusts them as little as if the link had led there at once.
//
// What makes this application act is never carried on: the answers of handshakes, the dev browser, the sync of satellites.
// Where a link says that the browser should go afterwards, it must be a safe target.

// isLinkParameter knows the parameters that are carried on as they are (github.com/clerk/javascript: packages/shared,
// internal/clerk-js/queryParams.ts and constants.ts; packages/ui, components/SignIn/shared.ts).
func isLinkParameter(name string) bool {
	switch name {
	case "__clerk_ticket", // of an invitation, a sign-in token, an impersonation
		"__clerk_invitation_token",                                             // its older name
		"__clerk_status",                                                       // of a ticket: sign_in, sign_up, complete; of an e-mail link: verified, expired, failed, …
		"__clerk_created_session",                                              // by an e-mail link
		"__clerk_error_code",                                                   // what went wrong at an identity provider
		"__clerk_modal_state",                                                  // where a modal was before the identity provider
		"__clerk_reset_password",                                               // a forgotten password is to be reset
		"rotating_token_nonce",                                                 // of native applications, back from the identity provider
		"__clerk_testing_token",                                                // of @clerk/testing
		"__clerk_protect_assertion",                                            // of Clerk's bot protection
		"email_address", "phone_number", "username", "first_name", "last_name": // to fill in
		return true
	default:
		return false
	}
}

// isReturnParameter knows the parameters, beside redirect_url, that say where the browser goes after signing in or up.
func isReturnParameter(name string) bool {
	switch name {
	case "sign_in_force_redirect_url", "sign_in_fallback_redirect_url", "sign_up_force_redirect_url", "sign_up_fallback_redirect_url",
		"after_sign_in_url", "after_sign_up_url":
		return true
	default:
		return false
	}
}

// carryOn adds to the address of a page where people sign in what the link to the page in front of them carries for it. What
// the address has already stays.
func carryOn(v visit.Visit, target string) string {
	query := linkQuery(v)
	if target == "" || !mayCarry(query) {
		return target
	}
	u, err := url.Parse(target)
	if err != nil {
		return target
	}
	has := u.Query()
	for pair := range strings.SplitSeq(query, "&") {
		name, value, ok := parsePair(pair)
		switch {
		case !ok || has.Has(name):
			continue
		case isReturnParameter(name):
			value = v.Absolute(v.ReturnTarget(value))
		case !isLinkParameter(name):
			continue
		}
		has.Set(name, value)
		u.RawQuery += "&" + url.QueryEscape(name) + "=" + url.QueryEscape(value)
	}
	u.RawQuery = strings.TrimPrefix(u.RawQuery, "&")
	return u.String()
}

// linkQuery is the query of the page that the person sees.
func linkQuery(v visit.Visit) string {
	page := ""
	switch {
	case v.Kind() == visit.HTMX:
		page = v.Request.Header.Get("HX-Current-URL")
	case v.Safe():
		return v.Request.URL.RawQuery
	default:
		page = v.Request.Header.Get("Referer")
	}
	rest, own := strings.CutPrefix(page, v.Origin.String()+"/")
	if !own {
		return v.Request.URL.RawQuery
	}
	rest, _, _ = strings.Cut(rest, "#")
	_, query, _ := strings.Cut(rest, "?")
	return query
}

// mayCarry is a quick look, and a bound on what is read.
func mayCarry(query string) bool {
	const longest = 8 << 10
	return query != "" && len(query) <= longest
}

func parsePair(pair string) (name, value string, ok bool) {
	rawName, rawValue, _ := strings.Cut(pair, "=")
	name, err := url.QueryUnescape(rawName)
	if err != nil || name == "" {
		return "", "", false
	}
	value, err = url.QueryUnescape(rawValue)
	return name, value, err == nil && value != ""
}
