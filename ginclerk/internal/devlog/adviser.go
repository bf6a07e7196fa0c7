package devlog

import (
	"context"
	"log/slog"
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

// Look logs a warning about a decision, unless that is as it should be, or the cause was told within the last minute.
func (a *Adviser) Look(ctx context.Context, route string, state *authn.State) {
	if a == nil || state.Status == authn.SignedIn || !state.PointsAtConfiguration() || !a.recent.First(string(state.Reason), a.Now()) {
		return
	}
	e := state.Explain()
	attrs := []slog.Attr{slog.String("reason", string(e.Reason)), slog.String("route", route)}
	if e.Reason == authn.Reason(token.ReasonInvalidAuthorizedParties) {
		attrs = append(attrs, slog.String("party", e.Party), slog.String("accepted", strings.Join(a.Parties, " ")))
	}
	if e.Cause != "" {
		attrs = append(attrs, slog.String("cause", e.Cause))
	}
	a.Logger.LogAttrs(ctx, slog.LevelWarn, "ginclerk: requests are refused. "+e.Advice, attrs...)
}
