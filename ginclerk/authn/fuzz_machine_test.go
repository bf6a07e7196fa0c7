package authn_test

import (
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

// FuzzMachineAuthorization sends Authorization headers that look like machine tokens to routes of every kind. Clerk knows
// none of them: no request is signed in, nothing panics, Clerk is asked only about tokens with the prefix of an accepted kind,
// and no explanation gives a token away.
func FuzzMachineAuthorization(f *testing.F) {
	machines := &fakeMachines{}
	b := newBench(f, "dev", withMachines(machines))
	forms := []authn.Accepts{
		{},
		authn.AcceptAny(), authn.AcceptOneOf(), authn.AcceptOneOf(authn.SessionToken, authn.APIKey),
		authn.AcceptOneOf(authn.M2MToken, authn.OAuthToken), authn.AcceptOnly(authn.APIKey), authn.AcceptOnly(authn.M2MToken),
		authn.AcceptOnly(authn.OAuthToken), authn.AcceptOnly("password"),
	}
	other := newBench(f, "prod", nil)
	for i := range forms {
		f.Add(uint8(i), "Bearer ak_0123456789abcdef")
		f.Add(uint8(i), "mt_0123456789abcdef")
		f.Add(uint8(i), "Bearer oat_a.b.c")
		f.Add(uint8(i), "Bearer "+other.Tokens["m2m_jwt"])
		f.Add(uint8(i), "Bearer "+other.Tokens["oauth_jwt_long"]+" ak_1")
		f.Add(uint8(i), "Bearer "+b.Tokens["alg_none"])
	}
	f.Fuzz(func(t *testing.T, form uint8, authorization string) {
		if signedByInstance(b, authorization) {
			t.Skip("it carries a token of the instance")
		}
		accepts := forms[int(form)%len(forms)]
		machines.asked = nil
		r := navigation("/api")
		r.Header["Authorization"] = []string{authorization}
		state := b.decideFor(r, accepts)
		if state.Status == authn.SignedIn || state.Machine != nil || state.Claims != nil {
			t.Fatalf("signed in by %q", authorization)
		}
		leadsHome(t, b, state)
		for _, question := range machines.asked {
			kind, raw, _ := strings.Cut(question, " ")
			if !accepts.Allows(authn.TokenType(kind)) || !hasPrefixOf(authn.TokenType(kind), raw) || !strings.Contains(authorization, raw) {
				t.Fatalf("Clerk was asked about %q for %s", question, accepts)
			}
		}
		if text := state.Explain().LogValue().String(); len(authorization) > 40 && strings.Contains(text, authorization[10:]) {
			t.Fatalf("the explanation tells the token: %s", text)
		}
	})
}

func hasPrefixOf(kind authn.TokenType, raw string) bool {
	prefix := map[authn.TokenType]string{authn.APIKey: "ak_", authn.M2MToken: "mt_", authn.OAuthToken: "oat_"}[kind]
	return prefix != "" && strings.HasPrefix(raw, prefix)
}
