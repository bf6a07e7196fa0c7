package ginclerk_test

import (
	"net/http"
	"strings"
	"testing"
)

// FuzzTokenRequest: whatever is asked for, it is the browser's own token, one of a listed template, or a refusal.
func FuzzTokenRequest(f *testing.F) {
	for _, seed := range []string{
		"", "{}", `{"template":"billing"}`, `{"Template":"billing"}`, `{"template":"supabase"}`, `{"template":["billing"]}`, `{"template":null}`,
		`{"template":"billing"}{"template":"supabase"}`, `{"template":"billing","template":"supabase"}`, `{"lifetime":1}`, "\x00", `"billing"`,
		`{"` + strings.Repeat("a", 4<<10),
	} {
		f.Add(seed)
	}
	a := withTokens(f)
	v := a.visitor(f, ada)
	own := v.cookies["__session"]
	f.Fuzz(func(t *testing.T, text string) {
		got := a.ask(http.MethodPost, tokenPath, v.jar(), script(text))
		switch got.Code {
		case http.StatusOK:
			token, _ := got.tokenOf(t)
			if aud := claimsOf(t, token)["aud"]; token != own && aud != "https://billing.example.com" {
				t.Errorf("%q gives a token for %v", text, aud)
			}
		case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound:
		case http.StatusRequestEntityTooLarge:
			if len(text) <= 4<<10 {
				t.Errorf("%d bytes are too many", len(text))
			}
		default:
			t.Errorf("%q: status %d", text, got.Code)
		}
	})
}
