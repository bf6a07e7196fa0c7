package authn_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ginclerk/ginclerk/ginclerk/authn"
)

// compare returns how a decision differs from the recorded one.
func compare(t *testing.T, row recordedRow, state *authn.State, backend *recordedBackend) string {
	t.Helper()
	if row.Want.Error != nil {
		if state.Status == authn.SignedIn {
			return "signed in where Clerk throws"
		}
		return ""
	}
	var problems []string
	want := map[string]any{
		"status": row.Want.Status, "reason": row.Want.Reason, "tokenType": row.Want.TokenType,
		"headers": pairs(row.Want.Headers), "setCookie": orEmpty(row.Want.SetCookie),
	}
	got := map[string]any{
		"status": string(state.Status), "reason": string(state.Reason), "tokenType": string(state.TokenType),
		"headers": headerPairs(state.Header), "setCookie": orEmpty(state.Header["Set-Cookie"]),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		problems = append(problems, "(-want +got)\n"+diff)
	}
	problems = append(problems, compareAuth(t, row, state)...)
	return strings.Join(append(problems, compareCalls(row, backend)...), "\n")
}

func compareCalls(row recordedRow, backend *recordedBackend) []string {
	var problems, calls []string
	for i, call := range row.WantBackendCalls {
		calls = append(calls, call.Method+" "+call.Path)
		if i < len(backend.bodies) && call.Body != nil {
			var body map[string]any
			_ = json.Unmarshal(call.Body, &body)
			delete(body, "request_headers")
			if diff := cmp.Diff(body, backend.bodies[i]); diff != "" && len(body) > 0 {
				problems = append(problems, "body (-want +got)\n"+diff)
			}
		}
	}
	if diff := cmp.Diff(orEmpty(calls), orEmpty(backend.calls)); diff != "" {
		problems = append(problems, "backend calls (-want +got)\n"+diff)
	}
	return problems
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func pairs(list [][2]string) map[string]string {
	out := map[string]string{}
	for _, p := range list {
		out[p[0]] = p[1]
	}
	return out
}

func headerPairs(header http.Header) map[string]string {
	out := map[string]string{}
	for name, values := range header {
		if name != "Set-Cookie" {
			out[strings.ToLower(name)] = values[0]
		}
	}
	return out
}
