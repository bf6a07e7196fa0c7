package ginclerk_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// answer is a response with checks.
type answer struct {
	*httptest.ResponseRecorder
	request *http.Request
}

func (r *answer) ran() bool { return r.Header().Get(ranHeader) != "" }

func (r *answer) wantStatus(tb testing.TB, status int) *answer {
	tb.Helper()
	if r.Code != status {
		tb.Errorf("%s %s: status %d, want %d; location %q, body %.300s",
			r.request.Method, r.request.RequestURI, r.Code, status, r.Header().Get("Location"), r.Body.String())
	}
	return r
}

func (r *answer) wantHeader(tb testing.TB, name, want string) *answer {
	tb.Helper()
	if got := r.Header().Get(name); got != want {
		tb.Errorf("%s is %q, want %q", name, got, want)
	}
	return r
}

func (r *answer) wantRan(tb testing.TB, want bool) *answer {
	tb.Helper()
	if r.ran() != want {
		tb.Errorf("%s %s: handler ran: %t, want %t; status %d, body %.200s",
			r.request.Method, r.request.RequestURI, r.ran(), want, r.Code, r.Body.String())
	}
	return r
}

// wantSignedIn checks that the handler ran for that user.
func (r *answer) wantSignedIn(tb testing.TB, userID string) *answer {
	tb.Helper()
	if r.Code != http.StatusOK || !strings.HasPrefix(r.Body.String(), userID+" in sess_") {
		tb.Errorf("%s %s: status %d, %.200q; want %s signed in", r.request.Method, r.request.RequestURI, r.Code, r.Body.String(), userID)
	}
	return r
}

// wantNobody checks that the handler ran for nobody, for that reason.
func (r *answer) wantNobody(tb testing.TB, reason string) *answer {
	tb.Helper()
	if r.Code != http.StatusOK || r.Body.String() != "nobody: "+reason {
		tb.Errorf("%s %s: status %d, %.200q, location %q; want nobody for %q",
			r.request.Method, r.request.RequestURI, r.Code, r.Body.String(), r.Header().Get("Location"), reason)
	}
	return r
}

// location is the parsed Location header.
func (r *answer) location(tb testing.TB) *url.URL {
	tb.Helper()
	u, err := url.Parse(r.Header().Get("Location"))
	if err != nil {
		tb.Fatal(err)
	}
	return u
}

// wantSignIn checks a redirect to the sign-in page that leads back to the given path.
func (r *answer) wantSignIn(tb testing.TB, status int, returnTo string) *answer {
	tb.Helper()
	r.wantStatus(tb, status).wantRan(tb, false).wantHeader(tb, "Cache-Control", "no-store")
	u := r.location(tb)
	back := u.Query().Get("redirect_url")
	u.RawQuery = ""
	if u.String() != ownOrigin+"/sign-in" || back != ownOrigin+returnTo {
		tb.Errorf("leads to %s and back to %q, want the sign-in page and back to %s", u, back, returnTo)
	}
	return r
}

// wantHandshake checks a redirect to a handshake of that reason.
func (r *answer) wantHandshake(tb testing.TB, reason string) *answer {
	tb.Helper()
	u := r.wantStatus(tb, http.StatusTemporaryRedirect).wantRan(tb, false).wantHeader(tb, "Cache-Control", "no-store").location(tb)
	if u.Scheme+"://"+u.Host != ownOrigin || u.Path != "/__clerk/v1/client/handshake" || u.Query().Get("__clerk_hs_reason") != reason {
		tb.Errorf("leads to %s, want a handshake for %s", u, reason)
	}
	return r
}

// wantProblem checks problem JSON with that error member.
func (r *answer) wantProblem(tb testing.TB, status int, text string) *answer {
	tb.Helper()
	r.wantStatus(tb, status).wantRan(tb, false).wantHeader(tb, "Cache-Control", "no-store").
		wantHeader(tb, "Content-Type", "application/problem+json").wantHeader(tb, "Location", "")
	var problem struct {
		Type, Title, Error string
		Status             int
	}
	if err := json.Unmarshal(r.Body.Bytes(), &problem); err != nil {
		tb.Errorf("body is no JSON: %v: %s", err, r.Body.String())
	}
	if problem.Error != text || problem.Status != status || problem.Title != http.StatusText(status) || problem.Type != "about:blank" {
		tb.Errorf("problem %+v, want status %d and error %q", problem, status, text)
	}
	return r
}

// wantUnavailable checks that nobody is taken for signed out because Clerk is away.
func (r *answer) wantUnavailable(tb testing.TB) *answer {
	tb.Helper()
	r.wantStatus(tb, http.StatusServiceUnavailable).wantRan(tb, false).wantHeader(tb, "Location", "").wantHeader(tb, "Retry-After", "5").
		wantHeader(tb, "Cache-Control", "no-store").wantHeader(tb, "HX-Redirect", "").wantHeader(tb, "HX-Refresh", "")
	return r
}

// setCookies returns the cookies that the response sets, by name; the last of a name counts.
func (r *answer) setCookies() map[string]*http.Cookie {
	found := map[string]*http.Cookie{}
	for _, cookie := range r.Result().Cookies() {
		misplaced := cookie.Path != "" && cookie.Path != "/" || cookie.Domain != ""
		if cookie.MaxAge < 0 && misplaced {
			continue // it expires another cookie than the one that the browser has for the whole host
		}
		found[cookie.Name] = cookie
	}
	return found
}
