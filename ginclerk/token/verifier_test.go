package token_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func TestVerifyAccepts(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		header fields
		claims fields
		config func(*token.Config)
	}{
		"a session token":                             {},
		"no category":                                 {header: fields{"cat": absent}},
		"the category that says nothing":              {header: fields{"cat": "cl_I7d4PD111III"}},
		"no type":                                     {header: fields{"typ": absent}},
		"one that expires now":                        {claims: fields{"exp": noon.Unix()}},
		"one that expired 4 seconds ago":              {claims: fields{"exp": noon.Unix() - 4}},
		"one that becomes active in 5 seconds":        {claims: fields{"nbf": noon.Unix() + 5}},
		"one issued in 5 seconds":                     {claims: fields{"iat": noon.Unix() + 5}},
		"times with fractions, which do not count":    {claims: fields{"iat": float64(noon.Unix()) + 5.9}},
		"neither nbf nor iat":                         {claims: fields{"nbf": absent, "iat": absent}},
		"an nbf before all dates":                     {claims: fields{"nbf": -8e12}},
		"any azp where no parties are configured":     {claims: fields{"azp": "https://evil.example"}},
		"a listed azp":                                {config: forParties},
		"no aud although one is configured":           {config: forAudience},
		"an empty aud although one is configured":     {claims: fields{"aud": []any{"", nil}}, config: forAudience},
		"the configured aud":                          {claims: fields{"aud": "api.example.com"}, config: forAudience},
		"the configured aud in a list":                {claims: fields{"aud": []string{"x", "api.example.com"}}, config: forAudience},
		"a lifetime at the limit":                     {config: forOneMinute},
		"a pending session, which the caller decides": {claims: fields{"sts": "pending"}},
		"any issuer when told so": {
			claims: fields{"iss": 42}, config: func(c *token.Config) { c.Issuers, c.UnsafeSkipIssuer = nil, true },
		},
		"no session when told so": {
			claims: fields{"sid": absent}, config: func(c *token.Config) { c.UnsafeAllowMissingSessionID = true },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var changes []func(*token.Config)
			if row.config != nil {
				changes = append(changes, row.config)
			}
			claims, err := verify(t, verifier(t, changes...), signed(t, header(row.header), payload(row.claims)))
			if err != nil {
				t.Fatal(err)
			}
			if claims.UserID != "user_1" {
				t.Errorf("user %q", claims.UserID)
			}
		})
	}
}

func TestVerifyIgnoresPaddingBehindTheSignature(t *testing.T) {
	t.Parallel()
	raw := signed(t, header(nil), payload(nil)) + "==="
	if _, err := verify(t, verifier(t), raw); err != nil {
		t.Errorf("Clerk accepts it: %v", err)
	}
}

func TestClockSkew(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		skew    time.Duration
		expired time.Duration // how long ago
		want    token.Reason
	}{
		"none, expiring in a moment":        {token.NoClockSkew, -time.Second, ""},
		"none, expired now":                 {token.NoClockSkew, 0, token.ReasonExpired},
		"ten seconds, expired nine ago":     {10 * time.Second, 9 * time.Second, ""},
		"ten seconds, expired ten ago":      {10 * time.Second, 10 * time.Second, token.ReasonExpired},
		"the default, expired 4 ago":        {0, 4 * time.Second, ""},
		"the default, expired 5 ago":        {0, 5 * time.Second, token.ReasonExpired},
		"a millisecond more than it needs":  {5001 * time.Millisecond, 5 * time.Second, ""},
		"microseconds do not count as skew": {5*time.Second + time.Microsecond, 5 * time.Second, token.ReasonExpired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := signed(t, header(nil), payload(fields{"exp": noon.Add(-row.expired).Unix()}))
			_, err := verify(t, verifier(t, func(c *token.Config) { c.ClockSkew = row.skew }), raw)
			if got := token.ReasonOf(err); got != row.want {
				t.Errorf("reason %q, want %q", got, row.want)
			}
		})
	}
}

func TestWithClockSkewLeavesTheOriginalAlone(t *testing.T) {
	t.Parallel()
	raw := signed(t, header(nil), payload(fields{"exp": noon.Add(-time.Hour).Unix()}))
	strict := verifier(t)
	if _, err := verify(t, strict.WithClockSkew(24*time.Hour), raw); err != nil {
		t.Errorf("with a day of skew: %v", err)
	}
	if _, err := verify(t, strict, raw); token.ReasonOf(err) != token.ReasonExpired {
		t.Errorf("the original: %v, want token-expired", err)
	}
	if _, err := verify(t, strict.WithClockSkew(0), signed(t, header(nil), payload(fields{"exp": noon.Unix()}))); err == nil {
		t.Error("a skew of zero still forgives")
	}
}

