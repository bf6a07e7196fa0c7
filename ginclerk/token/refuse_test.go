package token_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func forParties(c *token.Config)   { c.AuthorizedParties = []string{"https://other.example.com", origin} }
func forAudience(c *token.Config)  { c.Audiences = []string{"api.example.com"} }
func forOneMinute(c *token.Config) { c.MaxLifetime = time.Minute }

// hs256 signs with the PEM of the public key as an HMAC secret: the classic confusion of algorithms.
func hs256(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(&instanceKey().PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	unsigned := segment(t, header(fields{"alg": "HS256"})) + "." + segment(t, payload(nil))
	mac.Write([]byte(unsigned))
	return unsigned + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func rs512(t *testing.T) string {
	t.Helper()
	unsigned := segment(t, header(fields{"alg": "RS512"})) + "." + segment(t, payload(nil))
	signature, err := jwt.SigningMethodRS512.Sign(unsigned, instanceKey())
	if err != nil {
		t.Fatal(err)
	}
	return unsigned + "." + base64.RawURLEncoding.EncodeToString(signature)
}

type refusal struct {
	raw    string
	config func(*token.Config)
	want   token.Reason
	cause  error
}

func (r refusal) run(t *testing.T) {
	t.Parallel()
	var changes []func(*token.Config)
	if r.config != nil {
		changes = append(changes, r.config)
	}
	claims, err := verify(t, verifier(t, changes...), r.raw)
	if claims != nil {
		t.Errorf("claims came back")
	}
	if got := token.ReasonOf(err); got != r.want {
		t.Errorf("reason %q (%v), want %q", got, err, r.want)
	}
	if r.cause != nil && !errors.Is(err, r.cause) {
		t.Errorf("error %v does not match %v", err, r.cause)
	}
	if errors.Is(err, token.ErrKeysUnavailable) {
		t.Errorf("a bad token is reported as an outage: %v", err)
	}
	if len(r.raw) > 20 && strings.Contains(err.Error(), r.raw[:20]) {
		t.Errorf("the error shows the token: %v", err)
	}
}

func TestVerifyRefusesForgedTokens(t *testing.T) {
	t.Parallel()
	good := signed(t, header(nil), payload(nil))
	parts := strings.Split(good, ".")
	for name, row := range map[string]refusal{
		"no algorithm and no signature": {
			raw:  segment(t, header(fields{"alg": "none"})) + "." + segment(t, payload(nil)) + ".",
			want: token.ReasonInvalidAlgorithm, cause: jwt.ErrTokenSignatureInvalid,
		},
		"no algorithm above a good signature": {
			raw: signed(t, header(fields{"alg": "none"}), payload(nil)), want: token.ReasonInvalidAlgorithm,
		},
		"an algorithm in other letters": {
			raw: signed(t, header(fields{"alg": "rs256"}), payload(nil)), want: token.ReasonInvalidAlgorithm,
		},
		"an algorithm that is a list": {
			raw: signed(t, header(fields{"alg": []string{"RS256"}}), payload(nil)), want: token.ReasonInvalidAlgorithm,
		},
		"the public key as an HMAC secret": {raw: hs256(t), want: token.ReasonInvalidAlgorithm},
		"an algorithm that the key is not published for": {
			raw: rs512(t), want: token.ReasonVerificationFailed, cause: jwt.ErrTokenUnverifiable,
		},
		"another instance's key id": {
			raw: signedBy(t, foreignKey(), header(fields{"kid": "ins_other"}), payload(nil)), want: token.ReasonJWKKidMismatch,
		},
		"another instance's key under our key id": {
			raw: signedBy(t, foreignKey(), header(nil), payload(nil)), want: token.ReasonInvalidSignature,
			cause: jwt.ErrTokenSignatureInvalid,
		},
		"no key id": {raw: signed(t, header(fields{"kid": absent}), payload(nil)), want: token.ReasonJWKKidMismatch},
		"claims of another token": {
			raw:  parts[0] + "." + segment(t, payload(fields{"sub": "user_2"})) + "." + parts[2],
			want: token.ReasonInvalidSignature,
		},
		"no signature":         {raw: parts[0] + "." + parts[1] + ".", want: token.ReasonInvalidSignature},
		"a cut signature":      {raw: good[:len(good)-10], want: token.ReasonInvalidSignature},
		"padded claims":        {raw: parts[0] + "." + parts[1] + "=." + parts[2], want: token.ReasonInvalidSignature},
		"a type in lower case": {raw: signed(t, header(fields{"typ": "jwt"}), payload(nil)), want: token.ReasonInvalid},
		"a type that is null":  {raw: signed(t, header(fields{"typ": nil}), payload(nil)), want: token.ReasonInvalid},
	} {
		t.Run(name, row.run)
	}
}

func TestVerifyRefusesOtherClassesOfToken(t *testing.T) {
	t.Parallel()
	mismatch := token.ReasonTypeMismatch
	for name, row := range map[string]refusal{
		"a template token": {raw: signed(t, header(fields{"cat": "cl_B7d4PD222AAA"}), payload(nil)), want: mismatch},
		"a machine token":  {raw: signed(t, header(fields{"cat": "cl_B7d4PD333AAA"}), payload(nil)), want: mismatch},
		"an unknown category": {
			raw: signed(t, header(fields{"cat": "cl_unheard_of"}), payload(nil)), want: mismatch,
		},
		"a category that is null": {raw: signed(t, header(fields{"cat": nil}), payload(nil)), want: mismatch},
		"a machine as the subject": {
			raw: signed(t, header(fields{"cat": absent}), payload(fields{"sub": "mch_1"})), want: mismatch,
		},
		"an OAuth access token": {raw: signed(t, header(fields{"typ": "at+jwt", "cat": absent}), payload(nil)), want: mismatch},
		"an OAuth access token, long form": {
			raw: signed(t, header(fields{"typ": "application/at+jwt", "cat": absent}), payload(nil)), want: mismatch,
		},
		"a handshake token": {
			raw: signed(t, header(nil), fields{"handshake": []string{"__session=x"}}), want: token.ReasonVerificationFailed,
		},
		"a template token from before categories": {
			raw:  signed(t, header(fields{"cat": absent}), payload(fields{"sid": absent, "sts": absent, "fva": absent})),
			want: token.ReasonSessionIDMissing,
		},
	} {
		t.Run(name, row.run)
	}
}

// machineAsPerson is an M2M token without a category, as Clerk minted them before categories existed, with all claims of a session
// token.
func machineAsPerson(t *testing.T) string {
	t.Helper()
	return signed(t, header(fields{"cat": absent}), payload(fields{"sub": "mch_1"}))
}

// respelled returns a signed token in other spellings that leave the signed bytes as they are.
func respelled(raw string) map[string]string {
	cut := strings.LastIndexByte(raw, '.')
	return map[string]string{
		"as it is":                  raw,
		"padded once":               raw + "=",
		"padded twice":              raw + "==",
		"padded for ever":           raw + strings.Repeat("=", 64),
		"with a bit left over":      raw[:len(raw)-1] + string(rune(raw[len(raw)-1]+1)),
		"with a line break":         raw + "\n",
		"with a break inside":       raw[:cut+1] + "\r\n" + raw[cut+1:],
		"with a blank":              raw + " ",
		"with a blank in front":     " " + raw,
		"in the other base64":       strings.NewReplacer("-", "+", "_", "/").Replace(raw),
		"in the other base64, full": strings.NewReplacer("-", "+", "_", "/").Replace(raw) + "==",
		"percent-encoded":           raw + "%3D",
		"with a byte order mark":    "\ufeff" + raw,
		"with a dot":                raw + ".",
	}
}

// The spelling of a token does not change its class: only the part with the signature can be spelled differently.
func TestTheSpellingOfATokenDoesNotChangeItsClass(t *testing.T) {
	t.Parallel()
	anything := func(c *token.Config) {
		c.Issuers, c.UnsafeSkipIssuer, c.UnsafeAllowMissingSessionID = nil, true, true
	}
	cookies := fields{"handshake": []string{"__client=x", "__refresh_x=y"}}
	for name, raw := range map[string]string{
		"a machine":                           machineAsPerson(t),
		"a machine that instances don't mark": signed(t, header(fields{"cat": "cl_I7d4PD111III"}), payload(fields{"sub": "mch_1"})),
		"a machine marked as a session":       signed(t, header(nil), payload(fields{"sub": "mch_1"})),
		"a machine with a category":           signed(t, m2mHeader(nil), payload(fields{"sub": "mch_1"})),
		"a machine with cookies":              signed(t, header(nil), merged(m2mPayload(nil), cookies)),
		"a user's client":                     signed(t, oauthHeader(nil), payload(nil)),
		"a user's client with cookies":        signed(t, oauthHeader(nil), merged(oauthPayload(nil), cookies)),
		"a user's client in capitals":         signed(t, oauthHeader(fields{"typ": "AT+JWT"}), merged(payload(nil), cookies)),
		"a template":                          signed(t, header(fields{"cat": "cl_B7d4PD222AAA"}), merged(payload(nil), cookies)),
		"a template, blank behind":            signed(t, header(fields{"cat": "cl_B7d4PD111AAA "}), merged(payload(nil), cookies)),
		"a category in small letters":         signed(t, header(fields{"cat": "cl_b7d4pd111aaa"}), merged(payload(nil), cookies)),
		"a type with parameters":              signed(t, header(fields{"typ": "JWT; x=y"}), merged(payload(nil), cookies)),
	} {
		for spelling, written := range respelled(raw) {
			t.Run(name+", "+spelling, func(t *testing.T) {
				t.Parallel()
				if claims, err := verify(t, verifier(t, anything), written); err == nil {
					t.Errorf("it is a session of %s", claims.UserID)
				}
				if directives, err := verifyHandshake(t, verifier(t, anything), written); err == nil {
					t.Errorf("it is a handshake that sets %q", directives)
				}
			})
		}
	}
	for spelling, written := range respelled(signed(t, header(nil), merged(payload(nil), cookies))) {
		if directives, err := verifyHandshake(t, verifier(t, anything), written); err == nil {
			t.Errorf("a session, %s, is a handshake that sets %q", spelling, directives)
		}
		if machine, err := verifyMachine(t, verifier(t, anything), written); err == nil {
			t.Errorf("a session, %s, is a machine: %v", spelling, machine)
		}
	}
}

func TestVerifyRefusesClaims(t *testing.T) {
	t.Parallel()
	failed := token.ReasonVerificationFailed
	for name, row := range map[string]struct {
		claims fields
		config func(*token.Config)
		want   token.Reason
		cause  error
	}{
		"exp missing":                   {claims: fields{"exp": absent}, want: failed, cause: jwt.ErrTokenRequiredClaimMissing},
		"exp as a string":               {claims: fields{"exp": "1767268860"}, want: failed},
		"exp beyond all dates":          {claims: fields{"exp": 1e300}, want: failed},
		"nbf null":                      {claims: fields{"nbf": nil}, want: failed, cause: jwt.ErrInvalidType},
		"iat as a string":               {claims: fields{"iat": "soon"}, want: failed},
		"sub missing":                   {claims: fields{"sub": absent}, want: failed, cause: jwt.ErrTokenInvalidSubject},
		"sub as a number":               {claims: fields{"sub": 7}, want: failed},
		"sid missing":                   {claims: fields{"sid": absent}, want: token.ReasonSessionIDMissing},
		"sid empty":                     {claims: fields{"sid": ""}, want: token.ReasonSessionIDMissing},
		"expired 5 seconds ago":         {claims: fields{"exp": noon.Unix() - 5}, want: token.ReasonExpired, cause: jwt.ErrTokenExpired},
		"expired 6 seconds ago":         {claims: fields{"exp": noon.Unix() - 6}, want: token.ReasonExpired},
		"expired by a fraction":         {claims: fields{"exp": float64(noon.Unix()) - 4.5 - 0.5}, want: token.ReasonExpired},
		"active in 6 seconds":           {claims: fields{"nbf": noon.Unix() + 6}, want: token.ReasonNotActiveYet, cause: jwt.ErrTokenNotValidYet},
		"issued in 6 seconds":           {claims: fields{"iat": noon.Unix() + 6}, want: token.ReasonIssuedInTheFuture},
		"issuer with a likely name":     {claims: fields{"iss": "https://clerk.evil.example"}, want: token.ReasonInvalidIssuer, cause: jwt.ErrTokenInvalidIssuer},
		"issuer over http":              {claims: fields{"iss": "http://happy-hippo-1.clerk.accounts.dev"}, want: token.ReasonInvalidIssuer},
		"issuer with a slash":           {claims: fields{"iss": issuer + "/"}, want: token.ReasonInvalidIssuer},
		"issuer as a list":              {claims: fields{"iss": []string{issuer}}, want: token.ReasonInvalidIssuer},
		"issuer missing":                {claims: fields{"iss": absent}, want: token.ReasonInvalidIssuer},
		"azp of another origin":         {claims: fields{"azp": "https://evil.example"}, config: forParties, want: token.ReasonInvalidAuthorizedParties},
		"azp in other letters":          {claims: fields{"azp": "https://APP.example.com"}, config: forParties, want: token.ReasonInvalidAuthorizedParties},
		"azp empty":                     {claims: fields{"azp": ""}, config: forParties, want: token.ReasonInvalidAuthorizedParties},
		"azp missing":                   {claims: fields{"azp": absent}, config: forParties, want: token.ReasonInvalidAuthorizedParties},
		"azp as a list":                 {claims: fields{"azp": []string{origin}}, config: forParties, want: token.ReasonInvalidAuthorizedParties},
		"another audience":              {claims: fields{"aud": "elsewhere"}, config: forAudience, want: failed, cause: jwt.ErrTokenInvalidAudience},
		"other audiences":               {claims: fields{"aud": []string{"a", "b"}}, config: forAudience, want: failed},
		"an audience among numbers":     {claims: fields{"aud": []any{"api.example.com", 1}}, config: forAudience, want: failed},
		"an audience that is an object": {claims: fields{"aud": fields{"a": 1}}, config: forAudience, want: failed},
		"a lifetime above the limit":    {claims: fields{"exp": noon.Unix() + 56}, config: forOneMinute, want: token.ReasonLifetime},
		"a lifetime of centuries":       {claims: fields{"exp": 8e12}, config: forOneMinute, want: token.ReasonLifetime},
		"an unknown lifetime":           {claims: fields{"iat": absent}, config: forOneMinute, want: token.ReasonLifetime},
	} {
		t.Run(name, refusal{
			raw: signed(t, header(nil), payload(row.claims)), config: row.config, want: row.want, cause: row.cause,
		}.run)
	}
}

func TestVerifyNamesTheFirstReasonInClerksOrder(t *testing.T) {
	t.Parallel()
	broken := fields{
		"sub": 1, "aud": "x", "azp": "x", "iss": "x", "exp": noon.Unix() - 60,
		"nbf": noon.Unix() + 60, "iat": noon.Unix() + 60, "sid": absent,
	}
	for _, step := range []struct {
		mend  string
		value any
		want  token.Reason
	}{
		{"", nil, token.ReasonVerificationFailed},
		{"sub", "user_1", token.ReasonVerificationFailed},
		{"aud", "api.example.com", token.ReasonInvalidAuthorizedParties},
		{"azp", origin, token.ReasonInvalidIssuer},
		{"iss", issuer, token.ReasonExpired},
		{"exp", noon.Unix() + 600, token.ReasonNotActiveYet},
		{"nbf", noon.Unix(), token.ReasonIssuedInTheFuture},
		{"iat", noon.Unix(), token.ReasonSessionIDMissing},
		{"sid", "sess_1", token.ReasonLifetime},
		{"exp", noon.Unix() + 60, ""},
	} {
		if step.mend != "" {
			broken[step.mend] = step.value
		}
		_, err := verify(t, verifier(t, forParties, forAudience, forOneMinute), signed(t, header(nil), payload(broken)))
		if got := token.ReasonOf(err); got != step.want {
			t.Errorf("after mending %q: reason %q (%v), want %q", step.mend, got, err, step.want)
		}
	}
}
