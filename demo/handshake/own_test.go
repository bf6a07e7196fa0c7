package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

// Cases that the suite does not have.
func TestRowsThatTheSuiteDoesNotHave(t *testing.T) {
	t.Parallel()
	api := newBackend(t)
	handler := newHandler(t, api)
	for _, row := range slices.Concat(navigationRows(), furtherRows()) {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			v, got := row.ask(t, api, handler)
			for _, problem := range row.want.check(v, got) {
				t.Error(problem)
			}
		})
	}
}

// navigationRows say which requests can be sent to a handshake.
func navigationRows() []row {
	dest := func(value string) option { return header("Sec-Fetch-Dest", value) }
	return []row{{
		name: "a frame goes to a handshake", mode: production,
		options: []option{session(expired), dest("iframe")}, want: handshake(reasonExpired),
	}, {
		name: "a script's request does not", mode: production,
		options: []option{session(expired), dest("empty")}, want: as("nobody: " + reasonExpired),
	}, {
		name: "an image does not", mode: production,
		options: []option{session(expired), dest("image")}, want: as("nobody: " + reasonExpired),
	}, {
		name: "an old browser that wants a page does", mode: production,
		options: []option{session(expired), header("Accept", "text/html,*/*")}, want: handshake(reasonExpired),
	}, {
		name: "a form does not", mode: production,
		options: []option{session(expired), document, method(http.MethodPost)}, want: as("nobody: " + reasonNoGet),
	}, {
		name: "HEAD does not", mode: production,
		options: []option{session(expired), document, method(http.MethodHead)}, want: as("nobody: " + reasonExpired),
	}, {
		name: "a page of an organization needs a session", mode: production, target: "/organizations-by-id/org_a",
		options: []option{uat(0), dest("empty")}, want: want{status: http.StatusUnauthorized},
	}, {
		name: "a session that another key signed is refused", mode: production,
		options: []option{session(active), document, mismatchedKeys}, want: as("nobody: token-invalid-signature"),
	}}
}

func furtherRows() []row {
	const shop, evil = "https://shop.example.net", "https://evil.example"
	toBeSynced := func(to string) string { return "/?__clerk_redirect_url=" + url.QueryEscape(to) }
	moved := func(to string) want { return want{status: http.StatusTemporaryRedirect, location: to} }
	return []row{{
		name: "back from a handshake with a nonce, development", mode: development,
		options: []option{known, returningWithNonce(active, freshBrowser), document}, want: moved("/").setting("*"),
	}, {
		name: "back from a handshake with a nonce, production", mode: production,
		options: []option{returningWithNonce(active, freshBrowser), document}, want: as("user_12345").setting("*"),
	}, {
		name: "a nonce that Clerk does not know", mode: production, target: "/?__clerk_handshake_nonce=made-up",
		options: []option{document}, want: as("nobody: session-token-missing").settingOnly(),
	}, {
		name: "a development satellite asks the primary application", mode: development,
		options: []option{satellite("X-Satellite-Auto-Sync", "true", "X-Sign-In-Url", "https://example.com/sign-in"), document},
		want:    moved("https://example.com/sign-in?__clerk_redirect_url=" + url.QueryEscape(own+"/")),
	}, {
		name: "the primary application sends a satellite's browser back with its token", mode: development,
		target:  toBeSynced(shop + "/cart?__clerk_synced=false"),
		options: []option{known, document, header("X-Satellite-Origins", "https://blog.example.net,"+shop)},
		want:    moved(shop + "/cart?__clerk_synced=true&__clerk_db_jwt=" + devBrowser),
	}, {
		name: "but to no other application", mode: development, target: toBeSynced(evil),
		options: []option{known, document, header("X-Satellite-Origins", shop)}, want: served(),
	}, {
		name: "and to none where no satellites are configured", mode: development, target: toBeSynced(evil),
		options: []option{known, document}, want: served(),
	}, {
		name: "headers that are no configuration", mode: development,
		options: []option{header("X-Organization-Sync-Options", "[")}, want: want{status: http.StatusNotFound},
	}, {
		name: "keys of two kinds of instances", mode: development,
		options: []option{header("X-Secret-Key", "sk_live_12345")}, want: want{status: http.StatusNotFound},
	}, {
		name: "a slash at the end leads to no other host", mode: development, target: "//evil.example//?a=b",
		options: []option{document}, want: want{status: http.StatusPermanentRedirect, location: "/evil.example?a=b"},
	}}
}

// Two instances in one program: neither accepts the sessions of the other.
func TestInstancesNeverMix(t *testing.T) {
	t.Parallel()
	api := newBackend(t)
	handler := newHandler(t, api)
	mine, theirs := &visit{t: t, api: api, mode: production}, &visit{t: t, api: api, mode: production}
	request, other := mine.make("/", []option{bearerAlone(active)}), theirs.make("/", nil)
	for _, row := range []struct {
		name string
		want want
	}{
		{"at its own instance", as("user_12345")},
		{"at another", as("nobody: jwk-kid-mismatch")},
		{"at its own again", as("user_12345")},
	} {
		asked := request
		if row.name == "at another" {
			asked = other
			asked.Header.Set("Authorization", request.Header.Get("Authorization"))
		}
		got := httptest.NewRecorder()
		handler.ServeHTTP(got, asked)
		for _, problem := range row.want.check(mine, got) {
			t.Errorf("%s: %s", row.name, problem)
		}
	}
}

func TestInstancesAreKeptAndBounded(t *testing.T) {
	t.Parallel()
	kept := newInstances("", discard())
	v := &visit{t: t, api: newBackend(t), mode: development}
	request := v.make("/", []option{syncing(&authn.OrganizationSync{})})
	first, err := kept.of(request)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := kept.of(request); again != first {
		t.Error("the same headers make another Clerk")
	}
	for i := range 2 * maxInstances {
		request.Header.Set("X-Sign-In-Url", fmt.Sprintf("https://example.com/%d", i))
		if other, err := kept.of(request); err != nil || other == first {
			t.Fatalf("other headers: the same Clerk, or %v", err)
		}
	}
	if len(kept.made) > maxInstances {
		t.Errorf("%d Clerks are kept, of %d", len(kept.made), maxInstances)
	}
}
