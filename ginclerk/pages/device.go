package pages

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devicelist"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/templates"
)

// deviceParameter is the route parameter with the id of a session.
const deviceParameter = "id"

// showDevice shows one session of the user.
func (s *Site) showDevice(c *gin.Context) {
	_, entry, ok := s.viewedDevice(c)
	if !ok {
		return
	}
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, deviceState(entry, ginclerk.From(c).SessionID))
		return
	}
	s.Render(c, http.StatusOK, s.options.Templates.Device(s.deviceView(c, entry)))
}

// viewedDevice returns the session that the address names, among all of the user, or answers the request. A session of another user, or one that has ended, is not
// found.
func (s *Site) viewedDevice(c *gin.Context) (deviceList, devicelist.Entry, bool) {
	sessions, err := s.devices(c)
	if err != nil {
		s.failed(c, err)
		return deviceList{}, devicelist.Entry{}, false
	}
	list := s.listDevices(c, sessions, deviceQuery{})
	entry, found := list.find(c.Param(deviceParameter))
	if !found {
		s.clerk.For(c).Answer(c, ginclerk.ProblemFor(session.ErrNotFound))
	}
	return list, entry, found
}

func (s *Site) deviceView(c *gin.Context, entry devicelist.Entry) templates.DeviceView {
	v, one, auth := s.voice(c), entry.Session, ginclerk.From(c)
	position, shown := readPosition(c.Query(positionField)), c.Query(addressParameter) == addressShown
	row := s.deviceRow(c, v, entry, deviceQuery{addresses: shown})
	title := row.Device
	if row.Name != "" {
		title = row.Name
	}
	view := templates.DeviceView{
		Page: s.Frame(c, title), Row: row, Kind: one.Device.Type, Browser: browserOf(one.Device), Position: position.encode(),
		Created: v.exactly(one.Created), LastActive: v.exactly(one.LastActive), Expires: v.exactly(one.Expires),
		Organization: templates.Organization{Name: one.OrganizationID}, ListURL: s.link(c, s.devicesAt(position)),
		SignOutURL: s.link(c, s.base+pathRevoke), Address: s.addressLink(c, v, one.ID, position, shown),
	}
	if entry.Marks.Current {
		view.Organization = Organization(auth)
	}
	if one.Device.IP == "" {
		view.Address = templates.Link{}
	}
	if auth.Actor == nil {
		view.NameURL = s.link(c, s.deviceURL(one.ID)+pathName)
		if !s.lasting(c) {
			view.NameHint = v.Text("devices.name-kept-until-restart")
		}
	}
	return view
}

// addressLink leads to the same page with the whole address, or without its end again.
func (s *Site) addressLink(c *gin.Context, v voice, sessionID string, position deviceQuery, shown bool) templates.Link {
	values := url.Values{}
	if at := position.encode(); at != "" {
		values.Set(positionField, at)
	}
	link := templates.Link{Label: v.Text("devices.hide-address")}
	if !shown {
		link.Label = v.Text("devices.show-address")
		values.Set(addressParameter, addressShown)
	}
	link.URL = s.link(c, withQuery(s.deviceURL(sessionID), values.Encode()))
	return link
}
