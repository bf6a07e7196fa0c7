package webhooks

import "time"

// Flaw is the fault of a request that a receiver should refuse.
type Flaw string

// The flaws. With FlawNone the request is a valid duplicate.
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

// Flaws returns all flaws, FlawNone first.
func Flaws() []Flaw {
	return []Flaw{
		FlawNone, FlawBadSignature, FlawForeignSecret, FlawOldTimestamp, FlawFutureTimestamp, FlawTamperedBody, FlawOtherID, FlawUnsigned,
	}
}

// beyondTolerance is more than the five minutes by which a timestamp may differ (Svix, "Verifying Webhooks Manually").
const beyondTolerance = 6 * time.Minute

// shift returns the timestamp in the header of a request that is made now.
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
