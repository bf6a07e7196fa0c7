package pages_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/storage"
)

func TestAPageShowsADevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	id := w.device(t, ada, edge(49*time.Hour))
	b := w.browser(t, ada)
	list := b.open(t, "/sessions/devices?q=edge")
	target := attribute(list.all(t, "device-name")[0], "href")
	p := b.open(t, target).wantPage(t, http.StatusOK, "/sessions/devices/"+id, "Edge 139 on Windows")
	for testID, want := range map[string]string{
		"device-kind": "Windows", "device-browser": "Edge 139", "device-place": "Toronto, Canada", "device-ip": "192.0.*.* Show address",
		"device-created": "Mar 2, 2026, 11:00 am UTC", "device-last-active": "Mar 2, 2026, 11:00 am UTC", "organization": "Personal account",
	} {
		if got := p.text(t, testID); got != want {
			t.Errorf("%s is %q, want %q", testID, got, want)
		}
	}
	if back := attribute(p.all(t, "back")[0], "href"); back != "/sessions/devices?q=edge" {
		t.Errorf("it leads back to %q", back)
	}
	shown := b.open(t, attribute(p.all(t, "addresses")[0], "href"))
	if got := shown.text(t, "device-ip"); got != "192.0.2.14 Hide address" || attribute(shown.all(t, "back")[0], "href") != "/sessions/devices?q=edge" {
		t.Errorf("the address is %q", got)
	}
	told := b.get("/sessions/devices/"+id).json(t, http.StatusOK)
	if told["id"] != id || told["name"] != nil || told["current"] != false || told.object("latest_activity")["ip_address"] != "192.0.2.14" {
		t.Errorf("a program is told %v", told)
	}
}

func TestADeviceOfOthersIsNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	over := w.elsewhere(t, ada)
	if err := w.server.RevokeSession(over); err != nil {
		t.Fatal(err)
	}
	for name, id := range map[string]string{
		"another user's": w.elsewhere(t, mia), "unknown": "sess_unknown", "one that is over": over, "none": "user_1",
	} {
		p := b.ask(http.MethodGet, "/sessions/devices/"+id, nil)
		if p.Code != http.StatusNotFound || p.text(t, "page-title") == "" {
			t.Errorf("%s: status %d", name, p.Code)
		}
		named := b.post("/devices/"+id+"/name", url.Values{"name": {"Mine"}})
		if named.Code != http.StatusNotFound {
			t.Errorf("a name for %s: status %d", name, named.Code)
		}
		if told := b.get("/sessions/devices/"+id).json(t, http.StatusNotFound); told["reason"] == "" {
			t.Errorf("%s: a program is told %v", name, told)
		}
	}
}

func TestAUserNamesADevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	id := w.device(t, ada, edge(time.Hour))
	b := w.browser(t, ada)
	page := "/sessions/devices/" + id
	p := b.follow(t, b.post("/devices/"+id+"/name", url.Values{"name": {"  Mum’s laptop "}})).
		wantPage(t, http.StatusOK, page, "Mum’s laptop").wantNotice(t, "Done. Name saved: Mum’s laptop.")
	if !strings.Contains(p.Body.String(), "This site keeps names until it restarts.") {
		t.Error("the page promises more than the memory of the process keeps")
	}
	row := b.open(t, "/sessions/devices?q=mum").all(t, "device-row")
	if len(row) != 1 || textIn(t, row[0], "device-name") != "Mum’s laptop" || textIn(t, row[0], "device-kind") != "Edge 139 on Windows" {
		t.Errorf("%d rows", len(row))
	}
	if told := b.get(page).json(t, http.StatusOK); told["name"] != "Mum’s laptop" {
		t.Errorf("a program is told %v", told["name"])
	}
	if p := w.browser(t, ada).open(t, page); p.text(t, "page-title") != "Mum’s laptop" {
		t.Error("the user's other browser does not know the name")
	}
	for _, name := range []string{strings.Repeat("a", 61), "a\x00b", "a\nb"} {
		b.follow(t, b.post("/devices/"+id+"/name", url.Values{"name": {name}})).wantPage(t, http.StatusOK, page, "Mum’s laptop").
			wantNotice(t, "That didn’t work. A name has up to 60 characters on one line. The name wasn’t saved.")
	}
	if told := b.act("/devices/"+id+"/name", `{"name":"`+strings.Repeat("a", 61)+`"}`).json(t, http.StatusUnprocessableEntity); told["reason"] != "ginclerk-device-name" {
		t.Errorf("a program is told %v", told)
	}
	if told := b.act("/devices/"+id+"/name", `{"name":"Dad"}`).json(t, http.StatusOK); told["name"] != "Dad" || told["id"] != id {
		t.Errorf("a program is told %v", told)
	}
	for _, body := range []string{`{}`, `{"name":1}`, `{"name":null}`, `{"title":"Dad"}`, `x`} {
		b.act("/devices/"+id+"/name", body).json(t, http.StatusBadRequest)
	}
	b.send(t, "/devices/revoke", id).wantNotice(t, "Done. Signed out: Dad, Toronto, Canada. Takes effect now.")
}

