package token

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// SessionStatus is the state of the session at the time its token was minted.
type SessionStatus string

// The statuses. A token without one (instances that have not opted in) has the zero value.
const (
	SessionStatusUnknown SessionStatus = ""
	SessionActive        SessionStatus = "active"
	// SessionPending is a session with an unfinished task, such as choosing an organization. Unless the application says
	// otherwise it counts as signed out.
	SessionPending SessionStatus = "pending"
)

// Claims are the claims of a session token in one form for both of Clerk's versions (@clerk/shared, file
// jwtPayloadParser.ts). A claim that is absent or of the wrong type has the zero value. Claims that [Verifier.Verify]
// returned are safe for concurrent use. Don't change what they point to: other requests may use the same claims.
type Claims struct {
	UserID        string        // sub: user_…
	SessionID     string        // sid: sess_…
	SessionStatus SessionStatus // sts

	// The active organization; all empty without one.
	OrganizationID          string
	OrganizationSlug        string
	OrganizationRole        string   // with its prefix: org:admin
	OrganizationPermissions []string // org:<feature>:<permission>; nil when the token has no such claim

	FactorVerificationAge FactorAges // fva
	Actor                 *Actor     // act: who impersonates the user; nil without impersonation

	ID              string // jti
	Issuer          string // iss
	AuthorizedParty string // azp: the origin that the token was minted for
	IssuedAt        time.Time
	ExpiresAt       time.Time
	NotBefore       time.Time

	Version  int    // 2, or 1 for everything else
	Features string // fea as written; ask with Has
	Plans    string // pla as written; ask with Has

	payload map[string]any
	raw     []byte
}

// Actor is the party that acts in place of the user (RFC 8693 section 4.1).
type Actor struct {
	Subject   string // sub
	Issuer    string // iss
	SessionID string // sid
	Type      string // type; "agent" marks agents
}

// ParseClaims reads the payload of a token (JSON) that the caller has made, or has verified by other means. It returns an error
// when the payload is not a JSON object.
func ParseClaims(payload []byte) (*Claims, error) {
	value, err := decodeJSON(payload)
	if err != nil {
		return nil, fmt.Errorf("token: parse claims: %w", err)
	}
	claims := object(value)
	if claims == nil {
		return nil, errors.New("token: parse claims: not an object")
	}
	c := &Claims{}
	c.read(claims, payload)
	return c, nil
}

// Raw returns a copy of the whole payload, with the custom claims. Numbers are float64. It is nil when the payload is no object.
func (c *Claims) Raw() map[string]any {
	return copyObject(c.payload)
}

// Claim returns one claim of the payload, such as a custom one, and whether the payload has it. Numbers are float64; objects and
// lists are copies.
func (c *Claims) Claim(name string) (any, bool) {
	value, found := c.payload[name]
	return copyValue(value), found
}

// Unmarshal reads the payload into dst as encoding/json does. Use it for custom claims in your own types, and for whole numbers
// that float64 can't hold.
func (c *Claims) Unmarshal(dst any) error {
	if err := json.Unmarshal(c.raw, dst); err != nil {
		return fmt.Errorf("token: unmarshal claims: %w", err)
	}
	return nil
}

// read fills the claims from a payload: the object that it is, and its bytes.
func (c *Claims) read(payload map[string]any, raw []byte) {
	*c = Claims{
		UserID:                text(payload["sub"]),
		SessionID:             text(payload["sid"]),
		SessionStatus:         SessionStatus(text(payload["sts"])),
		FactorVerificationAge: readFactorAges(payload["fva"]),
		Actor:                 readActor(payload["act"]),
		ID:                    text(payload["jti"]),
		Issuer:                text(payload["iss"]),
		AuthorizedParty:       text(payload["azp"]),
		IssuedAt:              readTime(payload["iat"]),
		ExpiresAt:             readTime(payload["exp"]),
		NotBefore:             readTime(payload["nbf"]),
		Version:               1,
		Features:              text(payload["fea"]),
		Plans:                 text(payload["pla"]),
		payload:               payload,
		raw:                   raw,
	}
	if version, ok := payload["v"].(float64); ok && version == 2 {
		c.Version = 2
		c.readOrganizationV2(object(payload["o"]))
		return
	}
	c.readOrganizationV1()
}

func (c *Claims) readOrganizationV1() {
	c.OrganizationID = text(c.payload["org_id"])
	c.OrganizationSlug = text(c.payload["org_slug"])
	c.OrganizationRole = text(c.payload["org_role"])
	c.OrganizationPermissions = texts(c.payload["org_permissions"])
}

// readOrganizationV2 reads the compact form. A version 2 token without it has no organization, even if a custom claim is called
// org_id.
func (c *Claims) readOrganizationV2(o map[string]any) {
	if o == nil {
		return
	}
	c.OrganizationID = text(o["id"])
	c.OrganizationSlug = text(o["slg"])
	if role := text(o["rol"]); role != "" {
		c.OrganizationRole = organizationPrefix + role
	}
	c.OrganizationPermissions = decodePermissions(c.Features, text(o["per"]), text(o["fpm"]))
}

func readActor(act any) *Actor {
	if act == nil {
		return nil
	}
	a := object(act)
	return &Actor{Subject: text(a["sub"]), Issuer: text(a["iss"]), SessionID: text(a["sid"]), Type: text(a["type"])}
}

func readTime(claim any) time.Time {
	d, ok := readDate(claim)
	if !ok {
		return time.Time{}
	}
	return time.UnixMilli(d.milliseconds()).UTC()
}

// texts returns the strings in a list; nil when the value is not a list.
func texts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		return nil
	}
	out := make([]string, 0, len(list))
	for _, item := range list {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func copyObject(m map[string]any) map[string]any {
	if m == nil {
		return nil
	}
	out := make(map[string]any, len(m))
	for name, value := range m {
		out[name] = copyValue(value)
	}
	return out
}

func copyValue(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return copyObject(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = copyValue(v[i])
		}
		return out
	default:
		return value // strings, numbers, booleans and null can't be changed
	}
}
