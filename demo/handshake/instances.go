package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

// maxInstances is how many Clerks are kept. With more, all are dropped, and made again when they are needed.
const maxInstances = 256

// instances makes a Clerk for each set of headers, and keeps it: a Clerk for each request would fetch the signing keys each
// time. It is safe for concurrent use.
type instances struct {
	apiURL string
	logger *slog.Logger

	mu   sync.Mutex
	made map[headers]*ginclerk.Clerk
}

// headers are a request's headers about its instance. X-Organization-Sync-Options is from the suite's second part.
// X-Satellite-Origins is ours: the dev browser token goes only to satellites that the primary application knows. Clerk's SDK
// sends it to any satellite.
type headers struct {
	publishableKey, secretKey, proxyURL, signInURL string
	domain, satellite, satelliteAutoSync           string
	satelliteOrigins, organizationSync             string
}

func newInstances(apiURL string, logger *slog.Logger) *instances {
	return &instances{apiURL: apiURL, logger: logger, made: map[headers]*ginclerk.Clerk{}}
}

// of returns the Clerk of a request, or nil if the request's headers are not a valid configuration.
func (i *instances) of(r *http.Request) (*ginclerk.Clerk, error) {
	h := headers{
		publishableKey:    r.Header.Get("X-Publishable-Key"),
		secretKey:         r.Header.Get("X-Secret-Key"),
		proxyURL:          r.Header.Get("X-Proxy-Url"),
		signInURL:         r.Header.Get("X-Sign-In-Url"),
		domain:            r.Header.Get("X-Domain"),
		satellite:         r.Header.Get("X-Satellite"),
		satelliteAutoSync: r.Header.Get("X-Satellite-Auto-Sync"),
		satelliteOrigins:  r.Header.Get("X-Satellite-Origins"),
		organizationSync:  r.Header.Get("X-Organization-Sync-Options"),
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if clerk, found := i.made[h]; found {
		return clerk, nil
	}
	clerk, err := i.make(h)
	if err != nil {
		i.logger.WarnContext(r.Context(), "the headers configure no Clerk", "error", err.Error())
		return nil, fmt.Errorf("%w: %w", ginclerk.ErrNoTenant, err)
	}
	if len(i.made) >= maxInstances {
		clear(i.made)
	}
	i.made[h] = clerk
	return clerk, nil
}

func (i *instances) make(h headers) (*ginclerk.Clerk, error) {
	config := ginclerk.Config{
		PublishableKey: h.publishableKey,
		SecretKey:      h.secretKey,
		ProxyURL:       h.proxyURL,
		SignInURL:      h.signInURL,
		ClerkAPI:       ginclerk.ClerkAPI{URL: i.apiURL},
		Logger:         i.logger,
		Unsafe: ginclerk.Unsafe{
			SkipIssuer: true, AllowMissingSessionID: true, // the suite's tokens have neither
			AcceptUnsolicitedHandshakes: true, // the suite plays Clerk's part, and answers handshakes that the application did not begin
		},
	}
	if h.satellite == "true" {
		config.MultiDomain.Satellite = &authn.Satellite{Domain: h.domain, AutoSync: h.satelliteAutoSync == "true"}
	}
	if h.satelliteOrigins != "" {
		config.MultiDomain.SatelliteOrigins = strings.Split(h.satelliteOrigins, ",")
	}
	if h.organizationSync != "" {
		if err := json.Unmarshal([]byte(h.organizationSync), &config.OrganizationSync); err != nil {
			return nil, fmt.Errorf("X-Organization-Sync-Options: %w", err)
		}
		config.OrganizationSync.OrganizationPatterns = paths(config.OrganizationSync.OrganizationPatterns)
	}
	return ginclerk.New(config)
}

// paths drops the patterns that are not paths, as Clerk does silently; [ginclerk.New] refuses them.
func paths(patterns []string) []string {
	return slices.DeleteFunc(patterns, func(pattern string) bool { return !strings.HasPrefix(pattern, "/") })
}
