package ginclerk_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/ginclerk"
)

// TestTheWordsOfAPlainProblemPageAreText: an application's own problem, answered where no pages are mounted.
func TestTheWordsOfAPlainProblemPageAreText(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		problem    ginclerk.Problem
		want, none string
	}{
		"markup in what happened":            {ginclerk.Problem{Detail: `<b>"x"</b>`}, "&lt;b&gt;", "<b>"},
		"markup in the title":                {ginclerk.Problem{Error: "</title><script>"}, "&lt;script&gt;", "<script>"},
		"a quote in the link":                {ginclerk.Problem{Action: `/a?b="onclick="c&d`, ActionLabel: "Go"}, "&amp;d", `"onclick`},
		"markup in the label of the link":    {ginclerk.Problem{Action: "/a", ActionLabel: "<i>"}, `<a href="/a">&lt;i&gt;</a>`, "<i>"},
		"a link to another site":             {ginclerk.Problem{Action: "https://accounts.example.com/x", ActionLabel: "Go"}, `href="https://accounts.example.com/x"`, "%!"},
		"a colon in the query of a link":     {ginclerk.Problem{Action: "/a?at=12:30", ActionLabel: "Go"}, `href="/a?at=12:30"`, "%!"},
		"a percent sign":                     {ginclerk.Problem{Detail: "100%s", Action: "/a%2Fb", ActionLabel: "Go"}, `href="/a%2Fb"`, "%!"},
		"a link that would run a script":     {ginclerk.Problem{Action: "JavaScript:alert(1)", ActionLabel: "Go"}, "<main>", "alert"},
		"a script behind a control":          {ginclerk.Problem{Action: "java\nscript:alert(1)", ActionLabel: "Go"}, "<main>", "alert"},
		"a link to data":                     {ginclerk.Problem{Action: "data:text/html,x", ActionLabel: "Go"}, "<main>", "data:"},
		"a problem without a link to follow": {ginclerk.Problem{Error: "Gone"}, "<h1>Gone</h1>", "<a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			row.problem.Status = http.StatusGone
			a.engine.GET("/", func(c *gin.Context) { a.clerk.Answer(c, row.problem) })
			request := httptest.NewRequest(http.MethodGet, "/", nil)
			request.Header.Set("Accept", "text/html")
			response := httptest.NewRecorder()
			a.engine.ServeHTTP(response, request)
			body := response.Body.String()
			if response.Code != http.StatusGone || !strings.Contains(body, row.want) || strings.Contains(body, row.none) {
				t.Errorf("%d\n%s\nwant %q and no %q", response.Code, body, row.want, row.none)
			}
		})
	}
}
