package bench_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// parallelTokens is how many tokens the workers of BenchmarkCores share.
const parallelTokens = 64

// BenchmarkCores works on all cores at once (-test.cpu 1,2). The row of crypto/rsa shares nothing and allocates little: it says what a
// second core is worth on the machine. The others have tokens that were seen before: the memory of tokens alone, and whole requests.
func BenchmarkCores(b *testing.B) {
	w := production.started(b)
	tokens := w.minted(b).tokens[:parallelTokens]
	key := w.verificationKey(b)
	b.Run("crypto/rsa", func(b *testing.B) { rsaOnCores(b, key, tokens[0]) })
	b.Run("memory_of_tokens", func(b *testing.B) { memoryOnCores(b, key, tokens) })
	b.Run("requests", func(b *testing.B) { requestsOnCores(b, w, tokens) })
}

// onCores runs work in parallel. Each worker has a number of its own; do reports whether all went well.
func onCores(b *testing.B, worker func(number int) (do func() bool)) {
	b.Helper()
	var workers atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		do := worker(int(workers.Add(1)))
		for pb.Next() {
			if !do() {
				b.Error("a wrong answer")
				return
			}
		}
	})
}

func rsaOnCores(b *testing.B, key *rsa.PublicKey, raw string) {
	b.Helper()
	dot := strings.LastIndexByte(raw, '.')
	signature, err := base64.RawURLEncoding.DecodeString(raw[dot+1:])
	if err != nil {
		b.Fatal(err)
	}
	onCores(b, func(int) func() bool {
		signed := []byte(raw[:dot])
		return func() bool {
			digest := sha256.Sum256(signed)
			return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
		}
	})
}

// oneKey is a source of one key, whatever its id.
type oneKey struct{ key *rsa.PublicKey }

func (k oneKey) Key(context.Context, string) (*rsa.PublicKey, error) { return k.key, nil }

func memoryOnCores(b *testing.B, key *rsa.PublicKey, tokens []string) {
	b.Helper()
	verifier, err := token.NewVerifier(token.Config{
		Keys: oneKey{key}, AuthorizedParties: []string{origin}, UnsafeSkipIssuer: true,
	})
	if err != nil {
		b.Fatal(err)
	}
	verify := func(raw string) bool {
		read, err := verifier.Read(raw)
		if err != nil {
			return false
		}
		_, err = verifier.Verify(b.Context(), read)
		return err == nil
	}
	for _, raw := range tokens {
		if !verify(raw) {
			b.Fatal("a good token was refused")
		}
	}
	onCores(b, func(number int) func() bool {
		raw := tokens[number%len(tokens)]
		return func() bool { return verify(raw) }
	})
}

func requestsOnCores(b *testing.B, w *world, tokens []string) {
	b.Helper()
	clerk := w.clerk(b)
	defer closeClerk(b, clerk)
	handler := engine(b, protected(clerk))
	for _, raw := range tokens {
		if got := newSink().ask(handler, program(raw)); got != http.StatusNoContent {
			b.Fatalf("status %d", got)
		}
	}
	onCores(b, func(number int) func() bool {
		request, out := program(tokens[number%len(tokens)]), newSink()
		return func() bool { return out.ask(handler, request) == http.StatusNoContent }
	})
}
