package token

// FactorAges says how long ago the session's user proved their first and their second factor (claim fva). The zero value is an
// absent claim.
type FactorAges struct {
	first, second float64
	state         agesState
}

type agesState int

const (
	agesAbsent agesState = iota
	agesMalformed
	agesKnown
)

// NotEnrolled is the age of a factor that the user does not have, or has never proved.
const NotEnrolled = -1

// NewFactorAges returns the ages of both factors, in minutes. [NotEnrolled] stands for a factor that the user does not have; other
// negative numbers make a malformed claim.
func NewFactorAges(first, second float64) FactorAges {
	if !isAge(first) || !isAge(second) {
		return FactorAges{state: agesMalformed}
	}
	return FactorAges{first: first, second: second, state: agesKnown}
}

// Minutes returns the ages in minutes. Each is [NotEnrolled] or at least 0. known is false when the claim is absent or malformed.
func (a FactorAges) Minutes() (first, second float64, known bool) {
	return a.first, a.second, a.state == agesKnown
}

// Absent reports whether the token lacks the claim: the instance has not opted in.
func (a FactorAges) Absent() bool { return a.state == agesAbsent }

// Malformed reports whether the token has the claim and it is not two ages.
func (a FactorAges) Malformed() bool { return a.state == agesMalformed }

func readFactorAges(fva written) FactorAges {
	if fva == "" || fva.isNull() {
		return FactorAges{}
	}
	var ages [2]float64
	count, numbers := 0, true
	for item := range fva.items() {
		age, ok := item.number()
		numbers = numbers && ok
		if count < len(ages) {
			ages[count] = age
		}
		count++
	}
	if count != len(ages) || !numbers {
		return FactorAges{state: agesMalformed}
	}
	return NewFactorAges(ages[0], ages[1])
}

func isAge(minutes float64) bool { return minutes == NotEnrolled || minutes >= 0 }
