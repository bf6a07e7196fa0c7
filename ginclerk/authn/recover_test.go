package authn_test

import (
	"net/http"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

func recovering(o *authn.Options) { o.RecoverMissingAuthorizedParty = true }

func TestRecoversACookieWithoutAuthorizedParty(t *testing.T) {
	t.Parallel()
	for _, instance := range []string{"dev", "prod"} {
		b := newBench(t, instance, recovering)
		state := b.decide(navigation("/dash", b.signedInCookies("valid_no_azp")))
		if state.Status != authn.Handshake || state.Reason != "token-invalid-authorized-parties" || state.Location() == "" {
			t.Errorf("%s: %s (%s), to %q", instance, state.Status, state.Reason, state.Location())
		}
		if got := state.Explain().Branch; got != "recovery" {
			t.Errorf("%s: branch %q", instance, got)
		}
	}
}

func TestDoesNotRecover(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(*authn.Options)
		token  string
		extra  string // cookies
		edit   func(*http.Request)
	}{
		{name: "unless told so", token: "valid_no_azp"},
		{name: "a token that names another party", change: recovering, token: "valid_azp_other"},
		{name: "a second time", change: recovering, token: "valid_no_azp", extra: "__clerk_redirect_count=1"},
		{name: "a browser that comes from a handshake", change: recovering, token: "valid_no_azp", extra: "__clerk_handshake=x"},
		{name: "a POST", change: recovering, token: "valid_no_azp", edit: func(r *http.Request) { r.Method = http.MethodPost }},
		{name: "a fetch", change: recovering, token: "valid_no_azp", edit: func(r *http.Request) { r.Header.Set("Sec-Fetch-Dest", "empty") }},
		{
			name: "a token in the header", change: recovering, token: "valid_no_azp",
			edit: func(r *http.Request) {
				r.Header.Set("Authorization", "Bearer "+newBench(t, "prod", nil).Tokens["valid_no_azp"])
			},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "prod", row.change)
			cookies := []string{b.signedInCookies(row.token)}
			if row.extra != "" {
				cookies = append(cookies, row.extra)
			}
			r := navigation("/dash", cookies...)
			if row.edit != nil {
				row.edit(r)
			}
			state := b.decide(r)
			refused(t, state, "token-invalid-authorized-parties")
			if state.Status != authn.SignedOut || state.Location() != "" {
				t.Errorf("%s, to %q", state.Status, state.Location())
			}
			if branch := state.Explain().Branch; branch == "recovery" {
				t.Errorf("branch %q", branch)
			}
		})
	}
}

// A token that the instance did not sign is refused for its signature, with and without an authorized party.
func TestRecoveryNeedsAValidSignature(t *testing.T) {
	t.Parallel()
	b := newBench(t, "dev", recovering)
	other := newBench(t, "prod", nil)
	r := navigation("/dash", "__clerk_db_jwt_"+b.key.CookieSuffix()+"=dvb_1; __client_uat_"+b.key.CookieSuffix()+
		"=1767195600; __session_"+b.key.CookieSuffix()+"="+other.Tokens["valid_no_azp"])
	refused(t, b.decide(r), "token-invalid-signature")
}
