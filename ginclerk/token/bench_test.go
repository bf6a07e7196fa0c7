package token_test

import (
	"crypto/x509"
	"encoding/pem"
	"testing"
	"time"

	clerk "github.com/clerk/clerk-sdk-go/v2"
	clerkjwt "github.com/clerk/clerk-sdk-go/v2/jwt"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func benchmarkToken(b *testing.B) string {
	b.Helper()
	return signed(b, header(nil), payload(fields{
		"o":   fields{"id": "org_1", "slg": "acme", "rol": "admin", "per": "read,write,manage", "fpm": "3,6"},
		"fea": "o:invoices,o:members,u:export", "pla": "o:team", "email": "ada@example.com",
	}))
}

func BenchmarkRead(b *testing.B) {
	raw := benchmarkToken(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := token.Read(raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	raw, v := benchmarkToken(b), verifier(b, forParties)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := verify(b, v, raw); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkClerkSDKVerify verifies the same token with clerk-sdk-go, for comparison in the same run.
func BenchmarkClerkSDKVerify(b *testing.B) {
	raw := benchmarkToken(b)
	der, err := x509.MarshalPKIXPublicKey(&instanceKey().PublicKey)
	if err != nil {
		b.Fatal(err)
	}
	key, err := clerk.JSONWebKeyFromPEM(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
	if err != nil {
		b.Fatal(err)
	}
	params := &clerkjwt.VerifyParams{Token: raw, JWK: key, Clock: fixedClock{}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := clerkjwt.Verify(b.Context(), params); err != nil {
			b.Fatal(err)
		}
	}
}

type fixedClock struct{}

func (fixedClock) Now() time.Time { return noon }

func BenchmarkHas(b *testing.B) {
	claims, err := verify(b, verifier(b), benchmarkToken(b))
	if err != nil {
		b.Fatal(err)
	}
	check := token.Check{Role: new("org:admin"), Permission: new("org:members:manage"), Feature: new("invoices")}
	b.ReportAllocs()
	for b.Loop() {
		if !claims.Has(check) {
			b.Fatal("not granted")
		}
	}
}
