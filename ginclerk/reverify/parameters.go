package reverify

import (
	"net/url"
	"strconv"

	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// Parameters of the address of a page that asks for proof: the level and the age in minutes that are asked for.
const (
	LevelParameter        = "level"
	AfterMinutesParameter = "after_minutes"
)

// maxAfterMinutes is the longest age of a factor that an address may ask about: a year.
const maxAfterMinutes = 366 * 24 * 60

// Parameters returns the parameters for a page that asks for proof.
func Parameters(asked token.Reverification) url.Values {
	return url.Values{LevelParameter: {string(asked.Level)}, AfterMinutesParameter: {strconv.Itoa(asked.AfterMinutes)}}
}

// Asked reads [Parameters]. Anybody may have written an address: it decides what a page asks for, and the guard that the browser goes
// back to decides whether that was enough. A level that is unknown, and an age that is not one minute to a year, are those of
// [token.PresetStrict].
func Asked(query url.Values) token.Reverification {
	asked := token.PresetStrict.Reverification()
	if level := token.Level(query.Get(LevelParameter)); level.Known() {
		asked.Level = level
	}
	if minutes, err := strconv.Atoi(query.Get(AfterMinutesParameter)); err == nil && minutes > 0 && minutes <= maxAfterMinutes {
		asked.AfterMinutes = minutes
	}
	return asked
}
