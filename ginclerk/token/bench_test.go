package token_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	clerk "github.com/clerk/clerk-sdk-go/v2"
	clerkjwt "github.com/clerk/clerk-sdk-go/v2/jwt"
	"github.com/golang-jwt/jwt/v5"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

func benchmarkToken(tb testing.TB) string {
	tb.Helper()
	return signed(tb, header(nil), payload(fields{
		"o":   fields{"id": "org_1", "slg": "acme", "rol": "admin", "per": "read,write,manage", "fpm": "3,6"},
		"fea": "o:invoices,o:members,u:export", "pla": "o:team", "email": "ada@example.com",
	}))
}

// withoutMemory remembers no token.
func withoutMemory(c *token.Config) { c.Memory = token.NewMemory(-1) }

// ownMemory shares no memory with other tests.
func ownMemory(c *token.Config) { c.Memory = nil }

func BenchmarkRead(b *testing.B) {
	raw := benchmarkToken(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := token.Read(raw); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRSA is the arithmetic alone, with which the others are compared.
func BenchmarkRSA(b *testing.B) {
	raw := benchmarkToken(b)
	cut := strings.LastIndexByte(raw, '.')
	signature, err := base64.RawURLEncoding.DecodeString(raw[cut+1:])
	if err != nil {
		b.Fatal(err)
	}
	key, covered := &instanceKey().PublicKey, []byte(raw[:cut])
	b.ReportAllocs()
	for b.Loop() {
		digest := sha256.Sum256(covered)
		if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGolangJWT verifies and decodes the same token with golang-jwt's parser.
func BenchmarkGolangJWT(b *testing.B) {
	raw, key := benchmarkToken(b), &instanceKey().PublicKey
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithTimeFunc(func() time.Time { return noon }))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parser.Parse(raw, func(*jwt.Token) (any, error) { return key, nil }); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify has the first sight of a token, a token that was seen before, and one that is refused.
func BenchmarkVerify(b *testing.B) {
	raw := benchmarkToken(b)
	for name, row := range map[string]struct {
		raw  string
		v    *token.Verifier
		want token.Reason
	}{
		"first sight":     {raw, verifier(b, forParties, withoutMemory), ""},
		"seen before":     {raw, verifier(b, forParties, ownMemory), ""},
		"another's key":   {signedBy(b, foreignKey(), header(nil), payload(nil)), verifier(b, forParties, ownMemory), token.ReasonInvalidSignature},
		"expired, unseen": {signed(b, header(nil), payload(fields{"exp": noon.Unix() - 60})), verifier(b, forParties, ownMemory), token.ReasonExpired},
		"garbage":         {"garbage", verifier(b, forParties, ownMemory), token.ReasonInvalid},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := once(b, row.v, row.raw); token.ReasonOf(err) != row.want {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSeenBefore has many tokens and all cores: run it with -cpu 1,2,4.
func BenchmarkSeenBefore(b *testing.B) {
	for _, live := range []int{1, 1000} {
		b.Run(fmt.Sprint(live), func(b *testing.B) {
			v := verifier(b, forParties, ownMemory)
			raws := make([]string, live)
			for i := range raws {
				raws[i] = signed(b, header(nil), payload(fields{"sub": fmt.Sprintf("user_%d", i)}))
			}
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					if _, err := once(b, v, raws[i%live]); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

// BenchmarkBytesPerToken is what a memory holds for each token.
func BenchmarkBytesPerToken(b *testing.B) {
	const tokens = 1024
	for name, changes := range map[string]fields{
		"usual": nil,
		"with an organization": {
			"o":   fields{"id": "org_1", "slg": "acme", "rol": "admin", "per": "read,write,manage", "fpm": "3,6"},
			"fea": "o:invoices,o:members,u:export", "pla": "o:team", "email": "ada@example.com",
		},
		"as large as a cookie": {"metadata": strings.Repeat("x", 2400)},
	} {
		b.Run(name, func(b *testing.B) {
			raws := make([]string, tokens)
			for i := range raws {
				raws[i] = signed(b, header(nil), payload(merged(fields{"sub": fmt.Sprintf("user_%d", i)}, changes)))
			}
			var held float64
			for b.Loop() {
				v := verifier(b, func(c *token.Config) { c.Memory = token.NewMemory(4 * tokens) })
				before := heap()
				for _, raw := range raws {
					if _, err := once(b, v, raw); err != nil {
						b.Fatal(err)
					}
				}
				held = heap() - before
				runtime.KeepAlive(v)
			}
			b.ReportMetric(held/tokens, "held-B/token")
			b.ReportMetric(float64(len(raws[0])), "sent-B/token")
		})
	}
}

func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
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
	claims, err := once(b, verifier(b), benchmarkToken(b))
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
