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

// visitors have addresses of their own, so that a limit for each address does not answer in place of a guard.
type visitors struct {
	engine *gin.Engine
	sent   int
}

// most is how often one request is sent from other addresses while a rate limit answers it.
const most = 3

// judge says what is wrong with a route, or returns "".
func (v *visitors) judge(ctx context.Context, route gin.RouteInfo, public bool) string {
	for _, a := range attempts() {
		turnedAway, limited, answer := false, true, ""
		for range most {
			if turnedAway, limited, answer = v.try(ctx, a, route); !limited {
				break
			}
		}
		switch {
		case limited:
			return fmt.Sprintf("could not be judged, because a rate limit answers (%s, asked %s from %d addresses): allow more in this test", answer, a.name, most)
		case public && turnedAway:
			return fmt.Sprintf("is listed as public, but turns away (%s, asked %s)", answer, a.name)
		case !public && !turnedAway:
			return fmt.Sprintf("is not guarded (%s, asked %s without being signed in)", answer, a.name)
		}
	}
	return ""
}

// try reports whether the route turned the request away, or a rate limit did, and describes the answer.
func (v *visitors) try(ctx context.Context, a attempt, route gin.RouteInfo) (turnedAway, limited bool, answer string) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, route.Method, fill(route.Path), http.NoBody)
	r.RemoteAddr = v.address()
	for name, value := range a.header {
		r.Header.Set(name, value)
	}
	// A browser that Clerk knows, without a signed-in user. A browser that Clerk does not know would be redirected from public
	// pages, too.
	r.Header.Set("Cookie", instance.CookieDevBrowser+"=dvb_example")
	w := httptest.NewRecorder()
	defer func() {
		if cause := recover(); cause != nil {
			turnedAway, limited, answer = false, false, fmt.Sprintf("it panicked: %v", cause)
		}
	}()
	v.engine.ServeHTTP(w, r)
	limited = w.Code == http.StatusTooManyRequests
	location := w.Header().Get("Location")
	if location == "" {
		return refused(w.Code), limited, fmt.Sprintf("status %d", w.Code)
	}
	return refused(w.Code) || toSignIn(w.Code, location) || parked(w), limited, fmt.Sprintf("status %d to %s", w.Code, location)
}

// address returns an address of documentation (RFC 3849), each time in another network of 64 bits.
func (v *visitors) address() string {
	v.sent++
	return fmt.Sprintf("[2001:db8:%x:%x::1]:1234", v.sent>>16&0xffff, v.sent&0xffff)
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
