package pages

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/signout"
	"github.com/ginclerk/ginclerk/templates"
)

// confirmEverywhere asks before all sessions of the user end.
func (s *Site) confirmEverywhere(c *gin.Context) { s.confirmSignOut(c, signout.Everywhere) }

// confirmOthers asks before all sessions of the user end but this one.
func (s *Site) confirmOthers(c *gin.Context) { s.confirmSignOut(c, signout.Others) }

func (s *Site) confirmSignOut(c *gin.Context, scope signout.Scope) {
	sessions, err := s.devices(c)
	if err != nil {
		s.failed(c, err)
		return
	}
	auth := ginclerk.From(c)
	devices := s.othersToEnd(auth, sessions)
	if scope == signout.Everywhere {
		devices++
	}
	if ginclerk.WantsJSON(c) {
		s.json(c, http.StatusOK, plannedJSON{Object: "sign_out_plan", Scope: string(scope), Total: devices})
		return
	}
	s.Render(c, http.StatusOK, s.options.Templates.Confirm(s.confirmView(c, scope, devices)))
}

func (s *Site) confirmView(c *gin.Context, scope signout.Scope, devices int) templates.ConfirmView {
	v, name := s.voice(c), string(scope)
	view := templates.ConfirmView{
		Page: s.Frame(c, v.Text("signout."+name+"-title")), Button: v.Text("signout." + name + "-button"), Danger: scope == signout.Everywhere,
		URL: s.link(c, s.base+pathSignOutOthers), CancelURL: s.link(c, s.DevicesURL()),
		Consequences: []string{v.Text("signout."+name+"-devices", "count", devices), v.Text("signout." + name + "-consequence")},
	}
	if scope == signout.Everywhere {
		view.URL = s.link(c, s.base+pathSignOutEverywhere)
	}
	if s.restricted(ginclerk.From(c)) {
		view.Consequences = []string{v.Text("signout.acting-"+name, "count", devices)}
	}
	if devices == 0 {
		view.Consequences, view.URL = []string{v.Text("signout.others-none")}, ""
	}
	return view
}
