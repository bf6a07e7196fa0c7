package telemetry

import (
	"errors"

	"go.opentelemetry.io/otel/metric"
)

// Instrument types.
const (
	counter   = "counter"
	upDown    = "updowncounter"
	histogram = "histogram"
)

// Attributes. Those without the prefix are of OpenTelemetry's semantic conventions.
const (
	errorType  = "error.type"
	statusCode = "http.response.status_code"

	outcome       = "ginclerk.outcome"
	reasonName    = "ginclerk.reason"
	memoryResult  = "ginclerk.memory"
	operation     = "ginclerk.clerk.operation"
	waiterName    = "ginclerk.clerk.waiter"
	subject       = "ginclerk.revocation.subject"
	policyName    = "ginclerk.rate_limit.policy"
	fallback      = "ginclerk.rate_limit.fallback"
	formFate      = "ginclerk.form.fate"
	webhookType   = "ginclerk.webhook.type"
	webhookResult = "ginclerk.webhook.result"
	dependency    = "ginclerk.dependency"
)

// instrument is a row of the table of instruments.
type instrument struct {
	name, kind, unit string
	attributes       []string // that its measurements may have, in the order of the table
	counts           string   // what it counts
	bounds           []float64
}

// The names of the instruments.
const (
	decisions         = "ginclerk.decisions"
	decisionDuration  = "ginclerk.decision.duration"
	tokenLookups      = "ginclerk.token.lookups" //nolint:gosec // G101: no credential
	refusals          = "ginclerk.refusals"
	renewalDuration   = "ginclerk.renewal.duration"
	callDuration      = "ginclerk.clerk.call.duration"
	waitDuration      = "ginclerk.clerk.wait.duration"
	callsNotMade      = "ginclerk.clerk.not_asked"
	keyFetchDuration  = "ginclerk.key.fetch.duration"
	revocations       = "ginclerk.revocations"
	revocationStore   = "ginclerk.revocation.store.duration"
	revocationsHeard  = "ginclerk.revocations.received"
	revocationLag     = "ginclerk.revocation.lag"
	limitDecisions    = "ginclerk.rate_limit.decisions"
	limitDuration     = "ginclerk.rate_limit.duration"
	formsCounted      = "ginclerk.forms"
	signOutDuration   = "ginclerk.sign_out.duration"
	signOutSessions   = "ginclerk.sign_out.sessions"
	webhookDuration   = "ginclerk.webhook.duration"
	outagesInProgress = "ginclerk.outages"
)

// table returns all instruments.
func table() []instrument {
	return []instrument{
		{decisions, counter, "{decision}", []string{outcome, reasonName}, "Decisions about who a request is. Outcome: signed_in (a machine with a good token, too), signed_out, unavailable (Clerk could not be reached).", nil},
		{decisionDuration, histogram, "s", []string{outcome, memoryResult}, "How long a decision took, verification and calls to Clerk included.", quick()},
		{tokenLookups, counter, "{lookup}", []string{memoryResult}, "Tokens that the memory of verified tokens knew (hit), or whose signature had to be checked (miss).", nil},
		{refusals, counter, "{refusal}", []string{reasonName, statusCode}, "Requests that a guard answered in place of the handler.", nil},
		{renewalDuration, histogram, "s", []string{outcome, errorType}, "Expired session tokens that Clerk was asked to renew, and how long that took. Outcome: renewed, refused, unavailable.", slow()},
		{callDuration, histogram, "s", []string{operation, statusCode, errorType}, "Requests to Clerk's APIs, until the answer arrived.", slow()},
		{waitDuration, histogram, "s", []string{waiterName}, "Waits of calls to Clerk for their turn within Clerk's rate limit.", slow()},
		{callsNotMade, counter, "{call}", []string{operation, reasonName}, "Calls to Clerk that were not made. Reason: what ginclerk bounds such calls by (observe.UsersLimit, OutsidersLimit, RefreshesLimit, WaitOver).", nil},
		{keyFetchDuration, histogram, "s", []string{errorType}, "Fetches of the keys that verify session tokens.", slow()},
		{revocations, counter, "{revocation}", []string{subject, errorType}, "Revocations that this process began. Subject: session, user, membership. An error means that other replicas could not be told.", nil},
		{revocationStore, histogram, "s", []string{errorType}, "How long the store took to take revocations, which tells other replicas.", slow()},
		{revocationsHeard, counter, "{revocation}", nil, "Revocations that replicas sent and that arrived here.", nil},
		{revocationLag, histogram, "s", nil, "How long they were under way, by the clocks of both replicas.", slow()},
		{limitDecisions, counter, "{decision}", []string{outcome, policyName, fallback}, "Decisions of rate limits. Outcome: allowed, refused, unavailable. Policy: the one that refused. Fallback: the store was not asked or did not answer.", nil},
		{limitDuration, histogram, "s", []string{outcome}, "How long these decisions took.", quick()},
		{formsCounted, counter, "{form}", []string{formFate, reasonName, errorType}, "Forms that could not be processed at once. Fate: kept, sent (again), discarded (by their sender), lapsed (neither in their time), lost.", nil},
		{signOutDuration, histogram, "s", []string{outcome, errorType}, "Jobs that end many sessions of a user, since their start. Outcome: complete, incomplete, stopped (another process takes it over).", long()},
		{signOutSessions, counter, "{session}", []string{outcome}, "Sessions that these jobs found ended.", nil},
		{webhookDuration, histogram, "s", []string{webhookType, webhookResult, statusCode}, "Deliveries of webhooks. Result: the word of the answer, such as handled, duplicate or signature.", slow()},
		{outagesInProgress, upDown, "{outage}", []string{dependency}, "Outages in progress of what ginclerk depends on.", nil},
	}
}

// The bounds of buckets, in seconds: of what takes microseconds, of calls over the network, and of jobs.
func quick() []float64 {
	return []float64{0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5}
}

func slow() []float64 {
	return []float64{0.001, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}
}

func long() []float64 { return []float64{0.1, 0.5, 1, 5, 10, 30, 60, 300, 900} }

// instruments are those of one meter.
type instruments struct {
	counters   map[string]metric.Int64Counter
	upDowns    map[string]metric.Int64UpDownCounter
	histograms map[string]metric.Float64Histogram
}

func newInstruments(meter metric.Meter) (instruments, error) {
	made := instruments{map[string]metric.Int64Counter{}, map[string]metric.Int64UpDownCounter{}, map[string]metric.Float64Histogram{}}
	var problems []error
	for _, row := range table() {
		unit, description := metric.WithUnit(row.unit), metric.WithDescription(row.counts)
		var err error
		switch row.kind {
		case counter:
			made.counters[row.name], err = meter.Int64Counter(row.name, unit, description)
		case upDown:
			made.upDowns[row.name], err = meter.Int64UpDownCounter(row.name, unit, description)
		default:
			made.histograms[row.name], err = meter.Float64Histogram(row.name, unit, description, metric.WithExplicitBucketBoundaries(row.bounds...))
		}
		problems = append(problems, err)
	}
	return made, errors.Join(problems...)
}
