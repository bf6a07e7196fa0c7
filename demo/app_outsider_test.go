package main

import (
	"net/http"
	"net/url"
	"testing"
)

// The application keeps the form of a signed-out visitor, and does nothing with it until the visitor signs in.
func TestFormsOfSignedOutVisitorsWait(t *testing.T) {
	t.Parallel()
	a := startWebapp(t)
	guest, member, _ := visitors()
	outsider := byBrowser(t, a, guest)
	for _, path := range []string{notesPath, dangerPath} {
		if got := a.do(t, http.MethodGet, path, outsider).summary(t, a.origin); got != "307 /sign-in for "+path {
			t.Errorf("GET %s: %s, want sign-in", path, got)
		}
		if got := a.post(t, path, outsider, url.Values{"text": {"milk"}}).summary(t, a.origin); got != "303 /sessions/forms" {
			t.Errorf("POST %s: %s, want the page where it waits", path, got)
		}
	}
	if got := a.do(t, http.MethodGet, "/sessions/forms", outsider).summary(t, a.origin); got != "307 /sign-in for /sessions/forms" {
		t.Errorf("the page where they wait: %s, want sign-in", got)
	}
	if got := a.notesShown(t, byBrowser(t, a, member)); len(got) != 0 {
		t.Errorf("an outsider wrote %q", got)
	}
}
