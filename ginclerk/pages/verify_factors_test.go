package pages_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// HEAD and prefetches do not end a verification that another tab has begun.
func TestHEADAndPrefetchBeginNoVerification(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.stale(t, ada)
	if p := b.ask(http.MethodHead, "/sessions/verify", nil); p.Code != http.StatusOK {
		t.Errorf("status %d", p.Code)
	}
	const start = "POST /v1/client/sessions/{session_id}/verify"
	if n := v.server.Calls()[start]; n != 0 {
		t.Errorf("HEAD began %d verifications", n)
	}
	b.ask(http.MethodGet, "/sessions/verify", nil, func(r *http.Request) { r.Header.Set("Sec-Purpose", "prefetch") })
	if n := v.server.Calls()[start]; n != 0 {
		t.Errorf("a prefetch began %d verifications", n)
	}
	b.ask(http.MethodGet, "/sessions/verify", nil)
	if n := v.server.Calls()[start]; n != 1 {
		t.Errorf("GET began %d verifications, want 1", n)
	}
}

// Passkeys need a script, and some accounts have nothing else.
func TestVerificationSaysThatItHasNoUsableFactor(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		fault clerktest.Fault
		want  string
	}{
		"passkeys alone": {
			clerktest.Fault{Body: `{"response":{"status":"needs_first_factor","supported_first_factors":[{"strategy":"passkey"}],"session":{"id":"SESSION"}}}`},
			titleAgain,
		},
		"no reverification in this instance": {clerktest.Fault{Status: http.StatusBadRequest, Code: "feature_not_enabled"}, titleAgain},
		"a session of no browser of ours":    {clerktest.Fault{Status: http.StatusNotFound, Code: "resource_not_found"}, titleAgain},
		"a locked account":                   {clerktest.Fault{Status: http.StatusForbidden, Code: "user_locked"}, "Your account is locked"},
		"too many":                           {clerktest.Fault{Status: http.StatusTooManyRequests}, "Too many attempts"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVault(t, options{})
			b := v.stale(t, ada)
			row.fault.Operation = "POST /v1/client/sessions/{session_id}/verify"
			row.fault.Body = strings.Replace(row.fault.Body, "SESSION", b.current(t), 1)
			v.server.Fail(row.fault)
			if p := b.open(t, "/strict"); p.url.Path != "/sessions/verify" || p.text(t, "page-title") != row.want {
				t.Errorf("at %s: %q, want %q", p.url, p.text(t, "page-title"), row.want)
			}
			v.wantArrived(t)
		})
	}
}

// Clerk sends codes by phone as it does by e-mail, as first and as second factor.
func TestACodeByPhoneVerifies(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.stale(t, ada)
	const base = "POST /v1/client/sessions/{session_id}/verify"
	answer := func(status string) string {
		return `{"response":{"status":"` + status + `","supported_first_factors":[{"strategy":"phone_code","phone_number_id":"idn_1","safe_identifier":"+1 ** 01"}],
			"supported_second_factors":[{"strategy":"phone_code","phone_number_id":"idn_2","safe_identifier":"+1 ** 02"}],"session":{"id":"` + b.current(t) + `"}}}`
	}
	v.server.Fail(clerktest.Fault{Operation: base, Body: answer("needs_first_factor")},
		clerktest.Fault{Operation: base + "/prepare_first_factor", Body: answer("needs_first_factor")},
		clerktest.Fault{Operation: base + "/attempt_first_factor", Body: answer("needs_second_factor")},
		clerktest.Fault{Operation: base + "/prepare_second_factor", Body: answer("needs_second_factor")},
		clerktest.Fault{Operation: base + "/attempt_second_factor", Body: answer("complete")})
	p := b.choose(t, b.open(t, "/sessions/verify?redirect_url=/orders"), "+1 ** 01")
	p = b.choose(t, b.fill(t, p, "proof-form", "proof", "1"), "+1 ** 02")
	b.fill(t, p, "proof-form", "proof", "2")
	v.wantArrived(t, "GET /orders")
}

// The page offers the password at once.
func TestVerificationOffersThePasswordIfNoCodeCanBeSent(t *testing.T) {
	t.Parallel()
	v := newVault(t, options{})
	b := v.stale(t, ada)
	p := b.open(t, "/strict")
	v.server.Fail(clerktest.Fault{Operation: "POST /v1/client/sessions/{session_id}/verify/prepare_first_factor", Times: 1})
	p = b.choose(t, p, "Send a code").wantPage(t, http.StatusServiceUnavailable, "/sessions/verify/factor", titleVerify)
	b.fill(t, p, "proof-form", "proof", v.password(t, ada))
	v.wantArrived(t, "GET /strict")
}
