package mint

import (
	"encoding/json"
	"strconv"
	"strings"
)

// evaluate returns the value of the text between {{ and }}: operands with || between them. It is the first operand that is
// neither null nor false, or else the last one (Clerk's documentation, "Conditional expressions in shortcodes").
func evaluate(codes map[string]any, expression string) any {
	var value any
	for _, operand := range operands(expression) {
		value, _ = operandValue(codes, operand)
		if value != nil && value != false {
			return value
		}
	}
	return value
}

// operands splits at ||, but not within a literal. It ignores spaces around them.
func operands(expression string) []string {
	var found []string
	quoted, start := false, 0
	for i := 0; i < len(expression); i++ {
		switch {
		case expression[i] == '\'':
			quoted = !quoted
		case !quoted && strings.HasPrefix(expression[i:], "||"):
			found = append(found, strings.TrimSpace(expression[start:i]))
			start = i + len("||")
			i++
		}
	}
	return append(found, strings.TrimSpace(expression[start:]))
}

// operandValue returns the value of a literal (a text in single quotes, a number, true or false) or of a shortcode, and whether
// it is known.
func operandValue(codes map[string]any, operand string) (value any, known bool) {
	if n := len(operand); n >= 2 && operand[0] == '\'' && operand[n-1] == '\'' {
		return operand[1 : n-1], true
	}
	switch operand {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	if number, err := strconv.ParseFloat(operand, 64); err == nil && json.Valid([]byte(operand)) {
		return number, true
	}
	return lookup(codes, operand)
}
