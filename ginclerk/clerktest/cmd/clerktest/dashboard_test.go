package main_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// page is the page at / in a browser.
type page struct {
	*process
	browser
}

func openPage(t *testing.T, args ...string) page {
	t.Helper()
	return page{launch(t, args...), newBrowser(t)}
}

// shown returns the page's text.
func (p page) shown(t *testing.T) string {
	t.Helper()
	_, text := p.open(t, p.variables["CLERK_FAPI_URL"]+"/")
	return text
}

// press sends a form of the page as a browser does, and returns the first answer.
func (p page) press(t *testing.T, form string, fields ...string) answer {
	t.Helper()
	values := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	return exchange(t, p.jar, http.MethodPost, p.variables["CLERK_FAPI_URL"]+"/dashboard/"+form, values, map[string]string{"Sec-Fetch-Site": "same-origin"})
}

// done presses, and fails unless the browser is led back to the page.
func (p page) done(t *testing.T, form string, fields ...string) {
	t.Helper()
	if got := p.press(t, form, fields...); got.status != http.StatusSeeOther || got.location != p.variables["CLERK_FAPI_URL"]+"/" {
		t.Errorf("%s leads to %d %q: %s", form, got.status, got.location, got.text)
	}
}

// buttons returns the values of the page's buttons with a name.
func buttons(text, name string) (values []string) {
	for _, found := range regexp.MustCompile(`name="`+name+`" value="([^"]+)"`).FindAllStringSubmatch(text, -1) {
		values = append(values, found[1])
	}
	return values
}

// userOf returns the id of the user in whose row the e-mail address is.
func userOf(t *testing.T, text, email string) string {
	t.Helper()
	_, after, found := strings.Cut(text, "<code>"+email+"</code>")
	ids := buttons(after, "user_id")
	if !found || len(ids) == 0 {
		t.Fatalf("%s is not on the page: %s", email, text)
	}
	return ids[0]
}

const twoUsers = `{"users": [{"email": "kim@example.com", "password": "kims-own-password"}, {"email": "lee@example.com", "first_name": "<Lee>"}]}`

func TestThePageSignsInAsAUserAndEndsTheSession(t *testing.T) {
	t.Parallel()
	p := openPage(t, "-seed", seedFile(t, twoUsers), "-origins", "http://localhost:3000")
	text := p.shown(t)
	if !strings.Contains(text, "kims-own-password") || !strings.Contains(text, "&lt;Lee&gt;") || strings.Contains(text, "<Lee>") {
		t.Fatalf("the page has not the users as they are: %s", text)
	}
	if ids := buttons(text, "session_id"); len(ids) > 0 {
		t.Fatalf("sessions before a sign-in: %q", ids)
	}
	first := p.press(t, "sign-in", "user_id", userOf(t, text, "lee@example.com"))
	second := exchange(t, p.jar, http.MethodGet, first.location, nil, nil)
	if !strings.HasPrefix(second.location, "http://localhost:3000/?__clerk_db_jwt=dvb_") {
		t.Fatalf("sign-in leads to %d %s, and then to %d %s", first.status, first.location, second.status, second.location)
	}
	_, devBrowser, _ := strings.Cut(second.location, "?")
	client := p.variables["CLERK_FAPI_URL"] + "/v1/client?" + devBrowser
	if _, body := ask(t, p.jar, http.MethodGet, client, nil); !strings.Contains(body, "lee@example.com") || strings.Contains(body, "kim@") {
		t.Errorf("the browser's client: %s", body)
	}
	if again := exchange(t, newBrowser(t).jar, http.MethodGet, first.location, nil, nil); again.location != "" {
		t.Errorf("the link worked a second time, and leads to %s", again.location)
	}
	ids := buttons(p.shown(t), "session_id")
	if len(ids) != 1 {
		t.Fatalf("the page has the sessions %q, want one", ids)
	}
	p.done(t, "end", "session_id", ids[0])
	if left := buttons(p.shown(t), "session_id"); len(left) > 0 {
		t.Errorf("the page still has the sessions %q", left)
	}
	if _, body := request(t, http.MethodGet, p.variables["CLERK_API_URL"]+"/v1/sessions/"+ids[0], "", bearer(p.process)); !strings.Contains(body, `"status":"ended"`) {
		t.Errorf("the session: %s", body)
	}
	p.terminate(t)
}

