package outgoing_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clock/clocktest"
	"github.com/ginclerk/ginclerk/ginclerk/outgoing"
)

func TestATokenIsKeptUntilShortlyBeforeItExpires(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		wait    time.Duration
		minimum time.Duration
		asked   int
	}{
		{"at once", 0, 0, 1},
		{"with ten seconds left, the margin", 50 * time.Second, 0, 1},
		{"with less than ten seconds left", 51 * time.Second, 0, 2},
		{"with as much left as the caller needs", 30 * time.Second, 30 * time.Second, 1},
		{"with less left than the caller needs", 31 * time.Second, 30 * time.Second, 2},
		{"a caller's lesser need does not undo the margin", 55 * time.Second, time.Second, 2},
		{"after it has expired", 2 * time.Minute, 0, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m := &minter{clock: clocktest.At(noon())}
			source := newSource(t, m)
			first := ask(t, source, adas())
			m.clock.Advance(row.wait)
			r := adas()
			r.MinimumLife = row.minimum
			second := ask(t, source, r)
			if m.count() != row.asked || (first.Value == second.Value) != (row.asked == 1) {
				t.Errorf("%d tokens were made, want %d", m.count(), row.asked)
			}
			if left := second.Expires.Sub(m.clock.Now()); left < max(row.minimum, outgoing.DefaultMargin) {
				t.Errorf("the token has %v left", left)
			}
		})
	}
}

func TestEverythingThatChangesTheAnswerIsKeptApart(t *testing.T) {
	t.Parallel()
	m := &minter{clock: clocktest.At(noon())}
	source := newSource(t, m)
	requests := []outgoing.Request{
		adas(),
		{SessionID: "sess_2", UserID: "user_ada"},
		{SessionID: "sess_1", UserID: "user_bob"},
		{SessionID: "sess_1", UserID: "user_ada", OrganizationID: "org_1"},
		{SessionID: "sess_1", UserID: "user_ada", Template: "billing"},
		{SessionID: "sess_1", UserID: "user_ada", Template: "supabase"},
		{SessionID: "sess_1", UserID: "user_ada", Lifetime: 5 * time.Minute},
	}
	seen := map[string]bool{}
	for range 2 {
		for _, r := range requests {
			seen[ask(t, source, r).Value] = true
		}
	}
	if m.count() != len(requests) || len(seen) != len(requests) {
		t.Errorf("%d tokens made, %d different ones handed out; want %d of both", m.count(), len(seen), len(requests))
	}
	for i, r := range m.asked {
		if r != requests[i] {
			t.Errorf("the minter was asked for %+v, want %+v", r, requests[i])
		}
	}
}

func TestTokensNeverLiveAsLongAsIsNeeded(t *testing.T) {
	t.Parallel()
	m := &minter{clock: clocktest.At(noon())}
	source := newSource(t, m)
	r := adas()
	r.MinimumLife = 2 * time.Minute
	for range 3 {
		if _, err := source.Token(t.Context(), r); !errors.Is(err, outgoing.ErrShortLived) {
			t.Errorf("error %v, want ErrShortLived", err)
		}
	}
	if m.count() != 1 {
		t.Errorf("%d tokens were made to find that out, want 1", m.count())
	}
	r.Lifetime = 3 * time.Minute
	ask(t, source, r)
}

func TestErrorsAreNotRemembered(t *testing.T) {
	t.Parallel()
	for _, want := range []error{
		outgoing.ErrSessionEnded, outgoing.ErrUnknownTemplate, outgoing.ErrOrganizationChanged, outgoing.ErrUnavailable,
	} {
		m := &minter{clock: clocktest.At(noon())}
		m.mint = func(context.Context, outgoing.Request) (string, error) { return "", fmt.Errorf("clerk: %w", want) }
		source := newSource(t, m)
		if _, err := source.Token(t.Context(), adas()); !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
		m.mint = nil
		ask(t, source, adas())
	}
}

// TestWhatClerkHandsOut: a Source does not return a token that is not the requested one.
func TestWhatClerkHandsOut(t *testing.T) {
	t.Parallel()
	inAcme := outgoing.Request{SessionID: "sess_1", UserID: "user_ada", OrganizationID: "org_acme"}
	template := outgoing.Request{SessionID: "sess_1", UserID: "user_ada", OrganizationID: "org_acme", Template: "billing"}
	forMachine := outgoing.Request{SessionID: "sess_1", UserID: "mch_1"}
	with := func(r outgoing.Request, name string, value any) string {
		payload := sessionClaims(r, noon(), time.Minute)
		payload[name] = value
		return jwt(payload)
	}
	for _, row := range []struct {
		name    string
		request outgoing.Request
		answer  string
		want    error
	}{
		{"the token", inAcme, jwt(sessionClaims(inAcme, noon(), time.Minute)), nil},
		{"a token for no organization", inAcme, jwt(sessionClaims(adas(), noon(), time.Minute)), outgoing.ErrOrganizationChanged},
		{"a token for an organization", adas(), jwt(sessionClaims(inAcme, noon(), time.Minute)), outgoing.ErrOrganizationChanged},
		{"another user's token", inAcme, with(inAcme, "sub", "user_bob"), outgoing.ErrUnavailable},
		{"another session's token", inAcme, with(inAcme, "sid", "sess_2"), outgoing.ErrUnavailable},
		{"a machine's token", forMachine, jwt(sessionClaims(forMachine, noon(), time.Minute)), outgoing.ErrUnavailable},
		{"a machine's token, padded", forMachine, jwt(sessionClaims(forMachine, noon(), time.Minute)) + "=", outgoing.ErrUnavailable},
		{"a token without an end", inAcme, with(inAcme, "exp", nil), outgoing.ErrUnavailable},
		{"a token without a beginning", inAcme, with(inAcme, "iat", nil), outgoing.ErrUnavailable},
		{"no token", inAcme, "", outgoing.ErrUnavailable},
		{"something else", inAcme, "a.b.c", outgoing.ErrUnavailable},
		{"a template's token, which names no session", template, jwt(claims{"sub": "user_ada", "iat": noon().Unix(), "exp": noon().Unix() + 60}), nil},
		{"a template's token of another user", template, jwt(claims{"sub": "user_bob", "iat": noon().Unix(), "exp": noon().Unix() + 60}), outgoing.ErrUnavailable},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m := &minter{clock: clocktest.At(noon())}
			m.mint = func(context.Context, outgoing.Request) (string, error) { return row.answer, nil }
			got, err := newSource(t, m).Token(t.Context(), row.request)
			if !errors.Is(err, row.want) || (row.want == nil) != (got.Value != "") || row.want == nil && got.Value != row.answer {
				t.Errorf("got a token: %t, error %v; want %v", got.Value != "", err, row.want)
			}
			if row.answer != "" && err != nil && strings.Contains(err.Error(), row.answer) {
				t.Error("the error quotes the token")
			}
		})
	}
}

