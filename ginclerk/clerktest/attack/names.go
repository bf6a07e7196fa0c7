package attack

import (
	"maps"
	"slices"
)

func sortedNames[V any](of map[string]V) []string { return slices.Sorted(maps.Keys(of)) }
