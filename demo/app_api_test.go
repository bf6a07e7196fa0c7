package main

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestProtectedNamesTheUser(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	for email, role := range map[string]string{"ada@example.com": "admin", "bob@example.com": "member", "mia@example.com": "guest"} {
		_, session := a.session(t, person{email: email}, "")
		got := a.do(t, http.MethodGet, "/api/protected", http.Header{"Authorization": {"Bearer " + a.token(t, session.ID, 0)}})
		want := map[string]any{"userId": session.UserID, "sessionId": session.ID, "email": email, "role": role}
		if diff := cmp.Diff(want, got.json(t)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", email, diff)
		}
	}
}

func TestProtectedRefusesTokensOlderThanAnHour(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, session := a.session(t, person{email: "bob@example.com"}, "")
	header := http.Header{"Authorization": {"Bearer " + a.token(t, session.ID, 2*time.Hour)}}
	for _, row := range []struct {
		later time.Duration
		path  string
		want  string
	}{
		{0, "/api/protected", "200"},
		{time.Hour, "/api/protected", "200"},
		{time.Second, "/api/protected", "401 Session expired"},
		{0, "/api/limited/ping", "200"}, // only where the guide asks for a fresh token
		{time.Hour + time.Minute, "/api/protected", "401 Unauthorized"},
	} {
		a.clerk.Clock().Advance(row.later)
		if got := a.do(t, http.MethodGet, row.path, header).summary(t, a.origin); got != row.want {
			t.Errorf("%s at %s: %s, want %s", row.path, a.clerk.Clock().Now().Format(time.TimeOnly), got, row.want)
		}
	}
	fresh := http.Header{"Authorization": {"Bearer " + a.token(t, session.ID, 0)}}
	if got := a.do(t, http.MethodGet, "/api/protected", fresh).summary(t, a.origin); got != "200" {
		t.Errorf("with a fresh token: %s, want 200", got)
	}
}

func TestTheAPINamesTheCaller(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	guest, member, _ := visitors()
	bob, err := a.clerk.UserByEmail(member.email)
	if err != nil {
		t.Fatal(err)
	}
	for name, by := range map[string]asker{"browser": byBrowser, "program": byProgram} {
		for _, path := range []string{"/api/protected", "/api/limited/ping"} {
			if got := a.do(t, http.MethodGet, path, by(t, a, member)).header.Get("X-User-Id"); got != bob.ID {
				t.Errorf("%s by a %s: X-User-Id %q, want %q", path, name, got, bob.ID)
			}
			if got := a.do(t, http.MethodGet, path, by(t, a, guest)).header.Values("X-User-Id"); len(got) != 0 {
				t.Errorf("%s signed out by a %s: X-User-Id %q, want none", path, name, got)
			}
		}
		if got := a.do(t, http.MethodGet, "/dashboard", by(t, a, member)).header.Values("X-User-Id"); len(got) != 0 {
			t.Errorf("/dashboard by a %s: X-User-Id %q, but that is no API", name, got)
		}
	}
}

func TestThePublicAPIKnowsTheUser(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	guest, member, _ := visitors()
	for who, want := range map[person]bool{guest: false, member: true} {
		got := a.do(t, http.MethodGet, "/api/public/time", byProgram(t, a, who)).json(t)
		if got["signedIn"] != want {
			t.Errorf("signedIn %v for %q, want %t", got["signedIn"], who.email, want)
		}
	}
}

func TestGarbageTokensSignNoUserIn(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	for name, header := range map[string]http.Header{
		"no token":        {},
		"garbage":         {"Authorization": {"Bearer garbage"}},
		"three parts":     {"Authorization": {"Bearer a.b.c"}},
		"another scheme":  {"Authorization": {"Basic YWRhOnBhc3N3b3Jk"}},
		"a cookie":        {"Cookie": {"__session=garbage; __client_uat=1"}},
		"a secret key":    {"Authorization": {"Bearer " + a.clerk.SecretKey()}},
		"two tokens":      {"Authorization": {"Bearer a.b.c", "Bearer a.b.c"}},
		"an opaque token": {"Authorization": {"Bearer mt_0123456789"}},
	} {
		got := a.do(t, http.MethodGet, "/api/protected", header)
		if summary := got.summary(t, a.origin); summary != "401 Unauthorized" {
			t.Errorf("%s: %s, want 401 Unauthorized", name, summary)
		}
	}
}
