package authn_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	b := newBench(t, "dev", withMachines(knownMachines()))
	suffix := b.key.CookieSuffix()
	post := navigation("/form", "__clerk_db_jwt_"+suffix+"=dvb_1; __client_uat_"+suffix+"=1767195600; __session_"+suffix+"="+b.Tokens["expired"]+
		"; mine=1; __clerk_redirect_count=2")
	post.Method = http.MethodPost
	machine := bearing("ak_0123456789abcdef")
	machine.Header.Set("Sec-Fetch-Dest", "empty\x00\u00e9"+strings.Repeat("y", 99))
	for _, row := range []struct {
		name  string
		state *authn.State
		want  authn.Explanation
	}{
		{"a signed-in user", b.decide(navigation("/", b.signedInCookies("valid"))), authn.Explanation{
			Status: authn.SignedIn, TokenType: authn.SessionToken, Carrier: authn.CarrierCookie, Branch: "session-cookie",
			Accepts: "session_token", Method: "GET", SecFetchDest: "document",
			Cookies: []string{"__session", "__client_uat", "__clerk_db_jwt"}, ClientUAT: 1767195600, Token: "eyJhbGc…",
			Party: "https://app.example.com",
		}},
		{"a form that is posted too late", b.decide(post), authn.Explanation{
			Status: authn.SignedOut, Reason: "session-token-expired-refresh-non-eligible-non-get", TokenType: authn.SessionToken,
			Carrier: authn.CarrierCookie, Branch: "refresh", Accepts: "session_token", Method: "POST", SecFetchDest: "document",
			Cookies:  []string{"__session_" + suffix, "__client_uat_" + suffix, "__clerk_db_jwt_" + suffix, "__clerk_redirect_count"},
			Suffixed: true, ClientUAT: 1767195600, RedirectCount: 2, Token: "eyJhbGc…", Party: "https://app.example.com",
		}},
		{"an unknown API key", b.decideFor(machine, authn.AcceptOneOf(authn.APIKey, authn.M2MToken)), authn.Explanation{
			Status: authn.SignedOut, Reason: "token-invalid", TokenType: authn.APIKey, Carrier: authn.CarrierHeader,
			Branch: "machine-opaque", Accepts: "[api_key m2m_token]", Method: "GET",
			SecFetchDest: "empty" + strings.Repeat("y", 24), Token: "ak_0123…",
		}},
		{"a short token", b.decideFor(bearing("ak_12"), authn.AcceptOnly(authn.M2MToken)), authn.Explanation{
			Status: authn.SignedOut, Reason: "token-type-mismatch", TokenType: authn.M2MToken, Carrier: authn.CarrierHeader,
			Branch: "token-type", Accepts: "m2m_token", Method: "GET", SecFetchDest: "document", Token: "ak…",
		}},
		{"a handshake that the application asked for", b.Handshake(authn.Request{HTTP: navigation("/")}, "why"), authn.Explanation{
			Status: authn.Handshake, Reason: "why", TokenType: authn.SessionToken, Branch: "caller",
			Accepts: "session_token", Method: "GET", SecFetchDest: "document",
		}},
		{"a state made by hand", &authn.State{Status: authn.SignedIn}, authn.Explanation{Status: authn.SignedIn}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := row.state.Explain()
			if advised := strings.HasSuffix(got.Advice, "."); advised != (got.Reason != "") {
				t.Errorf("advice %q", got.Advice)
			}
			got.Advice, got.Cause = "", ""
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestAdviceFitsTheTrouble(t *testing.T) {
	t.Parallel()
	b := newBench(t, "dev", nil)
	for name, row := range map[string]struct {
		state *authn.State
		want  string
	}{
		"a signed-out page":  {b.decide(navigation("/", "__clerk_db_jwt=d")), "sign in"},
		"curl":               {b.decide(navigation("/")), "dev browser"},
		"a loop":             {b.decide(navigation("/", "__clerk_redirect_count=3")), "one instance"},
		"no verifier":        {b.decideFor(bearing("ak_1"), authn.AcceptAny()), "MachineVerifier"},
		"another origin":     {b.decide(bearing(b.Tokens["valid_azp_other"])), "authorized parties"},
		"another issuer":     {b.decide(bearing(b.Tokens["iss_other"])), "issuer"},
		"a template's token": {b.decide(bearing(b.Tokens["template"])), "kind that the route accepts"},
		"a clock that lags":  {b.decide(bearing(b.Tokens["nbf_far"])), "clock"},
		"an unknown reason":  {&authn.State{Status: authn.SignedOut, Reason: "new"}, "documentation"},
	} {
		if got := row.state.Explain().Advice; !strings.Contains(got, row.want) || strings.Count(got, ".") != 1 {
			t.Errorf("%s (%s): %q", name, row.state.Reason, got)
		}
	}
}

func TestLogsNoToken(t *testing.T) {
	t.Parallel()
	b := newBench(t, "prod", nil)
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, nil))
	for name, raw := range b.Tokens {
		for _, r := range []*http.Request{bearing(raw), navigation("/", b.signedInCookies(name))} {
			out.Reset()
			logger.Info("decided", "decision", b.decideFor(r, authn.AcceptAny()))
			if !strings.Contains(out.String(), "decision.status=") {
				t.Fatalf("the decision is not logged: %s", out.String())
			}
			if len(raw) > 16 && strings.Contains(out.String(), raw[:9]) {
				t.Errorf("%s is logged: %s", name, out.String())
			}
		}
	}
}

// TestAnExplanationThatIsNotLoggedCostsNothing compares a decision that is logged below the level with one that is not logged.
func TestAnExplanationThatIsNotLoggedCostsNothing(t *testing.T) {
	b := newBench(t, "dev", nil)
	logger := slog.New(slog.NewTextHandler(&bytes.Buffer{}, &slog.HandlerOptions{Level: slog.LevelInfo}))
	for name, r := range map[string]*http.Request{
		"signed in": navigation("/", b.signedInCookies("valid")), "signed out": navigation("/", "__clerk_db_jwt=d"),
	} {
		plain := testing.AllocsPerRun(100, func() { b.decide(r) })
		logged := testing.AllocsPerRun(100, func() {
			logger.LogAttrs(context.Background(), slog.LevelDebug, "decided", slog.Any("decision", b.decide(r)))
		})
		if logged > plain {
			t.Errorf("%s: %v allocations, %v with a log that is off", name, plain, logged)
		}
	}
}
