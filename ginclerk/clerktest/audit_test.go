package clerktest_test

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/clerk/clerk-sdk-go/v2/jwks"
	"github.com/clerk/clerk-sdk-go/v2/jwt"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func TestPagesHaveTenElementsByDefault(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	for i := range 12 {
		must(srv.AddUser(clerktest.User{Email: fmt.Sprintf("u%d@example.com", i)}))(t)
	}
	for query, want := range map[string]int{
		"": 10, "?offset=10": 7, "?limit=500": 17, "?offset=16": 1, "?offset=17": 0, "?offset=18": 0, "?limit=": 10,
	} {
		if got := len(backend(srv, http.MethodGet, "/v1/users"+query, "").do(t).want(t, http.StatusOK).ids(t)); got != want {
			t.Errorf("%q: %d users, want %d", query, got, want)
		}
	}
}

func TestSecretKeysWorkOnlyAtTheirOwnInstance(t *testing.T) {
	t.Parallel()
	one, two := clerktest.New(t), clerktest.New(t)
	for path, code := range map[string]string{"/v1/users": "authentication_invalid", "/v1/jwks": "clerk_key_invalid"} {
		c := backend(one, http.MethodGet, path, "")
		c.header = map[string]string{"Authorization": "Bearer " + two.SecretKey()}
		c.do(t).wantError(t, http.StatusUnauthorized, code)
	}
}

func TestLastActiveSessionOfAClientWithSeveral(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	b := srv.NewBrowser()
	wantLast := func(when string, want any) {
		t.Helper()
		client := backend(srv, http.MethodGet, "/v1/clients/"+b.ClientID(), "").do(t).want(t, http.StatusOK)
		if got := client.at(t, "last_active_session_id"); got != want {
			t.Errorf("%s: last active session %v, want %v", when, got, want)
		}
	}
	wantLast("before the sign-in", nil)
	ada, mia := signIn(t, b, "ada@example.com"), signIn(t, b, "mia@example.com")
	wantLast("after the second sign-in", mia.ID)
	signIn(t, b, "ada@example.com")
	wantLast("after the switch back", ada.ID)
	if err := srv.EndSession(mia.ID); err != nil {
		t.Fatal(err)
	}
	wantLast("after the other one ended", ada.ID)
	if err := srv.RevokeSession(ada.ID); err != nil {
		t.Fatal(err)
	}
	wantLast("after it was revoked", nil)
	dana := signIn(t, b, "dana@example.com")
	wantLast("after another sign-in", dana.ID)
	srv.Clock().Advance(7 * 24 * time.Hour)
	wantLast("after it expired", nil)
}

// During a rotation, unmodified clients accept the old token until its key is withdrawn.
func TestClerksGoSDKFollowsKeyRotation(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t)
	s := session(t, srv, "ada@example.com", clerktest.SessionOptions{})
	verify := func(token string) error {
		// Each row has its own client, because the SDK keeps keys.
		_, err := jwt.Verify(t.Context(), &jwt.VerifyParams{Token: token, JWKSClient: jwks.NewClient(sdkConfig(srv))})
		return err
	}
	oldID, oldToken := srv.KeyID(), must(srv.MintToken(s.ID, clerktest.TokenOptions{}))(t)
	must(srv.RotateKey())(t)
	for _, token := range []string{oldToken, must(srv.MintToken(s.ID, clerktest.TokenOptions{}))(t)} {
		if err := verify(token); err != nil {
			t.Errorf("while both keys are published: %v", err)
		}
	}
	if err := srv.WithdrawKey(oldID); err != nil {
		t.Fatal(err)
	}
	if err := verify(oldToken); err == nil {
		t.Error("a token of a withdrawn key was good")
	}
}

func TestTestingTokensGoWithRequests(t *testing.T) {
	t.Parallel()
	srv := clerktest.New(t, standing)
	res := backend(srv, http.MethodPost, "/v1/testing_tokens", "").do(t).want(t, http.StatusOK)
	again := backend(srv, http.MethodPost, "/v1/testing_tokens", "").do(t).want(t, http.StatusOK)
	if again.text(t, "token") == res.text(t, "token") {
		t.Error("the same token came twice")
	}
	p := open(t, srv)
	p.post(t, "/v1/client/sign_ins?__clerk_testing_token="+res.text(t, "token"), "identifier", "ada@example.com").want(t, http.StatusOK)
}

// A server starts sooner than one signing key is made: its key, and the hashes of its passwords, are there already. Both are measured in
// this run, so that a busy machine slows down both. The test is not parallel, so that other tests do not slow down one of them.
func TestNewStartsQuickly(t *testing.T) { //nolint:paralleltest // it measures
	const rounds, keys = 50, 5
	made := make([]time.Duration, keys)
	for i := range made {
		began := time.Now()
		if _, err := rsa.GenerateKey(rand.Reader, 2048); err != nil {
			t.Fatal(err)
		}
		made[i] = time.Since(began)
	}
	took := make([]time.Duration, rounds)
	var sum time.Duration
	for i := range took {
		began := time.Now()
		clerktest.New(t)
		took[i] = time.Since(began)
		sum += took[i]
	}
	slices.Sort(took)
	slices.Sort(made)
	fmt.Fprintf(os.Stdout, "start: clerktest.New takes %s (mean of %d, median %s, longest %s)\n",
		(sum / rounds).Round(time.Microsecond), rounds, took[rounds/2].Round(time.Microsecond), took[rounds-1].Round(time.Microsecond))
	if took[rounds/5] > made[keys/2] { // the quickest fifth shows the server's own time
		t.Errorf("it takes %s, want less than the %s of a signing key", took[rounds/5], made[keys/2])
	}
}
