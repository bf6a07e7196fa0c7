package clerktest_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// published returns the key ids of both key sets, which must be equal.
func published(t *testing.T, srv *clerktest.Server) []string {
	t.Helper()
	ids := make([][]string, 2)
	for i, c := range []call{
		backend(srv, http.MethodGet, "/v1/jwks", ""),
		{method: http.MethodGet, url: srv.FrontendURL() + "/.well-known/jwks.json"},
	} {
		res := c.do(t).want(t, http.StatusOK)
		keys, _ := res.at(t, "keys").([]any)
		for n := range keys {
			ids[i] = append(ids[i], res.text(t, "keys", n, "kid"))
		}
	}
	if diff := cmp.Diff(ids[0], ids[1]); diff != "" {
		t.Errorf("Backend API and Frontend API publish different keys: %s", diff)
	}
	return ids[0]
}

func TestRotateKey(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		srv  *clerktest.Server
	}{
		{"keys of the pool", clerktest.New(t)},
		{"fresh keys", start(t, clerktest.Config{})},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := row.srv
			s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
			oldID, oldPEM := srv.KeyID(), srv.JWTKey()
			newID := must(srv.RotateKey())(t)
			if srv.JWTKey() == oldPEM || srv.KeyID() != newID || newID == oldID {
				t.Error("the key is still the old one")
			}
			if diff := cmp.Diff([]string{oldID, newID}, published(t, srv)); diff != "" {
				t.Error(diff)
			}
			header, _ := verified(t, srv, must(srv.MintToken(s.ID, clerktest.TokenOptions{}))(t)) // verified with the new PEM
			if header["kid"] != newID {
				t.Errorf("signed by %v, want %s", header["kid"], newID)
			}
			if err := srv.WithdrawKey(oldID); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{newID}, published(t, srv)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWithdrawKey(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	first := srv.KeyID()
	if err := srv.WithdrawKey(first); err == nil {
		t.Error("the only key could be withdrawn")
	}
	if err := srv.WithdrawKey("ins_unknown"); !errors.Is(err, clerktest.ErrNotFound) {
		t.Errorf("error %v, want ErrNotFound", err)
	}
	second := must(srv.RotateKey())(t)
	if err := srv.WithdrawKey(second); err != nil {
		t.Fatal(err)
	}
	if got := srv.KeyID(); got != first {
		t.Errorf("key %s signs, want %s again", got, first)
	}
}

// A pool of eight keys must not limit a test to eight rotations.
func TestManyRotations(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	seen := map[string]bool{srv.JWTKey(): true}
	for range 9 {
		must(srv.RotateKey())(t)
		if seen[srv.JWTKey()] {
			t.Error("a key came twice")
		}
		seen[srv.JWTKey()] = true
	}
}

func TestExpiredTokensOfOlderKeysRefresh(t *testing.T) {
	t.Parallel()
	r := newRefreshable(t)
	oldID := r.srv.KeyID()
	must(r.srv.RotateKey())(t)
	r.refresh(t, r.session.ID, nil).want(t, http.StatusOK)
	if err := r.srv.WithdrawKey(oldID); err != nil {
		t.Fatal(err)
	}
	if got := r.refresh(t, r.session.ID, nil).status; got == http.StatusOK {
		t.Error("a token of a withdrawn key was refreshed")
	}
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return value
	}
}
