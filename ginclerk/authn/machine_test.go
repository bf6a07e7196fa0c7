package authn_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// fakeMachines verifies the tokens in it and counts the calls.
type fakeMachines struct {
	known map[string]authn.MachineToken
	err   error
	asked []string
}

func (f *fakeMachines) VerifyMachineToken(_ context.Context, kind authn.TokenType, raw string) (*authn.MachineToken, error) {
	f.asked = append(f.asked, string(kind)+" "+raw)
	if f.err != nil {
		return nil, f.err
	}
	if machine, found := f.known[raw]; found {
		return &machine, nil
	}
	return nil, &token.Error{Reason: token.ReasonInvalid, Err: errors.New("unknown")}
}

func knownMachines() *fakeMachines {
	return &fakeMachines{known: map[string]authn.MachineToken{
		"ak_1":  {Type: authn.APIKey, ID: "ak_id", Subject: "user_1", UserID: "user_1", Scopes: []string{"read:a"}},
		"mt_1":  {Type: authn.M2MToken, ID: "mt_id", Subject: "mch_1", MachineID: "mch_1"},
		"oat_1": {Type: authn.OAuthToken, ID: "oat_id", Subject: "user_1", UserID: "user_1", Audiences: []string{"api"}},
		"ak_2":  {Type: authn.M2MToken, ID: "ak_id", Subject: "mch_1"},
		"ak_3":  {Type: authn.APIKey, ID: "ak_id"},
	}}
}

func withMachines(machines authn.MachineVerifier) func(*authn.Options) {
	return func(o *authn.Options) { o.MachineVerifier = machines }
}

func bearing(raw string) *http.Request {
	r := navigation("/api")
	r.Header.Set("Authorization", "Bearer "+raw)
	return r
}

func (b *bench) decideFor(r *http.Request, accepts authn.Accepts) *authn.State {
	return b.Authenticate(authn.Request{HTTP: r, Accepts: accepts})
}

