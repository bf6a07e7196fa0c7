package mint

import (
	"maps"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/apierr"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// DefaultLifetime is the default lifetime of session tokens and of tokens of templates.
const DefaultLifetime = time.Minute

// The defaults for how far nbf lies before iat, in session tokens and in tokens of templates.
const (
	notBefore   = 10 * time.Second
	DefaultSkew = 5 * time.Second
)

// Template is a named JWT template. Strings in the claims may hold shortcodes such as {{user.primary_email_address}}.
type Template struct {
	Claims   map[string]any
	Lifetime time.Duration // 0 = [DefaultLifetime]
	// Skew is how far nbf lies before iat; Clerk's default is [DefaultSkew].
	Skew time.Duration
}

// Minter mints the tokens of one instance. Only its ring of keys changes. It reads the world, which the caller locks.
type Minter struct {
	Key    *Ring
	World  *world.World
	Issuer string
	// Lifetime is the lifetime of session tokens.
	Lifetime time.Duration
	// SessionClaims are merged into session tokens, with shortcodes filled in.
	SessionClaims map[string]any
	Templates     map[string]Template
}

// Options change one token. The zero value is the token that Clerk would make.
type Options struct {
	// AuthorizedParty is the azp claim; "" leaves it out.
	AuthorizedParty string
	// Lifetime is the token's lifetime; 0 is the default of its kind.
	Lifetime time.Duration
	// Organization, if it isn't nil, is the active organization instead of the session's own; "" is the personal account.
	Organization *string
	// Claims replace claims after all others are set; a nil value removes the claim.
	Claims map[string]any
	// NoKeyID leaves kid out of the header.
	NoKeyID bool
}

// Session returns a session token, version 2.
func (m *Minter) Session(s *world.Session, o Options) (string, error) {
	membership := m.membership(s, o.Organization)
	claims := map[string]any{}
	maps.Copy(claims, m.fill(m.SessionClaims, s, membership))
	maps.Copy(claims, m.standard(s, o, m.Lifetime, notBefore))
	claims["sid"] = s.ID
	claims["v"] = 2
	claims["sts"] = string(s.Status)
	claims["fva"] = FactorAge(s, m.World.Now())
	if s.Actor != nil {
		claims["act"] = s.Actor
	}
	maps.Copy(claims, entitlements(s.User, membership))
	override(claims, o.Claims)
	return m.Key.Sign(CategorySession, claims, o.NoKeyID)
}

// Template returns a token of the named template. It has no session id and no other claim of the session.
func (m *Minter) Template(s *world.Session, name string, o Options) (string, error) {
	template, found := m.Templates[name]
	if !found {
		return "", apierr.NotFound("JWT template", name)
	}
	lifetime := template.Lifetime
	if lifetime == 0 {
		lifetime = DefaultLifetime
	}
	claims := map[string]any{}
	maps.Copy(claims, m.fill(template.Claims, s, m.membership(s, o.Organization)))
	maps.Copy(claims, m.standard(s, o, lifetime, template.Skew))
	override(claims, o.Claims)
	return m.Key.Sign(CategoryTemplate, claims, o.NoKeyID)
}

// Handshake returns a token that carries Set-Cookie directives to the application.
func (m *Minter) Handshake(directives []string) (string, error) {
	return m.Key.Sign(CategorySession, map[string]any{"handshake": directives}, false)
}

func (m *Minter) standard(s *world.Session, o Options, lifetime, skew time.Duration) map[string]any {
	if o.Lifetime != 0 {
		lifetime = o.Lifetime
	}
	now := m.World.Now()
	claims := map[string]any{
		"sub": s.User.ID,
		"iss": m.Issuer,
		"iat": now.Unix(),
		"nbf": now.Add(-skew).Unix(),
		"exp": now.Unix() + int64(lifetime/time.Second),
		"jti": world.NewID("")[:20],
	}
	if o.AuthorizedParty != "" {
		claims["azp"] = o.AuthorizedParty
	}
	return claims
}

// membership returns the token's membership, or nil for the personal account.
func (m *Minter) membership(s *world.Session, organization *string) *world.Membership {
	id := s.OrganizationID
	if organization != nil {
		id = *organization
	}
	return m.World.Membership(s.User.ID, id)
}

func (m *Minter) fill(claims map[string]any, s *world.Session, membership *world.Membership) map[string]any {
	return fill(claims, shortcodes(subject{
		session: s, membership: membership, memberships: m.World.MembershipsOf(s.User.ID), now: m.World.Now(),
	}))
}

func override(claims, with map[string]any) {
	for name, value := range with {
		if value == nil {
			delete(claims, name)
			continue
		}
		claims[name] = value
	}
}

// FactorAge returns how many minutes ago the first and the second factor of the session were verified; -1 means never.
func FactorAge(s *world.Session, now time.Time) []int {
	return []int{minutesSince(s.FirstFactorAt, now), minutesSince(s.SecondFactorAt, now)}
}

// minutesSince returns -1 for the zero time, as fva has it.
func minutesSince(then, now time.Time) int {
	if then.IsZero() {
		return -1
	}
	return max(0, int(now.Sub(then)/time.Minute))
}
