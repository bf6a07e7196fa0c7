package pages

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devicelist"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/templates"
)

func (s *Site) renderDevices(c *gin.Context, list deviceList) {
	rows := list.rows()
	list.query.offset = withinPages(list.query.offset, len(rows), devicesPerPage)
	view := s.devicesView(c, list, rows)
	if list.query.hasTextOfOthers() {
		s.Render(c, http.StatusOK, s.options.Templates.Devices(view))
		return
	}
	s.renderCompressed(c, view.Page, s.options.Templates.Devices(view))
}

func (s *Site) devicesView(c *gin.Context, list deviceList, rows []devicelist.Row) templates.DevicesView {
	v, auth, query := s.voice(c), ginclerk.From(c), list.query
	view := templates.DevicesView{
		Page: s.plainFrame(c, v.Text("devices.title")), Position: query.encode(),
		RevokeURL: s.link(c, s.base+pathRevoke), EverywhereURL: s.link(c, s.base+pathSignOutEverywhere),
	}
	shown := part(rows, query.offset, devicesPerPage)
	view.Devices = s.deviceRows(c, v, shown, query)
	if len(list.sessions) > 1 {
		view.Search = s.deviceSearch(c, v, list)
	}
	if s.othersToEnd(auth, list.sessions) > 0 {
		view.SelectedURL, view.OthersURL = s.link(c, s.base+pathSignOutSelected), s.link(c, s.base+pathSignOutOthers)
		view.SelectAll = s.selectAll(c, v, query, len(rows) > len(shown) || query.filtered())
	}
	if n := selectedDevices(view.Devices); n > 0 {
		view.SelectedCount = v.Number(n)
	}
	if s.restricted(auth) {
		view.ActingText = v.Text("devices.acting")
	}
	if len(rows) > len(shown) {
		view.Count = v.Text("devices.shown", "from", v.Number(query.offset+1), "to", v.Number(query.offset+len(shown)), "all", v.Number(len(rows)))
		view.Newer, view.Older = s.neighbours(c, v, query, len(rows))
	}
	view.Addresses = s.addressesLink(c, v, query)
	view.JobText, view.JobLink = s.latestSignOut(c, v)
	return view
}

func selectedDevices(rows []templates.DeviceRow) (n int) {
	for i := range rows {
		if rows[i].Selected {
			n++
		}
	}
	return n
}

// selectAll returns a link to the same page with every box checked, or with none, so that this works without a script.
func (s *Site) selectAll(c *gin.Context, v voice, query deviceQuery, partial bool) templates.Link {
	address := s.devicesAt(query)
	if query.chosen {
		return templates.Link{Label: v.Text("devices.select-none"), URL: s.link(c, address)}
	}
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	link := templates.Link{Label: v.Text("devices.select-all"), URL: s.link(c, address+separator+selectParameter+"="+selectOthers)}
	if partial {
		link.Label = v.Text("devices.select-page")
	}
	return link
}

func (s *Site) neighbours(c *gin.Context, v voice, query deviceQuery, all int) (newer, older templates.Link) {
	if query.offset > 0 {
		newer = templates.Link{Label: v.Text("devices.newer"), URL: s.link(c, s.devicesAt(query.at(max(query.offset-devicesPerPage, 0))))}
	}
	if query.offset+devicesPerPage < all {
		older = templates.Link{Label: v.Text("devices.older"), URL: s.link(c, s.devicesAt(query.at(query.offset+devicesPerPage)))}
	}
	return newer, older
}

// addressesLink leads to the same list with whole addresses, or without their ends again.
func (s *Site) addressesLink(c *gin.Context, v voice, query deviceQuery) templates.Link {
	key := "devices.show-addresses"
	if query.addresses {
		key = "devices.hide-addresses"
	}
	query.addresses = !query.addresses
	return templates.Link{Label: v.Text(key), URL: s.link(c, s.devicesAt(query))}
}

