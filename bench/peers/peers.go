// Package peers has the libraries that ginclerk is compared with, each as middleware for Gin, used as its documentation says.
package peers

import (
	"crypto/rsa"
	"net/http"

	ginjwt "github.com/appleboy/gin-jwt/v2"
	"github.com/clerk/clerk-sdk-go/v2"
	clerkhttp "github.com/clerk/clerk-sdk-go/v2/http"
	"github.com/clerk/clerk-sdk-go/v2/jwks"
	"github.com/gin-gonic/gin"
	jwtv4 "github.com/golang-jwt/jwt/v4"
)

// ClerkSDK returns clerk-sdk-go's middleware for the Authorization header as middleware for Gin. It fetches the signing keys from
// the Backend API once and keeps them for an hour. It accepts tokens of one party. A request without a good token gets 401.
func ClerkSDK(secretKey, backendURL, party string) gin.HandlerFunc {
	config := &clerk.ClientConfig{BackendConfig: clerk.BackendConfig{Key: clerk.String(secretKey), URL: clerk.String(backendURL + "/v1")}}
	middleware := clerkhttp.WithHeaderAuthorization(
		clerkhttp.JWKSClient(jwks.NewClient(config)),
		clerkhttp.AuthorizedPartyMatches(party),
	)
	return func(c *gin.Context) {
		signedIn := false
		next := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if _, signedIn = clerk.SessionClaimsFromContext(r.Context()); signedIn {
				c.Request = r
				c.Next()
			}
		})
		middleware(next).ServeHTTP(c.Writer, c.Request)
		if !signedIn {
			c.AbortWithStatus(http.StatusUnauthorized)
		}
	}
}

// GinJWT returns gin-jwt's middleware, which verifies RS256 tokens with one key. It does not check issuer and party: it has no
// options for them.
func GinJWT(key *rsa.PublicKey) (gin.HandlerFunc, error) {
	middleware, err := ginjwt.New(&ginjwt.GinJWTMiddleware{
		Realm:            "bench",
		SigningAlgorithm: "RS256",
		IdentityKey:      "sub",
		KeyFunc:          func(*jwtv4.Token) (any, error) { return key, nil },
		ParseOptions:     []jwtv4.ParserOption{jwtv4.WithValidMethods([]string{"RS256"})},
	})
	if err != nil {
		return nil, err
	}
	return middleware.MiddlewareFunc(), nil
}
