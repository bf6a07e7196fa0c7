package clerkapi

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/clerk/clerk-sdk-go/v2"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// machineAnswer is Clerk's answer about a machine token. Not every kind has every field. Revoked and Expired are pointers,
// because an answer without these fields does not say that the token is valid.
type machineAnswer struct {
	clerk.APIResource
	Object     string          `json:"object"`
	ID         string          `json:"id"`
	Subject    string          `json:"subject"`
	Name       string          `json:"name"`
	ClientID   string          `json:"client_id"`
	Act        json.RawMessage `json:"act"`
	Scopes     []string        `json:"scopes"`
	Claims     json.RawMessage `json:"claims"`
	Audience   json.RawMessage `json:"aud"`
	Revoked    *bool           `json:"revoked"`
	Expired    *bool           `json:"expired"`
	Active     *bool           `json:"active"`
	Expiration *float64        `json:"expiration"`
}

// inactive reports whether Clerk says that the token is not valid any more, or not yet.
func (a *machineAnswer) inactive() bool {
	return (a.Revoked != nil && *a.Revoked) || (a.Expired != nil && *a.Expired) || (a.Active != nil && !*a.Active)
}

// machine converts the answer. Which fields are set depends on the kind.
func (a *machineAnswer) machine(kind token.Type) *token.MachineToken {
	m := &token.MachineToken{Type: kind, ID: a.ID, Subject: a.Subject, Scopes: a.Scopes, ExpiresAt: a.expiresAt()}
	switch kind {
	case token.TypeSession: // verified here, never by Clerk
	case token.TypeAPIKey:
		m.Name, m.Claims = a.Name, a.claims()
		if strings.HasPrefix(a.Subject, prefixUser) {
			m.UserID = a.Subject
		}
		if strings.HasPrefix(a.Subject, prefixOrganization) {
			m.OrganizationID = a.Subject
		}
	case token.TypeM2M:
		m.MachineID, m.Claims = a.Subject, a.claims()
	case token.TypeOAuth:
		m.UserID, m.ClientID, m.Audiences, m.Actor = a.Subject, a.ClientID, a.audiences(), a.actor()
	}
	return m
}

// claims returns the custom claims, or nil if they are null or not an object.
func (a *machineAnswer) claims() map[string]any {
	var claims map[string]any
	if json.Unmarshal(a.Claims, &claims) != nil {
		return nil
	}
	return claims
}

// actor reads who acts for the user. Clerk's OpenAPI document has no such field in an answer about an opaque token; RFC 8693 has it (section
// 4.1). Package token reads it as in a JWT: a value of another form is an actor of whom nothing is known.
func (a *machineAnswer) actor() *token.Actor {
	if len(a.Act) == 0 {
		return nil
	}
	claims, err := token.ParseClaims(slices.Concat([]byte(`{"act":`), a.Act, []byte("}")))
	if err != nil {
		return &token.Actor{}
	}
	return claims.Actor
}

// audiences accepts a string or a list of strings. Any other value counts as no audience, which fails the check for a required
// one.
func (a *machineAnswer) audiences() []string {
	var one string
	if json.Unmarshal(a.Audience, &one) == nil && one != "" {
		return []string{one}
	}
	var list []string
	if json.Unmarshal(a.Audience, &list) != nil {
		return nil
	}
	return list
}

// Clerk's SDKs document milliseconds for API keys and M2M tokens, and seconds for OAuth tokens. Recorded answers about OAuth
// tokens have milliseconds, too. This number is in the year 1973 in milliseconds, and in 5138 in seconds.
const firstMilliseconds = 1e11

const lastExpiration = 8.64e15 // milliseconds; the end of JavaScript's dates

func (a *machineAnswer) expiresAt() time.Time {
	switch {
	case a.Expiration == nil || *a.Expiration <= 0 || *a.Expiration > lastExpiration:
		return time.Time{}
	case *a.Expiration < firstMilliseconds:
		return time.Unix(int64(*a.Expiration), 0).UTC()
	default:
		return time.UnixMilli(int64(*a.Expiration)).UTC()
	}
}
