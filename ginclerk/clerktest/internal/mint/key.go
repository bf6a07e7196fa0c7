package mint

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"math/big"

	"github.com/golang-jwt/jwt/v5"
)

// Category is a class of tokens, in the header's cat.
type Category string

// The categories of this package's tokens (@clerk/backend, file tokens).
const (
	CategorySession  Category = "cl_B7d4PD111AAA"
	CategoryTemplate Category = "cl_B7d4PD222AAA"
)

// ErrNotOurs is wrapped by errors of [Key.Open]: another key signed the token.
var ErrNotOurs = errors.New("token was not signed by this instance")

// Key signs tokens. It doesn't change and is safe for concurrent use.
type Key struct {
	id      string
	private *rsa.PrivateKey
}

// NewKey returns a signing key with the given key id.
func NewKey(id string, private *rsa.PrivateKey) *Key { return &Key{id: id, private: private} }

// ID returns the key id (kid).
func (k *Key) ID() string { return k.id }

// Private returns the private key in PKCS #8.
func (k *Key) Private() ([]byte, error) { return x509.MarshalPKCS8PrivateKey(k.private) }

// Is reports whether it is this private key.
func (k *Key) Is(private *rsa.PrivateKey) bool { return k.private.Equal(private) }

// Sign returns a token of the category with the claims. With anonymous, the header has no key id.
func (k *Key) Sign(category Category, claims map[string]any, anonymous bool) (string, error) {
	header := map[string]any{"cat": string(category), "kid": k.id}
	if anonymous {
		delete(header, "kid")
	}
	return k.sign(header, claims)
}

// sign returns a token with header fields beside alg and typ.
func (k *Key) sign(header, claims map[string]any) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(claims))
	maps.Copy(token.Header, header)
	signed, err := token.SignedString(k.private)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed, nil
}

// Open checks only the signature, and returns the claims. Errors wrap [ErrNotOurs].
func (k *Key) Open(raw string) (map[string]any, error) {
	claims := jwt.MapClaims{}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithoutClaimsValidation())
	_, err := parser.ParseWithClaims(raw, claims, func(*jwt.Token) (any, error) { return &k.private.PublicKey, nil })
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotOurs, err)
	}
	return claims, nil
}

// PEM returns the public key as PEM (SPKI), the form of CLERK_JWT_KEY.
func (k *Key) PEM() (string, error) {
	der, err := x509.MarshalPKIXPublicKey(&k.private.PublicKey)
	if err != nil {
		return "", fmt.Errorf("encode public key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}

// JWKS is a set of public keys (RFC 7517).
type JWKS struct {
	Keys []JWK `json:"keys"`
}

// JWK is one public key of a [JWKS].
type JWK struct {
	Use string `json:"use"`
	Kty string `json:"kty"`
	Kid string `json:"kid"`
	Alg string `json:"alg"`
	N   string `json:"n"`
	E   string `json:"e"`
}

// JWKS returns the set that holds this key.
func (k *Key) JWKS() JWKS {
	return JWKS{Keys: []JWK{{
		Use: "sig", Kty: "RSA", Kid: k.id, Alg: "RS256",
		N: base64.RawURLEncoding.EncodeToString(k.private.N.Bytes()),
		E: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.private.E)).Bytes()),
	}}}
}
