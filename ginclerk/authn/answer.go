package authn

import (
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"
)

// handshakePath is the path of the handshake on the Frontend API.
const handshakePath = "/v1/client/handshake"

// Answer says where a request has the answer of a handshake. The zero value is no answer.
type Answer struct {
	InAddress bool // in a query parameter
	InCookie  bool
}

// Found reports whether the request has an answer.
func (a Answer) Found() bool { return a.InAddress || a.InCookie }

// Answer looks for the answer of a handshake that [Authenticator.Authenticate] would take from the request. It finds none in
// a request that a bearer token decides. It looks for one even if [Request].IgnoreAnswer is set. It makes no call.
func (a *Authenticator) Answer(r Request) Answer {
	if !mayBringAnswer(r) {
		return Answer{}
	}
	r.IgnoreAnswer = false
	f := a.read(r)
	if f.header.raw != "" || unaccepted(f, f.accepts) != nil || f.nonce == "" && f.handshake == "" {
		return Answer{}
	}
	inAddress := f.url.query.get(paramHandshake) != "" || f.url.query.get(paramHandshakeNonce) != ""
	return Answer{InAddress: inAddress, InCookie: !inAddress}
}

// mayBringAnswer is a quick check that misses no answer. Almost no request has one.
func mayBringAnswer(r Request) bool {
	if query := r.HTTP.URL.RawQuery; strings.Contains(query, paramHandshake) || escapesNames(query) {
		return true
	}
	if r.Cookies != nil {
		return r.Cookies.Present()&clerkcookie.SetOf(clerkcookie.Handshake, clerkcookie.HandshakeNonce) != 0
	}
	for _, header := range r.HTTP.Header["Cookie"] {
		if strings.Contains(header, instance.CookieHandshake) {
			return true
		}
	}
	return false
}

// escapesNames reports whether the name of a parameter has percent-encoding.
func escapesNames(query string) bool {
	if !strings.Contains(query, "%") {
		return false
	}
	for pair := range strings.SplitSeq(query, "&") {
		if name, _, _ := strings.Cut(pair, "="); strings.Contains(name, "%") {
			return true
		}
	}
	return false
}

// withoutAnswer drops the answer of a handshake, from the address that a handshake returns to as well.
func (f *facts) withoutAnswer() {
	f.handshake, f.nonce = "", ""
	f.url = f.url.ignoring(paramHandshake, paramHandshakeNonce, paramHandshakeHelp)
}

// IsNavigation reports whether the request is a navigation, which can be redirected to a handshake and come back. By the rule of
// Clerk's SDKs that is a GET for a document or a frame; from a browser that does not send Sec-Fetch-Dest, a GET for text/html.
func (r Request) IsNavigation() bool {
	return isNavigation(r.HTTP.Method, r.HTTP.Header.Get("Sec-Fetch-Dest"), r.HTTP.Header.Get("Accept"))
}

func isNavigation(method, secFetchDest, accept string) bool {
	if method != http.MethodGet {
		return false
	}
	switch secFetchDest {
	case "document", "iframe":
		return true
	case "":
		return strings.HasPrefix(accept, "text/html")
	default:
		return false
	}
}

// Resolved reports whether the state comes from the answer of a handshake. Its headers then set the cookies of that answer.
func (s *State) Resolved() bool {
	return s.facts != nil && s.facts.branch == branchHandshake && len(s.Header["Set-Cookie"]) > 0
}

// Held reports whether the state would be a handshake or a renewal if the request were not passive ([Request].Passive). It is then
// not known who is signed in.
func (s *State) Held() bool { return s.held }

// ReturnWith adds a parameter to the address that a handshake returns to. It changes nothing and returns false when the state does not
// redirect to a handshake of the Frontend API.
func (s *State) ReturnWith(name, value string) bool {
	if s.Status != Handshake {
		return false
	}
	address, query, _ := strings.Cut(s.Location(), "?")
	sent := parseParameters(query)
	returnTo := sent.get(paramRedirectURL)
	if !strings.HasSuffix(address, handshakePath) || returnTo == "" {
		return false
	}
	back, query, _ := strings.Cut(returnTo, "?")
	back += "?" + parseParameters(query).without(name).with(name, value).String()
	s.Header.Set("Location", address+"?"+sent.replacing(paramRedirectURL, back).String())
	return true
}
