package pages_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/activity"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// texts returns what the elements with a test id say.
func (p *page) texts(t *testing.T, testID string) []string {
	t.Helper()
	var all []string
	for _, node := range p.all(t, testID) {
		var b strings.Builder
		for inner := range node.Descendants() {
			if inner.Type == html.TextNode {
				b.WriteString(inner.Data + " ")
			}
		}
		all = append(all, strings.Join(strings.Fields(b.String()), " "))
	}
	return all
}

// Each row does something on the pages, and names what the activity of the user then has, beside the sign-in itself.
func TestWhatIsDoneOnThePagesIsRecorded(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, action string
		named        func(own, other string) url.Values
		want         string
	}{
		{"signing out here", "/sign-out", nil, "signed_out user"},
		{"signing out another device", "/devices/revoke", func(_, other string) url.Values { return url.Values{"session_id": {other}} }, "signed_out user"},
		{"signing out this device in the list", "/devices/revoke", func(own, _ string) url.Values { return url.Values{"session_id": {own}} }, "signed_out user"},
		{"signing out selected devices", "/devices/sign-out", func(_, other string) url.Values { return url.Values{"session_id": {other}} }, "signed_out_selected user"},
		{"signing out all others", "/sign-out-others", nil, "signed_out_others user"},
		{"signing out everywhere", "/sign-out-everywhere", nil, "signed_out_everywhere user"},
		{"signing in again", "/sign-in-again", nil, "signed_out user"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{ticking: true})
			deliver := w.hears(t)
			b := w.browser(t, ada)
			other := w.appears(t, ada, edgeInToronto())
			deliver()
			w.clock.Advance(time.Minute)
			var form url.Values
			if row.named != nil {
				form = row.named(b.current(t), other)
			}
			b.post(row.action, form)
			deliver() // Clerk tells of it, too
			if diff := cmp.Diff([]string{row.want, "signed_in", "signed_in"}, w.recorded(t, ada)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnEndedAccountIsRecordedAtItsUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, mia, ada)
	var target string
	for _, s := range w.server.Sessions(w.userID(t, mia)) {
		target = s.ID
	}
	b.send(t, "/accounts/sign-out", target)
	if diff := cmp.Diff([]string{"signed_out user"}, w.recorded(t, mia)); diff != "" || w.recorded(t, ada) != nil {
		t.Errorf("%s; at the other user: %v", diff, w.recorded(t, ada))
	}
}

func TestAnImpersonatorIsNamedInTheActivity(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b, here := w.actor(t, ada, support)
	w.browser(t, ada).open(t, "/sessions/devices") // learns of the impersonation
	if e := w.noted(t, ada, activity.SignedIn, here); e.By.Agent != activity.Impersonator || e.By.ID != support {
		t.Errorf("%+v", e.By)
	}
	b.post("/sign-out", nil)
	if e := w.noted(t, ada, activity.SignedOut, here); e.By.Agent != activity.Impersonator || e.By.ID != support {
		t.Errorf("%+v", e.By)
	}
	p := w.browser(t, ada).open(t, "/sessions/activity")
	if !strings.Contains(p.Body.String(), "By user_support, who acted as this account") {
		t.Errorf("the user is not told: %v", p.texts(t, "activity-by"))
	}
}

// Where a webhook can't be recorded or a store is away, people still sign out.
func TestAnActionDoesNotNeedTheJournal(t *testing.T) {
	t.Parallel()
	store := &brokenStore{}
	w := newWorld(t, options{config: func(c *ginclerk.Config) { c.Stores.Records = store }})
	b := w.browser(t, ada)
	other := w.elsewhere(t, ada)
	b.send(t, "/devices/revoke", other).wantPage(t, http.StatusOK, "/sessions/devices", "")
	if w.statusOf(t, other) != "revoked" {
		t.Error("the device is signed in")
	}
	if p := b.open(t, "/"); p.Code != http.StatusOK || p.text(t, "new-sign-in") != "" {
		t.Errorf("status %d", p.Code)
	}
	if p := b.open(t, "/sessions/activity"); p.Code != http.StatusServiceUnavailable || strings.Contains(p.Body.String(), "on fire") {
		t.Errorf("status %d: %s", p.Code, p.Body)
	}
}

// brokenStore has no record, and keeps none.
type brokenStore struct{ storage.Store }

var errOnFire = fmt.Errorf("%w: on fire", storage.ErrUnavailable)

func (*brokenStore) Load(context.Context, string) ([]byte, error) { return nil, errOnFire }

func (*brokenStore) CompareAndSwap(context.Context, string, []byte, []byte, time.Duration) (bool, error) {
	return false, errOnFire
}