// TestClocksThatDiffer: wherever the two clocks are, no token is taken to live longer than it does.
func TestClocksThatDiffer(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		ahead time.Duration // of Clerk's clock
		left  time.Duration
	}{
		{"clocks that agree", 0, time.Minute},
		{"Clerk's clock is ahead", time.Hour, time.Minute},
		{"Clerk's clock is behind", -20 * time.Second, 40 * time.Second},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m := &minter{clock: clocktest.At(noon())}
			m.mint = func(_ context.Context, r outgoing.Request) (string, error) {
				return jwt(sessionClaims(r, noon().Add(row.ahead), time.Minute)), nil
			}
			if left := ask(t, newSource(t, m), adas()).Expires.Sub(noon()); left != row.left {
				t.Errorf("the token is taken to live for %v, want %v", left, row.left)
			}
		})
	}
}

func TestTheMemoryIsBounded(t *testing.T) {
	t.Parallel()
	m := &minter{clock: clocktest.At(noon())}
	const bound, sessions = 10, 500
	source, err := outgoing.NewSource(outgoing.Config{Minter: m, Now: m.clock.Now, MaxEntries: bound})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for i := range sessions {
			r := adas()
			r.SessionID = fmt.Sprintf("sess_%d", i)
			ask(t, source, r)
		}
	}
	if kept := 2*sessions - m.count(); kept > bound {
		t.Errorf("%d tokens were kept, want %d at most", kept, bound)
	}
}

func TestForgetDropsTheTokensOfOneSession(t *testing.T) {
	t.Parallel()
	m := &minter{clock: clocktest.At(noon())}
	source := newSource(t, m)
	template := adas()
	template.Template = "billing"
	other := outgoing.Request{SessionID: "sess_2", UserID: "user_ada"}
	for _, r := range []outgoing.Request{adas(), template, other} {
		ask(t, source, r)
	}
	source.Forget("sess_1")
	source.Forget("sess_unknown")
	for _, r := range []outgoing.Request{adas(), template, other} {
		ask(t, source, r)
	}
	if m.count() != 5 {
		t.Errorf("%d tokens were made, want 5: two of them twice", m.count())
	}
}

func TestARequestThatMakesNoSense(t *testing.T) {
	t.Parallel()
	m := &minter{clock: clocktest.At(noon())}
	source := newSource(t, m)
	for name, r := range map[string]outgoing.Request{
		"no session":            {UserID: "user_ada"},
		"no user":               {SessionID: "sess_1"},
		"a negative lifetime":   {SessionID: "sess_1", UserID: "user_ada", Lifetime: -time.Minute},
		"a fraction of seconds": {SessionID: "sess_1", UserID: "user_ada", Lifetime: 1500 * time.Millisecond},
	} {
		if _, err := source.Token(t.Context(), r); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if m.count() != 0 {
		t.Error("the minter was asked")
	}
}

func TestASourceNeedsItsParts(t *testing.T) {
	t.Parallel()
	m := &minter{clock: clocktest.At(noon())}
	for name, config := range map[string]outgoing.Config{
		"no minter":         {Now: m.clock.Now},
		"no clock":          {Minter: m},
		"a negative margin": {Minter: m, Now: m.clock.Now, Margin: -1},
		"a negative bound":  {Minter: m, Now: m.clock.Now, MaxEntries: -1},
		"a negative limit":  {Minter: m, Now: m.clock.Now, Timeout: -1},
	} {
		if _, err := outgoing.NewSource(config); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestATokenNeverPrintsItself(t *testing.T) {
	t.Parallel()
	token := outgoing.Token{Value: "secret"}
	log := &strings.Builder{}
	slog.New(slog.NewTextHandler(log, nil)).Info("made", "token", token)
	for _, text := range []string{fmt.Sprint(token), fmt.Sprintf("%+v", token), fmt.Sprintf("%#v", token), log.String()} {
		if strings.Contains(text, "secret") {
			t.Errorf("printed: %s", text)
		}
	}
}
