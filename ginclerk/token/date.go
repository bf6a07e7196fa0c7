package token

// lastDate is the last of JavaScript's dates, in seconds since 1970. Clerk's comparisons have no meaning beyond it.
const lastDate = 8.64e12

// date is a claim like exp: seconds since 1970, with or without a fraction.
type date float64

// readDate returns false when the claim is not a number, or beyond JavaScript's dates.
func readDate(claim any) (date, bool) {
	seconds, ok := claim.(float64)
	if !ok || seconds > lastDate || seconds < -lastDate {
		return 0, false
	}
	return date(seconds), true
}

func (d date) milliseconds() int64 { return int64(float64(d) * 1000) }

// wholeMilliseconds drops the fraction of a second, as Clerk's checks do (setUTCSeconds truncates).
func (d date) wholeMilliseconds() int64 { return int64(d) * 1000 }
