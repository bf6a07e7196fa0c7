package token_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// oneKey is a KeySource without a network: it returns the JWT public key that Clerk's dashboard shows for every key id.
type oneKey struct{ key *rsa.PublicKey }

func (k oneKey) Key(context.Context, string) (*rsa.PublicKey, error) { return k.key, nil }

// A verifier without a network.
func ExampleNewVerifier() {
	key, err := jwt.ParseRSAPublicKeyFromPEM([]byte(examplePEM))
	if err != nil {
		fmt.Println(err)
		return
	}
	verifier, err := token.NewVerifier(token.Config{
		Keys:              oneKey{key},
		Issuers:           []string{"https://clerk.example.com"},
		AuthorizedParties: []string{"https://app.example.com"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	read, err := token.Read("not a token")
	if err != nil {
		fmt.Println("401:", token.ReasonOf(err))
		return
	}
	claims, err := verifier.Verify(context.Background(), read)
	switch {
	case errors.Is(err, token.ErrKeysUnavailable):
		fmt.Println("503: the keys could not be had")
	case err != nil:
		fmt.Println("401:", token.ReasonOf(err))
	default:
		fmt.Println("hello,", claims.UserID)
	}
	// Output: 401: token-invalid
}

func ExampleClaims_Has() {
	claims, err := token.ParseClaims([]byte(`{
		"v": 2, "sub": "user_1", "sid": "sess_1", "fea": "o:invoices",
		"o": {"id": "org_1", "rol": "admin", "per": "read,write", "fpm": "1"}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(claims.Has(token.Check{Role: new("org:admin")}))
	fmt.Println(claims.Has(token.Check{Permission: new("org:invoices:write")}))
	fmt.Println(claims.Has(token.Check{Role: new("admin"), Permission: new("invoices:read")}))
	// Output:
	// true
	// false
	// true
}

func ExampleRead() {
	_, err := token.Read("not a token")
	fmt.Println(token.ReasonOf(err))
	// Output: token-invalid
}

const examplePEM = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAg8yunIwaVMnhnwZQgmxd
zESwQX1QG/EHrodAIAJeFxp3G4XEpu0jYenW9+P/+56I7lixYsu6qZyT43r3JjX0
dxTtBc6u3R8AS22u/vL2eb//VnIJvOAS5cCuWwa8LOu8evqJWa+jDhmGxrEvbGl6
mkD13PTrLwFIXBI0OGUvgwzBDOq9opTQ75HeBOEEtRBBaPJ2MgH47GFQUAl9ogL/
BSjijYQxvxUAlBpTI0hMihAsepGHpqaXhUmfTni47JmqC3G/12uGNFZMJSZINOnh
fsz4AuPS0jqWeK6n/S0QA+d2nITwpAql5cWs5YF7WCQo61LbXrgN9OHd0TZzXShU
pQIDAQAB
-----END PUBLIC KEY-----`