func TestOpaqueMachineTokens(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		raw     string
		accepts authn.Accepts
		want    authn.TokenType
	}{
		{"an API key where API keys are accepted", "ak_1", authn.AcceptOnly(authn.APIKey), authn.APIKey},
		{"an API key where anything is", "ak_1", authn.AcceptAny(), authn.APIKey},
		{"an API key where it is on the list", "ak_1", authn.AcceptOneOf(authn.SessionToken, authn.APIKey), authn.APIKey},
		{"an M2M token", "mt_1", authn.AcceptOnly(authn.M2MToken), authn.M2MToken},
		{"an OAuth token", "oat_1", authn.AcceptOneOf(authn.OAuthToken), authn.OAuthToken},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			machines := knownMachines()
			b := newBench(t, "dev", withMachines(machines))
			state := b.decideFor(bearing(row.raw), row.accepts)
			if state.Status != authn.SignedIn || state.TokenType != row.want || state.Carrier != authn.CarrierHeader || state.Token != row.raw {
				t.Fatalf("%+v", state)
			}
			want := machines.known[row.raw]
			if diff := cmp.Diff(&want, state.Machine); diff != "" {
				t.Error(diff)
			}
			if state.Claims != nil || state.Pending() || len(state.Header) != 0 {
				t.Errorf("claims %v, headers %v", state.Claims, state.Header)
			}
			if diff := cmp.Diff([]string{string(row.want) + " " + row.raw}, machines.asked); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// refusedMachine checks that the state of a refused machine token has nothing of the token.
func refusedMachine(t *testing.T, state *authn.State, kind authn.TokenType, reason string) {
	t.Helper()
	refused(t, state, reason)
	if state.Machine != nil || state.TokenType != kind || state.Location() != "" {
		t.Errorf("token type %q (want %q), machine %v, location %q", state.TokenType, kind, state.Machine, state.Location())
	}
}

func TestRefusesMachineTokens(t *testing.T) {
	t.Parallel()
	other := newBench(t, "prod", nil)
	for _, row := range []struct {
		name    string
		raw     string
		accepts authn.Accepts
		kind    authn.TokenType
		reason  string
		asks    bool
	}{
		{"an unknown API key", "ak_9", authn.AcceptAny(), authn.APIKey, "token-invalid", true},
		{"an API key that turns out to be a machine", "ak_2", authn.AcceptAny(), authn.APIKey, "unexpected-error", true},
		{"an API key without a subject", "ak_3", authn.AcceptAny(), authn.APIKey, "unexpected-error", true},
		{"an API key where sessions are asked for", "ak_1", authn.Accepts{}, authn.SessionToken, "token-invalid", false},
		{"an API key where machines are asked for", "ak_1", authn.AcceptOnly(authn.M2MToken), authn.M2MToken, "token-type-mismatch", false},
		{"an API key that is not on the list", "ak_1", authn.AcceptOneOf(authn.M2MToken, authn.OAuthToken), "", "token-type-mismatch", false},
		{"an API key where nothing is accepted", "ak_1", authn.AcceptOneOf(), "", "token-type-mismatch", false},
		{"an API key where an unknown kind is accepted", "ak_1", authn.AcceptOnly("password"), "", "token-type-mismatch", false},
		{"an API key in three parts", "ak_1.b.c", authn.AcceptOnly(authn.APIKey), authn.M2MToken, "token-invalid", false},
		{"a prefix in capital letters", "AK_1", authn.AcceptOnly(authn.APIKey), authn.APIKey, "token-type-mismatch", false},
		{"a session token where API keys are asked for", other.Tokens["valid"], authn.AcceptOnly(authn.APIKey), authn.APIKey, "token-type-mismatch", false},
		{"a machine's JWT of another instance", other.Tokens["m2m_jwt"], authn.AcceptAny(), authn.M2MToken, "token-verification-failed", false},
		{"an OAuth JWT of another instance", other.Tokens["oauth_jwt"], authn.AcceptAny(), authn.OAuthToken, "token-verification-failed", false},
		{"a machine's JWT where API keys are asked for", other.Tokens["m2m_jwt"], authn.AcceptOnly(authn.APIKey), authn.APIKey, "token-type-mismatch", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			machines := knownMachines()
			b := newBench(t, "dev", withMachines(machines))
			r := bearing(row.raw)
			r.Header.Add("Cookie", b.signedInCookies("valid")) // ignored
			refusedMachine(t, b.decideFor(r, row.accepts), row.kind, row.reason)
			if asks := len(machines.asked) > 0; asks != row.asks {
				t.Errorf("Clerk was asked: %v", machines.asked)
			}
		})
	}
}

func TestMachineTokensAreNeverReadFromCookies(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ak", "mt", "oat", "m2m_jwt", "oauth_jwt"} {
		for _, accepts := range []authn.Accepts{
			{},
			authn.AcceptAny(), authn.AcceptOneOf(authn.SessionToken, authn.APIKey, authn.M2MToken, authn.OAuthToken),
			authn.AcceptOnly(authn.APIKey), authn.AcceptOnly(authn.M2MToken), authn.AcceptOnly(authn.OAuthToken),
		} {
			machines := knownMachines()
			b := newBench(t, "dev", withMachines(machines))
			state := b.decideFor(navigation("/", b.signedInCookies(name)), accepts)
			if state.Status == authn.SignedIn || state.Machine != nil || len(machines.asked) != 0 {
				t.Errorf("%s for %s: %s, asked %v", name, accepts, state.Status, machines.asked)
			}
		}
	}
}

