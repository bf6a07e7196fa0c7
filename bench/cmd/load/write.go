package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// markdown is the medians of every server, with ratios to the first one.
func markdown(servers []*server) string {
	var text strings.Builder
	text.WriteString("| server | requests/s | × Gin | 50% (ms) | 99% (ms) | 99.9% (ms) | CPU per request (µs) | × Gin | resident memory (MB) |\n")
	text.WriteString("|---|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	first := servers[0]
	rate := func(x sample) float64 { return x.perSecond }
	cpu := func(x sample) float64 { return micros(x.cpu) }
	for _, s := range servers {
		fmt.Fprintf(&text, "| %s | %.0f | %.2f | %.2f | %.2f | %.2f | %.1f | %.2f | %.0f |\n", s.name,
			s.median(rate), s.median(rate)/first.median(rate),
			s.median(func(x sample) float64 { return micros(x.p50) / 1e3 }),
			s.median(func(x sample) float64 { return micros(x.p99) / 1e3 }),
			s.median(func(x sample) float64 { return micros(x.p999) / 1e3 }),
			s.median(cpu), s.median(cpu)/first.median(cpu),
			s.median(func(x sample) float64 { return float64(x.resident) / 1e6 }))
	}
	return text.String()
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// median is the middle one of a figure's values; of an even number of them, the mean of both.
func (s *server) median(of func(sample) float64) float64 {
	values := make([]float64, 0, len(s.samples))
	for _, x := range s.samples {
		values = append(values, of(x))
	}
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle]
	}
	return (values[middle-1] + values[middle]) / 2
}
