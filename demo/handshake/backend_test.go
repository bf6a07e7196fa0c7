package main

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// The suite's two keys: one that signs, and one that an instance publishes in its place.
var (
	rightKey = sync.OnceValue(newKey)
	wrongKey = sync.OnceValue(newKey)
)

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

func newID() string { return rand.Text() }

// backend is a Backend API that has the signing keys of some instances, by their secret keys, and handshakes by nonce.
type backend struct {
	url string

	mu      sync.Mutex
	keySets map[string]keySet
	nonces  map[string][]string // cookies
}

type keySet struct {
	Keys []jwk `json:"keys"`
}

type jwk struct {
	Type      string `json:"kty"`
	ID        string `json:"kid"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	Modulus   string `json:"n"`
	Exponent  string `json:"e"`
}

func newBackend(t *testing.T) *backend {
	t.Helper()
	b := &backend{keySets: map[string]keySet{}, nonces: map[string][]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/jwks", b.jwks)
	mux.HandleFunc("GET /v1/clients/handshake_payload", b.handshakePayload)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

// publish makes an instance, or replaces its key.
func (b *backend) publish(secretKey, keyID string, key *rsa.PrivateKey) {
	encode := base64.RawURLEncoding.EncodeToString
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keySets[secretKey] = keySet{Keys: []jwk{{
		Type: "RSA", ID: keyID, Use: "sig", Algorithm: "RS256",
		Modulus: encode(key.N.Bytes()), Exponent: encode(big.NewInt(int64(key.E)).Bytes()),
	}}}
}

func (b *backend) jwks(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	set, known := b.keySets[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	b.mu.Unlock()
	if !known {
		answer(w, http.StatusUnauthorized, `{"errors":[{"code":"clerk_key_invalid","message":"The provided Clerk Secret Key is invalid."}]}`)
		return
	}
	answerJSON(w, set)
}

func (b *backend) handshakePayload(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	cookies, known := b.nonces[r.URL.Query().Get("nonce")]
	b.mu.Unlock()
	if !known {
		answer(w, http.StatusNotFound, `{"errors":[{"code":"resource_not_found","message":"not found"}]}`)
		return
	}
	answerJSON(w, map[string]any{"directives": cookies})
}

func answerJSON(w http.ResponseWriter, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		answer(w, http.StatusInternalServerError, err.Error())
		return
	}
	answer(w, http.StatusOK, string(text))
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // a client that has left fails its own test
}
