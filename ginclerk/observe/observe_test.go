package observe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/observe"
)

// lines is a logger and what it has written.
func lines(level slog.Level) (*slog.Logger, *bytes.Buffer) {
	var buffer bytes.Buffer
	return slog.New(slog.NewTextHandler(&buffer, &slog.HandlerOptions{
		Level: level,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})), &buffer
}

func TestTheLogOfEachKindOfEvent(t *testing.T) {
	t.Parallel()
	refused := errors.New("connection refused")
	for name, row := range map[string]struct {
		event observe.Event
		want  string
	}{
		"a request of somebody who is signed in": {
			observe.Event{Kind: observe.Decided, Route: "GET /orders/:id", Duration: time.Millisecond, UserID: "user_1", SessionID: "sess_1"},
			`level=DEBUG msg="ginclerk: request authenticated" kind=decided route="GET /orders/:id" user_id=user_1 duration=1ms`,
		},
		"a request that Clerk had to be asked about": {
			observe.Event{Kind: observe.Decided, Err: refused},
			`level=WARN msg="ginclerk: request could not be authenticated" kind=decided error="connection refused"`,
		},
		"a guard that asks for sign-in": {
			observe.Event{Kind: observe.Refused, Reason: "session-token-expired", Status: 401},
			`level=INFO msg="ginclerk: request refused" kind=refused reason=session-token-expired status=401`,
		},
		"a guard that can't tell": {
			observe.Event{Kind: observe.Refused, Reason: "ginclerk-clerk-unavailable", Status: 503},
			`level=WARN msg="ginclerk: request refused" kind=refused reason=ginclerk-clerk-unavailable status=503`,
		},
		"a token that was renewed":         {observe.Event{Kind: observe.Renewed}, `level=DEBUG msg="ginclerk: session token renewed" kind=renewed`},
		"a token that could not be":        {observe.Event{Kind: observe.Renewed, Err: refused}, `level=WARN msg="ginclerk: session token could not be renewed" kind=renewed error="connection refused"`},
		"a renewal whose visitor left":     {observe.Event{Kind: observe.Renewed, Err: context.Canceled}, `level=DEBUG msg="ginclerk: session token could not be renewed" kind=renewed error="context canceled"`},
		"a form that waits":                {observe.Event{Kind: observe.Parked}, `level=INFO msg="ginclerk: form kept until its sender is back" kind=parked`},
		"a form that is lost":              {observe.Event{Kind: observe.Parked, Err: refused}, `level=WARN msg="ginclerk: a form could not be parked" kind=parked error="connection refused"`},
		"a form that is sent again":        {observe.Event{Kind: observe.Replayed}, `level=INFO msg="ginclerk: kept form sent again" kind=replayed`},
		"a session that is revoked":        {observe.Event{Kind: observe.Revoked, SessionID: "sess_1", Reason: "webhook"}, `level=INFO msg="ginclerk: session revoked" kind=revoked reason=webhook`},
		"a limit that lets a request in":   {observe.Event{Kind: observe.Limited}, `level=DEBUG msg="ginclerk: rate limit decided" kind=limited`},
		"a limit that refuses a request":   {observe.Event{Kind: observe.Limited, Target: "address", Status: 429}, `level=INFO msg="ginclerk: rate limit decided" kind=limited target=address status=429`},
		"a limit whose store is away":      {observe.Event{Kind: observe.Limited, Status: 503, Err: refused}, `level=WARN msg="ginclerk: rate limit could not decide" kind=limited status=503 error="connection refused"`},
		"keys that were fetched":           {observe.Event{Kind: observe.KeyFetched, Duration: time.Second}, `level=DEBUG msg="ginclerk: signing keys fetched" kind="key fetched" duration=1s`},
		"keys that could not be":           {observe.Event{Kind: observe.KeyFetched, Err: refused}, `level=WARN msg="ginclerk: signing keys could not be fetched" kind="key fetched" error="connection refused"`},
		"a call that Clerk answers":        {observe.Event{Kind: observe.ClerkCalled, Target: "get user", Status: 200}, `level=DEBUG msg="ginclerk: call to Clerk answered" kind="clerk called" target="get user" status=200`},
		"a call about what is not there":   {observe.Event{Kind: observe.ClerkCalled, Status: 404, Err: refused}, `level=DEBUG msg="ginclerk: call to Clerk failed" kind="clerk called" status=404 error="connection refused"`},
		"a call with a wrong secret key":   {observe.Event{Kind: observe.ClerkCalled, Status: 401, Err: refused}, `level=WARN msg="ginclerk: call to Clerk failed" kind="clerk called" status=401 error="connection refused"`},
		"a call that Clerk does not take":  {observe.Event{Kind: observe.ClerkCalled, Err: refused}, `level=WARN msg="ginclerk: call to Clerk failed" kind="clerk called" error="connection refused"`},
		"an outage that begins":            {observe.Event{Kind: observe.OutageBegan, Target: "rate limits", Err: refused}, `level=WARN msg="ginclerk: outage began" kind="outage began" target="rate limits" error="connection refused"`},
		"an outage that ends":              {observe.Event{Kind: observe.OutageEnded, Target: "rate limits"}, `level=INFO msg="ginclerk: outage ended" kind="outage ended" target="rate limits"`},
		"a call that waits its turn":       {observe.Event{Kind: observe.ClerkAwaited, Target: "sign-out job", Duration: time.Second}, `level=DEBUG msg="ginclerk: call to Clerk waited for its turn" kind="clerk awaited" target="sign-out job" duration=1s`},
		"revocations of a replica":         {observe.Event{Kind: observe.RevocationsArrived, Count: 3, Duration: time.Millisecond}, `level=DEBUG msg="ginclerk: revocations of a replica arrived" kind="revocations arrived" count=3 duration=1ms`},
		"a sign-out job that ends":         {observe.Event{Kind: observe.SignOutEnded, Count: 12}, `level=INFO msg="ginclerk: sign-out job ended" kind="sign-out ended" count=12`},
		"a sign-out job that stops":        {observe.Event{Kind: observe.SignOutEnded, Reason: observe.SignOutStopped, Err: refused}, `level=WARN msg="ginclerk: sign-out job could not go on" kind="sign-out ended" reason=ginclerk-sign-out-stopped error="connection refused"`},
		"a call that is not made":          {observe.Event{Kind: observe.ClerkNotAsked, Target: "users", Reason: observe.UsersLimit}, `level=INFO msg="ginclerk: call to Clerk not made" kind="clerk not asked" target=users reason=ginclerk-users-limit`},
		"a form that is discarded":         {observe.Event{Kind: observe.Discarded, Route: "POST /forms/discard", UserID: "user_1"}, `level=INFO msg="ginclerk: kept form discarded by its sender" kind=discarded route="POST /forms/discard" user_id=user_1`},
		"forms that lapse":                 {observe.Event{Kind: observe.Lapsed, Count: 2}, `level=INFO msg="ginclerk: kept forms neither sent nor discarded in their time" kind=lapsed count=2`},
		"a webhook that is handled":        {observe.Event{Kind: observe.WebhookReceived, Target: "session.ended", Reason: "handled", Status: 200}, `level=DEBUG msg="ginclerk: webhook answered" kind="webhook received" target=session.ended reason=handled status=200`},
		"a webhook that is not Clerk's":    {observe.Event{Kind: observe.WebhookReceived, Reason: "signature", Status: 400, Err: refused}, `level=WARN msg="ginclerk: webhook not handled" kind="webhook received" reason=signature status=400 error="connection refused"`},
		"a page that is read in an outage": {observe.Event{Kind: observe.OutageRead, Reason: "ginclerk-outage-reading", UserID: "user_1"}, `level=DEBUG msg="ginclerk: page read with a session token that has ended" kind="outage read" reason=ginclerk-outage-reading user_id=user_1`},
		"an event of a kind that is none":  {observe.Event{Kind: 99, Err: refused}, ""},
		"an event of no kind":              {observe.Event{Err: refused}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logger, written := lines(slog.LevelDebug)
			observe.Log(logger).Observe(t.Context(), row.event)
			if got := strings.TrimSuffix(written.String(), "\n"); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestEveryKindHasANameAndIsLogged(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, kind := range observe.Kinds() {
		logger, written := lines(slog.LevelDebug)
		observe.Log(logger).Observe(t.Context(), observe.Event{Kind: kind})
		if kind.String() == "" || names[kind.String()] || !strings.Contains(written.String(), "msg=\"ginclerk: ") {
			t.Errorf("kind %d: %q, %s", kind, kind, written)
		}
		names[kind.String()] = true
	}
}

func TestTheLogWritesNoSessionID(t *testing.T) {
	t.Parallel()
	for _, kind := range observe.Kinds() {
		logger, written := lines(slog.LevelDebug)
		observe.Log(logger).Observe(t.Context(), observe.Event{Kind: kind, SessionID: "sess_secret"})
		if written.Len() == 0 || strings.Contains(written.String(), "sess_secret") {
			t.Errorf("%s", written)
		}
	}
}

// explained is an explanation of a decision.
type explained string

func (e explained) LogValue() slog.Value { return slog.StringValue(string(e)) }

// The keys are what queries and alerts are written against.
func TestTheKeysOfTheLogStay(t *testing.T) {
	t.Parallel()
	var buffer bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&buffer, &slog.HandlerOptions{Level: slog.LevelDebug}))
	observe.Log(logger).Observe(t.Context(), observe.Event{
		Kind: observe.Decided, Route: "GET /", Target: "target", Reason: "reason", Reference: "reference", Status: 200, Count: 2,
		Duration: time.Second, Memory: observe.MemoryHit, Explanation: explained("explained"), Err: errors.New("error"), UserID: "user_1", SessionID: "sess_1",
	})
	decoder := json.NewDecoder(&buffer)
	var keys []string
	for {
		read, err := decoder.Token()
		if err != nil {
			break
		}
		if _, punctuation := read.(json.Delim); punctuation {
			continue
		}
		if _, err := decoder.Token(); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, fmt.Sprint(read))
	}
	if want := "[time level msg kind route target reason reference user_id memory status count duration error]"; fmt.Sprint(keys) != want {
		t.Errorf("keys %v, want %s", keys, want)
	}
}

