package token_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func m2mHeader(changes fields) fields {
	return present(merged(fields{"alg": "RS256", "typ": "JWT", "kid": kid, "cat": "cl_B7d4PD333AAA"}, changes))
}

func m2mPayload(changes fields) fields {
	return present(merged(fields{
		"sub": "mch_1", "iss": issuer, "jti": "mt_1", "iat": noon.Unix() - 5, "nbf": noon.Unix() - 15, "exp": noon.Unix() + 55,
	}, changes))
}

func oauthHeader(changes fields) fields {
	return present(merged(fields{"alg": "RS256", "typ": "at+jwt", "kid": kid}, changes))
}

func oauthPayload(changes fields) fields {
	return present(merged(fields{
		"sub": "user_1", "iss": issuer, "jti": "oat_1", "client_id": "client_1", "iat": noon.Unix() - 5, "exp": noon.Unix() + 55,
	}, changes))
}

func TestVerifyMachine(t *testing.T) {
	t.Parallel()
	expires := noon.Add(55 * time.Second)
	m2m := token.MachineToken{Type: token.TypeM2M, ID: "mt_1", Subject: "mch_1", MachineID: "mch_1", ExpiresAt: expires}
	oauth := token.MachineToken{
		Type: token.TypeOAuth, ID: "oat_1", Subject: "user_1", UserID: "user_1", ClientID: "client_1", ExpiresAt: expires,
	}
	for name, row := range map[string]struct {
		raw    string
		config func(*token.Config)
		want   token.MachineToken
		change func(*token.MachineToken)
	}{
		"a machine":                  {raw: signed(t, m2mHeader(nil), m2mPayload(nil)), want: m2m},
		"a machine without category": {raw: signed(t, m2mHeader(fields{"cat": absent}), m2mPayload(nil)), want: m2m},
		"a machine without type":     {raw: signed(t, m2mHeader(fields{"typ": absent}), m2mPayload(nil)), want: m2m},
		"a machine on a strict lifetime": {
			raw: signed(t, m2mHeader(nil), m2mPayload(nil)), config: forOneSecond, want: m2m,
		},
		"a machine where parties are configured": {
			raw: signed(t, m2mHeader(nil), m2mPayload(nil)), config: forParties, want: m2m,
		},
		"a machine without aud where one is configured": {
			raw: signed(t, m2mHeader(nil), m2mPayload(nil)), config: forAudience, want: m2m,
		},
		"a machine with scopes, which are custom claims too": {
			raw: signed(t, m2mHeader(nil), m2mPayload(fields{"scopes": "mch_2 mch_3", "aud": []string{"mch_4"}, "tier": 2})), want: m2m,
			change: func(m *token.MachineToken) {
				m.Scopes = []string{"mch_2", "mch_3"}
				m.Claims = map[string]any{"scopes": "mch_2 mch_3", "aud": []any{"mch_4"}, "tier": 2.0}
			},
		},
		"a machine whose audience is its scope": {
			raw: signed(t, m2mHeader(nil), m2mPayload(fields{"aud": []string{"mch_4"}})), want: m2m,
			change: func(m *token.MachineToken) {
				m.Scopes, m.Claims = []string{"mch_4"}, map[string]any{"aud": []any{"mch_4"}}
			},
		},
		"a user's client": {raw: signed(t, oauthHeader(nil), oauthPayload(nil)), want: oauth},
		"a user's client, type in its long form": {
			raw: signed(t, oauthHeader(fields{"typ": "application/at+jwt"}), oauthPayload(nil)), want: oauth,
		},
		"a user's client with a scope": {
			raw: signed(t, oauthHeader(nil), oauthPayload(fields{"scope": "openid profile"})), want: oauth,
			change: func(m *token.MachineToken) { m.Scopes = []string{"openid", "profile"} },
		},
		"a party that acts for a user": {
			raw: signed(t, oauthHeader(nil), oauthPayload(fields{"act": fields{"sub": "client_2", "iss": "https://x.example", "act": fields{"sub": "client_3"}}})), want: oauth,
			change: func(m *token.MachineToken) { m.Actor = &token.Actor{Subject: "client_2", Issuer: "https://x.example"} },
		},
		"a party that acts for a user, and can't be read": {
			raw: signed(t, oauthHeader(nil), oauthPayload(fields{"act": "client_2"})), want: oauth,
			change: func(m *token.MachineToken) { m.Actor = &token.Actor{} },
		},
		"a party of whom nothing is said": {
			raw: signed(t, oauthHeader(nil), oauthPayload(fields{"act": fields{}})), want: oauth,
			change: func(m *token.MachineToken) { m.Actor = &token.Actor{} },
		},
		"no party": {raw: signed(t, oauthHeader(nil), oauthPayload(fields{"act": nil})), want: oauth},
		"a user's client with scp, which goes first": {
			raw: signed(t, oauthHeader(nil), oauthPayload(fields{"scp": []string{"email"}, "scope": "openid"})), want: oauth,
			change: func(m *token.MachineToken) { m.Scopes = []string{"email"} },
		},
		"a user's client for the configured audience": {
			raw: signed(t, oauthHeader(nil), oauthPayload(fields{"aud": []string{"x", "api.example.com"}})), config: forAudience, want: oauth,
			change: func(m *token.MachineToken) { m.Audiences = []string{"x", "api.example.com"} },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var changes []func(*token.Config)
			if row.config != nil {
				changes = append(changes, row.config)
			}
			got, err := verifyMachine(t, verifier(t, changes...), row.raw)
			if err != nil {
				t.Fatal(err)
			}
			want := row.want
			if row.change != nil {
				row.change(&want)
			}
			if diff := cmp.Diff(&want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if _, err := verify(t, verifier(t), row.raw); token.ReasonOf(err) != token.ReasonTypeMismatch {
				t.Errorf("as a session token: %v", err)
			}
		})
	}
}

