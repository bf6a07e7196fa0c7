package mint

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// CategoryMachine is the category of M2M tokens that are JWTs (@clerk/backend, file tokens/jwtCategories.ts).
const CategoryMachine Category = "cl_B7d4PD333AAA"

// typeAccessToken is the type of OAuth access tokens that are JWTs (RFC 9068, section 2.1).
const typeAccessToken = "at+jwt"

// Reserved reports whether Clerk puts the claim into every M2M token. The token's maker sets the other claims (@clerk/backend,
// file api/resources/M2MToken.ts).
func Reserved(claim string) bool {
	return slices.Contains([]string{"iss", "sub", "exp", "nbf", "iat", "jti", "aud", "scopes"}, claim)
}

// M2M returns an M2M token as JWT. It names the machines that it is meant for twice: as aud, and in the claim scopes, separated by
// spaces. Claims of the credential with these names win, so that a test can make a token that Clerk would not.
func (m *Minter) M2M(t *world.MachineToken) (string, error) {
	claims := m.machineClaims(t)
	if _, own := claims["aud"]; !own && len(t.Scopes) > 0 {
		claims["aud"] = t.Scopes
	}
	if _, own := claims["scopes"]; !own && len(t.Scopes) > 0 {
		claims["scopes"] = strings.Join(t.Scopes, " ")
	}
	return m.Key.Sign(CategoryMachine, claims, false)
}

// OAuth returns an OAuth access token as JWT (RFC 9068).
func (m *Minter) OAuth(t *world.MachineToken) (string, error) {
	claims := m.machineClaims(t)
	claims["client_id"] = t.ClientID
	if len(t.Scopes) > 0 {
		claims["scope"] = strings.Join(t.Scopes, " ")
	}
	newest := m.Key.Newest()
	return newest.sign(map[string]any{"typ": typeAccessToken, "kid": newest.ID()}, claims)
}

func (m *Minter) machineClaims(t *world.MachineToken) map[string]any {
	claims := maps.Clone(t.Claims)
	if claims == nil {
		claims = map[string]any{}
	}
	maps.Copy(claims, map[string]any{
		"iss": m.Issuer,
		"sub": t.Subject,
		"jti": t.ID,
		"iat": t.CreatedAt.Unix(),
		"nbf": t.CreatedAt.Add(-notBefore).Unix(),
		"exp": t.ExpireAt.Truncate(time.Second).Unix(),
	})
	return claims
}