// fill records one sign-in an hour, the first one just now.
func (w *world) fill(t *testing.T, email string, n int) {
	t.Helper()
	var entries []activity.Entry
	for i := range n {
		entries = append(entries, activity.Entry{
			Kind: activity.SignedIn, SessionID: fmt.Sprintf("sess_%03d", i), At: w.clock.Now().Add(-time.Duration(i) * time.Hour),
			Device: session.Device{Type: "Windows", Browser: "Edge", BrowserVersion: "139.0", City: "Toronto", Country: "CA", IP: "192.0.2.14"},
		})
	}
	if err := w.site.Activity(w.clerk).Record(t.Context(), w.userID(t, email), entries...); err != nil {
		t.Fatal(err)
	}
}

func TestTheActivityIsPagedByDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	w.fill(t, ada, 60)
	first := b.open(t, "/sessions/activity").wantPage(t, http.StatusOK, "/sessions/activity", "Activity")
	if got := len(first.all(t, "activity-row")); got != 20 {
		t.Errorf("%d entries on the first page", got)
	}
	if diff := cmp.Diff([]string{"Wednesday, March 4, 2026", "Tuesday, March 3, 2026"}, first.texts(t, "activity-date")); diff != "" {
		t.Error(diff)
	}
	if first.text(t, "activity-count") != "60 entries" || len(first.all(t, "newer")) != 0 {
		t.Errorf("%q", first.text(t, "activity-count"))
	}
	second := b.open(t, attribute(first.all(t, "older")[0], "href"))
	third := b.open(t, attribute(second.all(t, "older")[0], "href"))
	if got := len(third.all(t, "activity-row")); got != 20 || len(third.all(t, "older")) != 0 || len(third.all(t, "newer")) != 1 {
		t.Errorf("%d entries on the last page", got)
	}
	if beyond := b.open(t, "/sessions/activity?offset=5000"); len(beyond.all(t, "activity-row")) != 20 {
		t.Errorf("an offset that is too large shows %d entries", len(beyond.all(t, "activity-row")))
	}
}

// "Where did I sign in last Wednesday?", in clicks from the home page.
func TestADayIsFoundInTwoClicks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	w.fill(t, ada, 100)
	p := b.open(t, "/")
	p = b.open(t, attribute(p.all(t, "nav-activity")[0], "href"))
	days := p.texts(t, "activity-day")
	if diff := cmp.Diff([]string{"Today", "Yesterday", "Monday", "Sunday", "Saturday", "Friday", "Thursday", "Last Wednesday"}, days); diff != "" {
		t.Error(diff)
	}
	p = b.open(t, attribute(p.all(t, "activity-day")[2], "href"))
	if diff := cmp.Diff([]string{"Monday, March 2, 2026"}, p.texts(t, "activity-date")); diff != "" {
		t.Error(diff)
	}
	if got := p.texts(t, "activity-where")[0]; got != "Edge 139 on Windows · Toronto, Canada" {
		t.Errorf("%q", got)
	}
}

func TestDaysAreThoseOfTheVisitor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	w.fill(t, ada, 20)                             // from 12:00 UTC back to 17:00 UTC of the day before
	b.cookies["ginclerk_time_zone"] = "Asia/Tokyo" // where 00:00 is 15:00 UTC
	for day, want := range map[string]int{"2026-03-04": 20, "2026-03-03": 0} {
		if got := len(b.open(t, "/sessions/activity?day="+day).all(t, "activity-row")); got != want {
			t.Errorf("%s: %d entries, want %d", day, got, want)
		}
	}
}

func TestTheActivityIsFiltered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	w.fill(t, ada, 3)
	err := w.site.Activity(w.clerk).Record(t.Context(), w.userID(t, ada),
		activity.Entry{Kind: activity.PasswordChanged}, activity.Entry{Kind: activity.SignedOutSelected, Count: 2},
		activity.Entry{Kind: activity.SessionEnded, SessionID: "sess_001", Reason: session.Expired})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		query  string
		status int
		want   int
	}{
		{"", http.StatusOK, 6},
		{"?kind=sign_ins", http.StatusOK, 3},
		{"?kind=sign_outs", http.StatusOK, 2},
		{"?kind=changes", http.StatusOK, 1},
		{"?kind=session_ended", http.StatusOK, 1},
		{"?kind=&day=", http.StatusOK, 6},
		{"?kind=sign_ins&day=2026-03-03", http.StatusOK, 0},
		{"?kind=everything", http.StatusBadRequest, 0},
		{"?day=yesterday", http.StatusBadRequest, 0},
		{"?day=2026-13-01", http.StatusBadRequest, 0},
		{"?offset=-1", http.StatusBadRequest, 0},
		{"?offset=x", http.StatusBadRequest, 0},
	} {
		p := b.open(t, "/sessions/activity"+row.query)
		if got := len(p.all(t, "activity-row")); p.Code != row.status || got != row.want {
			t.Errorf("%q: status %d, %d entries; want %d, %d", row.query, p.Code, got, row.status, row.want)
		}
		state := decoded[struct {
			Data       []map[string]any `json:"data"`
			TotalCount int              `json:"total_count"`
		}](t, b.ask(http.MethodGet, "/sessions/activity"+row.query, nil, asProgram))
		if len(state.Data) != row.want || state.TotalCount != row.want {
			t.Errorf("%q as JSON: %d of %d entries", row.query, len(state.Data), state.TotalCount)
		}
	}
	shown := b.open(t, "/sessions/activity").texts(t, "activity-what")
	for _, want := range []string{"Password changed", "Signed out 2 sign-ins", "Sign-in expired", "Signed in"} {
		if !strings.Contains(strings.Join(shown, "|"), want) {
			t.Errorf("no %q in %q", want, shown)
		}
	}
}

