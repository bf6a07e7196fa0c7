package ginclerk_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk/reason"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

// A page gets a younger token by itself; only a program with an old token is turned away.
func TestAStaleTokenOfAPageIsRenewedOnce(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.clerk.MountProxy(a.engine)
	a.guarded(a.clerk.MaxTokenAge(20 * time.Second))
	v := a.visitor(t, ada)
	a.clock.Advance(30 * time.Second)
	way := v.visit(t, "/guarded?x=1")
	way[0].wantStatus(t, http.StatusSeeOther).wantRan(t, false)
	last := way[len(way)-1]
	last.wantSignedIn(t, a.userID(t, ada))
	if last.request.URL.RequestURI() != "/guarded?x=1" {
		t.Errorf("came back to %s", last.request.URL.RequestURI())
	}
}

// Where renewing does not help, the second time is the last.
func TestAPageThatStaysStaleIsTurnedAway(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.clerk.MountProxy(a.engine)
	a.guarded(a.clerk.MaxTokenAge(-time.Second)) // no token is young enough
	v := a.visitor(t, ada)
	way := v.visit(t, "/guarded")
	way[len(way)-1].wantStatus(t, http.StatusUnauthorized).wantRan(t, false)
	if renewed := strings.Count(locations(way), "/v1/client/handshake"); renewed != 1 {
		t.Errorf("%d handshakes, want 1: %s", renewed, locations(way))
	}
}

func locations(way []*answer) string {
	var all []string
	for _, one := range way {
		all = append(all, one.Header().Get("Location"))
	}
	return strings.Join(all, "\n")
}

func TestMaxSessionAge(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.MaxSessionAge(time.Hour))
	session := a.session(t, ada, clerktest.SessionOptions{})
	fresh := func() option { return bearer(a.mint(t, session.ID, clerktest.TokenOptions{})) }
	a.clock.Advance(time.Hour)
	a.ask(http.MethodGet, "/guarded", program, fresh()).wantSignedIn(t, a.userID(t, ada))
	a.clock.Advance(time.Second)
	got := a.ask(http.MethodGet, "/guarded", program, fresh()).wantProblem(t, http.StatusUnauthorized, "Session expired")
	if !strings.Contains(got.Body.String(), string(reason.SessionTooOld)) {
		t.Errorf("the answer does not say why: %s", got.Body)
	}
	a.ask(http.MethodGet, "/", program, fresh()).wantSignedIn(t, a.userID(t, ada))
	a.ask(http.MethodGet, "/guarded", program).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
}

func TestMaxSessionAgeAsksClerkOnceAMinute(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.MaxSessionAge(time.Hour))
	session := a.session(t, ada, clerktest.SessionOptions{})
	asked := func() int { return a.server.Calls()["GET /v1/sessions/{session_id}"] }
	ask := func() *answer {
		return a.ask(http.MethodGet, "/guarded", program, bearer(a.mint(t, session.ID, clerktest.TokenOptions{})))
	}
	for range 5 {
		ask().wantSignedIn(t, a.userID(t, ada))
	}
	if asked() != 1 {
		t.Errorf("Clerk was asked %d times, want once", asked())
	}
	a.clock.Advance(time.Minute)
	a.server.SetUnavailable(true)
	ask().wantUnavailable(t)
	a.server.SetUnavailable(false)
	ask().wantSignedIn(t, a.userID(t, ada))
}

func TestMaxSessionAgeOfASessionThatHasEnded(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.MaxSessionAge(time.Hour))
	session := a.session(t, ada, clerktest.SessionOptions{})
	token := bearer(a.mint(t, session.ID, clerktest.TokenOptions{}))
	if err := a.server.RevokeSession(session.ID); err != nil {
		t.Fatal(err)
	}
	a.ask(http.MethodGet, "/guarded", program, token).wantProblem(t, http.StatusUnauthorized, "Unauthorized")
	a.ask(http.MethodGet, "/", program, token).wantNobody(t, string(reason.SessionRevoked))
}

