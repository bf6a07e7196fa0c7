package frontend

import (
	"net/http"
	"net/url"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// signInByTicket signs in the user that a sign-in token or an actor token names.
func (a *api) signInByTicket(v *visit) (any, error) {
	token := v.form.Get("ticket")
	if token == "" {
		return nil, apierr.Missing("ticket")
	}
	t := a.World.TicketByToken(token)
	if err := a.World.CheckTicket(t); err != nil {
		return nil, err
	}
	attempt, err := a.World.SignInByTicket(a.client(v), t, core.ActivityOf(v.request))
	if err != nil {
		return nil, err
	}
	return a.withSignIn(v, attempt)
}

// acceptTicket is the target of a ticket's URL. It redirects to the application's sign-in page, which uses the ticket. An agent task
// is used here.
func (a *api) acceptTicket(r *http.Request, _ []byte) (core.Reply, error) {
	query := r.URL.Query()
	token := query.Get("ticket")
	t := a.World.TicketByToken(token)
	if err := a.World.CheckTicket(t); err != nil {
		return core.Reply{}, err
	}
	if t.Agent != "" {
		return a.acceptAgentTask(r, t)
	}
	origin, err := a.applicationOf(r)
	if err != nil {
		return core.Reply{}, err
	}
	page := url.Values{"__clerk_ticket": {token}, "__clerk_status": {"sign_in"}}
	if query.Has("redirect_url") {
		page.Set("redirect_url", query.Get("redirect_url"))
	}
	header := http.Header{"Location": {origin + a.SignInPath + "?" + page.Encode()}, "Cache-Control": {"no-store"}}
	return core.Reply{Status: http.StatusSeeOther, Header: header}, nil
}

// acceptAgentTask signs the browser in, and redirects to the address of the task. In development it adds the dev browser, so that the
// application fetches the session.
func (a *api) acceptAgentTask(r *http.Request, t *world.Ticket) (core.Reply, error) {
	target, err := a.Origins.Target(t.RedirectURL)
	if err != nil {
		return core.Reply{}, foreignRedirect()
	}
	v := &visit{request: r, browser: core.Browser{Client: a.ClientOf(r)}}
	if !a.Production() {
		dev := a.devBrowserOf(r)
		if dev == nil {
			dev = a.World.NewDevBrowser()
		}
		v.browser = core.Browser{Dev: dev, Client: dev.Client}
		target = core.WithDevBrowser(target, dev)
	}
	if _, err := a.World.SignInByTicket(a.client(v), t, core.ActivityOf(r)); err != nil {
		return core.Reply{}, err
	}
	return a.seeOther(v, target), nil
}

func foreignRedirect() error {
	e := apierr.Param("redirect_url_invalid", "redirect_url", "redirect_url must be an absolute URL of this instance.")
	e.Status = http.StatusBadRequest
	return e
}

// applicationOf returns the origin whose sign-in page gets a ticket: that of redirect_url, of the proxy, or the instance's
// first.
func (a *api) applicationOf(r *http.Request) (string, error) {
	if query := r.URL.Query(); query.Has("redirect_url") {
		target, err := a.Origins.Target(query.Get("redirect_url"))
		if err != nil {
			return "", foreignRedirect()
		}
		return core.OriginOf(target), nil
	}
	if origin := core.PublicOrigin(r); origin != core.OriginOf(&url.URL{Scheme: "http", Host: r.Host}) && a.Origins.Allows(origin) {
		return origin, nil
	}
	if listed := a.Origins.Listed(); len(listed) > 0 {
		return listed[0], nil
	}
	return "", foreignRedirect()
}
