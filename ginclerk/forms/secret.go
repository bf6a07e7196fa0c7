package forms

import (
	"strings"
	"unicode"
)

// isSecret reports whether a field looks like a secret, by its name or by its value.
func isSecret(name, value string) bool {
	return looksSecret(name) || isCardNumber(value) || isAccountNumber(value) || isToken(value)
}

// isCardNumber reports whether a text is the number of a payment card (ISO/IEC 7812-1): 13 to 19 digits, perhaps in groups, that end
// with the right check digit.
func isCardNumber(text string) bool {
	const shortest, longest = 13, 19
	digits := strings.Map(withoutGroups, text)
	if len(digits) < shortest || len(digits) > longest {
		return false
	}
	sum := 0
	for i, r := range digits {
		if r < '0' || r > '9' {
			return false
		}
		n := int(r - '0')
		if (len(digits)-i)%2 == 0 {
			n *= 2
		}
		sum += n/10 + n%10
	}
	return sum%10 == 0
}

// isAccountNumber reports whether a text is an IBAN (ISO 13616): a country, and a number that is 1 modulo 97.
func isAccountNumber(text string) bool {
	const shortest, longest, head = 15, 34, 4
	number := strings.ToUpper(strings.Map(withoutGroups, text))
	if len(number) < shortest || len(number) > longest || !isLetter(number[0]) || !isLetter(number[1]) {
		return false
	}
	rest := 0
	for _, r := range number[head:] + number[:head] {
		switch {
		case '0' <= r && r <= '9':
			rest = (rest*10 + int(r-'0')) % 97
		case 'A' <= r && r <= 'Z':
			rest = (rest*100 + int(r-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// isToken reports whether a text is a JSON Web Token: three parts, of which the first is an object.
func isToken(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "eyJ") && strings.Count(text, ".") == 2 && !strings.ContainsFunc(text, unicode.IsSpace)
}

// withoutGroups drops what people write between the groups of a number.
func withoutGroups(r rune) rune {
	if r == ' ' || r == '-' || r == '\u00a0' {
		return -1
	}
	return r
}

func isLetter(b byte) bool { return 'A' <= b && b <= 'Z' }
