package mint

import (
	"encoding/json"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// shortcodes returns what {{user.…}}, {{org.…}} and {{session.actor}} stand for. What a user doesn't have, and what isn't here, is null.
func shortcodes(s *world.Session, m *world.Membership) map[string]any {
	codes := map[string]any{"user": userCodes(s.User)}
	if s.Actor != nil {
		codes["session"] = map[string]any{"actor": s.Actor}
	}
	if m != nil {
		codes["org"] = map[string]any{
			"id":              m.Organization.ID,
			"name":            m.Organization.Name,
			"slug":            m.Organization.Slug,
			"role":            m.Role,
			"image_url":       world.ImageURL(m.Organization.ID),
			"has_image":       false,
			"public_metadata": m.Organization.PublicMetadata,
		}
		codes["org_membership"] = map[string]any{"public_metadata": m.PublicMetadata}
	}
	return codes
}

func userCodes(u *world.User) map[string]any {
	return map[string]any{
		"id":                    u.ID,
		"external_id":           orNull(u.ExternalID),
		"username":              orNull(u.Username),
		"first_name":            orNull(u.FirstName),
		"last_name":             orNull(u.LastName),
		"full_name":             orNull(strings.TrimSpace(u.FirstName + " " + u.LastName)),
		"primary_email_address": orNull(u.PrimaryEmail()),
		"email_verified":        u.PrimaryEmail() != "",
		"primary_phone_number":  nil,
		"primary_phone_address": nil,
		"phone_number_verified": false,
		"primary_web3_wallet":   nil,
		"image_url":             world.ImageURL(u.ID),
		"has_image":             false,
		"two_factor_enabled":    u.TOTP,
		"public_metadata":       u.PublicMetadata,
		"unsafe_metadata":       u.UnsafeMetadata,
		"created_at":            u.CreatedAt.Unix(),
		"updated_at":            u.UpdatedAt.Unix(),
	}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// fill returns the claims with the shortcodes in their strings filled in. The claims given stay as they are.
func fill(claims, codes map[string]any) map[string]any {
	filled := make(map[string]any, len(claims))
	for name, value := range claims {
		filled[name] = fillValue(value, codes)
	}
	return filled
}

func fillValue(value any, codes map[string]any) any {
	switch v := value.(type) {
	case string:
		return fillString(v, codes)
	case map[string]any:
		return fill(v, codes)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = fillValue(v[i], codes)
		}
		return list
	default:
		return value
	}
}

// fillString replaces shortcodes. A string that is one shortcode and nothing else becomes the value itself, of whatever type; one
// within a text becomes text, null too (Clerk's documentation, "JWT templates").
func fillString(text string, codes map[string]any) any {
	if path, alone := single(text); alone {
		return evaluate(codes, path)
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{{")
		path, after, closed := strings.Cut(rest, "}}")
		if !found || !closed {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(before)
		b.WriteString(asText(evaluate(codes, path)))
		text = after
	}
}

func single(text string) (path string, alone bool) {
	inner, opened := strings.CutPrefix(text, "{{")
	inner, closed := strings.CutSuffix(inner, "}}")
	if !opened || !closed || strings.Contains(inner, "{{") || strings.Contains(inner, "}}") {
		return "", false
	}
	return inner, true
}

func lookup(codes map[string]any, path string) any {
	var at any = codes
	for part := range strings.SplitSeq(path, ".") {
		m, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = m[part]
	}
	return at
}

func asText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	text, err := json.Marshal(value)
	if err != nil {
		return "" // a value that JSON can't hold has no text
	}
	return string(text)
}