// Every kind has a sentence of its own.
func TestEveryKindHasWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	seen := map[string]bool{}
	for i, kind := range activity.Kinds() {
		e := activity.Entry{Kind: kind, At: w.clock.Now().Add(time.Duration(i-60) * time.Minute), SessionID: fmt.Sprint("sess_", i), Count: 3}
		if kind == activity.Unlocked || kind == activity.Unbanned {
			e.SessionID = ""
		}
		if err := w.site.Activity(w.clerk).Record(t.Context(), w.userID(t, ada), e); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range b.open(t, "/sessions/activity").texts(t, "activity-what") {
		if seen[text] || strings.Contains(text, "activity.") {
			t.Errorf("%q", text)
		}
		seen[text] = true
	}
	if len(seen) != len(activity.Kinds()) {
		t.Errorf("%d sentences for %d kinds", len(seen), len(activity.Kinds()))
	}
}

func TestTheActivityIsAFileForSpreadsheets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	names := []string{"=HYPERLINK(\"http://evil.example\")", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u2068=1", "\u200b=1", "Edge;=1", "Edge\t@1", "Edge, \"the\" browser"}
	for i, name := range names {
		err := w.site.Activity(w.clerk).Record(t.Context(), w.userID(t, ada), activity.Entry{
			Kind: activity.SignedIn, SessionID: fmt.Sprint("sess_", i), At: w.clock.Now().Add(-time.Duration(i) * time.Minute),
			Device: session.Device{Browser: name, City: "=cmd|' /C calc'!A0", Country: "CA", IP: "192.0.2.14"},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	p := b.open(t, "/sessions/activity/export.csv")
	header := p.Header()
	if p.Code != http.StatusOK || header.Get("Content-Type") != "text/csv; charset=utf-8" ||
		header.Get("Content-Disposition") != `attachment; filename="activity.csv"` || header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("status %d, %v", p.Code, header)
	}
	lines, err := csv.NewReader(p.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"created_at", "kind", "description", "device", "location", "ip_address", "session_id", "by"}, lines[0]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"2026-03-04T12:00:01Z", "signed_in", "Signed in"}, lines[1][:3]); diff != "" {
		t.Error(diff)
	}
	if len(lines) != len(names)+1 {
		t.Errorf("%d lines", len(lines))
	}
	for _, line := range lines[1:] {
		for _, cell := range line {
			for part := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == ';' || r == '\t' }) {
				if visible := strings.TrimLeft(part, " \u200b\u2066\u2067\u2068"); visible != "" && strings.ContainsAny(visible[:1], "=+-@") {
					t.Errorf("a spreadsheet takes %q in %q for a formula", part, cell)
				}
			}
		}
	}
}

func TestTheActivityIsForItsUserAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.fill(t, ada, 3)
	if got := w.browser(t, mia).open(t, "/sessions/activity"); got.text(t, "empty") != "No activity is recorded yet." {
		t.Errorf("another user sees %s", got.Body)
	}
	for _, path := range []string{"/sessions/activity", "/sessions/activity/export.csv", "/sessions/activity/x/not-me"} {
		w.browser(t).open(t, path).wantSignIn(t, path, "")
		if got := w.browser(t).ask(http.MethodGet, path, nil, asProgram); got.Code != http.StatusUnauthorized {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
}

// The user is told that an administrator did it, and not which one.
func TestTheUserIsNotToldWhichAdministrator(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	err := w.site.Activity(w.clerk).Record(t.Context(), w.userID(t, ada), activity.Entry{
		Kind: activity.SignedOutEverywhere, By: activity.By{Agent: activity.Administrator, ID: "user_boss"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []*page{b.open(t, "/sessions/activity"), b.ask(http.MethodGet, "/sessions/activity", nil, asProgram), b.open(t, "/sessions/activity/export.csv")} {
		if strings.Contains(got.Body.String(), "user_boss") || !strings.Contains(got.Body.String(), "dministrator") {
			t.Errorf("%s", got.Body)
		}
	}
}
