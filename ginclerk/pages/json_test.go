package pages_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

// program makes a request look like one that a script on an own page sends, with a JSON body.
func program(body string) func(*http.Request) {
	return func(r *http.Request) {
		setBody(r, body)
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Sec-Fetch-Dest", "empty")
	}
}

// answer is a JSON object.
type answer map[string]any

func (p *page) json(t *testing.T, status int) answer {
	t.Helper()
	var got answer
	if err := json.Unmarshal(p.Body.Bytes(), &got); err != nil || p.Code != status {
		t.Fatalf("%s: status %d, want %d; location %q, body %.400s", p.url, p.Code, status, p.Header().Get("Location"), p.Body)
	}
	want := "application/json; charset=utf-8"
	if status >= http.StatusBadRequest {
		want = "application/problem+json"
	}
	if got := p.Header().Get("Content-Type"); got != want || !strings.Contains(p.Header().Get("Cache-Control"), "no-store") {
		t.Errorf("%s: Content-Type %q, Cache-Control %q", p.url, got, p.Header().Get("Cache-Control"))
	}
	return got
}

func (a answer) object(name string) answer {
	found, _ := a[name].(map[string]any)
	return found
}

func (a answer) list(name string) []answer {
	all, _ := a[name].([]any)
	var found []answer
	for _, one := range all {
		object, _ := one.(map[string]any)
		found = append(found, object)
	}
	return found
}

func (b *browser) get(target string) *page {
	return b.ask(http.MethodGet, target, nil, program(""))
}

func (b *browser) act(action, body string) *page {
	return b.post(action, nil, program(body))
}

func TestTheSessionIsSentAsJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	s, err := w.server.CreateSession(w.userID(t, ada), clerktest.SessionOptions{Device: clerktest.Device{
		Type: "Macintosh", Browser: "Chrome", BrowserVersion: "140.0.0.0", IPAddress: "203.0.113.7", City: "Vienna", Country: "AT",
	}})
	if err != nil {
		t.Fatal(err)
	}
	token, err := w.server.MintToken(s.ID, clerktest.TokenOptions{AuthorizedParty: ownOrigin})
	if err != nil {
		t.Fatal(err)
	}
	got := w.browser(t).ask(http.MethodGet, "/sessions", nil, program(""), func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer "+token)
	}).json(t, http.StatusOK)
	const now = 1772625600000.0 // 2026-03-04T12:00:00Z
	want := answer{
		"object": "session", "id": s.ID, "user_id": w.userID(t, ada), "status": "active", "last_active_organization_id": nil,
		"created_at": now, "last_active_at": now, "expire_at": now + 7*24*3600*1000, "abandon_at": got["abandon_at"],
		"latest_activity": map[string]any{
			"device_type": "Macintosh", "browser_name": "Chrome", "browser_version": "140.0.0.0", "is_mobile": false,
			"ip_address": "203.0.113.7", "city": "Vienna", "country": "AT",
		},
		"current": true,
	}
	if diff := cmp.Diff(want, got); diff != "" || got["abandon_at"] == nil {
		t.Error(diff)
	}
}

func TestAccountsAreSentAsJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, mia, ada)
	got := b.get("/sessions/accounts").json(t, http.StatusOK)
	if got["total_count"] != 2.0 || len(got.list("data")) != 2 {
		t.Fatalf("%v", got)
	}
	for i, email := range []string{ada, mia} {
		row := got.list("data")[i]
		if row.object("user")["email_address"] != email || row["object"] != "session" || row["current"] != (i == 0) || row["id"] == "" {
			t.Errorf("row %d: %v", i, row)
		}
	}
}

func TestDevicesAreSentAsJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	for range 120 {
		w.elsewhere(t, ada)
	}
	seen := map[string]bool{}
	for offset, rows := range map[string]int{"": 100, "?offset=100": 21, "?offset=121": 0, "?offset=5000": 0} {
		got := b.get("/sessions/devices"+offset).json(t, http.StatusOK)
		if got["total_count"] != 121.0 || got["sign_out"] != nil || len(got.list("data")) != rows {
			t.Errorf("%s: %d rows of %v, job %v", offset, len(got.list("data")), got["total_count"], got["sign_out"])
		}
		for i, row := range got.list("data") {
			seen[row["id"].(string)] = true
			if current := row["id"] == b.current(t); row["current"] != current || current != (offset == "" && i == 0) {
				t.Errorf("row %d of %s: current %v", i, offset, row["current"])
			}
		}
	}
	if len(seen) != 121 {
		t.Errorf("%d sessions were told, want 121", len(seen))
	}
	for _, offset := range []string{"-1", "x", "1.5", "99999999999999999999"} {
		if p := b.get("/sessions/devices?offset="+offset).json(t, http.StatusBadRequest); p["reason"] != "ginclerk-bad-request" {
			t.Errorf("%s: %v", offset, p)
		}
	}
}

func TestActionsAnswerWithJSON(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 1, options{kind: instance.Production})
	target := b.others(t, ada)[0]
	got := b.act("/devices/revoke", `{"session_id":"`+target+`"}`).json(t, http.StatusOK)
	want := answer{"object": "session_end", "session_id": target, "effective": "now", "signed_out": false}
	if diff := cmp.Diff(want, got); diff != "" || w.statusOf(t, target) != "revoked" {
		t.Error(diff)
	}
	own := b.current(t)
	got = b.act("/sign-out", "").json(t, http.StatusOK)
	location, _ := got["redirect_url"].(string)
	if got["session_id"] != own || got["signed_out"] != true || !strings.Contains(location, "/v1/client/handshake?") || w.statusOf(t, own) == "active" {
		t.Errorf("%v", got)
	}
	if b.cookies["__session"] != "" {
		t.Error("the cookies are still there")
	}
	b.get("/sessions").json(t, http.StatusUnauthorized)
}

func TestAProgramSwitchesTheAccount(t *testing.T) {
	t.Parallel()
	for _, noProxy := range []bool{false, true} {
		w := newWorld(t, options{kind: instance.Production, noProxy: noProxy})
		b := w.browser(t, mia, ada)
		if noProxy {
			delete(b.cookies, "__client")
		}
		target := w.server.Sessions(w.userID(t, mia))[0].ID
		p := b.act("/switch", `{"session_id":"`+target+`"}`)
		got := p.json(t, http.StatusOK)
		location, _ := got["redirect_url"].(string)
		if got["session_id"] != target || location == "" || p.Header().Get("Location") != "" {
			t.Errorf("%v", got)
		}
		b.open(t, strings.TrimPrefix(location, ownOrigin)).wantPage(t, http.StatusOK, "/sessions/accounts", "").wantNotice(t, "")
		if got := b.get("/sessions").json(t, http.StatusOK)["id"]; got != target {
			t.Errorf("without proxy %t: the session is %v", noProxy, got)
		}
	}
}

func TestJobsAreSentAsJSON(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 30, options{kind: instance.Production})
	w.server.Fail(clerktest.Fault{Operation: revokeOperation, Times: 2, Status: http.StatusForbidden})
	p := b.act("/sign-out-others", "")
	started := p.json(t, p.Code)
	id, _ := started["id"].(string)
	if started["object"] != "sign_out" || started["scope"] != "others" || started["url"] != jobsPath+id ||
		(p.Code == http.StatusAccepted) != (started["status"] == "running") {
		t.Errorf("%d %v", p.Code, started)
	}
	w.finished(t, ada, id)
	got := b.get(jobsPath+id).json(t, http.StatusOK)
	for name, want := range map[string]any{
		"id": id, "status": "finished", "complete": false, "total": 30.0, "revoked": 28.0, "already_gone": 0.0, "failed_count": 2.0,
		"current_kept": false, "problem": nil, "effective": "now", "signed_out": false, "redirect_url": nil,
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	for _, failed := range got.list("failed") {
		if w.statusOf(t, failed["session_id"].(string)) != "active" || failed["reason"] != "refused" {
			t.Errorf("failed: %v", failed)
		}
	}
	if devices := b.get("/sessions/devices").json(t, http.StatusOK); devices.object("sign_out")["id"] != id {
		t.Errorf("the devices tell of %v", devices["sign_out"])
	}
	w.browser(t, mia).get(jobsPath+id).json(t, http.StatusNotFound)
	w.browser(t).get(jobsPath+id).json(t, http.StatusUnauthorized)
	if got := b.act("/sign-outs/"+id+"/retry", "").json(t, http.StatusOK); got["complete"] != true || got["revoked"] != 30.0 {
		t.Errorf("retry: %v", got)
	}
}

