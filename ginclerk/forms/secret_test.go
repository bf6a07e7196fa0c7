package forms_test

import (
	"net/url"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/forms"
)

func TestTheSummaryHidesValuesThatLookSecret(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		field, value string
		secret       bool
	}{
		"a card number":                          {"number", "4111 1111 1111 1111", true},
		"a card number with a wrong check digit": {"number", "4111 1111 1111 1112", false},
		"an IBAN":                                {"to", "GB82 WEST 1234 5698 7654 32", true},
		"an IBAN in lower case":                  {"to", "gb82west12345698765432", true},
		"an IBAN with a wrong check":             {"to", "GB83 WEST 1234 5698 7654 32", false},
		"a token":                                {"text", "eyJhbGciOiJub25lIn0.e30.c2ln", true},
		"a telephone number":                     {"phone", "+1 416 555 0123", false},
		"a sentence":                             {"text", "Two engines, please.", false},
		"a name of a secret":                     {"ssn", "x", true},
		"digits that are too few":                {"number", "0000", false},
		"a text in another script":               {"text", "四一一一一一一一一一一一一一一一", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			owner := forms.User("user_1")
			y, form := newYard(t, func(c *forms.Config) { c.Show = showAll }), formOf(owner)
			form.Body = []byte(url.Values{row.field: {row.value}}.Encode())
			summary, err := y.Peek(t.Context(), y.mustPark(t, form), owner)
			if err != nil || len(summary.Fields) != 1 {
				t.Fatalf("fields %v, error %v", summary.Fields, err)
			}
			got := summary.Fields[0]
			if got.Secret != row.secret || (got.Value == "") != row.secret {
				t.Errorf("secret %v with the value %q, want %v", got.Secret, got.Value, row.secret)
			}
		})
	}
}