func forOneSecond(c *token.Config) { c.MaxLifetime = time.Second }

func TestVerifyMachineRefuses(t *testing.T) {
	t.Parallel()
	failed, invalid := token.ReasonVerificationFailed, token.ReasonInvalid
	good := signed(t, m2mHeader(nil), m2mPayload(nil))
	parts := strings.Split(good, ".")
	m2m := func(head, body fields) string { return signed(t, m2mHeader(head), m2mPayload(body)) }
	oauth := func(head, body fields) string { return signed(t, oauthHeader(head), oauthPayload(body)) }
	for name, row := range map[string]struct {
		raw    string
		config func(*token.Config)
		want   token.Reason
		cause  error
	}{
		"a session token":                               {raw: signed(t, header(nil), payload(nil)), want: token.ReasonTypeMismatch},
		"a template's token":                            {raw: signed(t, header(fields{"cat": "cl_B7d4PD222AAA"}), payload(nil)), want: token.ReasonTypeMismatch},
		"garbage":                                       {raw: "ak_1", want: invalid},
		"a machine with a session's category":           {raw: m2m(fields{"cat": "cl_B7d4PD111AAA"}, nil), want: invalid},
		"a machine from a template":                     {raw: m2m(fields{"cat": "cl_B7d4PD222AAA"}, nil), want: invalid},
		"a machine with the category that says nothing": {raw: m2m(fields{"cat": "cl_I7d4PD111III"}, nil), want: invalid},
		"a machine with an empty category":              {raw: m2m(fields{"cat": ""}, nil), want: invalid},
		"a machine with a category of null":             {raw: m2m(fields{"cat": nil}, nil), want: invalid},
		"a machine with OAuth's type":                   {raw: m2m(fields{"typ": "at+jwt"}, nil), want: failed},
		"a machine without algorithm":                   {raw: m2m(fields{"alg": "none"}, nil), want: failed},
		"a machine with an HMAC's algorithm":            {raw: m2m(fields{"alg": "HS256"}, nil), want: failed},
		"a machine of another instance's key id":        {raw: m2m(fields{"kid": "ins_other"}, nil), want: failed},
		"a machine of another instance's key":           {raw: signedBy(t, foreignKey(), m2mHeader(nil), m2mPayload(nil)), want: failed},
		"a machine whose claims were changed": {
			raw: parts[0] + "." + segment(t, m2mPayload(fields{"sub": "mch_2"})) + "." + parts[2], want: failed, cause: jwt.ErrTokenSignatureInvalid,
		},
		"a machine that expired":                          {raw: m2m(nil, fields{"exp": noon.Unix() - 5}), want: failed, cause: jwt.ErrTokenExpired},
		"a machine without expiry":                        {raw: m2m(nil, fields{"exp": absent}), want: failed},
		"a machine from the future":                       {raw: m2m(nil, fields{"iat": noon.Unix() + 6}), want: failed, cause: jwt.ErrTokenUsedBeforeIssued},
		"a machine that is not active yet":                {raw: m2m(nil, fields{"nbf": noon.Unix() + 6}), want: failed, cause: jwt.ErrTokenNotValidYet},
		"a machine of another issuer":                     {raw: m2m(nil, fields{"iss": "https://clerk.evil.example"}), want: failed, cause: jwt.ErrTokenInvalidIssuer},
		"a machine for another audience":                  {raw: m2m(nil, fields{"aud": "x"}), config: forAudience, want: failed, cause: jwt.ErrTokenInvalidAudience},
		"a machine whose scopes are a list":               {raw: m2m(nil, fields{"scopes": []string{"a"}}), want: failed, cause: jwt.ErrInvalidType},
		"a client that expired":                           {raw: oauth(nil, fields{"exp": noon.Unix() - 5}), want: failed, cause: jwt.ErrTokenExpired},
		"a client of another issuer":                      {raw: oauth(nil, fields{"iss": "https://clerk.evil.example"}), want: failed, cause: jwt.ErrTokenInvalidIssuer},
		"a client without subject":                        {raw: oauth(nil, fields{"sub": absent}), want: failed, cause: jwt.ErrTokenInvalidSubject},
		"a client without audience where one is required": {raw: oauth(nil, nil), config: forAudience, want: failed, cause: jwt.ErrTokenInvalidAudience},
		"a client for another audience":                   {raw: oauth(nil, fields{"aud": "x"}), config: forAudience, want: failed, cause: jwt.ErrTokenInvalidAudience},
		"a client with an empty audience beside":          {raw: oauth(nil, fields{"aud": []string{"api.example.com", ""}}), config: forAudience, want: failed},
		"a client with a number beside":                   {raw: oauth(nil, fields{"aud": []any{"api.example.com", 1}}), config: forAudience, want: failed},
		"a client whose scope is a list":                  {raw: oauth(nil, fields{"scope": []string{"a"}}), want: failed, cause: jwt.ErrInvalidType},
		"a client whose scp is text":                      {raw: oauth(nil, fields{"scp": "a"}), want: failed, cause: jwt.ErrInvalidType},
		"a client whose scp has a number":                 {raw: oauth(nil, fields{"scp": []any{"a", 1}}), want: failed, cause: jwt.ErrInvalidType},
		"a client without signature":                      {raw: strings.Join(strings.Split(oauth(nil, nil), ".")[:2], ".") + ".AA", want: failed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var changes []func(*token.Config)
			if row.config != nil {
				changes = append(changes, row.config)
			}
			machine, err := verifyMachine(t, verifier(t, changes...), row.raw)
			if machine != nil || token.ReasonOf(err) != row.want {
				t.Errorf("token %v, error %v, want reason %q", machine, err, row.want)
			}
			if row.cause != nil && !errors.Is(err, row.cause) {
				t.Errorf("error %v does not match %v", err, row.cause)
			}
			if errors.Is(err, token.ErrKeysUnavailable) {
				t.Errorf("a bad token is reported as an outage: %v", err)
			}
		})
	}
}

