package doctor_test

import (
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/doctor"
)

// TestPolicies: what a page with clerk-js lacks under a policy, by the rules of Content Security Policy Level 3. {frontend} stands for the
// host of the Frontend API.
func TestPolicies(t *testing.T) {
	t.Parallel()
	const rest = "; connect-src *; img-src *; worker-src blob:; style-src 'unsafe-inline' 'self'; frame-src *"
	for _, row := range []struct {
		name, policy, lacks string
	}{
		{"a directive that is missing lets everything in", "object-src 'none'", ""},
		{"default-src stands in for a directive", "default-src 'self'; worker-src blob:; style-src 'unsafe-inline' 'self'; connect-src *; img-src *; frame-src *", "script-src https://{frontend}"},
		{"script-src stands in for worker-src", "script-src *; default-src * 'unsafe-inline'", "worker-src blob:"},
		{"child-src stands in for worker-src before script-src", "child-src blob: https:; script-src *", ""},
		{"child-src stands in for frame-src", "child-src blob: 'self'", "frame-src https://challenges.cloudflare.com"},
		{"of two directives of one name the first counts", "script-src *; script-src 'none'" + rest, ""},
		{"of two policies both count", "script-src *" + rest + ", script-src 'self'", "script-src https://{frontend}"},
		{"a nonce turns unsafe-inline off", "style-src 'self' 'unsafe-inline' 'nonce-a'", "style-src 'unsafe-inline'"},
		{"a hash turns unsafe-inline off", "style-src 'self' 'unsafe-inline' 'sha256-a'", "style-src 'unsafe-inline'"},
		{"http: lets https in", "script-src http:" + rest, ""},
		{"https: lets https in", "script-src https: 'self'" + rest, ""},
		{"* lets no blob: in", "worker-src *", "worker-src blob:"},
		{"a host without a scheme", "script-src 'self' {frontend} challenges.cloudflare.com" + rest, ""},
		{"a host in upper case, with a port and a path", "script-src 'self' HTTPS://{frontend}:443/npm/ https://challenges.cloudflare.com:*" + rest, ""},
		{"a host with another port", "script-src 'self' https://{frontend}:8443 https://challenges.cloudflare.com" + rest, "script-src https://{frontend}"},
		{"a pattern for the hosts below another", "script-src 'self' *.accounts.dev https://*.cloudflare.com" + rest, ""},
		{"a pattern is no host of its own", "script-src 'self' https://*.{frontend} https://challenges.cloudflare.com" + rest, "script-src https://{frontend}"},
		{"a host that ends alike", "script-src 'self' https://{frontend} https://*.flare.com" + rest, "script-src https://challenges.cloudflare.com"},
		{"wss: is another scheme", "connect-src wss: 'self'", "connect-src https://{frontend}"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			frontend := strings.NewReplacer("{frontend}", frontendAPI(t, s.server.PublishableKey()))
			s.subject.URL = s.serve(withPolicy(frontend.Replace(row.policy))).server.URL + "/clerk-js"
			found, ok := find(doctor.Examine(t.Context(), s.subject), "policy-blocks-clerk-js")
			if ok != (row.lacks != "") || !strings.Contains(found.Found, frontend.Replace(row.lacks)) {
				t.Errorf("found %q, want %q", found.Found, row.lacks)
			}
		})
	}
}
