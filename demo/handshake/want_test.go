package main

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
)

// want is an answer. A field with its zero value is not compared if the status doesn't need it.
type want struct {
	status   int
	location string // exact
	body     string // begins with

	reason       string // of a handshake; "" = none
	at           string // host of the handshake and path in front, if they are not the instance's own
	back         string // the address that the handshake returns to; "" = "/" of the application
	devBrowser   string // in the handshake's address; "" = the cookie's
	organization *string

	cookies []string // each must be set; "*" = all that the handshake sets
	names   []string // of all cookies that are set; nil = any; cookies then has no others
}

// served is any answer of the application itself.
func served() want { return want{status: http.StatusOK} }

// as is served for a user.
func as(user string) want { return want{status: http.StatusOK, body: user + "\n"} }

// handshake sends the browser to the instance's Frontend API and back.
func handshake(reason string) want {
	return want{status: http.StatusTemporaryRedirect, reason: reason}
}

func (w want) from(host string) want            { w.at = host; return w }
func (w want) to(address string) want           { w.back = address; return w }
func (w want) telling(browser string) want      { w.devBrowser = browser; return w }
func (w want) setting(cookie ...string) want    { w.cookies = cookie; return w }
func (w want) settingOnly(names ...string) want { w.names = append([]string{}, names...); return w }
func (w want) activating(id string) want        { w.organization = &id; return w }

// check returns the differences of an answer.
func (w want) check(v *visit, got *httptest.ResponseRecorder) []string {
	var problems []string
	problem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if got.Code != w.status {
		problem("status %d, want %d; body %q", got.Code, w.status, got.Body.String())
	}
	if !strings.HasPrefix(got.Body.String(), w.body) {
		problem("body %q, want %q", got.Body.String(), w.body)
	}
	location := got.Header().Get("Location")
	switch {
	case w.reason != "":
		w.checkHandshake(v, location, problem)
	case w.location != "" || w.status == http.StatusOK:
		if location != w.location {
			problem("Location %q, want %q", location, w.location)
		}
	}
	w.checkCookies(v, got.Header()["Set-Cookie"], problem)
	return problems
}

func (w want) checkCookies(v *visit, set []string, problem func(string, ...any)) {
	wanted := w.cookies
	if slices.Equal(wanted, []string{"*"}) {
		wanted = v.wantCookies
	}
	for _, cookie := range wanted {
		if name, _, _ := strings.Cut(cookie, "="); w.names != nil && !slices.Contains(w.names, name) {
			continue
		}
		if !slices.ContainsFunc(set, func(s string) bool { return s == cookie || strings.HasPrefix(s, cookie+";") }) {
			problem("Set-Cookie lacks %s", strings.SplitN(cookie, ";", 2)[0])
		}
	}
	names := make([]string, 0, len(set))
	for _, cookie := range set {
		name, _, _ := strings.Cut(cookie, "=")
		names = append(names, name)
	}
	if w.names != nil && !slices.Equal(names, w.names) {
		problem("sets the cookies %q, want %q", names, w.names)
	}
}

// checkHandshake compares every parameter. The list of parameters is from @clerk/backend 3.25.0, file tokens/handshake.ts; the
// suite checks some of them.
func (w want) checkHandshake(v *visit, location string, problem func(string, ...any)) {
	got, err := url.Parse(location)
	if err != nil {
		problem("Location %q: %v", location, err)
		return
	}
	address := "https://" + cmp.Or(w.at, v.frontend) + "/v1/client/handshake"
	if here := got.Scheme + "://" + got.Host + got.Path; here != address {
		problem("handshake at %s, want %s", here, address)
	}
	query := got.Query()
	if query.Get("__clerk_api_version") == "" {
		problem("no __clerk_api_version")
	}
	query.Del("__clerk_api_version")
	if expected := w.parameters(v); query.Encode() != expected.Encode() {
		problem("handshake\n got %s\nwant %s", query.Encode(), expected.Encode())
	}
}

func (w want) parameters(v *visit) url.Values {
	query := url.Values{
		"redirect_url":      {cmp.Or(w.back, own+"/")},
		"suffixed_cookies":  {"false"},
		"__clerk_hs_reason": {w.reason},
		"format":            {"nonce"},
	}
	if v.token != "" {
		query.Set("__session", v.token)
	}
	if _, err := v.request.Cookie("__clerk_db_jwt"); err == nil {
		query.Set("__clerk_db_jwt", cmp.Or(w.devBrowser, devBrowser))
	}
	if w.organization != nil {
		query.Set("organization_id", *w.organization)
	}
	return query
}