func TestAnEmptyNameRemovesTheName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	id := w.device(t, ada, edge(time.Hour))
	b.post("/devices/"+id+"/name", url.Values{"name": {"Mum"}})
	b.follow(t, b.post("/devices/"+id+"/name", url.Values{"name": {""}})).wantPage(t, http.StatusOK, "/sessions/devices/"+id, "Edge 139 on Windows").
		wantNotice(t, "Done. Name removed: Edge 139 on Windows.")
}

// Names are the user's words.
func TestAnImpersonatorNamesNoDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	id := w.device(t, ada, edge(time.Hour))
	b, _ := w.actor(t, ada, support)
	if p := b.open(t, "/sessions/devices/"+id); len(p.all(t, "name")) != 0 || len(p.all(t, "kept")) != 1 {
		t.Error("an impersonator is offered to name or to sign out a device of the user")
	}
	b.follow(t, b.post("/devices/"+id+"/name", url.Values{"name": {"Mine"}})).
		wantNotice(t, "That didn’t work. Only the user can name their devices. The name wasn’t saved.")
	b.act("/devices/"+id+"/name", `{"name":"Mine"}`).json(t, http.StatusForbidden)
	if told := w.browser(t, ada).get("/sessions/devices/"+id).json(t, http.StatusOK); told["name"] != nil {
		t.Errorf("the device is named %v", told["name"])
	}
}

// away is a store that can't be reached.
type away struct{}

func (away) Load(context.Context, string) ([]byte, error) { return nil, storage.ErrUnavailable }

func (away) CompareAndSwap(context.Context, string, []byte, []byte, time.Duration) (bool, error) {
	return false, storage.ErrUnavailable
}

// The list of devices does without names while the store is away, and no name is said to be kept.
func TestDevicesAreShownWithoutTheirNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{config: func(c *ginclerk.Config) { c.Stores.Records = away{} }})
	id := w.device(t, ada, edge(time.Hour))
	b := w.browser(t, ada)
	b.open(t, "/sessions/devices").wantPage(t, http.StatusOK, "/sessions/devices", "")
	b.follow(t, b.post("/devices/"+id+"/name", url.Values{"name": {"Mum"}})).
		wantNotice(t, "That didn’t work. The name couldn’t be saved. Try again in a few seconds.")
	if b.act("/devices/"+id+"/name", `{"name":"Mum"}`).json(t, http.StatusServiceUnavailable)["reason"] != "ginclerk-store-unavailable" {
		t.Error("a program is told something else")
	}
}

// The names that a user has given go with the activity, and the names of others stay.
func TestTheNamesOfADeletedUserAreDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	named := map[string]*browser{}
	for _, email := range []string{ada, mia} {
		b := w.browser(t, email)
		b.post("/devices/"+b.current(t)+"/name", url.Values{"name": {"Work laptop"}})
		named[email] = b
	}
	if err := w.site.Activity(w.clerk).Forget(t.Context(), w.userID(t, ada)); err != nil {
		t.Fatal(err)
	}
	for email, want := range map[string]string{ada: "Unknown device", mia: "Work laptop"} {
		if got := named[email].open(t, "/sessions/devices").text(t, "device-name"); got != want {
			t.Errorf("the device of %s is %q, want %q", email, got, want)
		}
	}
}
