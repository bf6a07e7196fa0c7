package main

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

// post sends a form from an own page.
func (a *webapp) post(t *testing.T, path string, header http.Header, form url.Values) answer {
	t.Helper()
	header = header.Clone()
	header.Set("Content-Type", "application/x-www-form-urlencoded")
	return a.send(t, path, header, form.Encode())
}

// notesShown returns the texts on the page with the notes.
func (a *webapp) notesShown(t *testing.T, header http.Header) []string {
	t.Helper()
	page := a.do(t, http.MethodGet, notesPath, header)
	if page.status != http.StatusOK {
		t.Fatalf("the notes answer %s", page.summary(t, a.origin))
	}
	var shown []string
	for _, found := range regexp.MustCompile(`(?s)data-testid="note-shown">(.*?)</p>`).FindAllStringSubmatch(page.body, -1) {
		shown = append(shown, html.UnescapeString(found[1]))
	}
	return shown
}

func TestNotesAreKeptForEachUser(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, admin := visitors()
	bob, ada := byBrowser(t, a, member), byBrowser(t, a, admin)
	for _, text := range []string{"milk", "  eggs\r\nand <b>flour</b>  "} {
		if got := a.post(t, notesPath, bob, url.Values{"text": {text}}).summary(t, a.origin); got != "303 /notes" {
			t.Fatalf("%q: %s, want the way back to the notes", text, got)
		}
	}
	if diff := cmp.Diff([]string{"eggs\nand <b>flour</b>", "milk"}, a.notesShown(t, bob)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if got := a.notesShown(t, ada); len(got) != 0 {
		t.Errorf("another user sees %q", got)
	}
	if diff := cmp.Diff([]string{"eggs\nand <b>flour</b>", "milk"}, a.notesShown(t, byBrowser(t, a, member))); diff != "" {
		t.Errorf("the same user in another browser (-want +got):\n%s", diff)
	}
}

func TestNotesAreBounded(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	bob := byBrowser(t, a, member)
	for name, text := range map[string]string{
		"nothing":                   "",
		"only space":                " \r\n\t",
		"a character too many":      strings.Repeat("ä", 4001),
		"more than a form may have": strings.Repeat("x", maxNoteForm),
		"bytes that are no text":    "\xff\xfe",
	} {
		if got := a.post(t, notesPath, bob, url.Values{"text": {text}}).summary(t, a.origin); got != "303 /notes" {
			t.Errorf("%s: %s, want the way back to the notes", name, got)
		}
		if got := a.notesShown(t, bob); len(got) != 0 {
			t.Errorf("%s is kept", name)
		}
	}
	longest := strings.Repeat("€", 4000)
	var want []string
	for i := range 22 {
		text := longest[:len(longest)-3*len(strconv.Itoa(i))] + strconv.Itoa(i)
		want = append(want, text)
		a.post(t, notesPath, bob, url.Values{"text": {text}})
	}
	slices.Reverse(want)
	if diff := cmp.Diff(want[:20], a.notesShown(t, bob)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

func TestNotesOfTwoReplicasAreAllKept(t *testing.T) {
	t.Parallel()
	store := storage.NewMemory(storage.MemoryConfig{})
	one, other := &notes{store: store, now: time.Now}, &notes{store: store, now: time.Now}
	done := make(chan error)
	for i, replica := range []*notes{one, other} {
		go func() {
			for j := range 5 {
				if err := replica.add(t.Context(), "user_1", strconv.Itoa(10*i+j)); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	all, err := one.of(t.Context(), "user_1")
	if err != nil || len(all) != 10 {
		t.Errorf("%d notes are kept (%v), want all 10", len(all), err)
	}
}

func TestOtherSitesCantPostNotes(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	bob := byBrowser(t, a, member)
	foreign := bob.Clone()
	foreign.Set("Sec-Fetch-Site", "cross-site")
	foreign.Set("Origin", "https://evil.example")
	for _, path := range []string{notesPath, dangerPath} {
		if got := a.post(t, path, foreign, url.Values{"text": {"x"}}); got.status != http.StatusForbidden {
			t.Errorf("%s from another site: %s, want 403", path, got.summary(t, a.origin))
		}
	}
	if got := a.notesShown(t, bob); len(got) != 0 {
		t.Errorf("another site wrote %q", got)
	}
}

// The factors of a session that has just begun are fresh. Eleven minutes later they are not.
func TestDangerZoneAsksForAProof(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	browser, session := a.session(t, member, "")
	program := http.Header{"Accept": {"application/json"}}
	fresh := a.headerOf(t, browser)
	a.post(t, notesPath, fresh, url.Values{"text": {"milk"}})
	for _, row := range []struct {
		later  time.Duration
		method string
		want   int
	}{
		{0, http.MethodGet, 200}, {9 * time.Minute, http.MethodGet, 200}, {2 * time.Minute, http.MethodGet, 403}, {0, http.MethodPost, 403},
	} {
		a.clerk.Clock().Advance(row.later)
		program.Set("Authorization", "Bearer "+a.token(t, session.ID, 0))
		got := a.do(t, row.method, dangerPath, program)
		if got.status != row.want || row.want == 403 && got.json(t)["clerk_error"] == nil {
			t.Errorf("%s %s later: %s %s, want %d and the member that clerk-js looks for", row.method, row.later, got.summary(t, a.origin), got.body, row.want)
		}
	}
	old := a.headerOf(t, browser)
	if diff := cmp.Diff([]string{"milk"}, a.notesShown(t, old)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

func TestDangerZoneDeletesNotes(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	bob := byBrowser(t, a, member)
	a.post(t, notesPath, bob, url.Values{"text": {"milk"}})
	if got := a.do(t, http.MethodGet, dangerPath, bob).body; !strings.Contains(got, "This deletes 1 note.") {
		t.Errorf("the page does not say what goes:\n%s", got)
	}
	if got := a.post(t, dangerPath, bob, nil).summary(t, a.origin); got != "303 /notes" {
		t.Errorf("delete: %s, want the way back to the notes", got)
	}
	if got := a.notesShown(t, bob); len(got) != 0 {
		t.Errorf("there are still %q", got)
	}
}

func TestExportNeedsASessionOfToday(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	browser, session := a.session(t, member, "")
	a.post(t, notesPath, a.headerOf(t, browser), url.Values{"text": {"milk & eggs"}})
	for _, row := range []struct {
		later time.Duration
		want  int
	}{{0, 200}, {23 * time.Hour, 200}, {2 * time.Hour, 401}} {
		a.clerk.Clock().Advance(row.later)
		got := a.do(t, http.MethodGet, exportPath, http.Header{"Authorization": {"Bearer " + a.token(t, session.ID, 0)}})
		if got.status != row.want {
			t.Errorf("%s later: %s, want %d", row.later, got.summary(t, a.origin), row.want)
		}
		if row.want == 200 && got.body != "2026-03-04T12:00:00Z\nmilk & eggs\n\n" {
			t.Errorf("the notes are %q", got.body)
		}
	}
}
