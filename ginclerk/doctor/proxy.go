package doctor

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/internal/localpath"
)

// examineProxy asks for the signing keys through the proxy that browsers reach the Frontend API by, where one is configured.
func (e *examination) examineProxy(ctx context.Context, at *url.URL) {
	address := e.Config.ProxyURL
	if address == "" {
		return
	}
	if localpath.Is(address) {
		address = strings.TrimRight(e.Config.BasePath, "/") + address
	}
	proxy, err := at.Parse(address)
	if err != nil {
		return // examineConfiguration has reported it
	}
	answered, err := e.asScript(ctx, proxy.JoinPath(frontendKeys))
	direct, known := e.clerkKeys()
	same, _ := jwks.HaveKeyInCommon([]byte(answered.body), direct)
	switch {
	case err != nil:
		e.problem("proxy-fails", "%s: %s", shown(proxy), clerkapi.Describe(err))
	case answered.status != http.StatusOK || !jwks.Usable([]byte(answered.body)):
		e.problem("proxy-fails", "%s answers %d, and not with the signing keys of the Frontend API", shown(answered.at), answered.status)
	case known && !same:
		e.problem("proxy-to-another-instance", "%s answers with the signing keys of another instance", shown(answered.at))
	}
}

// clerkKeys is the key set that the Frontend API has sent itself; false where it has not.
func (e *examination) clerkKeys() ([]byte, bool) {
	if e.witness == nil {
		return nil, false
	}
	return e.witness.keySet(frontendKeys)
}
