package jwks

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v3"
)

const (
	maxBody    = 1 << 20
	minKeyBits = 2048
	maxKeyBits = 8192 // verification with a larger key is too slow
	// maxExponent is the length of 32 bits in base64. go-jose cuts longer exponents off and reports no error.
	maxExponent = 6
)

var (
	errNotAKeySet = errors.New("answer is not a JSON key set")
	errNoKeys     = errors.New("answer has no usable RSA key")
)

// keySet is an answer of the key server. It never changes once it is shared.
type keySet struct {
	keys map[string]*rsa.PublicKey
	// asked is when the fetch began. Changes after that may not be in the set.
	asked time.Time
}

func (s *keySet) key(kid string) (*rsa.PublicKey, bool) {
	if s == nil {
		return nil, false
	}
	key, found := s.keys[kid]
	return key, found
}

// keepPointers takes the keys that are the same as in the set before from there: what was verified with a key counts as verified only
// with the same pointer. It must be called before the set is shared.
func (s *keySet) keepPointers(before *keySet) {
	for kid, key := range s.keys {
		if known, found := before.key(kid); found && known.Equal(key) {
			s.keys[kid] = known
		}
	}
}

// within reports whether the set is younger than the age. It is false when the clock has gone back.
func (s *keySet) within(age time.Duration, now time.Time) bool {
	if s == nil {
		return false
	}
	elapsed := now.Sub(s.asked)
	return elapsed >= 0 && elapsed < age
}

// parseKeySet reads a JSON Web Key Set (RFC 7517 section 5). It skips and counts keys that can't be used, and returns an error
// when no key is left.
func parseKeySet(body []byte) (keys map[string]*rsa.PublicKey, skipped int, err error) {
	if len(body) > maxBody {
		return nil, 0, fmt.Errorf("%w: longer than %d bytes", errNotAKeySet, maxBody)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, 0, errNotAKeySet
	}
	keys = make(map[string]*rsa.PublicKey, len(set.Keys))
	for _, raw := range set.Keys {
		kid, key, err := parseKey(raw)
		if err != nil {
			skipped++
			continue
		}
		keys[kid] = key
	}
	if len(keys) == 0 {
		return nil, skipped, errNoKeys
	}
	return keys, skipped, nil
}

// publicMembers are the members of a JSON Web Key that matter here (RFC 7517 section 4, RFC 7518 section 6.3.1).
type publicMembers struct {
	KeyType    string   `json:"kty"`
	KeyID      string   `json:"kid"`
	Use        string   `json:"use,omitempty"`
	Operations []string `json:"key_ops,omitempty"` // nil: of every kind
	Algorithm  string   `json:"alg,omitempty"`
	Modulus    string   `json:"n"`
	Exponent   string   `json:"e"`
}

// parseKey reads an RSA signing key. It uses only the members of the public key, not certificates and private parts.
func parseKey(raw json.RawMessage) (string, *rsa.PublicKey, error) {
	var m publicMembers
	if err := json.Unmarshal(raw, &m); err != nil {
		return "", nil, fmt.Errorf("key: %w", err)
	}
	if m.KeyType != "RSA" || m.KeyID == "" || len(m.KeyID) > maxKeyID {
		return "", nil, errors.New("key: not an RSA key with an id")
	}
	if m.Use != "" && m.Use != "sig" || m.Algorithm != "" && m.Algorithm != string(jose.RS256) {
		return "", nil, errors.New("key: not for RS256 signatures")
	}
	if m.Operations != nil && !slices.Contains(m.Operations, "verify") {
		return "", nil, errors.New("key: not for verification")
	}
	key, err := m.rsaKey()
	if err != nil {
		return "", nil, fmt.Errorf("key: %w", err)
	}
	return m.KeyID, key, checkKey(key)
}

// rsaKey lets go-jose read the modulus and the exponent. go-jose sees no other members of the key, because it would refuse a key
// for a certificate that it can't read, and would work out a private key.
func (m publicMembers) rsaKey() (*rsa.PublicKey, error) {
	if len(strings.TrimRight(m.Exponent, "=")) > maxExponent {
		return nil, errors.New("RSA key with too long an exponent")
	}
	public, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	var jwk jose.JSONWebKey
	if err := jwk.UnmarshalJSON(public); err != nil {
		return nil, err
	}
	key, ok := jwk.Key.(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("not RSA")
	}
	return key, nil
}

// checkKey refuses keys that are unsafe or too slow.
func checkKey(key *rsa.PublicKey) error {
	bits := key.N.BitLen()
	switch {
	case bits < minKeyBits || bits > maxKeyBits:
		return fmt.Errorf("RSA key of %d bits; from %d to %d are accepted", bits, minKeyBits, maxKeyBits)
	case key.N.Bit(0) == 0:
		return errors.New("RSA key with an even modulus")
	case key.E < 3 || key.E > math.MaxInt32 || key.E%2 == 0: // crypto/rsa takes no larger exponent
		return fmt.Errorf("RSA key with exponent %d", key.E)
	default:
		return nil
	}
}
