// Package telemetry counts and traces what ginclerk does, with the API of OpenTelemetry. It is an observer of package observe:
//
//	telemetry, err := telemetry.New(telemetry.Config{Meters: meterProvider, Tracers: tracerProvider})
//	if err != nil {
//		return err
//	}
//	clerk, err := ginclerk.New(ginclerk.Config{
//		// …
//		Observer: observe.All(observe.Log(logger), telemetry),
//	})
//
// The providers are the application's, which chooses exporters, views and samplers. The package imports the API of OpenTelemetry and no SDK,
// and uses no global provider. Hand the same observer to webhook.Config, to ratelimit.FallbackConfig and to redisstore.Config, which have
// events of their own.
//
// # Metrics
//
// TELEMETRY.md, beside this file, is the table of the instruments: names, types, units, attributes and what each counts. Durations are
// seconds. Names and attributes follow OpenTelemetry's semantic conventions; those of ginclerk's own begin with "ginclerk.".
//
// Attributes have few values: no user, session, organization, path or address is among them. Each attribute takes 100 values at most; further
// ones count as "_OTHER". An application of many tenants that are few and known may name the tenant in Config.Attributes of an observer of
// each.
//
// grafana/ginclerk.json is a dashboard with a panel for each instrument. Its queries have the names that Prometheus gets from
// OpenTelemetry: ginclerk.decision.duration becomes ginclerk_decision_duration_seconds.
//
// # Spans
//
// Each request to Clerk is a client span "clerk OPERATION" below the span in the context of the request that needs it. A decision is a span
// "ginclerk decide" where the request has a span that records. What else happens to such a request is an event of its span:
// "ginclerk.refused", "ginclerk.renewed", "ginclerk.parked", "ginclerk.replayed", "ginclerk.limited". Observers are told afterwards, so that the
// calls of a decision stand beside its span, not below it.
package telemetry