func TestKeyTroubleIsNotTheTokensFault(t *testing.T) {
	t.Parallel()
	raw := signed(t, header(nil), payload(nil))
	trouble := errors.New("trouble")
	for name, row := range map[string]struct {
		key     *rsa.PublicKey
		err     error
		want    token.Reason
		outage  bool
		matches error
	}{
		"an unknown key":    {err: &token.Error{Reason: token.ReasonJWKKidMismatch}, want: token.ReasonJWKKidMismatch},
		"an outage":         {err: token.ErrKeysUnavailable, want: token.ReasonJWKFailedToResolve, outage: true},
		"any other error":   {err: trouble, want: token.ReasonJWKFailedToResolve, outage: true, matches: trouble},
		"a caller who left": {err: context.Canceled, want: token.ReasonJWKFailedToResolve, outage: true, matches: context.Canceled},
		"no key, no error":  {want: token.ReasonJWKFailedToResolve, outage: true},
		"an outage with Clerk's reason": {
			err:  &token.Error{Reason: token.ReasonJWKRemoteFailedToLoad, Err: token.ErrKeysUnavailable},
			want: token.ReasonJWKRemoteFailedToLoad, outage: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := verifier(t, func(c *token.Config) {
				c.Keys = keyFunc(func(context.Context, string) (*rsa.PublicKey, error) { return row.key, row.err })
			})
			_, err := verify(t, v, raw)
			if got := token.ReasonOf(err); got != row.want {
				t.Errorf("reason %q, want %q", got, row.want)
			}
			if got := errors.Is(err, token.ErrKeysUnavailable); got != row.outage {
				t.Errorf("counts as an outage: %v, want %v (%v)", got, row.outage, err)
			}
			if row.matches != nil && !errors.Is(err, row.matches) {
				t.Errorf("%v does not match %v", err, row.matches)
			}
		})
	}
}

func TestNoKeyIsAskedForWhatCannotBeASessionToken(t *testing.T) {
	t.Parallel()
	v := verifier(t, func(c *token.Config) {
		c.Keys = keyFunc(func(context.Context, string) (*rsa.PublicKey, error) {
			t.Error("a key was asked for")
			return nil, errors.New("no key")
		})
	})
	for _, raw := range []string{"", "a.b", "garbage", signed(t, header(fields{"cat": "cl_B7d4PD222AAA"}), payload(nil))} {
		if _, err := verify(t, v, raw); err == nil {
			t.Errorf("%q was accepted", raw)
		}
	}
}

func TestNewVerifierReportsEveryProblem(t *testing.T) {
	t.Parallel()
	_, err := token.NewVerifier(token.Config{MaxLifetime: -1, AuthorizedParties: []string{""}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{"Keys", "Issuers", "MaxLifetime", "AuthorizedParties"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not name %s", err, part)
		}
	}
}

func TestVerifierKeepsItsOwnConfiguration(t *testing.T) {
	t.Parallel()
	parties := []string{origin}
	v := verifier(t, func(c *token.Config) { c.AuthorizedParties = parties })
	parties[0] = "https://evil.example"
	if _, err := verify(t, v, signed(t, header(nil), payload(nil))); err != nil {
		t.Errorf("the caller's slice is still in use: %v", err)
	}
}

func TestVerifiedClaims(t *testing.T) {
	t.Parallel()
	raw := signed(t, header(nil), payload(fields{
		"o":   fields{"id": "org_1", "slg": "acme", "rol": "admin", "per": "read,manage", "fpm": "3,1"},
		"fea": "o:invoices,o:members,u:export", "pla": "u:pro",
		"act": fields{"sub": "user_9", "iss": "https://dashboard.clerk.com", "sid": "sess_9", "type": "agent"},
	}))
	got, err := verify(t, verifier(t), raw)
	if err != nil {
		t.Fatal(err)
	}
	want := &token.Claims{
		UserID: "user_1", SessionID: "sess_1", SessionStatus: token.SessionActive,
		OrganizationID: "org_1", OrganizationSlug: "acme", OrganizationRole: "org:admin",
		OrganizationPermissions: []string{"org:invoices:read", "org:invoices:manage", "org:members:read"},
		FactorVerificationAge:   token.NewFactorAges(3, token.NotEnrolled),
		Actor: &token.Actor{
			Subject: "user_9", Issuer: "https://dashboard.clerk.com", SessionID: "sess_9", Type: "agent",
		},
		ID: "jti_1", Issuer: issuer, AuthorizedParty: origin,
		IssuedAt: noon.Add(-5 * time.Second), NotBefore: noon.Add(-15 * time.Second), ExpiresAt: noon.Add(55 * time.Second),
		Version: 2, Features: "o:invoices,o:members,u:export", Plans: "u:pro",
	}
	comparers := cmp.Options{cmpopts.IgnoreUnexported(token.Claims{}), cmp.AllowUnexported(token.FactorAges{})}
	if diff := cmp.Diff(want, got, comparers); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhatWasNeverReadIsRefused(t *testing.T) {
	t.Parallel()
	v := verifier(t, func(c *token.Config) {
		c.Issuers, c.UnsafeSkipIssuer, c.UnsafeAllowMissingSessionID = nil, true, true
		c.Keys = keyFunc(func(context.Context, string) (*rsa.PublicKey, error) { return &instanceKey().PublicKey, nil })
	})
	for name, never := range map[string]*token.Unverified{"nil": nil, "the zero value": {}} {
		if claims, err := v.Verify(t.Context(), never); err == nil || claims != nil {
			t.Errorf("%s is a session's", name)
		}
		if machine, err := v.VerifyMachine(t.Context(), never); err == nil || machine != nil {
			t.Errorf("%s is a machine's", name)
		}
	}
}

func TestOneReadingServesEveryVerifier(t *testing.T) {
	t.Parallel()
	read, err := token.Read(signed(t, header(nil), payload(nil)))
	if err != nil {
		t.Fatal(err)
	}
	strict := verifier(t, func(c *token.Config) { c.AuthorizedParties = []string{"https://other.example"} })
	if _, err := strict.Verify(t.Context(), read); token.ReasonOf(err) != token.ReasonInvalidAuthorizedParties {
		t.Errorf("one that expects another party: %v", err)
	}
	claims, err := verifier(t).Verify(t.Context(), read)
	if err != nil || claims.UserID != "user_1" {
		t.Errorf("one that expects none: %v, %v", claims, err)
	}
}
