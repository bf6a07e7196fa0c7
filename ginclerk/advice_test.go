package ginclerk_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/internal/devlog"
)

// TestADeveloperIsToldWhyRequestsAreRefused: in words, with what to change, once a minute for each cause.
func TestADeveloperIsToldWhyRequestsAreRefused(t *testing.T) {
	t.Parallel()
	party := func(azp string) func(*testing.T, *app) []option {
		return func(t *testing.T, a *app) []option {
			t.Helper()
			return []option{program, bearer(a.mintFor(t, azp))}
		}
	}
	for _, row := range []struct {
		name   string
		change func(*ginclerk.Config)
		ask    func(*testing.T, *app) []option
		want   []string // in the line; none: no line
	}{
		{"a token of another party", nil, party("http://localhost:3000"), []string{"authorized parties", "party=http://localhost:3000", "accepted=" + ownOrigin}},
		{"a token that names no party", nil, party(""), []string{"or for none (azp)", `party=""`}},
		{"a secret key that Clerk refuses", func(c *ginclerk.Config) { c.SecretKey = "sk_test_" + strings.Repeat("x", 40) }, party(ownOrigin), []string{"Clerk refuses the secret key", "reason=secret-key-invalid"}},
		{"no user", nil, func(*testing.T, *app) []option { return []option{program} }, nil},
		{"garbage, which anyone can send", nil, func(*testing.T, *app) []option { return []option{program, bearer("garbage")} }, nil},
		{"a good token", nil, party(ownOrigin), nil},
		{"an expired token", nil, func(t *testing.T, a *app) []option {
			t.Helper()
			return []option{program, bearer(a.mint(t, a.session(t, ada, clerktest.SessionOptions{}).ID, clerktest.TokenOptions{Lifetime: -time.Minute}))}
		}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, configured(func(c *ginclerk.Config) {
				if row.change != nil {
					row.change(c)
				}
			}))
			a.engine.GET("/guarded", a.clerk.RequireSession(), whoami)
			options := row.ask(t, a)
			for range 3 {
				a.ask(http.MethodGet, "/guarded", options...)
			}
			lines := linesWith(a.log.String(), "requests count as signed out.")
			if wanted := min(len(row.want), 1); len(lines) != wanted {
				t.Fatalf("%d lines, want %d:\n%s", len(lines), wanted, a.log.String())
			}
			for _, want := range row.want {
				if !strings.Contains(lines[0], want) {
					t.Errorf("%q is not in %s", want, lines[0])
				}
			}
			a.clock.Advance(time.Minute)
			a.ask(http.MethodGet, "/guarded", row.ask(t, a)...)
			if again := len(linesWith(a.log.String(), "requests count as signed out.")); len(row.want) > 0 && again != 2 {
				t.Errorf("a minute later there are %d lines, want 2", again)
			}
		})
	}
}

// TestADeveloperIsToldThatTheApplicationIsElsewhere: with a wrong port in Origins, browsers are sent to where nothing listens.
func TestADeveloperIsToldThatTheApplicationIsElsewhere(t *testing.T) {
	t.Parallel()
	const line = "none of Origins"
	a := newApp(t)
	a.engine.GET("/guarded", a.clerk.RequireSession(), whoami)
	a.ask(http.MethodGet, "/guarded", navigation)
	if lines := linesWith(a.log.String(), line); len(lines) > 0 {
		t.Errorf("at home, the log has %q", lines)
	}
	for range 3 {
		a.ask(http.MethodGet, "/guarded", navigation, func(r *http.Request) { r.Host = "localhost:8081" })
	}
	lines := linesWith(a.log.String(), line)
	if len(lines) != 1 || !strings.Contains(lines[0], "localhost:8081") || !strings.Contains(lines[0], "redirects_to="+ownOrigin) {
		t.Errorf("the log has %q, want one line that names both addresses", lines)
	}
}

func TestInProductionNoOutsiderWritesAdvice(t *testing.T) {
	t.Parallel()
	a := newApp(t, production())
	a.engine.GET("/guarded", a.clerk.RequireSession(), whoami)
	a.ask(http.MethodGet, "/guarded", program, bearer(a.mintFor(t, "https://evil.example"))).wantStatus(t, http.StatusUnauthorized)
	if lines := linesWith(a.log.String(), "requests count as signed out."); len(lines) > 0 {
		t.Errorf("the log has %q", lines)
	}
}

// TestTheDefaultLoggerRepeatsNothingWithinAMinute holds the handler that writes to the standard error output in development.
func TestTheDefaultLoggerRepeatsNothingWithinAMinute(t *testing.T) {
	t.Parallel()
	var out safeBuffer
	handler := devlog.NewHandler(slog.NewTextHandler(&out, nil))
	began := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	say := func(after time.Duration, reason string) {
		line := slog.NewRecord(began.Add(after), slog.LevelWarn, "refused", 0)
		line.AddAttrs(slog.String("reason", reason), slog.String("error", after.String()))
		if err := handler.Handle(t.Context(), line); err != nil {
			t.Fatal(err)
		}
	}
	say(0, "a")
	say(time.Second, "a")
	say(time.Second, "b")
	say(59*time.Second, "a")
	say(time.Minute, "a")
	if lines := linesWith(out.String(), "refused"); len(lines) != 3 {
		t.Errorf("%d lines, want 3:\n%s", len(lines), out.String())
	}
}

func linesWith(text, part string) []string {
	var found []string
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			found = append(found, line)
		}
	}
	return found
}
