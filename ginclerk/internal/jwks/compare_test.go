package jwks_test

import (
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
)

func TestHaveKeyInCommon(t *testing.T) {
	t.Parallel()
	const a, b, both = `{"keys":[{"kid":"ins_a"}]}`, `{"keys":[{"kid":"ins_b"}]}`, `{"keys":[{"kid":"ins_b"},{"kid":"ins_a"}]}`
	for _, row := range []struct {
		name          string
		first, second string
		want, fails   bool
	}{
		{"the same set", a, a, true, false},
		{"one of two keys is the same", a, both, true, false},
		{"no key is the same", a, b, false, false},
		{"one set is empty", a, `{"keys":[]}`, false, false},
		{"both sets are empty", `{}`, `{}`, false, false},
		{"the first is not JSON", `<html>`, a, false, true},
		{"the second is not JSON", a, `<html>`, false, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, err := jwks.HaveKeyInCommon([]byte(row.first), []byte(row.second))
			if got != row.want || (err != nil) != row.fails {
				t.Errorf("%v, %v; want %v", got, err, row.want)
			}
		})
	}
}
