package telemetry_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/telemetry"
)

func TestCallsAndDecisionsAreSpansOfTheRequest(t *testing.T) {
	t.Parallel()
	recorder := tracetest.NewSpanRecorder()
	tracers := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	a := newApp(t, telemetry.Config{Tracers: tracers})
	a.engine.GET("/guarded", a.clerk.RequireSession(), func(c *gin.Context) { c.Status(http.StatusOK) })
	ctx, request := tracers.Tracer("test").Start(t.Context(), "GET /guarded")
	within := func(r *http.Request) { *r = *r.WithContext(ctx) }
	if got := a.ask(t, http.MethodGet, "/guarded", a.token(t, a.session(t), clerktest.TokenOptions{}), within); got != http.StatusOK {
		t.Errorf("status %d", got)
	}
	a.ask(t, http.MethodGet, "/guarded", "", within)
	request.End()
	spans := map[string]int{}
	for _, span := range recorder.Ended() {
		spans[span.Name()]++
		switch span.Name() {
		case "ginclerk decide":
			if span.Parent().SpanID() != request.SpanContext().SpanID() || span.SpanKind() != trace.SpanKindInternal {
				t.Errorf("%s is a %s below %s", span.Name(), span.SpanKind(), span.Parent().SpanID())
			}
		case "GET /guarded":
			if events := span.Events(); len(events) != 1 || events[0].Name != "ginclerk.refused" {
				t.Errorf("events %v", events)
			}
		default:
			if span.SpanKind() != trace.SpanKindClient || !span.Parent().IsValid() {
				t.Errorf("%s is a %s below %s", span.Name(), span.SpanKind(), span.Parent().SpanID())
			}
		}
	}
	if spans["ginclerk decide"] != 2 || len(spans) != 3 { // and the call for the keys
		t.Errorf("spans %v", spans)
	}
}

func TestAFailedCallIsASpanThatSaysSo(t *testing.T) {
	t.Parallel()
	recorder := tracetest.NewSpanRecorder()
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	o, err := telemetry.New(telemetry.Config{
		Tracers: sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder)), Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []observe.Event{
		{Target: "get user", Status: http.StatusServiceUnavailable, Duration: time.Second, Err: errors.New("secret.example: 503")},
		{Target: "get user", Duration: time.Second, Err: context.DeadlineExceeded},
		{Target: "get user", Status: http.StatusOK},
	} {
		e.Kind = observe.ClerkCalled
		o.Observe(t.Context(), e)
	}
	want := []struct {
		failure string
		code    codes.Code
	}{{"503", codes.Error}, {"timeout", codes.Error}, {"", codes.Unset}}
	for i, span := range recorder.Ended() {
		failure := ""
		for _, a := range span.Attributes() {
			if a.Key == "error.type" {
				failure = a.Value.AsString()
			}
		}
		if failure != want[i].failure || span.Status().Code != want[i].code || span.Status().Description != "" || !span.EndTime().Equal(now) {
			t.Errorf("span %d: %q, %v", i, failure, span.Status())
		}
	}
	if n := len(recorder.Ended()); n != len(want) {
		t.Errorf("%d spans", n)
	}
	if began := recorder.Ended()[0].StartTime(); !began.Equal(now.Add(-time.Second)) {
		t.Errorf("began %s", began)
	}
}

// A decision makes no trace of its own: programs have many requests that nobody traces.
func TestADecisionWithoutASpanIsNone(t *testing.T) {
	t.Parallel()
	recorder := tracetest.NewSpanRecorder()
	o, err := telemetry.New(telemetry.Config{Tracers: sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))})
	if err != nil {
		t.Fatal(err)
	}
	o.Observe(t.Context(), observe.Event{Kind: observe.Decided})
	if n := len(recorder.Ended()); n != 0 {
		t.Errorf("%d spans", n)
	}
}
