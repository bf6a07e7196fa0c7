package telemetry_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest/gintest"
	"github.com/ginclerk/ginclerk/ginclerk/observe"
	"github.com/ginclerk/ginclerk/ginclerk/telemetry"
)

// BenchmarkRequest is a whole request with a token that was seen before: without an observer of the application, with one that measures
// nothing, and with the SDK of OpenTelemetry.
func BenchmarkRequest(b *testing.B) {
	server := clerktest.New(b)
	user, err := server.UserByEmail(ada)
	if err != nil {
		b.Fatal(err)
	}
	session, err := server.CreateSession(user.ID, clerktest.SessionOptions{})
	if err != nil {
		b.Fatal(err)
	}
	token, err := server.MintToken(session.ID, clerktest.TokenOptions{Lifetime: time.Hour})
	if err != nil {
		b.Fatal(err)
	}
	measures := func(config telemetry.Config) observe.Observer {
		o, err := telemetry.New(config)
		if err != nil {
			b.Fatal(err)
		}
		return o
	}
	for _, row := range []struct {
		name     string
		observer observe.Observer
	}{
		{"without an observer", nil},
		{"no meter", measures(telemetry.Config{Meters: metricnoop.NewMeterProvider()})},
		{"the SDK's meter", measures(telemetry.Config{Meters: sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))})},
	} {
		b.Run(row.name, func(b *testing.B) {
			config := gintest.Config(server)
			config.Observer = row.observer
			clerk, err := ginclerk.New(config)
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = clerk.Close(context.Background()) }()
			engine := gin.New()
			engine.GET("/guarded", clerk.RequireSession(), func(*gin.Context) {})
			r := httptest.NewRequest(http.MethodGet, server.Origins()[0]+"/guarded", http.NoBody)
			r.Header.Set("Authorization", "Bearer "+token)
			w := httptest.NewRecorder()
			engine.ServeHTTP(w, r)
			b.ReportAllocs()
			for b.Loop() {
				clear(w.Header())
				engine.ServeHTTP(w, r)
			}
			if w.Code != http.StatusOK {
				b.Errorf("status %d", w.Code)
			}
		})
	}
}
