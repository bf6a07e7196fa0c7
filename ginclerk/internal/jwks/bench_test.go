package jwks_test

import (
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
)

func BenchmarkKnownKey(b *testing.B) {
	r := jwks.NewRemote(jwks.RemoteConfig{Fetcher: serving(jwkOf("ins_1", firstKey())), Now: time.Now})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := r.Key(b.Context(), "ins_1"); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkMadeUpKeyID(b *testing.B) {
	r := jwks.NewRemote(jwks.RemoteConfig{Fetcher: serving(jwkOf("ins_1", firstKey())), Now: time.Now})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Key(b.Context(), "ins_made_up"); err == nil {
			b.Fatal("a made-up key was found")
		}
	}
}
