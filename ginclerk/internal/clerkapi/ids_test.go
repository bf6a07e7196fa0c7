package clerkapi_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/ginclerk/ginclerk/ginclerk/internal/clerkapi"
)

func TestMalformedIDsAreNotFoundWithoutARequest(t *testing.T) {
	t.Parallel()
	clerk := newStub(t, says(http.StatusOK, "{}"))
	client, frontend := newClient(t, clerk.URL), newFrontend(t, clerk.URL)
	browser := clerkapi.Browser{Credential: clerkapi.Credential{DevBrowser: "dvb_1"}}
	methods := map[string]struct {
		prefix string
		do     func(ctx context.Context, id string) error
	}{
		"Session":       {"sess_", func(ctx context.Context, id string) error { _, err := client.Session(ctx, id); return err }},
		"RevokeSession": {"sess_", func(ctx context.Context, id string) error { _, err := client.RevokeSession(ctx, id); return err }},
		"RefreshSession": {"sess_", func(ctx context.Context, id string) error {
			_, err := client.RefreshSession(ctx, id, clerkapi.RefreshParams{})
			return err
		}},
		"SessionToken": {"sess_", func(ctx context.Context, id string) error {
			_, err := client.SessionToken(ctx, id, clerkapi.TokenParams{})
			return err
		}},
		"BrowserClient": {"client_", func(ctx context.Context, id string) error { _, err := client.BrowserClient(ctx, id); return err }},
		"User":          {"user_", func(ctx context.Context, id string) error { _, err := client.User(ctx, id); return err }},
		"OrganizationMemberships": {"user_", func(ctx context.Context, id string) error {
			_, err := client.OrganizationMemberships(ctx, id)
			return err
		}},
		"Touch":         {"sess_", func(ctx context.Context, id string) error { return frontend.Touch(ctx, browser, id, nil) }},
		"EndSession":    {"sess_", func(ctx context.Context, id string) error { return frontend.EndSession(ctx, browser, id) }},
		"RemoveSession": {"sess_", func(ctx context.Context, id string) error { return frontend.RemoveSession(ctx, browser, id) }},
	}
	for name, m := range methods {
		for _, id := range []string{
			"", "x", m.prefix, strings.ToUpper(m.prefix) + "1", m.prefix + "../users", m.prefix + "a/revoke", m.prefix + "a?x=1",
			m.prefix + "a#b", m.prefix + "a%2fb", m.prefix + "a b", m.prefix + "a\x00", m.prefix + "ä", " " + m.prefix + "a",
			m.prefix + strings.Repeat("a", 200), "org_1", "../" + m.prefix + "1",
		} {
			if err := m.do(t.Context(), id); !errors.Is(err, clerkapi.ErrNotFound) {
				t.Errorf("%s(%q): error is %v", name, id, err)
			}
		}
	}
	if _, err := client.HandshakePayload(t.Context(), ""); !errors.Is(err, clerkapi.ErrNotFound) {
		t.Errorf("an empty nonce: %v", err)
	}
	if n := len(clerk.requests()); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}
