package frontend

import (
	"net/http"
	"net/url"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/core"
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

// acceptTicket is the target of a ticket's URL. It redirects to the application's sign-in page, which uses the ticket.
func (a *api) acceptTicket(r *http.Request, _ []byte) (core.Reply, error) {
	query := r.URL.Query()
	token := query.Get("ticket")
	if err := a.World.CheckTicket(a.World.TicketByToken(token)); err != nil {
		return core.Reply{}, err
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

// applicationOf returns the origin whose sign-in page gets a ticket: that of redirect_url, of the proxy, or the instance's
// first.
func (a *api) applicationOf(r *http.Request) (string, error) {
	refused := apierr.Param("redirect_url_invalid", "redirect_url", "redirect_url must be an absolute URL of this instance.")
	refused.Status = http.StatusBadRequest
	if query := r.URL.Query(); query.Has("redirect_url") {
		target, err := a.Origins.Target(query.Get("redirect_url"))
		if err != nil {
			return "", refused
		}
		return core.OriginOf(target), nil
	}
	if origin := core.PublicOrigin(r); origin != core.OriginOf(&url.URL{Scheme: "http", Host: r.Host}) && a.Origins.Allows(origin) {
		return origin, nil
	}
	if listed := a.Origins.Listed(); len(listed) > 0 {
		return listed[0], nil
	}
	return "", refused
}
