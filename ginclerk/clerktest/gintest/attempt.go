package gintest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// patience is how long an answer may take. An unguarded stream would never end.
const patience = 2 * time.Second

// attempt is one way to send a request.
type attempt struct {
	name   string
	header map[string]string
}

// attempts come from the application's own pages: a check of origins must not look like a guard.
func attempts() []attempt {
	return []attempt{
		{"as an API", map[string]string{"Accept": "application/json", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "empty"}},
		{"as a page", map[string]string{"Accept": "text/html", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "document"}},
	}
}

// judge says what is wrong with a route, or returns "".
func judge(ctx context.Context, engine *gin.Engine, route gin.RouteInfo, public bool) string {
	for _, a := range attempts() {
		turnedAway, answer := a.try(ctx, engine, route)
		switch {
		case public && turnedAway:
			return fmt.Sprintf("is listed as public, but turns away (%s, asked %s)", answer, a.name)
		case !public && !turnedAway:
			return fmt.Sprintf("is not guarded (%s, asked %s without being signed in)", answer, a.name)
		}
	}
	return ""
}

// try reports whether the route turned the request away, and describes the answer.
func (a attempt) try(ctx context.Context, engine *gin.Engine, route gin.RouteInfo) (turnedAway bool, answer string) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, route.Method, fill(route.Path), http.NoBody)
	for name, value := range a.header {
		r.Header.Set(name, value)
	}
	// A browser that Clerk knows, without a signed-in user. A browser that Clerk does not know would be redirected from public
	// pages, too.
	r.Header.Set("Cookie", instance.CookieDevBrowser+"=dvb_example")
	w := httptest.NewRecorder()
	defer func() {
		if cause := recover(); cause != nil {
			turnedAway, answer = false, fmt.Sprintf("it panicked: %v", cause)
		}
	}()
	engine.ServeHTTP(w, r)
	location := w.Header().Get("Location")
	if location == "" {
		return refused(w.Code), fmt.Sprintf("status %d", w.Code)
	}
	return refused(w.Code) || toSignIn(w.Code, location) || parked(w), fmt.Sprintf("status %d to %s", w.Code, location)
}

func refused(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}

// toSignIn recognizes the redirects of guards by their return address.
func toSignIn(status int, location string) bool {
	if status < http.StatusMultipleChoices || status >= http.StatusBadRequest {
		return false
	}
	target, err := url.Parse(location)
	return err == nil && target.Query().Get("redirect_url") != ""
}

// parkedForms is the prefix of the cookie with which a guard remembers a form that it keeps until the user signs in. A redirect
// alone proves nothing, because handlers end with one, too.
const parkedForms = "__Host-ginclerk_forms_"

// parked reports whether a guard has kept a form.
func parked(w *httptest.ResponseRecorder) bool {
	return w.Code == http.StatusSeeOther && slices.ContainsFunc(w.Result().Cookies(), func(c *http.Cookie) bool {
		return strings.HasPrefix(c.Name, parkedForms) && c.Value != ""
	})
}

// fill makes a path from one of Gin's patterns.
func fill(pattern string) string {
	return regexp.MustCompile(`\\:|[:*][^/]*`).ReplaceAllStringFunc(pattern, func(found string) string {
		if found == `\:` {
			return ":"
		}
		return "example"
	})
}
