package authn

import (
	"net/http"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkcookie"
)

// handshakePath is where the Frontend API has its handshake.
const handshakePath = "/v1/client/handshake"

// Answer says where the answer of a handshake is that a request brings. The zero value is no answer.
type Answer struct {
	InAddress bool // a query parameter
	InCookie  bool
}

// Found reports whether the request brings an answer.
func (a Answer) Found() bool { return a.InAddress || a.InCookie }

// Answer looks for the answer of a handshake that [Authenticator.Authenticate] would take from the request. It finds none in
// a request that a bearer token decides, and where [Request].IgnoreAnswer is set it looks all the same. It calls nobody.
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

// mayBringAnswer is a quick look that misses no answer: almost no request has one.
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

// escapesNames reports whether the name of a parameter is written with escapes.
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

// withoutAnswer forgets the answer of a handshake, also for the address that a handshake would return to.
func (f *facts) withoutAnswer() {
	f.handshake, f.nonce = "", ""
	f.url = f.url.ignoring(paramHandshake, paramHandshakeNonce, paramHandshakeHelp)
}

// IsNavigation reports whether the request is a navigation that can be sent to a handshake and come back, as Clerk's SDKs
// tell: a GET for a document or a frame or, from browsers that say nothing about that, for text/html.
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

// Resolved reports whether the state rests on the answer of a handshake, whose cookies are among its headers.
func (s *State) Resolved() bool {
	return s.facts != nil && s.facts.branch == branchHandshake && len(s.Header["Set-Cookie"]) > 0
}

// Held reports whether a passive request ([Request].Passive) was not sent to the handshake, or not renewed, that a browser in
// its place would have been. Who is signed in is then not known.
func (s *State) Held() bool { return s.held }

// ReturnWith adds a parameter to the address that a handshake returns to. It changes nothing and returns false where the
// state sends the browser to no handshake of the Frontend API.
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