// latestSignOut returns a link to a job that runs, or that could not end every session.
func (s *Site) latestSignOut(c *gin.Context, v voice) (string, templates.Link) {
	job, found := s.latest(c)
	if !found {
		return "", templates.Link{}
	}
	link := templates.Link{Label: v.Text("devices.show-progress"), URL: s.link(c, s.signOutURL(job.ID))}
	if job.State == signout.Running {
		return v.Text("devices.sign-out-runs"), link
	}
	link.Label = v.Text("devices.show-remaining")
	return v.Text("devices.sign-out-left"), link
}

// maxLocations is how many locations are offered; a user with more is offered the countries.
const maxLocations = 40

func (s *Site) deviceSearch(c *gin.Context, v voice, list deviceList) templates.DeviceSearch {
	query := list.query
	search := templates.DeviceSearch{
		URL: s.link(c, s.DevicesURL()), Words: query.Search, Open: query.Browser != "" || query.Location != "" || query.Active != "" || query.Order != "",
		Browsers: v.browserChoices(list), Locations: v.locationChoices(list),
		Activities: []templates.Choice{{Label: v.Text("devices.any-time")}},
	}
	for _, activity := range devicelist.Activities() {
		search.Activities = append(search.Activities, templates.Choice{
			Value: string(activity), Label: v.Text("devices.active-" + string(activity)), Chosen: query.Active == activity,
		})
	}
	for _, order := range devicelist.Orders() {
		name := orderName(order)
		search.Orders = append(search.Orders, templates.Choice{Value: name, Label: v.Text("devices.sort-" + name), Chosen: query.Order == order})
	}
	if query.addresses {
		search.Kept = []templates.Choice{{Label: addressParameter, Value: addressShown}}
	}
	if query.filtered() {
		search.ClearURL = s.link(c, s.devicesAt(deviceQuery{addresses: query.addresses}))
	}
	return search
}

func (v voice) browserChoices(list deviceList) []templates.Choice {
	labels := map[string]string{}
	for i := range list.sessions {
		if browser := devicelist.BrowserOf(list.sessions[i].Device); browser != devicelist.Unknown {
			labels[browser] = browser
		} else {
			labels[browser] = v.Text("devices.unknown-browser")
		}
	}
	return choices(labels, v.Text("devices.any-browser"), list.query.Browser)
}

func (v voice) locationChoices(list deviceList) []templates.Choice {
	labels, countries := map[string]string{}, map[string]string{}
	type place struct{ city, country string }
	read := map[place]bool{}
	for i := range list.sessions {
		device := &list.sessions[i].Device
		at := place{device.City, device.Country}
		if read[at] {
			continue
		}
		read[at] = true
		location := devicelist.LocationOf(*device)
		if location == devicelist.Unknown {
			labels[location] = v.Text("devices.location-unknown")
			countries[location] = labels[location]
			continue
		}
		labels[location] = v.place(*device)
		if device.Country != "" {
			countries[device.Country] = v.Country(device.Country)
		}
	}
	if len(labels) > maxLocations {
		labels = countries
	}
	return choices(labels, v.Text("devices.any-location"), list.query.Location)
}

// choices returns options in the order of their labels, after one that leaves nothing out. A value that is in use and not among them, such
// as of a device that has been signed out, is one too. There are none where they would not tell devices apart.
func choices(labels map[string]string, all, chosen string) []templates.Choice {
	if _, offered := labels[chosen]; !offered && chosen != "" {
		labels[chosen] = chosen
	}
	if len(labels) < 2 && chosen == "" {
		return nil
	}
	offered := make([]templates.Choice, 0, len(labels)+1)
	for value, label := range labels {
		offered = append(offered, templates.Choice{Value: value, Label: label, Chosen: value == chosen})
	}
	slices.SortFunc(offered, func(a, b templates.Choice) int { return strings.Compare(a.Label+"\n"+a.Value, b.Label+"\n"+b.Value) })
	return slices.Insert(offered, 0, templates.Choice{Label: all})
}
