package mint

import (
	"encoding/json"
	"strings"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest/internal/world"
)

// shortcodes returns what {{user.…}}, {{org.…}} and {{session.actor}} stand for. Clerk has more of them; what isn't here is null.
func shortcodes(s *world.Session, m *world.Membership) map[string]any {
	u := s.User
	codes := map[string]any{
		"user": map[string]any{
			"id":                    u.ID,
			"first_name":            u.FirstName,
			"last_name":             u.LastName,
			"full_name":             u.FullName(),
			"primary_email_address": u.PrimaryEmail(),
			"public_metadata":       u.PublicMetadata,
			"unsafe_metadata":       u.UnsafeMetadata,
			"created_at":            u.CreatedAt.Unix(),
		},
	}
	if s.Actor != nil {
		codes["session"] = map[string]any{"actor": s.Actor}
	}
	if m != nil {
		codes["org"] = map[string]any{
			"id":              m.Organization.ID,
			"name":            m.Organization.Name,
			"slug":            m.Organization.Slug,
			"role":            m.Role,
			"public_metadata": m.Organization.PublicMetadata,
		}
	}
	return codes
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

// fillString replaces shortcodes. A string that is one shortcode and nothing else becomes the value itself, of whatever type.
func fillString(text string, codes map[string]any) any {
	if path, alone := single(text); alone {
		return lookup(codes, path)
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
		b.WriteString(asText(lookup(codes, strings.TrimSpace(path))))
		text = after
	}
}

func single(text string) (path string, alone bool) {
	inner, opened := strings.CutPrefix(text, "{{")
	inner, closed := strings.CutSuffix(inner, "}}")
	if !opened || !closed || strings.Contains(inner, "{{") || strings.Contains(inner, "}}") {
		return "", false
	}
	return strings.TrimSpace(inner), true
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
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	text, err := json.Marshal(value)
	if err != nil {
		return "" // a value that JSON can't hold has no text
	}
	return string(text)
}