func TestReverified(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name        string
		requirement ginclerk.Requirement
		minutes     int // since the first factor; there is no second
		met         bool
		told        string // JSON
	}{
		{"strict_mfa after nine minutes", ginclerk.Reverified(token.PresetStrictMFA), 9, true, ""},
		{"strict_mfa after ten", ginclerk.Reverified(token.PresetStrictMFA), 10, false, `"strict_mfa"`},
		{"strict after ten", ginclerk.Reverified(token.PresetStrict), 10, false, `"strict"`},
		{"moderate after 59", ginclerk.Reverified(token.PresetModerate), 59, true, ""},
		{"moderate after 60", ginclerk.Reverified(token.PresetModerate), 60, false, `"moderate"`},
		{"lax after a day", ginclerk.Reverified(token.PresetLax), 1440, false, `"lax"`},
		{"a first factor within five minutes", ginclerk.ReverifiedWithin(token.FirstFactor, 5*time.Minute), 4, true, ""},
		{
			"a first factor not within five minutes", ginclerk.ReverifiedWithin(token.FirstFactor, 5*time.Minute), 5, false,
			`{"level":"first_factor","afterMinutes":5}`,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.guarded(a.clerk.Require(row.requirement))
			session := a.session(t, ada, clerktest.SessionOptions{})
			a.clock.Advance(time.Duration(row.minutes) * time.Minute)
			got := a.ask(http.MethodGet, "/guarded", program, bearer(a.mint(t, session.ID, clerktest.TokenOptions{})))
			if row.met {
				got.wantSignedIn(t, a.userID(t, ada))
				return
			}
			got.wantProblem(t, http.StatusForbidden, "Reverification required")
			var answer struct {
				ClerkError json.RawMessage `json:"clerk_error"`
			}
			if err := json.Unmarshal(got.Body.Bytes(), &answer); err != nil {
				t.Fatal(err)
			}
			want := `{"metadata":{"reverification":` + row.told + `},"reason":"reverification-error","type":"forbidden"}`
			if diff := cmp.Diff(want, string(answer.ClerkError)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Proof is asked for only where it would help.
func TestReverificationComesAfterEverythingElse(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.guarded(a.clerk.Require(ginclerk.Reverified(token.PresetStrict), ginclerk.Role("org:admin")))
	session := a.session(t, bob, clerktest.SessionOptions{OrganizationID: "acme"})
	a.clock.Advance(time.Hour)
	a.ask(http.MethodGet, "/guarded", program, bearer(a.mint(t, session.ID, clerktest.TokenOptions{}))).
		wantProblem(t, http.StatusForbidden, "Forbidden")
}

func TestReverificationOfAPage(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.clerk.MountProxy(a.engine)
	ginclerk.UsePages(a.clerk, ginclerk.Pages{Verify: "/verify"})
	a.guarded(a.clerk.Require(ginclerk.Reverified(token.PresetStrict)))
	v := a.visitor(t, ada)
	v.arrive(t, "/guarded").wantSignedIn(t, a.userID(t, ada))
	a.clock.Advance(10 * time.Minute)
	const want = "/verify?after_minutes=10&level=second_factor&redirect_url=%2Fguarded%3Fx%3D1"
	way := v.visit(t, "/guarded?x=1")
	var sent bool
	for _, one := range way {
		sent = sent || one.Header().Get("Location") == want && one.Code == http.StatusSeeOther
	}
	if !sent {
		t.Errorf("never sent to %s:\n%s", want, locations(way))
	}
	got := v.ask(http.MethodGet, "/guarded", htmx, header("HX-Current-URL", ownOrigin+"/guarded?x=1"))
	got.wantProblem(t, http.StatusForbidden, "Reverification required").wantHeader(t, "HX-Redirect", want)
}
