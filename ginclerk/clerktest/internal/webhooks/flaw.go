package webhooks

import "time"

// Flaw is what is wrong with a request that a receiver should refuse.
type Flaw string

// The flaws. The zero value is none: the request is a duplicate.
const (
	FlawNone            Flaw = ""
	FlawBadSignature    Flaw = "bad signature"
	FlawForeignSecret   Flaw = "foreign secret"
	FlawOldTimestamp    Flaw = "old timestamp"
	FlawFutureTimestamp Flaw = "future timestamp"
	FlawTamperedBody    Flaw = "tampered body"
	FlawOtherID         Flaw = "other id"
	FlawUnsigned        Flaw = "unsigned"
)

// Known reports whether there is such a flaw.
func (f Flaw) Known() bool {
	switch f {
	case FlawNone, FlawBadSignature, FlawForeignSecret, FlawOldTimestamp, FlawFutureTimestamp, FlawTamperedBody, FlawOtherID,
		FlawUnsigned:
		return true
	default:
		return false
	}
}

// beyondTolerance is more than the five minutes by which receivers let a timestamp differ (Svix, "Verifying Webhooks Manually").
const beyondTolerance = 6 * time.Minute

// shift returns the time that a request bears.
func (f Flaw) shift(now time.Time) time.Time {
	switch f {
	case FlawOldTimestamp:
		return now.Add(-beyondTolerance)
	case FlawFutureTimestamp:
		return now.Add(beyondTolerance)
	default:
		return now
	}
}
