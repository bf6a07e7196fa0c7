package bench_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"

	"github.com/ginclerk/ginclerk/bench/peers"
)

// verificationKey is the instance's public key.
func (w *world) verificationKey(tb testing.TB) *rsa.PublicKey {
	tb.Helper()
	block, _ := pem.Decode([]byte(w.server.JWTKey()))
	if block == nil {
		tb.Fatal("the key is no PEM")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		tb.Fatal(err)
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok {
		tb.Fatalf("the key is a %T", parsed)
	}
	return key
}

// sessionClaims are the claims of a session token that a program with golang-jwt would read.
type sessionClaims struct {
	jwt.RegisteredClaims
	AuthorizedParty string `json:"azp"`
	SessionID       string `json:"sid"`
	FactorAges      []int  `json:"fva"`
	Organization    struct {
		ID          string `json:"id"`
		Slug        string `json:"slg"`
		Role        string `json:"rol"`
		Permissions string `json:"per"`
	} `json:"o"`
	Features string `json:"fea"`
}

func BenchmarkBaseline(b *testing.B) {
	w := production.started(b)
	tokens := w.minted(b).tokens
	key := w.verificationKey(b)
	b.Run("crypto/rsa", func(b *testing.B) { rawRSA(b, key, tokens) })
	b.Run("golang-jwt", func(b *testing.B) { golangJWT(b, key, tokens) })
	request := program(w.bearer(b))
	b.Run("Gin", func(b *testing.B) { measure(b, engine(b, nil), request, http.StatusNoContent) })
	b.Run("gin-jwt", func(b *testing.B) {
		middleware, err := peers.GinJWT(key)
		if err != nil {
			b.Fatal(err)
		}
		measure(b, engine(b, []gin.HandlerFunc{middleware}), request, http.StatusNoContent)
	})
	b.Run("clerk-sdk-go", func(b *testing.B) {
		middleware := peers.ClerkSDK(w.server.SecretKey(), w.server.BackendURL(), origin)
		measure(b, engine(b, []gin.HandlerFunc{middleware}), request, http.StatusNoContent)
	})
}

// rawRSA verifies signatures and does nothing else: SHA-256 and RSA over the bytes of a token. No program that checks Clerk's signatures
// can cost less.
func rawRSA(b *testing.B, key *rsa.PublicKey, tokens []string) {
	b.Helper()
	type part struct{ signed, signature []byte }
	parts := make([]part, 0, len(tokens))
	for _, token := range tokens {
		dot := strings.LastIndexByte(token, '.')
		signature, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
		if err != nil {
			b.Fatal(err)
		}
		parts = append(parts, part{[]byte(token[:dot]), signature})
	}
	b.ReportAllocs()
	next := 0
	for b.Loop() {
		digest := sha256.Sum256(parts[next].signed)
		if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], parts[next].signature); err != nil {
			b.Fatal(err)
		}
		next = (next + 1) % len(parts)
	}
}

func golangJWT(b *testing.B, key *rsa.PublicKey, tokens []string) {
	b.Helper()
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired())
	keyOf := func(*jwt.Token) (any, error) { return key, nil }
	b.ReportAllocs()
	next := 0
	for b.Loop() {
		claims := &sessionClaims{}
		if _, err := parser.ParseWithClaims(tokens[next], claims, keyOf); err != nil || claims.AuthorizedParty != origin {
			b.Fatal(err, claims.AuthorizedParty)
		}
		next = (next + 1) % len(tokens)
	}
}