// The request signs out the program that sends it, and the answer says so.
func TestAProgramSignsItselfOutEverywhere(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 2, options{kind: instance.Production})
	got := b.act("/sign-out-everywhere", "").json(t, http.StatusOK)
	if got["complete"] != true || got["signed_out"] != true || got["redirect_url"] == nil || w.active(t, ada) != 0 {
		t.Errorf("%v", got)
	}
	w, b = busy(t, 2, options{kind: instance.Production})
	release := w.slowly(t)
	p := b.act("/sign-out-everywhere", "")
	id, _ := p.json(t, http.StatusAccepted)["id"].(string)
	if p.Header().Get("Location") != jobsPath+id || p.Header().Get("Retry-After") != "1" {
		t.Errorf("location %q", p.Header().Get("Location"))
	}
	if p := b.act("/sign-out-others", ""); p.json(t, http.StatusConflict)["reason"] != "ginclerk-sign-out-running" || p.Header().Get("Location") != jobsPath+id {
		t.Errorf("another job: %s", p.Body)
	}
	release()
	w.finished(t, ada, id)
	if got := b.get(jobsPath+id).json(t, http.StatusOK); got["complete"] != true || got["signed_out"] != true {
		t.Errorf("%v", got)
	}
}

func TestAProgramEndsSelectedSessions(t *testing.T) {
	t.Parallel()
	w, b := busy(t, 3, options{kind: instance.Production})
	others := b.others(t, ada)
	got := b.act("/devices/sign-out", `{"session_ids":["`+others[0]+`","`+others[1]+`"]}`).json(t, http.StatusOK)
	if got["revoked"] != 2.0 || got["complete"] != true || w.active(t, ada) != 2 {
		t.Errorf("%v", got)
	}
	form := b.post("/devices/sign-out", map[string][]string{"session_id": {others[2]}}, func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Dest", "empty")
	})
	if got := form.json(t, http.StatusOK); got["revoked"] != 1.0 {
		t.Errorf("as a form: %v", got)
	}
}

// Such a body is a problem, and nothing is done.
func TestABodyThatNamesNoSessionIsAProblem(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	other := w.elsewhere(t, ada)
	for name, row := range map[string]struct {
		body, kind string
		status     int
	}{
		"no body":               {"", "application/json", http.StatusBadRequest},
		"no object":             {`"` + other + `"`, "application/json", http.StatusBadRequest},
		"a list":                {`["` + other + `"]`, "application/json", http.StatusBadRequest},
		"null":                  {`null`, "application/json", http.StatusBadRequest},
		"a number":              {`{"session_id":1}`, "application/json", http.StatusBadRequest},
		"an empty id":           {`{"session_id":""}`, "application/json", http.StatusBadRequest},
		"an unknown member":     {`{"session_id":"` + other + `","all":true}`, "application/json", http.StatusBadRequest},
		"both members":          {`{"session_id":"` + other + `","session_ids":["` + other + `"]}`, "application/json", http.StatusBadRequest},
		"text after the JSON":   {`{"session_id":"` + other + `"}{}`, "application/json", http.StatusBadRequest},
		"cut off":               {`{"session_id":"` + other, "application/json", http.StatusBadRequest},
		"no content type":       {`{"session_id":"` + other + `"}`, "", http.StatusUnsupportedMediaType},
		"text":                  {`{"session_id":"` + other + `"}`, "text/plain", http.StatusUnsupportedMediaType},
		"a broken content type": {`{"session_id":"` + other + `"}`, ";;", http.StatusUnsupportedMediaType},
		"a form without":        {"x=1", "application/x-www-form-urlencoded", http.StatusBadRequest},
		"too long":              {`{"pad":"` + strings.Repeat("x", 9<<10) + `","session_id":"` + other + `"}`, "application/json", http.StatusRequestEntityTooLarge},
	} {
		for _, action := range targeted() {
			p := b.post(action, nil, program(row.body), func(r *http.Request) { r.Header.Set("Content-Type", row.kind) })
			if got := p.json(t, row.status); got["detail"] == "" || got["reason"] != "ginclerk-bad-request" {
				t.Errorf("%s, %s: %v", action, name, got)
			}
		}
	}
	b.act("/devices/sign-out", `{"session_ids":[]}`).json(t, http.StatusBadRequest)
	if w.statusOf(t, other) != "active" {
		t.Error("it was ended")
	}
}

