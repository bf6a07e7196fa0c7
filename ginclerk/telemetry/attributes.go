package telemetry

import (
	"context"
	"errors"
	"net"
	"slices"
	"strconv"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

const (
	// maxValues is how many values an attribute may have.
	maxValues = 100
	// maxKept is how many sets of attributes are kept made.
	maxKept = 2000
	// other is the value of an attribute that has too many, as OpenTelemetry's conventions call it.
	other = "_OTHER"
)

// text is an attribute with a value; the zero value is none.
type text struct{ name, value string }

// labels are the attributes of a measurement. It is a value that can be compared, so that looking a made set up allocates nothing.
type labels struct {
	first, second, third text
	status               int  // 0: none
	fallback             bool // the attribute of this name is there, and true
	hasFallback          bool
}

// measured is a set of attributes in the forms that instruments take.
type measured struct {
	add    []metric.AddOption
	record []metric.RecordOption
}

// sets makes sets of attributes, and keeps them. It is safe for concurrent use.
type sets struct {
	common []attribute.KeyValue // of all measurements

	mu     sync.RWMutex
	made   map[labels]measured
	values map[string]map[string]bool // of each attribute
}

func newSets(common []attribute.KeyValue) *sets {
	return &sets{common: slices.Clone(common), made: map[labels]measured{}, values: map[string]map[string]bool{}}
}

// of returns the set of labels.
func (s *sets) of(l labels) measured {
	s.mu.RLock()
	known, found := s.made[l]
	s.mu.RUnlock()
	if found {
		return known
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	bounded := l
	for _, t := range []*text{&bounded.first, &bounded.second, &bounded.third} {
		t.value = s.bound(t.name, t.value)
	}
	if known, found = s.made[bounded]; !found {
		known = s.make(bounded)
	}
	for _, key := range []labels{l, bounded} {
		if len(s.made) < maxKept {
			s.made[key] = known
		}
	}
	return known
}

// bound returns the value, or [other] where the attribute has as many as it may have.
func (s *sets) bound(name, value string) string {
	values := s.values[name]
	switch {
	case value == "" || values[value]:
		return value
	case len(values) >= maxValues:
		return other
	case values == nil:
		values = map[string]bool{}
		s.values[name] = values
	}
	values[value] = true
	return value
}

func (s *sets) make(l labels) measured {
	all := slices.Clone(s.common)
	for _, t := range []text{l.first, l.second, l.third} {
		if t.value != "" {
			all = append(all, attribute.String(t.name, t.value))
		}
	}
	if l.status != 0 {
		all = append(all, attribute.Int(statusCode, l.status))
	}
	if l.hasFallback {
		all = append(all, attribute.Bool(fallback, l.fallback))
	}
	set := metric.WithAttributeSet(attribute.NewSet(all...))
	return measured{[]metric.AddOption{set}, []metric.RecordOption{set}}
}

// errorOf returns the kind of an error: "timeout", "canceled", the status of HTTP, or [other]; "" without one.
func errorOf(err error, status int) string {
	var timeout net.Error
	switch {
	case err == nil && status < 500:
		return ""
	case status >= 400:
		return strconv.Itoa(status)
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	default:
		return other
	}
}
