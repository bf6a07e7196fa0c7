package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock"
	"github.com/ginclerk/ginclerk/ginclerk/internal/nilvalue"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// ScopeName is the name of the instrumentation scope.
const ScopeName = "github.com/ginclerk/ginclerk/ginclerk/telemetry"

// Config configures an [Observer]. The zero value makes one that does nothing.
type Config struct {
	// Meters makes the instruments; nil means no metrics.
	Meters metric.MeterProvider
	// Tracers makes the spans; nil means no spans.
	Tracers trace.TracerProvider
	// Attributes are put on every measurement and every span, such as the tenant of an observer that has one. Their values must be few.
	Attributes []attribute.KeyValue
	// Now tells when a span has ended; nil means the wall clock.
	Now func() time.Time
}

// Observer counts and traces the events of package observe. Make one with [New]; it is safe for concurrent use.
type Observer struct {
	instruments instruments
	sets        *sets
	tracer      trace.Tracer
	common      []attribute.KeyValue
	now         func() time.Time
}

// New returns an observer. The error names every instrument that the meter provider could not make.
func New(config Config) (*Observer, error) {
	if err := errors.Join(nilvalue.Check(config.Meters), nilvalue.Check(config.Tracers)); err != nil {
		return nil, fmt.Errorf("telemetry: a provider %w", err)
	}
	if config.Meters == nil {
		config.Meters = metricnoop.NewMeterProvider()
	}
	if config.Tracers == nil {
		config.Tracers = tracenoop.NewTracerProvider()
	}
	made, err := newInstruments(config.Meters.Meter(ScopeName))
	if err != nil {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	sets := newSets(config.Attributes)
	return &Observer{
		instruments: made, sets: sets, tracer: config.Tracers.Tracer(ScopeName), common: sets.common, now: clock.Or(config.Now),
	}, nil
}

// Observe implements [observe.Observer].
func (o *Observer) Observe(ctx context.Context, e observe.Event) {
	o.measure(ctx, e)
	o.trace(ctx, e)
}

// measure adds an event to the metrics.
func (o *Observer) measure(ctx context.Context, e observe.Event) {
	switch e.Kind {
	case observe.Decided:
		o.decided(ctx, e)
	case observe.Refused:
		o.count(ctx, refusals, 1, labels{first: text{reasonName, e.Reason}, status: e.Status})
	case observe.Renewed:
		o.took(ctx, renewalDuration, e, labels{first: text{outcome, outcomeOf(e, "renewed", "refused")}, second: text{errorType, errorOf(e.Err, 0)}})
	case observe.Parked, observe.Replayed, observe.Discarded, observe.Lapsed:
		o.count(ctx, formsCounted, int64(max(e.Count, 1)), labels{first: text{formFate, fateOf(e)}, second: text{reasonName, e.Reason}, third: text{errorType, errorOf(e.Err, 0)}})
	case observe.Revoked:
		failure := text{errorType, errorOf(e.Err, 0)}
		o.count(ctx, revocations, 1, labels{first: text{subject, subjectOf(e)}, second: failure})
		o.took(ctx, revocationStore, e, labels{first: failure})
	case observe.RevocationsArrived:
		o.count(ctx, revocationsHeard, int64(e.Count), labels{})
		o.took(ctx, revocationLag, e, labels{})
	case observe.Limited:
		o.limited(ctx, e)
	default:
		o.measureService(ctx, e)
	}
}

// measureService is measure for what happens apart from a request of a visitor.
func (o *Observer) measureService(ctx context.Context, e observe.Event) {
	switch e.Kind {
	case observe.KeyFetched:
		o.took(ctx, keyFetchDuration, e, labels{first: text{errorType, errorOf(e.Err, e.Status)}})
	case observe.ClerkCalled:
		o.took(ctx, callDuration, e, labels{first: text{operation, e.Target}, second: text{errorType, errorOf(e.Err, e.Status)}, status: e.Status})
	case observe.ClerkNotAsked:
		o.count(ctx, callsNotMade, 1, labels{first: text{operation, e.Target}, second: text{reasonName, e.Reason}})
	case observe.ClerkAwaited:
		o.took(ctx, waitDuration, e, labels{first: text{waiterName, e.Target}})
	case observe.SignOutEnded:
		how := text{outcome, jobOutcome(e)}
		o.took(ctx, signOutDuration, e, labels{first: how, second: text{errorType, errorOf(e.Err, 0)}})
		o.count(ctx, signOutSessions, int64(e.Count), labels{first: how})
	case observe.WebhookReceived:
		o.took(ctx, webhookDuration, e, labels{first: text{webhookType, e.Target}, second: text{webhookResult, e.Reason}, status: e.Status})
	case observe.OutageBegan:
		o.instruments.upDowns[outagesInProgress].Add(ctx, 1, o.sets.of(labels{first: text{dependency, e.Target}}).add...)
	case observe.OutageEnded:
		o.instruments.upDowns[outagesInProgress].Add(ctx, -1, o.sets.of(labels{first: text{dependency, e.Target}}).add...)
	default: // kinds of later releases
	}
}

func (o *Observer) decided(ctx context.Context, e observe.Event) {
	how := text{outcome, outcomeOf(e, "signed_in", "signed_out")}
	o.count(ctx, decisions, 1, labels{first: how, second: text{reasonName, e.Reason}})
	o.took(ctx, decisionDuration, e, labels{first: how, second: text{memoryResult, e.Memory}})
	if e.Memory != "" {
		o.count(ctx, tokenLookups, 1, labels{first: text{memoryResult, e.Memory}})
	}
}

func (o *Observer) limited(ctx context.Context, e observe.Event) {
	how := text{outcome, "allowed"}
	switch e.Status {
	case 0:
	case http.StatusTooManyRequests:
		how.value = "refused"
	default:
		how.value = "unavailable"
	}
	o.count(ctx, limitDecisions, 1, labels{first: how, second: text{policyName, e.Target}, hasFallback: true, fallback: e.Reason == observe.WithoutStore})
	o.took(ctx, limitDuration, e, labels{first: how})
}

func (o *Observer) count(ctx context.Context, name string, by int64, l labels) {
	o.instruments.counters[name].Add(ctx, by, o.sets.of(l).add...)
}

func (o *Observer) took(ctx context.Context, name string, e observe.Event, l labels) {
	o.instruments.histograms[name].Record(ctx, e.Duration.Seconds(), o.sets.of(l).record...)
}

// outcomeOf is the outcome of an event that succeeds without a reason.
func outcomeOf(e observe.Event, good, bad string) string {
	switch {
	case e.Err != nil:
		return "unavailable"
	case e.Reason != "":
		return bad
	default:
		return good
	}
}

// fateOf is what has become of a form.
func fateOf(e observe.Event) string {
	switch {
	case e.Kind == observe.Replayed:
		return "sent"
	case e.Kind == observe.Discarded:
		return "discarded"
	case e.Kind == observe.Lapsed:
		return "lapsed"
	case e.Err != nil || e.Reason != "":
		return "lost"
	default:
		return "kept"
	}
}

// subjectOf is whose tokens a revocation refuses.
func subjectOf(e observe.Event) string {
	switch {
	case e.Target != "":
		return "membership"
	case e.SessionID != "":
		return "session"
	default:
		return "user"
	}
}

func jobOutcome(e observe.Event) string {
	switch e.Reason {
	case "":
		return "complete"
	case observe.SignOutIncomplete:
		return "incomplete"
	default:
		return "stopped"
	}
}