func TestARouteForMachinesLooksAtNoCookies(t *testing.T) {
	t.Parallel()
	b := newBench(t, "dev", nil)
	for _, kind := range []authn.TokenType{authn.APIKey, authn.M2MToken, authn.OAuthToken} {
		r := navigation("/?__clerk_handshake_nonce=n", b.signedInCookies("valid"))
		refusedMachine(t, b.decideFor(r, authn.AcceptOnly(kind)), kind, "No token in header")
	}
	refusedMachine(t, b.decideFor(navigation("/", b.signedInCookies("valid")), authn.AcceptOneOf(authn.APIKey)), "", "token-type-mismatch")
	state := b.decideFor(navigation("/", b.signedInCookies("valid")), authn.AcceptOneOf(authn.APIKey, authn.SessionToken))
	if state.Status != authn.SignedIn || state.TokenType != authn.SessionToken {
		t.Errorf("a listed session: %s (%s)", state.Status, state.Reason)
	}
}

func TestMachineTrouble(t *testing.T) {
	t.Parallel()
	down := fmt.Errorf("%w: connection refused", authn.ErrUnreachable)
	badKey := &token.Error{Reason: token.ReasonSecretKeyInvalid, Err: down}
	for name, row := range map[string]struct {
		machines authn.MachineVerifier
		reason   string
		outage   bool
	}{
		"Clerk can't be reached":           {&fakeMachines{err: down}, "unexpected-error", true},
		"Clerk refuses the secret key":     {&fakeMachines{err: badKey}, "secret-key-invalid", true},
		"Clerk refuses for another reason": {&fakeMachines{err: errors.New("status 422")}, "unexpected-error", false},
		"no verifier":                      {nil, "unexpected-error", false},
		"a verifier that says nothing":     {silent{}, "unexpected-error", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "dev", withMachines(row.machines))
			state := b.decideFor(bearing("ak_1"), authn.AcceptAny())
			refusedMachine(t, state, authn.APIKey, row.reason)
			if outage := errors.Is(state.Upstream, authn.ErrUnreachable); outage != row.outage || state.Err == nil {
				t.Errorf("Upstream %v, Err %v", state.Upstream, state.Err)
			}
		})
	}
}

type silent struct{}

func (silent) VerifyMachineToken(context.Context, authn.TokenType, string) (*authn.MachineToken, error) {
	return nil, nil //nolint:nilnil // It breaks the interface's promise.
}

func TestOAuthTokensAreForTheConfiguredAudience(t *testing.T) {
	t.Parallel()
	for audience, want := range map[string]authn.Status{"api": authn.SignedIn, "elsewhere": authn.SignedOut} {
		b := newBench(t, "dev", func(o *authn.Options) {
			o.MachineVerifier, o.Audiences = knownMachines(), []string{audience}
		})
		if state := b.decideFor(bearing("oat_1"), authn.AcceptAny()); state.Status != want {
			t.Errorf("opaque, for %s: %s (%s)", audience, state.Status, state.Reason)
		}
		// The recorded JWT names no audience: that is refused for OAuth, and accepted for a machine or an API key.
		refusedMachine(t, b.decideFor(bearing(b.Tokens["oauth_jwt"]), authn.AcceptAny()), authn.OAuthToken, "token-verification-failed")
		if state := b.decideFor(bearing("ak_1"), authn.AcceptAny()); state.Status != authn.SignedIn {
			t.Errorf("an API key, for %s: %s (%s)", audience, state.Status, state.Reason)
		}
	}
}

// TestMachineJWTs uses the JWTs of the recorded instance with the plugin's checks on: the issuer is compared.
func TestMachineJWTs(t *testing.T) {
	t.Parallel()
	b := newBench(t, "dev", nil)
	for _, name := range []string{"m2m_jwt", "m2m_jwt_nocat", "oauth_jwt", "oauth_jwt_long"} {
		if state := b.decideFor(bearing(b.Tokens[name]), authn.AcceptAny()); state.Status != authn.SignedIn || state.Machine == nil {
			t.Errorf("%s: %s (%s, %v)", name, state.Status, state.Reason, state.Err)
		}
	}
	down := newBench(t, "dev", func(o *authn.Options) { o.Keys = noKeys{} })
	state := down.decideFor(bearing(b.Tokens["m2m_jwt"]), authn.AcceptAny())
	refusedMachine(t, state, authn.M2MToken, "token-verification-failed")
	if !errors.Is(state.Upstream, token.ErrKeysUnavailable) {
		t.Errorf("no keys: Upstream %v", state.Upstream)
	}
}

