package token

// Level says which factors a reverification asks for.
type Level string

// The levels that Clerk knows.
const (
	FirstFactor  Level = "first_factor"
	SecondFactor Level = "second_factor" // the first one where no second is enrolled
	MultiFactor  Level = "multi_factor"  // both; the first one where no second is enrolled
)

// Known reports whether Clerk has such a level.
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

// Reverification asks that the user has proved who they are lately. The zero value is invalid, and an invalid one is never
// met. Its JSON is what clerk-js expects in the metadata of a reverification error.
type Reverification struct {
	Level Level `json:"level"`
	// AfterMinutes is the age from which a factor counts as stale: one of exactly this age does. Above zero.
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

// metBy decides as Clerk does (@clerk/shared, file authorization.ts): a factor that is not enrolled is made up for by the
// other one, except that the second alone is never multi-factor.
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
