//go:build !race

// The race detector allocates, too, and makes a million tokens take minutes: make figures runs these tests without it.

package token_test

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// TestAllocations has ceilings, so that no later change loses what was gained.
func TestAllocations(t *testing.T) {
	plain, large := signed(t, header(nil), payload(nil)), benchmarkToken(t)
	for _, row := range []struct {
		name string
		raw  string
		v    *token.Verifier
		want float64
		err  token.Reason
	}{
		{"a token that was seen before", plain, verifier(t, forParties, ownMemory), 1, ""},
		{"one with permissions that was seen before", large, verifier(t, forParties, ownMemory), 2, ""},
		{"the first sight of a token", plain, verifier(t, forParties, withoutMemory), 22, ""},
		{"the first sight of one with permissions", large, verifier(t, forParties, withoutMemory), 34, ""},
		{"garbage", "garbage", verifier(t, forParties, ownMemory), 7, token.ReasonInvalid},
		{"another key's signature", signedBy(t, foreignKey(), header(nil), payload(nil)), verifier(t, forParties, ownMemory), 28, token.ReasonInvalidSignature},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := testing.AllocsPerRun(200, func() {
				if _, err := once(t, row.v, row.raw); token.ReasonOf(err) != row.err {
					t.Error(err)
				}
			})
			if got > row.want {
				t.Errorf("%v allocations, want at most %v", got, row.want)
			}
		})
	}
}

// TestAMillionBadTokensPushOutNone: what is refused leaves nothing behind.
func TestAMillionBadTokensPushOutNone(t *testing.T) {
	t.Parallel()
	v, keys := remembering(t, 16)
	good := ofUsers(t, "good", 16)
	mustAccept(t, v, good...)
	encode := base64.RawURLEncoding.EncodeToString
	head, body := encode([]byte(`{"alg":"RS256","kid":"`+kid+`"}`)), encode([]byte(`{"sub":"user_1"}`))
	kinds := []func(i int) string{
		func(i int) string { return head + "." + body + "." + encode(fmt.Append(nil, i)) },
		func(i int) string { return head + "." + encode(fmt.Appendf(nil, `{"sub":"user_%d"}`, i)) + "." },
		func(i int) string { return encode(fmt.Appendf(nil, `{"alg":"none","i":%d}`, i)) + "." + body + "." },
		func(i int) string { return "garbage" + strconv.Itoa(i) },
	}
	for i := range 1_000_000 {
		if _, err := once(t, v, kinds[i%len(kinds)](i)); err == nil {
			t.Fatal("it is accepted")
		}
	}
	if got := keys.remembers(t, v, good...); got != len(good) {
		t.Errorf("%d of %d are left", got, len(good))
	}
}
