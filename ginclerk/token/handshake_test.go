package token_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func TestVerifyHandshake(t *testing.T) {
	t.Parallel()
	cookies := []string{"__session=x; Path=/", "__client_uat=0; Path=/"}
	body := fields{"handshake": cookies}
	good := signed(t, header(nil), body)
	for name, row := range map[string]struct {
		raw        string
		directives []string
		want       token.Reason
	}{
		"a handshake token":                   {raw: good, directives: cookies},
		"one without category or type":        {raw: signed(t, header(fields{"cat": absent, "typ": absent}), body), directives: cookies},
		"one that is long expired":            {raw: signed(t, header(nil), merged(body, fields{"exp": 1, "iss": "x"})), directives: cookies},
		"an empty list":                       {raw: signed(t, header(nil), fields{"handshake": []string{}}), directives: []string{}},
		"no list":                             {raw: signed(t, header(nil), fields{})},
		"a string":                            {raw: signed(t, header(nil), fields{"handshake": "nope"})},
		"one above the limit of sessions":     {raw: signed(t, header(nil), fields{"handshake": []string{strings.Repeat("x", 20_000)}}), directives: []string{strings.Repeat("x", 20_000)}},
		"a list of numbers":                   {raw: signed(t, header(nil), fields{"handshake": []int{1}}), want: token.ReasonInvalid},
		"too many cookies":                    {raw: signed(t, header(nil), fields{"handshake": make([]string, 65)}), want: token.ReasonInvalid},
		"too long":                            {raw: strings.Repeat("a", 64<<10+1), want: token.ReasonInvalid},
		"garbage":                             {raw: "garbage", want: token.ReasonInvalid},
		"a template with a handshake claim":   {raw: signed(t, header(fields{"cat": "cl_B7d4PD222AAA"}), body), want: token.ReasonInvalid},
		"a machine with a handshake claim":    {raw: signed(t, header(fields{"cat": absent}), merged(m2mPayload(nil), body)), want: token.ReasonInvalid},
		"a session with a handshake claim":    {raw: signed(t, header(nil), merged(payload(nil), body)), want: token.ReasonInvalid},
		"a subject that is null":              {raw: signed(t, header(nil), merged(body, fields{"sub": nil})), want: token.ReasonInvalid},
		"a session without a subject":         {raw: signed(t, header(nil), merged(body, fields{"sid": "sess_1"})), want: token.ReasonInvalid},
		"another class of token":              {raw: signed(t, header(fields{"typ": "at+jwt"}), body), want: token.ReasonInvalid},
		"no algorithm":                        {raw: signed(t, header(fields{"alg": "none"}), body), want: token.ReasonInvalidAlgorithm},
		"another instance's signature":        {raw: signedBy(t, foreignKey(), header(nil), body), want: token.ReasonInvalidSignature},
		"another instance's key":              {raw: signed(t, header(fields{"kid": "ins_other"}), body), want: token.ReasonJWKKidMismatch},
		"cookies put under another signature": {raw: replacePayload(t, good, fields{"handshake": []string{"__session=evil"}}), want: token.ReasonInvalidSignature},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			directives, err := verifyHandshake(t, verifier(t), row.raw)
			if got := token.ReasonOf(err); got != row.want {
				t.Fatalf("reason %q (%v), want %q", got, err, row.want)
			}
			if diff := cmp.Diff(row.directives, directives); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func replacePayload(t *testing.T, raw string, body fields) string {
	t.Helper()
	parts := strings.Split(raw, ".")
	return parts[0] + "." + segment(t, body) + "." + parts[2]
}
