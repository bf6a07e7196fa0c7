package routematcher

// Case is folded in ASCII only, by these functions and nowhere else.

func isLetter(r rune) bool { return 'a' <= lower(r) && lower(r) <= 'z' }

func lower[T rune | byte](c T) T {
	if 'A' <= c && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}

func upper(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return r - ('a' - 'A')
	}
	return r
}

func hasPrefixFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(s[i]) != lower(prefix[i]) {
			return false
		}
	}
	return true
}
