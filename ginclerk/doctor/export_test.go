package doctor

import (
	"maps"
	"slices"
)

// ProblemIDs returns the ids of all kinds of problems.
func ProblemIDs() []ID { return slices.Sorted(maps.Keys(problems())) }

// AreaIDs returns the ids of what is fine, and of what was not examined.
func AreaIDs() (fine, skipped []ID) {
	for _, area := range areas() {
		fine, skipped = append(fine, fineID(area)), append(skipped, skippedID(area))
	}
	return fine, skipped
}
