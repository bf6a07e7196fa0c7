package pages

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devicelist"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/templates"
)

// deviceRows are the rows of one page. Their buttons and boxes have names of their own.
func (s *Site) deviceRows(c *gin.Context, v voice, shown []devicelist.Row, query deviceQuery) []templates.DeviceRow {
	rows := make([]templates.DeviceRow, 0, len(shown))
	taken := map[string]int{}
	for _, devices := range shown {
		row := s.deviceRow(c, v, devices[0], query)
		row.Label = v.ownName(taken, v.deviceAgo(devices[0]), devices[0])
		row.Selected = query.chosen && !row.Current && !row.Kept
		if len(devices) > 1 {
			s.addSignIns(c, v, &row, devices, query)
			for i := range row.SignIns {
				row.SignIns[i].Label = v.ownName(taken, v.deviceSignedIn(devices[i]), devices[i])
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// deviceRow is one session.
func (s *Site) deviceRow(c *gin.Context, v voice, entry devicelist.Entry, query deviceQuery) templates.DeviceRow {
	one := entry.Session
	row := templates.DeviceRow{
		SessionID: one.ID, Name: entry.Name, Device: v.device(one.Device), Mobile: one.Device.Mobile, Place: v.place(one.Device),
		Address: shownAddress(one.Device, query), URL: s.devicePageURL(c, one.ID, query),
		LastActive: v.moment(one.LastActive), Created: v.moment(one.Created),
		Current: entry.Marks.Current, New: entry.Marks.New, Unusual: entry.Marks.Unusual, Unused: entry.Marks.Unused,
		Kept: !s.mayEnd(ginclerk.From(c), *one),
	}
	if one.Impersonated {
		row.Actor = v.actorName(one.Actor)
	}
	return row
}

// addSignIns adds the sign-ins of a device that has several. The page has a few of them, and leads to all.
func (s *Site) addSignIns(c *gin.Context, v voice, row *templates.DeviceRow, devices devicelist.Row, query deviceQuery) {
	row.SignInCount = v.Text("devices.sign-ins", "count", len(devices))
	ids := make([]string, 0, len(devices))
	row.Kept = false
	for _, entry := range devices {
		if s.mayEnd(ginclerk.From(c), *entry.Session) {
			ids = append(ids, entry.Session.ID)
		}
		row.New, row.Unused = row.New || entry.Marks.New, row.Unused && entry.Marks.Unused
	}
	row.SignInIDs, row.Kept = strings.Join(ids, " "), len(ids) == 0
	row.Selected = row.Selected && !row.Kept
	for _, entry := range part(devices, 0, signInsShown) {
		row.SignIns = append(row.SignIns, s.signInRow(c, v, entry, query))
	}
	if len(devices) > signInsShown {
		d := devices[0].Session.Device
		alone := deviceQuery{addresses: query.addresses}
		alone.Search, alone.Browser, alone.Location, alone.Separate = d.Type, devicelist.BrowserOf(d), devicelist.LocationOf(d), true
		row.AllSignIns.URL = s.link(c, s.devicesAt(alone))
		row.AllSignIns.Label = v.Text("devices.all-sign-ins", "count", len(devices))
	}
}

// signInRow is one of several sign-ins of a device: what may differ between them.
func (s *Site) signInRow(c *gin.Context, v voice, entry devicelist.Entry, query deviceQuery) templates.DeviceRow {
	one := entry.Session
	row := templates.DeviceRow{
		SessionID: one.ID, URL: s.devicePageURL(c, one.ID, query), Address: shownAddress(one.Device, query),
		LastActive: v.moment(one.LastActive), Created: v.moment(one.Created), New: entry.Marks.New, Kept: !s.mayEnd(ginclerk.From(c), *one),
	}
	row.Selected = query.chosen && !row.Kept
	return row
}

// shownAddress is as much of an address as the query asks for.
func shownAddress(d session.Device, query deviceQuery) string {
	if query.addresses {
		return d.IP
	}
	return devicelist.MaskAddress(d.IP)
}

// devicePageURL is the address of the page of one device, from which a person comes back to the list with the query.
func (s *Site) devicePageURL(c *gin.Context, sessionID string, query deviceQuery) templ.SafeURL {
	return s.link(c, withQuery(s.deviceURL(sessionID), positionQuery(query)))
}

// deviceAgo names a device in the name of a button: "Edge on Windows, Toronto, Canada, 3 days ago".
func (v voice) deviceAgo(entry devicelist.Entry) string {
	named, ago := v.deviceNamed(entry.Session, entry.Name), v.moment(entry.Session.LastActive).Text
	if ago == "" {
		return named
	}
	return v.Text("devices.device-ago", "device", named, "ago", ago)
}

// deviceSignedIn names a sign-in in the name of a button: "Edge on Windows, Toronto, Canada, signed in Nov 7, 2026, 2:05 pm".
func (v voice) deviceSignedIn(entry devicelist.Entry) string {
	named, signedIn := v.deviceNamed(entry.Session, entry.Name), v.exactly(entry.Session.Created).Text
	if signedIn == "" {
		return named
	}
	return v.Text("devices.device-signed-in", "device", named, "time", signedIn)
}

// ownName returns a name that no other device on the page has.
func (v voice) ownName(taken map[string]int, name string, entry devicelist.Entry) string {
	if taken[name] > 0 {
		name = v.deviceSignedIn(entry)
	}
	taken[name]++
	if number := taken[name]; number > 1 {
		return v.Text("devices.device-number", "device", name, "number", number)
	}
	return name
}

// deviceURL is the path of the page of one device.
func (s *Site) deviceURL(sessionID string) string {
	return s.DevicesURL() + "/" + url.PathEscape(sessionID)
}

// positionQuery has the position of a list in the query of the page of a device, so that it leads back there.
func positionQuery(query deviceQuery) string {
	if query == (deviceQuery{chosen: query.chosen}) {
		return ""
	}
	position := query.encode()
	if position == "" {
		return ""
	}
	return url.Values{positionField: {position}}.Encode()
}
