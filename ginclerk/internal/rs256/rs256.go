// Package rs256 verifies the signatures of Clerk's tokens: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, section 3.3), and no others. It is the one
// place that does. The module ginclerk/clerktest/wycheproof holds it against the vectors of Wycheproof.
package rs256

import (
	"crypto/rsa"

	"github.com/golang-jwt/jwt/v5"
)

// Name is the algorithm as the header of a token names it.
const Name = "RS256"

// Verify returns an error unless the key has signed the text. The error matches one of golang-jwt or crypto/rsa.
func Verify(key *rsa.PublicKey, covered string, signature []byte) error {
	return jwt.SigningMethodRS256.Verify(covered, signature, key)
}
