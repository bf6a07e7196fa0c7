package storekey_test

import (
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/storekey"
)

// TestAKeyNeverChanges: what a store keeps is found again by the next version. The sums are those of FIPS 180-4's examples.
func TestAKeyNeverChanges(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"":    "e3b0c44298fc1c149afbf4c8996fb924",
		"abc": "ba7816bf8f01cfea414140de5dae2223",
	} {
		if got := storekey.Short(id); got != want {
			t.Errorf("%q is %s, want %s", id, got, want)
		}
	}
}