// A session of another user gets the same answer as a session that does not exist.
func TestSessionsOfOtherUsersAreNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	foreign := w.elsewhere(t, mia)
	for _, action := range targeted() {
		var bodies []string
		for _, id := range []string{foreign, "sess_2nosuchsession0000000000000", "../users"} {
			p := b.act(action, `{"session_id":"`+id+`"}`)
			p.json(t, http.StatusNotFound)
			bodies = append(bodies, p.Body.String())
		}
		if len(slices.Compact(bodies)) != 1 {
			t.Errorf("%s tells them apart: %v", action, bodies)
		}
	}
	if w.statusOf(t, foreign) != "active" {
		t.Error("it was ended")
	}
}

// JSON from another site does nothing, on any action.
func TestJSONFromOtherSitesDoesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, mia, ada)
	other := w.server.Sessions(w.userID(t, mia))[0].ID
	for _, action := range append(actions(), "/sign-outs/"+strings.Repeat("A", 26)+"/retry") {
		for name, change := range map[string]func(*http.Request){
			"another site": func(r *http.Request) {
				r.Header.Set("Origin", "https://evil.example")
				r.Header.Set("Sec-Fetch-Site", "cross-site")
			},
			"an old browser": func(r *http.Request) { r.Header.Set("Origin", "https://evil.example"); r.Header.Del("Sec-Fetch-Site") },
			"nowhere":        func(r *http.Request) { r.Header.Del("Origin"); r.Header.Del("Sec-Fetch-Site") },
		} {
			own := &browser{world: w, agent: b.agent, cookies: maps.Clone(b.cookies)}
			got := own.post(action, nil, program(`{"session_id":"`+other+`"}`), change).json(t, http.StatusForbidden)
			if got["reason"] != "ginclerk-cross-origin-request" {
				t.Errorf("%s from %s: %v", action, name, got)
			}
		}
	}
	if w.active(t, ada) != 1 || w.statusOf(t, other) != "active" {
		t.Error("something was done")
	}
}

// A navigation gets a page whatever it accepts. A program gets JSON.
func TestProgramsGetJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	for name, row := range map[string]struct {
		dest, accept string
		json         bool
	}{
		"a navigation":                    {"document", "text/html,*/*", false},
		"a navigation that accepts JSON":  {"document", "application/json", false},
		"fetch":                           {"empty", "*/*", true},
		"fetch that accepts HTML":         {"empty", "text/html", true},
		"an old browser":                  {"", "text/html,application/xhtml+xml", false},
		"a program":                       {"", "application/json", true},
		"a program that accepts anything": {"", "*/*", true},
		"a program that says nothing":     {"", "", true},
	} {
		p := b.ask(http.MethodGet, "/sessions", nil, func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Dest", row.dest)
			r.Header.Set("Accept", row.accept)
		})
		if got := strings.HasPrefix(p.Header().Get("Content-Type"), "application/json"); p.Code != http.StatusOK || got != row.json {
			t.Errorf("%s: %d %s", name, p.Code, p.Header().Get("Content-Type"))
		}
	}
}

func TestJSONSaysThatClerkIsAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	b.open(t, "/sessions")
	other := w.elsewhere(t, ada)
	w.server.SetUnreachable(true)
	for _, path := range []string{"/sessions", "/sessions/accounts", "/sessions/devices"} {
		b.get(path).json(t, http.StatusServiceUnavailable)
	}
	for _, action := range append(targeted(), "/sign-out") {
		if p := b.act(action, `{"session_id":"`+other+`"}`); p.json(t, http.StatusServiceUnavailable)["reason"] != "ginclerk-clerk-unavailable" {
			t.Errorf("%s: %s", action, p.Body)
		}
	}
}
