package jwks_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/jwks"
)

// Making an RSA key is slow, so all tests share two.
var (
	firstKey  = sync.OnceValue(makeKey)
	secondKey = sync.OnceValue(makeKey)
)

func makeKey() *rsa.PublicKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return &key.PublicKey
}

type jwk map[string]any

func jwkOf(kid string, key *rsa.PublicKey) jwk {
	return jwk{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid,
		"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
	}
}

func setOf(keys ...jwk) []byte {
	body, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		panic(err)
	}
	return body
}

// keyServer is a Fetcher with a configured answer.
type keyServer struct {
	mu      sync.Mutex
	body    []byte
	err     error
	delay   time.Duration // until it answers
	fetches int
	at      []time.Time
}

func serving(keys ...jwk) *keyServer { return &keyServer{body: setOf(keys...)} }

func (s *keyServer) JWKS(ctx context.Context) ([]byte, error) {
	s.mu.Lock()
	s.fetches++
	s.at = append(s.at, time.Now())
	body, err, delay := s.body, s.err, s.delay
	s.mu.Unlock()
	select {
	case <-time.After(delay):
		return body, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *keyServer) answer(keys ...jwk) {
	s.set(func() { s.body, s.err, s.delay = setOf(keys...), nil, 0 })
}

func (s *keyServer) fail(err error) { s.set(func() { s.err = err }) }

func (s *keyServer) hang() { s.set(func() { s.delay = time.Hour }) }

func (s *keyServer) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *keyServer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fetches
}

// letPass moves the clock of a synctest bubble. It takes no real time.
func letPass(d time.Duration) { <-time.After(d) }

var errDown = errors.New("connection refused")

// remote makes a Remote on the clock of a synctest bubble.
func remote(t *testing.T, server *keyServer, changes ...func(*jwks.RemoteConfig)) *jwks.Remote {
	t.Helper()
	config := jwks.RemoteConfig{Fetcher: server, Now: time.Now}
	for _, change := range changes {
		change(&config)
	}
	r := jwks.NewRemote(config)
	t.Cleanup(func() {
		if err := r.Close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return r
}
