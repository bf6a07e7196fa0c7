package authn

import (
	"math"
	"strconv"
	"strings"
)

// parseInt reads a number as JavaScript's parseInt does: leading white space, a sign, then digits up to the first other character. It
// returns 0 for any other text.
func parseInt(s string) int64 {
	s = strings.TrimLeft(s, " \t\n\v\f\r\u00a0\u2028\u2029\ufeff")
	end := 0
	if end < len(s) && (s[end] == '+' || s[end] == '-') {
		end++
	}
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(s[:end], 10, 64)
	if err != nil {
		return saturated(s[:end])
	}
	return n
}

// parseCount reads a counter as JavaScript's Number does: text that is not a number as a whole is 0. The result is between 0 and
// 1 << 20.
func parseCount(s string) int64 {
	const limit = 1 << 20
	if s == "" {
		return 0 // an error would allocate
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(f) {
		return 0
	}
	return int64(min(max(f, 0), limit))
}

// saturated returns a very large number, positive or negative, for a number with too many digits, and 0 without digits.
func saturated(digits string) int64 {
	switch {
	case strings.HasPrefix(digits, "-") && len(digits) > 1:
		return -1 << 62
	case len(digits) > 1 || (digits != "" && digits != "+"):
		return 1 << 62
	default:
		return 0
	}
}
