package webhook

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"
)

const (
	// endOfSeconds is the first number that is not read as seconds: in seconds it is the year 5138, in milliseconds 1973.
	endOfSeconds = 1e11
	// endOfMillis is the year 10000, which JSON and databases can't write.
	endOfMillis = 253402300800e3
)

// moment is a time as Clerk writes it: a number of milliseconds or seconds; null or 0 for no time.
type moment struct{ time time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (m *moment) UnmarshalJSON(text []byte) error {
	m.time = time.Time{}
	if string(text) == "null" {
		return nil
	}
	var number json.Number
	if err := json.Unmarshal(text, &number); err != nil || text[0] == '"' {
		return errors.New("webhook: a time is not a number")
	}
	value, err := strconv.ParseFloat(number.String(), 64) // Exact up to 2⁵³. Clerk may write 1.7e12.
	if err != nil || value < 0 || value >= endOfMillis {
		return errors.New("webhook: a time is out of range")
	}
	switch {
	case value == 0:
	case value < endOfSeconds:
		m.time = time.UnixMilli(int64(value * 1000))
	default:
		m.time = time.UnixMilli(int64(value))
	}
	return nil
}
