package routematcher

// guard is a negative lookahead: the rest of the path must not start with any of the texts, in any case of letters.
type guard []string

func (g guard) allows(rest string) bool {
	for _, text := range g {
		if hasPrefixFold(rest, text) {
			return false
		}
	}
	return true
}
