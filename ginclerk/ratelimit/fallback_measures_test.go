package ratelimit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/ginclerk/ginclerk/ginclerk/ratelimit"
)

// tally is a meter provider that adds up, by instrument and attributes. Of a histogram it counts the values.
type tally struct {
	noop.MeterProvider

	broken bool
	mu     sync.Mutex
	sums   map[string]int64
}

func (t *tally) Meter(string, ...metric.MeterOption) metric.Meter { return meter{tally: t} }

func (t *tally) add(name string, set attribute.Set, value int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var attributes []string
	for _, a := range set.ToSlice() {
		attributes = append(attributes, fmt.Sprintf("%s=%s", a.Key, a.Value.AsString()))
	}
	if t.sums == nil {
		t.sums = map[string]int64{}
	}
	t.sums[strings.TrimPrefix(name, "ginclerk.ratelimit.")+" "+strings.Join(attributes, " ")] += value
}

type meter struct {
	noop.Meter
	tally *tally
}

func (m meter) Int64Counter(name string, _ ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	if m.tally.broken {
		return nil, errBroken
	}
	return counted{name: name, tally: m.tally}, nil
}

func (m meter) Float64Histogram(name string, _ ...metric.Float64HistogramOption) (metric.Float64Histogram, error) {
	return timed{name: name, tally: m.tally}, nil
}

type counted struct {
	noop.Int64Counter
	name  string
	tally *tally
}

func (c counted) Add(_ context.Context, n int64, options ...metric.AddOption) {
	c.tally.add(c.name, metric.NewAddConfig(options).Attributes(), n)
}

type timed struct {
	noop.Float64Histogram
	name  string
	tally *tally
}

func (c timed) Record(_ context.Context, seconds float64, options ...metric.RecordOption) {
	if seconds < 0 || seconds > 1 {
		panic(fmt.Sprintf("%f s", seconds))
	}
	c.tally.add(c.name, metric.NewRecordConfig(options).Attributes(), 1)
}

func TestMetricsCountWhatWasDecided(t *testing.T) {
	t.Parallel()
	provider := &tally{}
	f := newFixture(t, ratelimit.FallbackConfig{
		Timeout:  10 * time.Second, // a loaded machine
		Policies: map[string]ratelimit.FailurePolicy{"closed": ratelimit.FailClosed, "open": ratelimit.FailOpen}, MeterProvider: provider,
	})
	allowed(t, f, 3, under("user", "a", 2))
	allowed(t, f, 3, under("closed", "a", 2))
	f.store.fail(refuse)
	allowed(t, f, 4, under("user", "b", 3), under("open", "b", 1))
	if _, err := f.Decide(t.Context(), under("closed", "a", 2), under("user", "a", 2)); !errors.Is(err, ratelimit.ErrUnavailable) {
		t.Errorf("closed: %v", err)
	}
	want := map[string]int64{
		"decisions outcome=allowed source=store": 4, "decisions outcome=refused source=store": 2,
		"decisions outcome=allowed source=fallback": 3, "decisions outcome=refused source=fallback": 1, "decisions outcome=error source=fallback": 1,
		"refusals policy=user": 2, "refusals policy=closed": 1,
		"fallbacks mode=local policy=user": 5, "fallbacks mode=open policy=open": 4, "fallbacks mode=closed policy=closed": 1,
		"duration source=store": 6, "duration source=fallback": 5,
	}
	if diff := cmp.Diff(want, provider.sums); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAMeterThatFailsIsAnErrorOfTheConfiguration(t *testing.T) {
	t.Parallel()
	if _, err := ratelimit.WithFallback(ratelimit.NewMemory(ratelimit.Config{}), ratelimit.FallbackConfig{MeterProvider: &tally{broken: true}}); !errors.Is(err, errBroken) {
		t.Errorf("%v, want the meter's error", err)
	}
}
