package wycheproof_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io/fs"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/c2sp/wycheproof"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// group has vectors of one key. Files of signatures have PEM, those of JSON Web Keys have keys or sets of them.
type group struct {
	Comment    string          `json:"comment"`
	Hash       string          `json:"sha"`
	Key        string          `json:"keyPem"`       // files of signatures that are made
	PublicKey  string          `json:"publicKeyPem"` // files of signatures that are verified
	PrivateKey string          `json:"privateKeyPem"`
	PublicJWK  json.RawMessage `json:"public"`
	PrivateJWK json.RawMessage `json:"private"`
	Vectors    []vector        `json:"tests"`
}

type vector struct {
	ID        int         `json:"tcId"`
	Comment   string      `json:"comment"`
	Flags     []string    `json:"flags"`
	Message   hexadecimal `json:"msg"`
	Signature hexadecimal `json:"sig"`
	JWS       serialized  `json:"jws"`
	Result    string      `json:"result"`
}

func (v vector) valid() bool { return v.Result == "valid" }

// signed reports whether a vector of a file of signatures is one with SHA-256. It may be in a file of another hash, as one that is wrong there. An
// exponent of 3, which the vectors call acceptable in some files and valid in others, is accepted.
func (v vector) signed(hash string) bool {
	small := v.Result == "acceptable" && slices.Contains(v.Flags, "SmallPublicKey")
	return hash == "SHA-256" && (v.valid() || small) || strings.HasPrefix(v.Comment, "The message is hashed with SHA-256 instead of")
}

// serialized is a signature as text. A few vectors have JSON in place of a text.
type serialized string

func (s *serialized) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		text = string(raw)
	}
	*s = serialized(text)
	return nil
}

type hexadecimal []byte

func (h *hexadecimal) UnmarshalText(text []byte) error {
	out, err := hex.DecodeString(string(text))
	*h = out
	return err
}

func read(t *testing.T, file string) []group {
	t.Helper()
	content, err := fs.ReadFile(wycheproof.TestVectors, file)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Groups []group `json:"testGroups"`
		Tests  int     `json:"numberOfTests"`
	}
	if err := json.Unmarshal(content, &read); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	for _, g := range read.Groups {
		read.Tests -= len(g.Vectors)
	}
	if read.Tests != 0 {
		t.Fatalf("%s: %d vectors were not read", file, read.Tests)
	}
	return read.Groups
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	list, err := fs.Glob(wycheproof.TestVectors, pattern)
	if err != nil || len(list) == 0 {
		t.Fatalf("%s: no vectors, %v", pattern, err)
	}
	return list
}

// signers are the private keys that come with vectors, by the modulus.
var signers = sync.OnceValues(func() (map[string]*rsa.PrivateKey, error) {
	out := map[string]*rsa.PrivateKey{}
	list, err := fs.Glob(wycheproof.TestVectors, "rsa_pkcs1_*_sig_gen_test.json")
	if err != nil {
		return nil, err
	}
	for _, file := range list {
		content, err := fs.ReadFile(wycheproof.TestVectors, file)
		if err != nil {
			return nil, err
		}
		var read struct {
			Groups []group `json:"testGroups"`
		}
		if err := json.Unmarshal(content, &read); err != nil {
			return nil, err
		}
		for _, g := range read.Groups {
			block, _ := pem.Decode([]byte(g.PrivateKey))
			if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil { // keys of 1024 bits are not parsed
				out[key.N.String()] = key
			}
		}
	}
	return out, nil
})

// jwk is a JSON Web Key with what is needed to sign with it, however weak it is.
type jwk struct {
	KeyType  string `json:"kty"`
	Modulus  number `json:"n"`
	Exponent number `json:"e"`
	Private  number `json:"d"`
	P        number `json:"p"`
	Q        number `json:"q"`
	DP       number `json:"dp"`
	DQ       number `json:"dq"`
	QI       number `json:"qi"`
}

type number struct{ value *big.Int }

func (n *number) UnmarshalText(text []byte) error {
	raw, err := base64.RawURLEncoding.DecodeString(string(text))
	n.value = new(big.Int).SetBytes(raw)
	return err
}

// rsaSigner returns the private key of the first RSA key of a group; false without one.
func (g group) rsaSigner(t *testing.T) (*rsa.PrivateKey, bool) {
	t.Helper()
	for _, raw := range keysOf(t, g.PrivateJWK) {
		var k jwk
		if err := json.Unmarshal(raw, &k); err != nil {
			t.Fatal(err)
		}
		if k.KeyType == "RSA" && k.P.value != nil && k.Exponent.value.IsInt64() {
			public := rsa.PublicKey{N: k.Modulus.value, E: int(k.Exponent.value.Int64())}
			key := &rsa.PrivateKey{PublicKey: public, D: k.Private.value, Primes: []*big.Int{k.P.value, k.Q.value}}
			key.Precomputed.Dp, key.Precomputed.Dq, key.Precomputed.Qinv = k.DP.value, k.DQ.value, k.QI.value
			return key, true
		}
	}
	return nil, false
}

// keysOf returns the keys of a set, or the one key.
func keysOf(t *testing.T, raw json.RawMessage) []json.RawMessage {
	t.Helper()
	if len(raw) == 0 {
		return nil
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(raw, &set); err != nil {
		t.Fatal(err)
	}
	if set.Keys == nil {
		return []json.RawMessage{raw}
	}
	return set.Keys
}

// published returns what a key server would publish for a group: its public keys, or secrets where it has no others.
func (g group) published(t *testing.T) []byte {
	t.Helper()
	keys := keysOf(t, g.PublicJWK)
	if len(keys) == 0 {
		keys = keysOf(t, g.PrivateJWK)
	}
	set, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	return set
}
