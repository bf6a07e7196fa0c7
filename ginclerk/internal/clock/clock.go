// Package clock is the one place that reads the wall clock. Everything else takes a func() time.Time.
package clock

import "time"

// System reads the wall clock.
func System() time.Time { return time.Now() }

// Or returns now, or the wall clock where now is nil.
func Or(now func() time.Time) func() time.Time {
	if now == nil {
		return System
	}
	return now
}
