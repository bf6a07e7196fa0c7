package main

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// The guide's limit: 10 requests in 10 seconds for each user.
func TestLimitedAPI(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, admin := visitors()
	ping := func(header http.Header) answer { return a.do(t, http.MethodGet, "/api/limited/ping", header) }
	bob := byProgram(t, a, member)
	for i := range 10 {
		got := ping(bob)
		if got.status != http.StatusOK || got.json(t)["message"] != "pong" {
			t.Fatalf("request %d: %s, want pong", i+1, got.summary(t, a.origin))
		}
		if left := got.header.Get("RateLimit"); !strings.HasPrefix(left, `"10-in-10s";r=`+strconv.Itoa(9-i)+";") {
			t.Errorf("request %d: RateLimit %s, want %d that remain", i+1, left, 9-i)
		}
	}
	for name, header := range map[string]http.Header{"with the same token": bob, "in another session": byBrowser(t, a, member)} {
		got := ping(header)
		if summary := got.summary(t, a.origin); summary != "429 Rate limited" {
			t.Errorf("request 11 %s: %s, want 429", name, summary)
		}
		if wait, err := strconv.Atoi(got.header.Get("Retry-After")); err != nil || wait < 1 || wait > 11 {
			t.Errorf("request 11 %s: Retry-After %q, want 1 to 11 seconds", name, got.header.Get("Retry-After"))
		}
	}
	if got := ping(byProgram(t, a, admin)); got.status != http.StatusOK {
		t.Errorf("another user gets %s, want pong: the limit is for each user", got.summary(t, a.origin))
	}
	if got := a.do(t, http.MethodGet, protectedPath, bob).summary(t, a.origin); got != "429 Rate limited" {
		t.Errorf("the rest of the API answers %s, want 429: it is one group", got)
	}
	for _, path := range []string{"/api/public/time", "/dashboard", "/sessions"} {
		if got := a.do(t, http.MethodGet, path, bob); got.status != http.StatusOK {
			t.Errorf("%s: %s, want 200: pages are not limited", path, got.summary(t, a.origin))
		}
	}
}

func TestSignedOutRequestsAreNotCounted(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	for i := range 12 {
		if got := a.do(t, http.MethodGet, "/api/limited/ping", nil).summary(t, a.origin); got != "401 Unauthorized" {
			t.Fatalf("request %d: %s, want 401", i+1, got)
		}
	}
}

func TestLimitCountsHead(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	_, member, _ := visitors()
	bob := byProgram(t, a, member)
	for range 10 {
		a.do(t, http.MethodHead, "/api/limited/ping", bob)
	}
	if got := a.do(t, http.MethodGet, "/api/limited/ping", bob).summary(t, a.origin); got != "429 Rate limited" {
		t.Errorf("after 10 HEAD requests GET gets %s, want 429", got)
	}
}
