package token_test

import (
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// TestAGraceIsForTheEndAlone: all else that a token says is judged as ever, to the second.
func TestAGraceIsForTheEndAlone(t *testing.T) {
	t.Parallel()
	const grace = time.Hour
	ended := func(ago time.Duration, changes fields) fields {
		exp := noon.Add(-ago).Unix()
		return merged(payload(fields{"iat": exp - 60, "nbf": exp - 70, "exp": exp}), changes)
	}
	for name, row := range map[string]struct {
		raw    string
		config func(*token.Config)
		want   token.Reason
	}{
		"it has not ended":                       {signed(t, header(nil), payload(nil)), nil, ""},
		"it ended a second less than that ago":   {signed(t, header(nil), ended(grace-time.Second, nil)), nil, ""},
		"it ended that long ago":                 {signed(t, header(nil), ended(grace, nil)), nil, token.ReasonExpired},
		"it ended longer ago":                    {signed(t, header(nil), ended(grace+time.Hour, nil)), nil, token.ReasonExpired},
		"it is from the future":                  {signed(t, header(nil), ended(time.Minute, fields{"iat": noon.Unix() + 10})), nil, token.ReasonIssuedInTheFuture},
		"it counts in the future":                {signed(t, header(nil), ended(time.Minute, fields{"nbf": noon.Unix() + 10})), nil, token.ReasonNotActiveYet},
		"another issuer":                         {signed(t, header(nil), ended(time.Minute, fields{"iss": "https://evil.example"})), nil, token.ReasonInvalidIssuer},
		"another party":                          {signed(t, header(nil), ended(time.Minute, fields{"azp": "https://evil.example"})), forParties, token.ReasonInvalidAuthorizedParties},
		"no session":                             {signed(t, header(nil), ended(time.Minute, fields{"sid": absent})), nil, token.ReasonSessionIDMissing},
		"a life that is too long":                {signed(t, header(nil), ended(time.Minute, fields{"iat": noon.Unix() - 7200})), forOneMinute, token.ReasonLifetime},
		"a token of a template":                  {signed(t, header(fields{"cat": "cl_B7d4PD222AAA"}), ended(time.Minute, nil)), nil, token.ReasonTypeMismatch},
		"another key":                            {signed(t, header(fields{"kid": "ins_other"}), ended(time.Minute, nil)), nil, token.ReasonJWKKidMismatch},
		"an end that is none":                    {signed(t, header(nil), ended(time.Minute, fields{"exp": "never"})), nil, token.ReasonVerificationFailed},
		"a signature that covers something else": {signed(t, header(nil), ended(time.Minute, nil)) + "A", nil, token.ReasonInvalidSignature},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var changes []func(*token.Config)
			if row.config != nil {
				changes = append(changes, row.config)
			}
			_, err := verify(t, verifier(t, changes...).WithGrace(grace), row.raw)
			if got := token.ReasonOf(err); got != row.want || (err == nil) != (row.want == "") {
				t.Errorf("reason %q (%v), want %q", got, err, row.want)
			}
		})
	}
}
