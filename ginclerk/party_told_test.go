package ginclerk_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// A program in development is told for whom its token has to be. Elsewhere nothing is told.
func TestTheMissingPartyIsTold(t *testing.T) {
	t.Parallel()
	const plain = "You are not signed in."
	two := configured(func(c *ginclerk.Config) { c.Origins = []string{ownOrigin, "HTTPS://App.Example.com"} })
	named := configured(func(c *ginclerk.Config) { c.AuthorizedParties = []string{"https://api.example"} })
	for _, row := range []struct {
		name   string
		setup  []setup
		token  clerktest.TokenOptions
		detail string
	}{
		{
			"a token for no party",
			[]setup{two},
			clerktest.TokenOptions{Claims: map[string]any{"azp": nil}},
			plain + " The token's azp is missing or none of http://localhost:8080, https://app.example.com.",
		},
		{
			"a token for another party",
			[]setup{named},
			clerktest.TokenOptions{AuthorizedParty: evilOrigin},
			plain + " The token's azp is missing or none of https://api.example.",
		},
		{"a token that has expired", nil, clerktest.TokenOptions{Lifetime: -time.Minute}, plain},
		{"in production", []setup{production()}, clerktest.TokenOptions{AuthorizedParty: evilOrigin}, plain},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, row.setup...)
			a.guarded(a.clerk.RequireSession())
			got := a.ask(http.MethodGet, "/guarded", program, bearer(a.mint(t, a.session(t, ada, clerktest.SessionOptions{}).ID, row.token)))
			var problem struct{ Detail string }
			if err := json.Unmarshal(got.Body.Bytes(), &problem); err != nil || got.Code != http.StatusUnauthorized || problem.Detail != row.detail {
				t.Errorf("%d %q (%v), want 401 %q", got.Code, problem.Detail, err, row.detail)
			}
		})
	}
}
