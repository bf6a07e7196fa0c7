package clients_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// bearer authenticates a request with a token in its header.
func (n *node) bearer(t *testing.T, token string) state {
	t.Helper()
	headers := map[string]string{"authorization": "Bearer " + token}
	request := map[string]any{"url": appOrigin + "/api", "method": http.MethodGet, "headers": headers}
	return call[state](t, n, "authenticateRequest", request, map[string]any{})
}

func TestNodeFollowsKeyRotation(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv := clerktest.New(t)
	running := startNode(t, packages, srv)
	s := signIn(t, srv.NewBrowser(), "ada@example.com")
	oldKey, oldToken := srv.KeyID(), minted(t, srv, s, clerktest.TokenOptions{})
	running.bearer(t, oldToken).wantSignedIn(t, s)

	if _, err := srv.RotateKey(); err != nil {
		t.Fatal(err)
	}
	newToken := minted(t, srv, s, clerktest.TokenOptions{})
	for _, token := range []string{newToken, oldToken, newToken} {
		running.bearer(t, token).wantSignedIn(t, s)
	}
	if fetched := srv.Calls()["GET /v1/jwks"]; fetched != 2 {
		t.Errorf("the keys were fetched %d times, want once more for the new key", fetched)
	}
	if err := srv.WithdrawKey(oldKey); err != nil {
		t.Fatal(err)
	}
	fresh := startNode(t, packages, srv)
	fresh.bearer(t, newToken).wantSignedIn(t, s)
	if got := fresh.bearer(t, oldToken); got.Status != "signed-out" || !strings.HasPrefix(got.Reason, "jwk-kid-mismatch") {
		t.Errorf("a token of the key that was withdrawn: %s, %s", got.Status, got.Reason)
	}
}

func TestNodeNeedsTheSecretKey(t *testing.T) {
	packages := installed(t)
	t.Parallel()
	srv, other := clerktest.New(t), clerktest.New(t)
	token := minted(t, srv, signIn(t, srv.NewBrowser(), "ada@example.com"), clerktest.TokenOptions{})
	n := startNode(t, packages, srv, map[string]any{"secretKey": other.SecretKey()})
	if got := n.bearer(t, token); got.Status != "signed-out" || got.Reason != "secret-key-invalid" {
		t.Errorf("with another secret key: %s, %s", got.Status, got.Reason)
	}
	n.wantThrown(t, 401, "authentication_invalid", "users.getCount")

	local := startNode(t, packages, srv, map[string]any{"secretKey": other.SecretKey(), "jwtKey": srv.JWTKey()})
	before := srv.Calls()["GET /v1/jwks"]
	if got := local.bearer(t, token); got.Status != "signed-in" || srv.Calls()["GET /v1/jwks"] != before {
		t.Errorf("with the key at hand: %s, %s, and %d fetches", got.Status, got.Reason, srv.Calls()["GET /v1/jwks"]-before)
	}
}
