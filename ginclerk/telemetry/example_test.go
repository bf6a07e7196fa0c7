package telemetry_test

import (
	"context"
	"fmt"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/telemetry"
)

// The observer gets the providers of the application. Here a reader takes the place of an exporter, and an event that of requests.
func ExampleNew() {
	reader := sdkmetric.NewManualReader()
	observer, err := telemetry.New(telemetry.Config{Meters: sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))})
	if err != nil {
		fmt.Println(err)
		return
	}
	// ginclerk.Config{Observer: observe.All(observe.Log(logger), observer)}
	observer.Observe(context.Background(), observe.Event{Kind: observe.Decided, Memory: observe.MemoryHit})

	var data metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &data); err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range data.ScopeMetrics[0].Metrics {
		fmt.Println(m.Name, m.Unit)
	}
	// Unordered output:
	// ginclerk.decision.duration s
	// ginclerk.token.lookups {lookup}
	// ginclerk.decisions {decision}
}
