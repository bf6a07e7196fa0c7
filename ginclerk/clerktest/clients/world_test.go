package clients_test

import (
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

func seeded(t *testing.T, srv *clerktest.Server, email string) clerktest.SeededUser {
	t.Helper()
	user, err := srv.UserByEmail(email)
	if err != nil {
		t.Fatal(err)
	}
	return user
}

func signIn(t *testing.T, b *clerktest.Browser, email string) clerktest.Session {
	t.Helper()
	s, err := b.SignIn(email)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// claimsOf reads a token. The clients check its signature.
func claimsOf(t *testing.T, token string) jwt.MapClaims {
	t.Helper()
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil {
		t.Fatalf("token: %v", err)
	}
	return claims
}

// lifetime returns a token's lifetime in seconds, or 0 if it has none.
func lifetime(claims jwt.MapClaims) float64 {
	exp, _ := claims["exp"].(float64)
	iat, _ := claims["iat"].(float64)
	return exp - iat
}
