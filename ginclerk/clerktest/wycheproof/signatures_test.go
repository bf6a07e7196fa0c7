package wycheproof_test

import (
	"crypto/rsa"
	"slices"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
	"github.com/ginclerk/ginclerk/ginclerk/internal/rs256"
)

// Signatures as they are in the vectors, with keys of 2048 to 8192 bits. What is signed with another hash than SHA-256 is refused, be it
// right or not; with keys of 4096 bits and more that takes long, and is left out.
func TestSignatures(t *testing.T) {
	t.Parallel()
	list := slices.Concat(files(t, "rsa_signature_[23]*_test.json"), files(t, "rsa_signature_[48]*_sha256_test.json"), files(t, "rsa_pkcs1_*_sig_gen_test.json"))
	for _, file := range list {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			for _, g := range read(t, file) {
				key, ok := publicKey(t, g)
				if !ok {
					continue
				}
				for _, v := range g.Vectors {
					err := rs256.Verify(key, string(v.Message), v.Signature)
					if want := v.signed(g.Hash); (err == nil) != want {
						t.Errorf("%d %s: accepted %t, want %t (%v)", v.ID, v.Comment, err == nil, want, err)
					}
				}
			}
		})
	}
}

// publicKey reads the key of a group as ginclerk reads keys. A key that is too short must be refused.
func publicKey(t *testing.T, g group) (*rsa.PublicKey, bool) {
	t.Helper()
	source, err := jwks.NewPEM(g.PublicKey + g.Key) // one of them is empty
	if short := slices.ContainsFunc(g.Vectors, func(v vector) bool { return slices.Contains(v.Flags, "SmallModulus") }); short || err != nil {
		if err == nil || !short || !strings.Contains(err.Error(), "bits") {
			t.Errorf("%s: a key is short: %t, error %v", g.Hash, short, err)
		}
		return nil, false
	}
	key, err := source.Key(t.Context(), "")
	if err != nil {
		t.Error(err)
	}
	return key, err == nil
}