func TestAnyIssuerOfAMachineWhenToldSo(t *testing.T) {
	t.Parallel()
	v := verifier(t, func(c *token.Config) { c.UnsafeSkipIssuer = true })
	if _, err := verifyMachine(t, v, signed(t, m2mHeader(nil), m2mPayload(fields{"iss": absent}))); err != nil {
		t.Error(err)
	}
}

func TestKeyTroubleIsNotTheMachinesFault(t *testing.T) {
	t.Parallel()
	v := verifier(t, func(c *token.Config) {
		c.Keys = keyFunc(func(context.Context, string) (*rsa.PublicKey, error) { return nil, token.ErrKeysUnavailable })
	})
	_, err := verifyMachine(t, v, signed(t, m2mHeader(nil), m2mPayload(nil)))
	if !errors.Is(err, token.ErrKeysUnavailable) || token.ReasonOf(err) != token.ReasonVerificationFailed {
		t.Errorf("error %v", err)
	}
}

func TestHasScope(t *testing.T) {
	t.Parallel()
	machine := &token.MachineToken{Scopes: []string{"read:a", ""}}
	for scope, want := range map[string]bool{"read:a": true, "read": false, "": false} {
		if got := machine.HasScope(scope); got != want {
			t.Errorf("scope %q: %v", scope, got)
		}
	}
	if (*token.MachineToken)(nil).HasScope("read:a") {
		t.Error("a nil token has a scope")
	}
}

func TestAnEmptyCategoryIsNoCategory(t *testing.T) {
	t.Parallel()
	_, err := verify(t, verifier(t), signed(t, header(fields{"cat": ""}), payload(nil)))
	if token.ReasonOf(err) != token.ReasonTypeMismatch {
		t.Errorf("error %v, want token-type-mismatch", err)
	}
}

// FuzzVerifyMachine makes the check of FuzzVerify for machines, and checks that no token is accepted for a machine and a session.
func FuzzVerifyMachine(f *testing.F) {
	addSeeds(f)
	for _, raw := range []string{signed(f, m2mHeader(nil), m2mPayload(nil)), signed(f, oauthHeader(nil), oauthPayload(nil))} {
		f.Add(raw)
		f.Add(raw + "=")
		f.Add(raw[:len(raw)-4])
	}
	v := verifier(f, func(c *token.Config) {
		c.Issuers, c.UnsafeSkipIssuer, c.UnsafeAllowMissingSessionID = nil, true, true
	})
	f.Fuzz(func(t *testing.T, raw string) {
		machine, err := verifyMachine(t, v, raw)
		if (machine == nil) == (err == nil) {
			t.Fatalf("both or neither: %v, %v", machine, err)
		}
		if err != nil {
			return
		}
		mustBeSigned(t, raw)
		if machine.Type != token.TypeM2M && machine.Type != token.TypeOAuth {
			t.Errorf("type %q", machine.Type)
		}
		if claims, err := verify(t, v, raw); err == nil {
			t.Errorf("a session too: %v", claims.SessionID)
		}
	})
}
