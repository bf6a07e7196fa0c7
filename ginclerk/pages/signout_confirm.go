package pages

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devicelist"
	"github.com/ginclerk/ginclerk/ginclerk/session"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/templates"
)

// confirmEverywhere asks before all sessions of the user end.
func (s *Site) confirmEverywhere(c *gin.Context) { s.confirmSignOut(c, signout.Everywhere) }

// confirmOthers asks before all sessions of the user end but this one.
func (s *Site) confirmOthers(c *gin.Context) { s.confirmSignOut(c, signout.Others) }

func (s *Site) confirmSignOut(c *gin.Context, scope signout.Scope) {
	auth := ginclerk.From(c)
	s.confirm(c, scope, func(one session.Session) bool { return scope == signout.Everywhere || one.ID != auth.SessionID })
}

// confirm asks before the sessions of the user end that are chosen, as far as the viewer may end them.
func (s *Site) confirm(c *gin.Context, scope signout.Scope, chosen func(session.Session) bool) {
	sessions, err := s.devices(c)
	if err != nil {
		s.failed(c, err)
		return
	}
	ends := s.listDevices(c, sessions, deviceQuery{})
	ends.keep(func(one session.Session) bool { return chosen(one) && s.mayEnd(ginclerk.From(c), one) })
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, plannedJSON{Object: "sign_out_plan", Scope: string(scope), Total: len(ends.entries)})
		return
	}
	view := s.confirmView(c, scope, ends)
	if scope == signout.Selected {
		s.addSelection(c, &view, ends)
	}
	s.Render(c, http.StatusOK, s.options.Templates.Confirm(view))
}

// keep leaves out the sessions that are not wanted.
func (l *deviceList) keep(wanted func(session.Session) bool) {
	var kept []devicelist.Entry
	for _, entry := range l.entries {
		if wanted(*entry.Session) {
			kept = append(kept, entry)
		}
	}
	l.entries = kept
}

func (s *Site) confirmView(c *gin.Context, scope signout.Scope, ends deviceList) templates.ConfirmView {
	v, name := s.voice(c), string(scope)
	view := templates.ConfirmView{
		Page: s.Frame(c, v.Text("signout."+name+"-title")), Danger: scope == signout.Everywhere,
		URL: s.link(c, s.base+signOutPath(scope)), CancelURL: s.link(c, s.DevicesURL()),
	}
	if scope != signout.Selected {
		view.Button = v.Text("signout." + name + "-button")
	}
	devices := len(ends.rows())
	switch {
	case devices == 0 && scope == signout.Selected:
		view.Consequences, view.URL = []string{v.Text("signout.selected-none")}, ""
	case devices == 0:
		view.Consequences, view.URL = []string{v.Text("signout.others-none")}, ""
	case scope == signout.Selected:
		view.Consequences = v.counted("signout.selected-devices", ends)
	case s.restricted(ginclerk.From(c)):
		view.Consequences = v.counted("signout.acting-"+name, ends)
	default:
		view.Consequences = append(v.counted("signout."+name+"-devices", ends), v.Text("signout."+name+"-consequence"))
	}
	return view
}

// signOutPath is the path of the page that asks, and of the action.
func signOutPath(scope signout.Scope) string {
	switch scope {
	case signout.Everywhere:
		return pathSignOutEverywhere
	case signout.Others:
		return pathSignOutOthers
	default:
		return pathSignOutSelected
	}
}

// counted says how many devices are signed out, as the list has them, and how many sign-ins they have if that is another number.
func (v voice) counted(key string, ends deviceList) []string {
	devices := len(ends.rows())
	sentences := []string{v.Text(key, "count", devices)}
	if signIns := len(ends.entries); signIns > devices {
		sentences = append(sentences, v.Text("signout.all-sign-ins", "count", signIns))
	}
	return sentences
}

// addSelection names the selected devices, and has the form send them.
func (s *Site) addSelection(c *gin.Context, view *templates.ConfirmView, ends deviceList) {
	v, position := s.voice(c), readPosition(c.Query(positionField))
	view.Button, view.CancelURL, view.Position = v.Text("devices.sign-out-selected"), s.link(c, s.devicesAt(position)), position.encode()
	view.ListTitle = v.Text("signout.selected-list")
	ids := make([]string, 0, len(ends.entries))
	for _, entry := range ends.entries {
		ids = append(ids, entry.Session.ID)
	}
	view.SessionIDs = strings.Join(ids, " ")
	for _, row := range ends.rows() {
		name := v.deviceAgo(row[0])
		if len(row) > 1 {
			name = v.Text("devices.sign-ins-of", "sign_ins", v.Text("devices.sign-ins", "count", len(row)), "device", name)
		}
		view.List = append(view.List, name)
	}
}
