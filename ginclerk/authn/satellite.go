package authn

import (
	"slices"

	"github.com/ginclerk/ginclerk/ginclerk/internal/weburl"
)

// Values of the parameter that tracks a satellite's sync.
const (
	syncNeeded    = "false"
	syncCompleted = "true"
)

// syncDomains has the rows of the decision table for applications on several domains. It returns nil when none of them applies.
func (a *Authenticator) syncDomains(f *facts) *State {
	if a.satellite() {
		return a.syncSatellite(f)
	}
	if target := f.url.query.get(paramClerkRedirectURL); target != "" && !a.production() {
		return a.answerSatellite(f, target)
	}
	return nil
}

func (a *Authenticator) syncSatellite(f *facts) *State {
	synced := f.url.query.get(paramSynced)
	if f.secFetchDest != "document" || f.method != "GET" || synced == syncCompleted {
		return nil
	}
	hasCookies := f.browser().session.raw != "" || f.browser().clientUAT != 0
	switch {
	case !hasCookies && !a.options.Satellite.AutoSync && synced != syncNeeded:
		return signedOut(ReasonSessionTokenAndUATMissing, CarrierNone, nil)
	case hasCookies && synced != syncNeeded:
		return nil
	case a.production():
		return a.handshakeOr(f, ReasonSatelliteNeedsSyncing)
	default:
		return a.askPrimary(f)
	}
}

// askPrimary redirects a development browser to the primary application, which knows the dev browser token.
func (a *Authenticator) askPrimary(f *facts) *State {
	primary, err := weburl.Parse(a.options.SignInURL)
	if err != nil || !f.eligibleForHandshake() {
		return signedOut(ReasonSatelliteNeedsSyncing, f.carrier(), err)
	}
	query := parametersOf(primary).with(paramClerkRedirectURL, f.url.without())
	return redirect(f, ReasonSatelliteNeedsSyncing, query.on(primary))
}

// answerSatellite redirects a development browser back to the satellite, with the dev browser token. The token gives access to the
// browser's sessions, so it goes to configured satellites only.
func (a *Authenticator) answerSatellite(f *facts, target string) *State {
	back, err := weburl.Parse(target)
	if err != nil || !a.knownSatellite(back.Origin()) {
		return nil
	}
	if !f.eligibleForHandshake() {
		return signedOut(ReasonPrimaryRespondsToSyncing, f.carrier(), nil)
	}
	query := parametersOf(back)
	if devBrowser := f.browser().devBrowser; devBrowser != "" {
		query = query.with(paramDevBrowser, devBrowser)
	}
	return redirect(f, ReasonPrimaryRespondsToSyncing, query.replacing(paramSynced, syncCompleted).on(back))
}

func (a *Authenticator) knownSatellite(origin string) bool {
	return slices.Contains(a.options.SatelliteOrigins, origin)
}
