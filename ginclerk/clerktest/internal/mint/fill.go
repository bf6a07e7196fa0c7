package mint

import (
	"encoding/json"
	"strings"
)

// fill returns the claims with the shortcodes in their strings filled in. It does not change the claims.
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

// fillString replaces shortcodes. A string that is exactly one shortcode becomes the value itself, of any type. A shortcode
// within a text becomes text, null too (Clerk's documentation, "JWT templates").
func fillString(text string, codes map[string]any) any {
	texts, expressions := split(text)
	if len(expressions) == 1 && texts[0] == "" && texts[1] == "" {
		return evaluate(codes, expressions[0])
	}
	var b strings.Builder
	b.WriteString(texts[0])
	for i, expression := range expressions {
		b.WriteString(asText(evaluate(codes, expression)))
		b.WriteString(texts[i+1])
	}
	return b.String()
}

// split returns the texts between {{ and }}, and the texts around them, which are one more.
func split(text string) (texts, expressions []string) {
	for {
		before, rest, opened := strings.Cut(text, "{{")
		expression, after, closed := strings.Cut(rest, "}}")
		if !opened || !closed {
			return append(texts, text), expressions
		}
		texts, expressions = append(texts, before), append(expressions, expression)
		text = after
	}
}

func asText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	text, err := json.Marshal(value)
	if err != nil {
		return "" // a value that JSON can't encode has no text
	}
	return string(text)
}
