package clients_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/instance"
)

func TestNodeSynchronizesOrganizations(t *testing.T) {
	inBothKinds(t, func(c kindCase) {
		t, v, b := c.t, c.visitor, c.browser
		grace := signIn(t, b, "grace@example.com")
		v = newVisitor(t, v.node, v.srv, b)
		v.options = map[string]any{"organizationSyncOptions": map[string]any{
			"organizationPatterns":    []string{"/orgs/:slug", "/orgs/:slug/(.*)", "/by-id/:id"},
			"personalAccountPatterns": []string{"/me", "/me/(.*)"},
		}}
		acme, err := v.srv.OrganizationID("acme")
		if err != nil {
			t.Fatal(err)
		}
		globex, err := v.srv.OrganizationID("globex")
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range []struct{ path, asked, want string }{
			{"/orgs/acme", "acme", acme},
			{"/me", "", ""},
			{"/by-id/" + globex, globex, globex},
			{"/orgs/acme/settings", "acme", acme},
		} {
			delete(v.cookies, "__clerk_redirect_count") // it lives for two seconds
			asked := v.open(t, appOrigin+row.path)
			to, err := url.Parse(asked.location())
			if err != nil || asked.Reason != "active-organization-mismatch" || to.Query().Get("organization_id") != row.asked {
				t.Fatalf("%s: %s, %s, asked for %q", row.path, asked.Status, asked.Reason, to.Query().Get("organization_id"))
			}
			want := grace
			want.OrganizationID = row.want
			v.open(t, v.follow(t, asked)).wantSignedIn(t, want)
			v.open(t, appOrigin+row.path).wantSignedIn(t, want)
			v.open(t, appOrigin+"/elsewhere").wantSignedIn(t, want)
			if now := current(t, v.srv, grace.ID); now.OrganizationID != row.want {
				t.Errorf("%s: the session's organization is %q, want %q", row.path, now.OrganizationID, row.want)
			}
		}
	})
}

// An organization that can't be activated must not cause endless redirects.
func TestNodeGivesUpOnOrganizations(t *testing.T) {
	inBothKinds(t, func(c kindCase) {
		t, v, s := c.t, c.visitor, c.session
		v.options = map[string]any{"organizationSyncOptions": map[string]any{"organizationPatterns": []string{"/orgs/:slug"}}}
		handshakes := 0
		for range 6 {
			asked := v.open(t, appOrigin+"/orgs/globex") // Ada is not a member
			if asked.Status != "handshake" {
				asked.wantSignedIn(t, s)
				break
			}
			handshakes++
			v.open(t, v.follow(t, asked))
		}
		if handshakes == 0 || handshakes > 3 {
			t.Errorf("%d handshakes, want three at most", handshakes)
		}
	})
}

const satelliteOrigin = "http://127.0.0.1:4222"

// A satellite has no sign-in: it gets the dev browser of the primary application.
func TestNodeSatellite(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	n := startNode(t, packages, srv)
	b := srv.NewBrowser()
	s := signIn(t, b, "ada@example.com")
	primary := newVisitor(t, n, srv, b)
	satellite := &visitor{node: n, srv: srv, cookies: map[string]string{}, options: map[string]any{
		"isSatellite": true, "domain": "127.0.0.1:4222", "signInUrl": appOrigin + "/sign-in",
	}}
	if got := satellite.open(t, satelliteOrigin+"/"); got.Status != "signed-out" || got.Reason != "session-token-and-uat-missing" {
		t.Fatalf("a first visit: %s, %s, want signed out, because no user has signed in", got.Status, got.Reason)
	}
	asked := satellite.open(t, satelliteOrigin+"/shop?__clerk_synced=false")
	if asked.Reason != "satellite-needs-syncing" || !strings.HasPrefix(asked.location(), appOrigin+"/sign-in?") {
		t.Fatalf("a visit that needs to know: %s to %s", asked.Reason, asked.location())
	}
	answered := primary.open(t, asked.location())
	if answered.Reason != "primary-responds-to-syncing" || !strings.HasPrefix(answered.location(), satelliteOrigin+"/shop?") {
		t.Fatalf("the primary: %s to %s", answered.Reason, answered.location())
	}
	synced := satellite.open(t, answered.location())
	if synced.Reason != "dev-browser-sync" {
		t.Fatalf("back at the satellite: %s, %s", synced.Status, synced.Reason)
	}
	satellite.open(t, satellite.follow(t, synced)).wantSignedIn(t, s)
	got := satellite.open(t, satelliteOrigin+"/shop")
	got.wantSignedIn(t, s)
	if claims := claimsOf(t, satellite.cookies[instance.CookieSession]); claims["azp"] != satelliteOrigin {
		t.Errorf("the satellite's token is for %v", claims["azp"])
	}
	primary.open(t, appOrigin+"/").wantSignedIn(t, s)
}
