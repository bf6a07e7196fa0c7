package token

// Level says which factors a user must have proved for a reverification.
type Level string

// The levels that Clerk knows.
const (
	FirstFactor  Level = "first_factor"
	SecondFactor Level = "second_factor" // the first factor for a user without a second one
	MultiFactor  Level = "multi_factor"  // both; the first factor for a user without a second one
)

// Known reports whether the level is one of Clerk's.
func (l Level) Known() bool { return l == FirstFactor || l == SecondFactor || l == MultiFactor }

// Preset is Clerk's name for a common reverification.
type Preset string

// Clerk's presets.
const (
	PresetStrictMFA Preset = "strict_mfa" // both factors within 10 minutes
	PresetStrict    Preset = "strict"     // the second factor within 10 minutes
	PresetModerate  Preset = "moderate"   // the second factor within an hour
	PresetLax       Preset = "lax"        // the second factor within a day
)

// Reverification asks that the user has proved who they are a short time ago. The zero value is invalid, and an invalid one is never
// met. Its JSON is what clerk-js expects in the metadata of a reverification error.
type Reverification struct {
	Level Level `json:"level"`
	// AfterMinutes is the age, in minutes, at which a factor becomes stale. Above zero.
	AfterMinutes int `json:"afterMinutes"`
}

// Reverification returns what the preset stands for; an unknown preset is invalid and never met.
func (p Preset) Reverification() Reverification {
	switch p {
	case PresetStrictMFA:
		return Reverification{Level: MultiFactor, AfterMinutes: 10}
	case PresetStrict:
		return Reverification{Level: SecondFactor, AfterMinutes: 10}
	case PresetModerate:
		return Reverification{Level: SecondFactor, AfterMinutes: 60}
	case PresetLax:
		return Reverification{Level: SecondFactor, AfterMinutes: 24 * 60}
	default:
		return Reverification{}
	}
}

// metBy decides as Clerk does (@clerk/shared, file authorization.ts): for a user without a second factor, a fresh first factor is
// enough at every level.
func (r Reverification) metBy(ages FactorAges) bool {
	first, second, known := ages.Minutes()
	if !known || r.AfterMinutes <= 0 {
		return false
	}
	firstFresh, secondFresh := r.fresh(first), r.fresh(second)
	switch r.Level {
	case FirstFactor:
		return firstFresh
	case SecondFactor:
		return secondFresh || second == NotEnrolled && firstFresh
	case MultiFactor:
		return firstFresh && (secondFresh || second == NotEnrolled)
	default:
		return false
	}
}

func (r Reverification) fresh(age float64) bool {
	return age != NotEnrolled && float64(r.AfterMinutes) > age
}
