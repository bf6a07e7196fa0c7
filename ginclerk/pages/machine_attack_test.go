package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// A program's token opens no page that is for people, also not beside the cookies of a user who is signed in, and whatever a person may do there for whom it
// was made.
func TestTokensOfMachinesOpenNoPage(t *testing.T) {
	t.Parallel()
	w := managed(t, options{}, managers())
	ada, target := w.userID(t, ada), w.appears(t, bob, edgeInToronto())
	form := url.Values{"session_id": {target}}
	asked := append(attacks(w.userID(t, bob), target),
		attack{http.MethodGet, "/sessions", nil}, attack{http.MethodGet, "/sessions/devices", nil}, attack{http.MethodGet, "/sessions/accounts", nil},
		attack{http.MethodGet, "/sessions/activity", nil}, attack{http.MethodGet, "/sessions/organizations", nil}, attack{http.MethodGet, "/sessions/parts/session", nil},
		attack{http.MethodPost, "/sessions/sign-out", form}, attack{http.MethodPost, "/sessions/devices/revoke", form}, attack{http.MethodPost, "/sessions/switch", form},
	)
	for _, kind := range []clerktest.MachineToken{
		{Kind: clerktest.APIKey, Subject: ada, Claims: map[string]any{"org_role": "org:admin"}},
		{Kind: clerktest.M2MToken},
		{Kind: clerktest.M2MToken, JWT: true, Claims: map[string]any{"sid": target, "org_role": "org:admin"}},
		{Kind: clerktest.OAuthToken, Subject: ada},
		{Kind: clerktest.OAuthToken, Subject: ada, JWT: true, Claims: map[string]any{"sid": target, "org_role": "org:admin"}},
	} {
		made, err := w.server.CreateMachineToken(kind)
		if err != nil {
			t.Fatal(err)
		}
		for name, b := range map[string]*browser{"alone": w.browser(t), "beside cookies": w.browser(t, mia)} {
			for _, a := range asked {
				got := b.ask(a.method, a.path, a.form, asProgram, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+made.Secret) })
				if got.Code != http.StatusUnauthorized || strings.Contains(got.Body.String(), target) {
					t.Errorf("%s %s, a JWT: %t: %s %s: status %d, body %s", name, kind.Kind, kind.JWT, a.method, a.path, got.Code, got.Body)
				}
			}
		}
	}
	if w.statusOf(t, target) != "active" {
		t.Error("a session was ended")
	}
}