type noKeys struct{}

func (noKeys) Key(context.Context, string) (*rsa.PublicKey, error) {
	return nil, token.ErrKeysUnavailable
}

func TestAcceptsIsWhatItSays(t *testing.T) {
	t.Parallel()
	if authn.AcceptOnly(authn.SessionToken) != (authn.Accepts{}) {
		t.Error("the zero value is not session tokens only")
	}
	all := []authn.TokenType{authn.SessionToken, authn.APIKey, authn.M2MToken, authn.OAuthToken, "password", ""}
	for want, row := range map[string]struct {
		accepts authn.Accepts
		allows  []bool
	}{
		"session_token":             {authn.Accepts{}, []bool{true, false, false, false, false, false}},
		"api_key":                   {authn.AcceptOnly(authn.APIKey), []bool{false, true, false, false, false, false}},
		"[]":                        {authn.AcceptOneOf(), make([]bool, 6)},
		"[session_token m2m_token]": {authn.AcceptOneOf(authn.M2MToken, authn.SessionToken), []bool{true, false, true, false, false, false}},
		"any":                       {authn.AcceptAny(), []bool{true, true, true, true, false, false}},
	} {
		if got := row.accepts.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		for i, kind := range all {
			if got := row.accepts.Allows(kind); got != row.allows[i] {
				t.Errorf("%s allows %q: %v", want, kind, got)
			}
		}
	}
}

// The scopes of the recorded token name mch_2other and mch_3other.
func TestAnM2MTokenIsMeantForMachines(t *testing.T) {
	t.Parallel()
	down := fmt.Errorf("%w: connection refused", authn.ErrUnreachable)
	for _, row := range []struct {
		name   string
		token  string
		id     string // of this machine
		err    error
		reason string // "": it is accepted
		outage bool
		asked  int
	}{
		{"for this machine", "m2m_jwt", "mch_3other", nil, "", false, 1},
		{"for other machines", "m2m_jwt", "mch_2", nil, "token-invalid", false, 1},
		{"for a machine that begins alike", "m2m_jwt", "mch_2othe", nil, "token-invalid", false, 1},
		{"of this machine itself", "m2m_jwt", "mch_2machine", nil, "token-invalid", false, 1},
		{"where this machine has no id", "m2m_jwt", "", nil, "token-invalid", false, 1},
		{"while Clerk can't be asked which machine this is", "m2m_jwt", "", down, "unexpected-error", true, 1},
		{"while Clerk gives another answer", "m2m_jwt", "", errors.New("status 422"), "unexpected-error", false, 1},
		{"an OAuth token is for no machine", "oauth_jwt", "mch_2", nil, "", false, 0},
		{"an opaque token, which Clerk has judged", "mt_1", "mch_2", nil, "", false, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			b := newBench(t, "dev", func(o *authn.Options) {
				o.MachineVerifier = knownMachines()
				o.MachineID = func(context.Context) (string, error) {
					asked++
					return row.id, row.err
				}
			})
			raw := row.token
			if recorded, found := b.Tokens[row.token]; found {
				raw = recorded
			}
			state := b.decideFor(bearing(raw), authn.AcceptAny())
			if asked != row.asked {
				t.Errorf("the id was asked for %d times", asked)
			}
			if row.reason == "" {
				if state.Status != authn.SignedIn || state.Machine == nil {
					t.Errorf("%s: %v", state.Reason, state.Err)
				}
				return
			}
			refusedMachine(t, state, authn.M2MToken, row.reason)
			if outage := errors.Is(state.Upstream, authn.ErrUnreachable); outage != row.outage {
				t.Errorf("Upstream %v", state.Upstream)
			}
		})
	}
}
