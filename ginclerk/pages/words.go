package pages

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/templates"
)

// zone is the time zone of every time on the pages.
const zone = "UTC"

// moment returns a time in UTC, as text and for machines.
func moment(t time.Time) templates.Time {
	shown := momentInZone(t)
	if shown.Text != "" {
		shown.Text += " " + zone
	}
	return shown
}

// momentInZone is moment for a page that names the time zone itself.
func momentInZone(t time.Time) templates.Time {
	if t.IsZero() {
		return templates.Time{}
	}
	t = t.UTC()
	return templates.Time{Text: t.Format("2 Jan 2006, 15:04"), RFC3339: t.Format(time.RFC3339)}
}

// deviceName describes a device in a few words, such as "Chrome 128 on Macintosh". It is empty if Clerk knows nothing about
// the device.
func deviceName(d session.Device) string {
	browser := d.Browser
	if major, _, _ := strings.Cut(d.BrowserVersion, "."); browser != "" && major != "" {
		browser += " " + major
	}
	switch {
	case browser != "" && d.Type != "":
		return browser + " on " + d.Type
	case browser != "":
		return browser
	default:
		return d.Type
	}
}

// label names an account in one word.
func label(p session.Profile) string {
	return cmp.Or(p.Email, cmp.Or(p.Name, p.UserID))
}

func place(d session.Device) string {
	if d.City != "" && d.Country != "" {
		return d.City + ", " + d.Country
	}
	return cmp.Or(d.City, d.Country)
}

// count writes a number of things: 1 session, 2 sessions.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
