package telemetry

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// trace adds an event to the trace of its request.
func (o *Observer) trace(ctx context.Context, e observe.Event) {
	switch e.Kind {
	case observe.ClerkCalled:
		o.span(ctx, "clerk "+e.Target, trace.SpanKindClient, e)
	case observe.Decided:
		if trace.SpanFromContext(ctx).IsRecording() {
			o.span(ctx, "ginclerk decide", trace.SpanKindInternal, e)
		}
	case observe.Refused, observe.Renewed, observe.Parked, observe.Replayed, observe.Discarded, observe.Limited, observe.ClerkNotAsked:
		if span := trace.SpanFromContext(ctx); span.IsRecording() {
			span.AddEvent("ginclerk."+e.Kind.String(), trace.WithAttributes(o.told(e)...), trace.WithTimestamp(o.now()))
		}
	default: // the trace of a request does not need it
	}
}

// span makes the span of what has just ended.
func (o *Observer) span(ctx context.Context, name string, kind trace.SpanKind, e observe.Event) {
	ended := o.now()
	_, span := o.tracer.Start(ctx, strings.TrimSpace(name), trace.WithSpanKind(kind), trace.WithTimestamp(ended.Add(-e.Duration)))
	if !span.IsRecording() {
		span.End()
		return
	}
	span.SetAttributes(o.told(e)...)
	if failure := errorOf(e.Err, e.Status); failure != "" {
		span.SetStatus(codes.Error, "")
	}
	span.End(trace.WithTimestamp(ended))
}

// told are the attributes of a span or of its event. The text of errors is for logs: it may name hosts.
func (o *Observer) told(e observe.Event) []attribute.KeyValue {
	all := append(make([]attribute.KeyValue, 0, len(o.common)+6), o.common...)
	names := map[observe.Kind]string{observe.ClerkCalled: operation, observe.ClerkNotAsked: operation, observe.Limited: policyName}
	for _, t := range []text{
		{names[e.Kind], e.Target},
		{reasonName, e.Reason},
		{memoryResult, e.Memory},
		{errorType, errorOf(e.Err, e.Status)},
	} {
		if t.name != "" && t.value != "" {
			all = append(all, attribute.String(t.name, t.value))
		}
	}
	if e.Status != 0 {
		all = append(all, attribute.Int(statusCode, e.Status))
	}
	return all
}
