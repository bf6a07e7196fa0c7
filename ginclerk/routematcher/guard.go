package routematcher

// guard is a negative lookahead: none of the texts may stand here.
type guard []string

func (g guard) allows(rest string) bool {
	for _, text := range g {
		if hasPrefixFold(rest, text) {
			return false
		}
	}
	return true
}