// Each exported field that carries something is in the log, or is known to be left out.
func TestEveryFieldOfAnEventIsLoggedOrLeftOut(t *testing.T) {
	t.Parallel()
	leftOut := map[string]bool{"SessionID": true, "Explanation": true}
	fields := reflect.TypeFor[observe.Event]()
	for i := range fields.NumField() {
		field := fields.Field(i)
		event := observe.Event{Kind: observe.Decided}
		value := reflect.ValueOf(&event).Elem().Field(i)
		switch at := value.Addr().Interface().(type) {
		case *string:
			*at = "marked"
		case *int:
			*at = 4711
		case *time.Duration:
			*at = 4711
		case *error:
			*at = errors.New("marked")
		case *slog.LogValuer:
			*at = explained("marked")
		case *observe.Kind:
		default:
			t.Errorf("the test does not know fields such as %s", field.Name)
		}
		logger, written := lines(slog.LevelDebug)
		observe.Log(logger).Observe(t.Context(), event)
		if logged := strings.Contains(written.String(), "marked") || strings.Contains(written.String(), "4711") || strings.Contains(written.String(), "4.711"); field.Name != "Kind" && logged == leftOut[field.Name] {
			t.Errorf("%s: %s", field.Name, written)
		}
	}
}

func TestAllTellsEachInOrder(t *testing.T) {
	t.Parallel()
	var told []string
	listener := func(name string) observe.Observer {
		return observe.Func(func(_ context.Context, e observe.Event) { told = append(told, fmt.Sprintf("%s %s", name, e.Kind)) })
	}
	observe.All(listener("a"), nil, listener("b")).Observe(t.Context(), observe.Event{Kind: observe.Parked})
	observe.All(listener("c")).Observe(t.Context(), observe.Event{Kind: observe.Revoked})
	for _, nothing := range []observe.Observer{observe.All(), observe.All(nil, nil), observe.Log(nil)} {
		nothing.Observe(t.Context(), observe.Event{Kind: observe.Limited})
	}
	if want := "[a parked b parked c revoked]"; fmt.Sprint(told) != want {
		t.Errorf("%v, want %s", told, want)
	}
}