func TestThePageShowsCodes(t *testing.T) {
	t.Parallel()
	p := openPage(t, "-seed", seedFile(t, `{"users": [{"email": "lee@example.com", "code_only": true}]}`))
	if text := p.shown(t); strings.Contains(text, `data-testid="code"`) {
		t.Errorf("a code before one was sent: %s", text)
	}
	p.navigate(t, http.MethodPost, p.variables["CLERK_SIGN_IN_URL"], url.Values{"identifier": {"lee@example.com"}})
	if text := p.shown(t); !strings.Contains(text, `424242</code> <bdi>lee@example.com</bdi>`) || !strings.Contains(text, "sign-in, waits until") {
		t.Errorf("the page has no code of lee@example.com: %s", text)
	}
	p.done(t, "clock", "advance", "11m")
	if text := p.shown(t); !strings.Contains(text, "sign-in, expired") {
		t.Errorf("the code has not expired: %s", text)
	}
	p.terminate(t)
}

func TestThePageReplaysWebhooks(t *testing.T) {
	t.Parallel()
	got := make(chan string, 10)
	application := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		got <- r.Header.Get("Svix-Id")
	}))
	t.Cleanup(application.Close)
	p := openPage(t, "-seed", seedFile(t, twoUsers), "-webhook", application.URL+"/hooks")
	if status, body := request(t, http.MethodDelete, p.variables["CLERK_API_URL"]+"/v1/users/"+userOf(t, p.shown(t), "lee@example.com"), "", bearer(p.process)); status != 200 {
		t.Fatalf("delete: %d %s", status, body)
	}
	first := <-got
	until(t, func() bool { return strings.Contains(p.shown(t), "attempt 1: 200 OK") })
	if ids := buttons(p.shown(t), "message_id"); len(ids) != 1 || ids[0] != first {
		t.Fatalf("the page has the messages %q, want %s", ids, first)
	}
	p.done(t, "replay", "message_id", first)
	if second := <-got; second != first {
		t.Errorf("replayed %s, want %s", second, first)
	}
	p.terminate(t)
}

func TestThePageSetsFaultsAndTheClock(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	users := func() int {
		status, _ := request(t, http.MethodGet, p.variables["CLERK_API_URL"]+"/v1/users", "", bearer(p.process))
		return status
	}
	p.done(t, "fault", "operation", "GET /v1/users", "status", "418", "times", "2", "kind", "", "delay", "")
	p.done(t, "fault", "operation", "", "status", "", "times", "", "kind", "cut", "delay", "")
	if text := p.shown(t); !strings.Contains(text, "GET /v1/users: status 418, 2 times") || !strings.Contains(text, "Every operation: no answer, always") {
		t.Errorf("the page has not the faults: %s", text)
	}
	for i, want := range []int{418, 418, 0} {
		if got := users(); got != want {
			t.Errorf("request %d: status %d, want %d", i, got, want)
		}
	}
	for fields, want := range map[string]string{"status 42": "field status", "times often": "field times", "delay soon": "field delay"} {
		field, value, _ := strings.Cut(fields, " ")
		if got := p.press(t, "fault", field, value); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.text, want) {
			t.Errorf("%s: %d %s", fields, got.status, got.text)
		}
	}
	p.done(t, "clear-faults")
	if got := users(); got != http.StatusOK || strings.Contains(p.shown(t), `data-testid="fault"`) {
		t.Errorf("without faults: status %d, on the page: %s", got, p.shown(t))
	}

	clock := func() time.Time {
		found := regexp.MustCompile(`<time>([^<]+)</time>`).FindStringSubmatch(p.shown(t))
		at, err := time.Parse("2006-01-02 15:04:05 MST", fmt.Sprint(append(found, "", "")[1]))
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	before := clock()
	p.done(t, "clock", "advance", "1000h")
	if after := clock(); after.Before(before.Add(1000 * time.Hour)) {
		t.Errorf("the clock went from %s to %s", before, after)
	}
	if got := p.press(t, "clock", "advance", "tomorrow"); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.text, "tomorrow") {
		t.Errorf("no duration: %d %s", got.status, got.text)
	}
	p.terminate(t)
}

