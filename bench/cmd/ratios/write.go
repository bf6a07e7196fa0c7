package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The rows that others are compared with.
const (
	gin = "Baseline/Gin"
	sdk = "Baseline/clerk-sdk-go"
	rsa = "Baseline/crypto/rsa"
)

// benchstat's units.
const (
	seconds     = "sec/op"
	bytes       = "B/op"
	allocations = "allocs/op"
)

const nanoseconds = 1e9

// markdown is a line for each benchmark.
func (t table) markdown() string {
	var text strings.Builder
	text.WriteString("| benchmark | ns/op | ± | × Gin | × clerk-sdk-go | × crypto/rsa | allocs/op | B/op | more |\n")
	text.WriteString("|---|--:|--:|--:|--:|--:|--:|--:|---|\n")
	for _, r := range t {
		time, found := r.figures[seconds]
		if !found {
			continue
		}
		cells := []string{strings.ReplaceAll(r.name, "_", " "), short(time.median * nanoseconds), time.spread}
		for _, base := range []string{gin, sdk, rsa} {
			cells = append(cells, t.ratio(r.name, base))
		}
		cells = append(cells, r.whole(allocations), r.whole(bytes), r.more())
		text.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	return text.String()
}

// ratio is how many times as long one row takes as another; "" without both.
func (t table) ratio(name, base string) string {
	a, measured := t.of(name, seconds)
	b, known := t.of(base, seconds)
	if !measured || !known || b == 0 {
		return ""
	}
	return short(a / b)
}

func (r *row) whole(unit string) string {
	f, found := r.figures[unit]
	if !found {
		return ""
	}
	return strconv.FormatFloat(f.median, 'f', 0, 64)
}

// more are the figures that a benchmark reports beside time and memory.
func (r *row) more() string {
	var figures []string
	for _, unit := range slices.Sorted(maps.Keys(r.figures)) {
		if unit != seconds && unit != bytes && unit != allocations {
			figures = append(figures, short(r.figures[unit].median)+" "+unit)
		}
	}
	return strings.Join(figures, ", ")
}

// short writes a number with three digits that count.
func short(f float64) string {
	switch {
	case f >= 100:
		return strconv.FormatFloat(f, 'f', 0, 64)
	case f >= 10:
		return strconv.FormatFloat(f, 'f', 1, 64)
	case f >= 1:
		return strconv.FormatFloat(f, 'f', 2, 64)
	default:
		return strconv.FormatFloat(f, 'g', 3, 64)
	}
}
