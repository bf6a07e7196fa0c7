package main

import (
	"fmt"
	"strings"
)

// aim is what the project wants of one figure.
type aim struct {
	work, figure string
	limit        float64
	atLeast      bool // the limit is a lower one
	of           func(table) (float64, bool)
}

func allAims() []aim {
	const (
		bearer    = "Ours/bearer/seen_before"
		cookies   = "Ours/cookies/production/seen_before"
		first     = "Ours/bearer/first_sight"
		garbage   = "Refused/garbage"
		signature = "Refused/bad_signature"
		signedOut = "Refused/signed_out_page_(redirect)"
	)
	return []aim{
		{"bearer token seen before", "ns more than Gin", 1200, false, more(bearer, gin)},
		{"bearer token seen before", "allocations", 6, false, value(bearer, allocations)},
		{"bearer token seen before", "bytes", 1000, false, value(bearer, bytes)},
		{"bearer token seen before", "times as fast as clerk-sdk-go", 60, true, times(sdk, bearer)},
		{"production cookies seen before", "ns more than Gin", 2500, false, more(cookies, gin)},
		{"production cookies seen before", "allocations", 12, false, value(cookies, allocations)},
		{"first sight of a token", "× crypto/rsa", 1.25, false, times(first, rsa)},
		{"first sight of a token", "allocations", 60, false, value(first, allocations)},
		{"refused: garbage", "ns", 4000, false, nanosecondsOf(garbage)},
		{"refused: garbage", "allocations", 25, false, value(garbage, allocations)},
		{"refused: bad signature", "× crypto/rsa", 1.25, false, times(signature, rsa)},
		{"signed-out page, redirect", "allocations", 60, false, value(signedOut, allocations)},
		{"1,000 patterns", "× 1 pattern", 1.5, false, times("With/rules/1000", "With/rules/1")},
		{"behind a trusted proxy", "× without", 1.1, false, times("With/trusted_proxy", bearer)},
		{"1,000,000 revoked sessions", "× none", 1.1, false, times("With/revoked_sessions/1000000", "With/revoked_sessions/0")},
		{"two cores, memory of tokens", "× the throughput of one", 1.8, true, times("Cores/memory_of_tokens/1", "Cores/memory_of_tokens/2")},
	}
}

func value(name, unit string) func(table) (float64, bool) {
	return func(t table) (float64, bool) { return t.of(name, unit) }
}

func nanosecondsOf(name string) func(table) (float64, bool) {
	return func(t table) (float64, bool) {
		s, found := t.of(name, seconds)
		return s * nanoseconds, found
	}
}

// more is by how many nanoseconds one row is slower than another.
func more(name, base string) func(table) (float64, bool) {
	return func(t table) (float64, bool) {
		a, measured := nanosecondsOf(name)(t)
		b, known := nanosecondsOf(base)(t)
		return a - b, measured && known
	}
}

// times is how many times as long one row takes as another.
func times(name, base string) func(table) (float64, bool) {
	return func(t table) (float64, bool) {
		a, measured := t.of(name, seconds)
		b, known := t.of(base, seconds)
		if !measured || !known || b == 0 {
			return 0, false
		}
		return a / b, true
	}
}

// aims is a line for each aim whose rows were measured.
func (t table) aims() string {
	var text strings.Builder
	for _, a := range allAims() {
		measured, found := a.of(t)
		if !found {
			continue
		}
		bound, met := "≤", measured <= a.limit
		if a.atLeast {
			bound, met = "≥", measured >= a.limit
		}
		verdict := "met"
		if !met {
			verdict = "**missed**"
		}
		if text.Len() == 0 {
			text.WriteString("| work | figure | aim | measured | |\n|---|---|--:|--:|---|\n")
		}
		fmt.Fprintf(&text, "| %s | %s | %s %s | %s | %s |\n", a.work, a.figure, bound, short(a.limit), short(measured), verdict)
	}
	return text.String()
}
