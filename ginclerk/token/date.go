package token

// lastDate is the end of JavaScript's dates in seconds: Clerk's comparisons have no meaning beyond it.
const lastDate = 8.64e12

// date is a claim like exp: seconds since 1970, which may have a fraction.
type date float64

// readDate returns false when the claim is no number or beyond all dates.
func readDate(claim any) (date, bool) {
	seconds, ok := claim.(float64)
	if !ok || seconds > lastDate || seconds < -lastDate {
		return 0, false
	}
	return date(seconds), true
}

func (d date) milliseconds() int64 { return int64(float64(d) * 1000) }

// wholeMilliseconds leaves the fraction out, as Clerk's checks do (setUTCSeconds truncates).
func (d date) wholeMilliseconds() int64 { return int64(d) * 1000 }
