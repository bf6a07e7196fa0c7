package ratelimit

import (
	"errors"
	"fmt"
	"time"
)

const (
	// MaxLimit is the largest limit and the largest cost: the largest Integer of a structured field (RFC 9651 section 3.3.1).
	// A float64, and so a number in Redis's Lua, holds every integer up to it exactly.
	MaxLimit int64 = 999_999_999_999_999
	// MinWindow is the shortest window, and the unit of every window: time is counted in milliseconds.
	MinWindow = time.Millisecond
	// MaxWindow is the longest window.
	MaxWindow = 10 * 365 * 24 * time.Hour
	// MaxName is how long a policy's name may be, in bytes.
	MaxName = 64
)

// ErrInvalid says that a policy, a cost or a set of charges can't be decided on; nothing was counted.
var ErrInvalid = errors.New("ratelimit: invalid")

// Policy is how much is allowed in how long: Limit units in every Window. It is a value; the zero value is not valid.
type Policy struct {
	// Name tells policies apart, in the store and in the header fields: 1 to [MaxName] bytes of printable ASCII.
	Name string
	// Limit is how many units a window has, 0 to [MaxLimit]. 0 lets nothing in, ever.
	Limit int64
	// Window is how long a unit that was used counts, in whole milliseconds, [MinWindow] to [MaxWindow].
	Window time.Duration
}

// Validate says what is wrong with the policy, by an error that matches [ErrInvalid]. Call it where policies are configured:
// the stores themselves look at the numbers alone.
func (p Policy) Validate() error {
	if p.Name == "" || len(p.Name) > MaxName {
		return fmt.Errorf("%w policy name %q: want 1 to %d bytes", ErrInvalid, p.Name, MaxName)
	}
	for i := range len(p.Name) {
		if !printable(p.Name[i]) {
			return fmt.Errorf("%w policy name %q: want printable ASCII", ErrInvalid, p.Name)
		}
	}
	return p.checkNumbers()
}

func (p Policy) checkNumbers() error {
	if p.Limit < 0 || p.Limit > MaxLimit {
		return fmt.Errorf("%w limit %d of policy %q: want 0 to %d", ErrInvalid, p.Limit, p.Name, MaxLimit)
	}
	if p.Window < MinWindow || p.Window > MaxWindow || p.Window%time.Millisecond != 0 {
		return fmt.Errorf("%w window %v of policy %q: want whole milliseconds, %v to %v", ErrInvalid, p.Window, p.Name, MinWindow, MaxWindow)
	}
	return nil
}

// printable is what a String of a structured field may hold, RFC 9651 section 3.3.3.
func printable(b byte) bool { return b >= 0x20 && b <= 0x7e }
