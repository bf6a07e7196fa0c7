package devlog

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/internal/visit"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Adviser says what is wrong where requests are refused for a cause that the application's configuration, or the caller's, can change. All
// fields are required. A nil Adviser says nothing. It is safe for concurrent use, and not to be copied.
type Adviser struct {
	Logger  *slog.Logger
	Now     func() time.Time
	Parties []string // whose tokens are accepted

	recent Recent
}

// Arrived logs a warning about a page at a host that is none of the application's origins: a browser that is sent to sign in comes back to
// another address, where nothing may listen.
func (a *Adviser) Arrived(ctx context.Context, v visit.Visit) {
	host := v.ForeignHost()
	if a == nil || host == "" || v.Kind() != visit.Page || !a.recent.First("host", a.Now()) {
		return
	}
	a.Logger.LogAttrs(ctx, slog.LevelWarn,
		"ginclerk: a request names a host that is none of Origins, so that redirects lead elsewhere. Open the application at one of Origins, or add this one.",
		slog.String("host", host), slog.String("redirects_to", v.Origin.String()))
}

// Unmet logs a warning about a requirement that a user does not meet, and that is probably not meant so.
func (a *Adviser) Unmet(ctx context.Context, route, advice string) {
	a.advise(ctx, "unmet "+advice, route, "ginclerk: a requirement is not met. "+advice)
}

// EndedPreflight logs a warning about a CORS preflight that ends at a guard without the headers of CORS middleware.
func (a *Adviser) EndedPreflight(ctx context.Context, route string, header http.Header) {
	if header.Get("Access-Control-Allow-Origin") == "" {
		a.advise(ctx, "preflight", route,
			"ginclerk: a CORS preflight ends at a guard and has no Access-Control-Allow-Origin, so that the browser refuses the request. If other sites may call this route, put CORS middleware in front of the guards.")
	}
}

// RefusedWebhook logs a warning about a webhook that a guard turns away: no webhook has a user.
func (a *Adviser) RefusedWebhook(ctx context.Context, route string, header http.Header) {
	if header.Get("Svix-Id") != "" || header.Get("Webhook-Id") != "" {
		a.advise(ctx, "webhook", route,
			"ginclerk: a guard turns a webhook away. Register its route outside the guards, and name its path to Exempt where rules are in front.")
	}
}

// advise logs a warning, unless its cause was told within the last minute.
func (a *Adviser) advise(ctx context.Context, cause, route, message string) {
	if a != nil && a.recent.First(cause, a.Now()) {
		a.Logger.LogAttrs(ctx, slog.LevelWarn, message, slog.String("route", route))
	}
}

// Look logs a warning about a decision, unless that is as it should be, or the cause was told within the last minute.
func (a *Adviser) Look(ctx context.Context, route string, state *authn.State) {
	if a == nil || state.Status == authn.SignedIn || !state.PointsAtConfiguration() || !a.recent.First(string(state.Reason), a.Now()) {
		return
	}
	e := state.Explain()
	attrs := []slog.Attr{slog.String("reason", string(e.Reason)), slog.String("route", route)}
	advice := e.Advice
	if e.Reason == authn.Reason(token.ReasonInvalidAuthorizedParties) {
		advice += " For native clients and other programs see ginclerk.ServeClients."
		attrs = append(attrs, slog.String("party", e.Party), slog.String("accepted", strings.Join(a.Parties, " ")))
	}
	if e.Cause != "" {
		attrs = append(attrs, slog.String("cause", e.Cause))
	}
	a.Logger.LogAttrs(ctx, slog.LevelWarn, "ginclerk: requests count as signed out. "+advice, attrs...)
}