// A test's leftovers are gone after one call, and what the application was configured with is the same as before.
func TestOneCallResetsTheProgram(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"the controls", "the page"} {
		t.Run(by, func(t *testing.T) {
			t.Parallel()
			control := freeAddr(t)
			p := openPage(t, "-seed", seedFile(t, twoUsers), "-control", control)
			asJSON := map[string]string{"Content-Type": "application/json"}
			send := func(method, address, body string, header map[string]string) string {
				status, text := request(t, method, address, body, header)
				if status != http.StatusOK {
					t.Fatalf("%s %s: %d %s", method, address, status, text)
				}
				return text
			}
			before := p.shown(t)
			kim, lee := userOf(t, before, "kim@example.com"), userOf(t, before, "lee@example.com")
			keys := send(http.MethodGet, "http://"+control+"/keys", "", nil)

			send(http.MethodPost, "http://"+control+"/tokens", `{"email": "eve@example.com"}`, asJSON)
			send(http.MethodPost, "http://"+control+"/tokens", `{"email": "kim@example.com"}`, asJSON)
			header := bearer(p.process)
			header["Content-Type"] = "application/json"
			send(http.MethodPatch, p.variables["CLERK_API_URL"]+"/v1/users/"+kim, `{"first_name": "Changed", "public_metadata": {"role": "owner"}}`, header)
			send(http.MethodDelete, p.variables["CLERK_API_URL"]+"/v1/users/"+lee, "", header)
			send(http.MethodPost, "http://"+control+"/keys", `{}`, asJSON)
			send(http.MethodPost, "http://"+control+"/webhooks", `{"url": "http://127.0.0.1:9/hooks"}`, asJSON)
			send(http.MethodPost, "http://"+control+"/clock", `{"advance": "1000h"}`, asJSON)
			send(http.MethodPost, "http://"+control+"/faults", `{"times": 3}`, asJSON)

			if by == "the page" {
				p.done(t, "reset")
			} else {
				send(http.MethodPost, "http://"+control+"/reset", `{}`, asJSON)
			}
			withoutTime := regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`)
			if after := p.shown(t); withoutTime.ReplaceAllString(after, "") != withoutTime.ReplaceAllString(before, "") {
				t.Errorf("after the reset the page is\n%s\nwant\n%s", after, before)
			}
			if got := send(http.MethodGet, "http://"+control+"/keys", "", nil); got != keys {
				t.Errorf("the key is %s, want %s", got, keys)
			}
			for _, list := range []string{"/calls", "/faults", "/webhooks", "/messages"} {
				if got := send(http.MethodGet, "http://"+control+list, "", nil); strings.ContainsAny(got, `"`) {
					t.Errorf("%s is left: %s", list, got)
				}
			}
			if got := send(http.MethodPost, "http://"+control+"/tokens", `{"email": "kim@example.com"}`, asJSON); !strings.Contains(got, kim) {
				t.Errorf("a token is of %s, want %s", got, kim)
			}
			if got := send(http.MethodGet, p.variables["CLERK_API_URL"]+"/v1/users/"+kim, "", header); strings.Contains(got, "Changed") || strings.Contains(got, "owner") {
				t.Errorf("the user is %s", got)
			}
			p.terminate(t)
		})
	}
}

// The page can sign in as everyone, so only the developer's own browser gets it.
func TestThePageIsOnlyForItsOwnBrowser(t *testing.T) {
	t.Parallel()
	p := openPage(t, "-seed", seedFile(t, twoUsers))
	kim := userOf(t, p.shown(t), "kim@example.com")
	for _, row := range []struct {
		name, method, path string
		header             map[string]string
		status             int
	}{
		{"a form of another site", http.MethodPost, "/dashboard/sign-in", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"a form of another port of this machine", http.MethodPost, "/dashboard/sign-in", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		{"a form of another origin, by an old browser", http.MethodPost, "/dashboard/sign-in", map[string]string{"Origin": "http://localhost:3000"}, 403},
		{"a form of a page without origin", http.MethodPost, "/dashboard/sign-in", map[string]string{"Origin": "null"}, 403},
		{"a link", http.MethodGet, "/dashboard/sign-in?user_id=" + kim, nil, 405},
		{"a name that leads here", http.MethodPost, "/dashboard/sign-in", map[string]string{"Host": "rebound.example"}, 403},
		{"the page by a name that leads here", http.MethodGet, "/", map[string]string{"Host": "rebound.example:4010"}, 403},
		{"the page through the application's proxy", http.MethodGet, "/", map[string]string{"Clerk-Proxy-Url": "http://localhost:3000/__clerk"}, 403},
		{"the page through another proxy", http.MethodGet, "/", map[string]string{"X-Forwarded-For": "192.0.2.1"}, 403},
		{"a form through a proxy", http.MethodPost, "/dashboard/reset", map[string]string{"X-Forwarded-Host": "example.com"}, 403},
		{"below the path of proxies", http.MethodGet, "/__clerk/", nil, 501},
	} {
		header := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
		for name, value := range row.header {
			header[name] = value
		}
		status, text := request(t, row.method, p.variables["CLERK_FAPI_URL"]+row.path, "user_id="+kim, header)
		if status != row.status || strings.Contains(text, "kim") {
			t.Errorf("%s: %d %s, want %d", row.name, status, text, row.status)
		}
	}
	got := exchange(t, p.jar, http.MethodGet, p.variables["CLERK_FAPI_URL"]+"/", nil, map[string]string{"Origin": "http://localhost:8080"})
	if got.status != http.StatusOK {
		t.Errorf("the page: %d", got.status)
	}
	p.terminate(t)
}
