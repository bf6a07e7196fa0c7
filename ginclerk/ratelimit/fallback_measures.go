package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// meterName is the instrumentation scope of the metrics.
const meterName = "github.com/ginclerk/ginclerk/ginclerk/ratelimit"

const (
	fromStore    = "store"
	fromFallback = "fallback"
)

// measures are the metrics; nil measures nothing.
type measures struct {
	decisions, refusals, fallbacks metric.Int64Counter
	duration                       metric.Float64Histogram
}

func newMeasures(provider metric.MeterProvider) (*measures, error) {
	if provider == nil {
		return nil, nil //nolint:nilnil // nil is how nothing is measured
	}
	meter := provider.Meter(meterName)
	var m measures
	var problems [4]error
	m.decisions, problems[0] = meter.Int64Counter("ginclerk.ratelimit.decisions", metric.WithUnit("{decision}"),
		metric.WithDescription("Decisions by outcome (allowed, refused, error) and by who decided (store, fallback)."))
	m.refusals, problems[1] = meter.Int64Counter("ginclerk.ratelimit.refusals", metric.WithUnit("{refusal}"),
		metric.WithDescription("Refusals by policy; a request that several policies refuse counts for each."))
	m.fallbacks, problems[2] = meter.Int64Counter("ginclerk.ratelimit.fallbacks", metric.WithUnit("{fallback}"),
		metric.WithDescription("Decisions without the store by policy and by what it did then (local, open, closed)."))
	m.duration, problems[3] = meter.Float64Histogram("ginclerk.ratelimit.duration", metric.WithUnit("s"),
		metric.WithDescription("How long decisions took, by who decided (store, fallback)."),
		metric.WithExplicitBucketBoundaries(.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25))
	if err := errors.Join(problems[:]...); err != nil {
		return nil, fmt.Errorf("ratelimit: metrics: %w", err)
	}
	return &m, nil
}

// decided measures one decision.
func (f *Fallback) measure(ctx context.Context, charges []Charge, d Decision, err error, source string, took time.Duration) {
	m := f.measures
	if m == nil {
		return
	}
	by := attribute.String("source", source)
	m.decisions.Add(ctx, 1, metric.WithAttributes(by, attribute.String("outcome", outcome(d, err))))
	m.duration.Record(ctx, took.Seconds(), metric.WithAttributes(by))
	for i := range d.Len() {
		if r := d.At(i); !r.Allowed {
			m.refusals.Add(ctx, 1, metric.WithAttributes(attribute.String("policy", r.Charge.Policy.Name)))
		}
	}
	if source != fromFallback {
		return
	}
	for i := range charges {
		m.fallbacks.Add(ctx, 1, metric.WithAttributes(
			attribute.String("policy", charges[i].Policy.Name), attribute.String("mode", f.config.of(charges[i].Policy).String())))
	}
}

func outcome(d Decision, err error) string {
	switch {
	case err != nil:
		return "error"
	case d.Allowed:
		return "allowed"
	default:
		return "refused"
	}
}
