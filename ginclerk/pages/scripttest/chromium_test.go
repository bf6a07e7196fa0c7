package scripttest_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"

	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// chromium is the browser of all tests here.
var chromium chromiumtest.Shared

// tab is a tab of a new browser profile.
type tab struct {
	*chromiumtest.Tab
	site *site

	mu       sync.Mutex
	problems []string
}

// newTab opens a tab. An uncaught exception of a script, or a violation of the page's content security policy, fails the test.
func newTab(t *testing.T, browser *chromiumtest.Browser, s *site) *tab {
	t.Helper()
	n := &tab{site: s}
	n.Tab = browser.NewTab(t, n.record)
	t.Cleanup(func() {
		for _, problem := range n.takeProblems() {
			t.Errorf("the browser complained: %s", problem)
		}
	})
	return n
}

func (n *tab) record(event any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		n.problems = append(n.problems, text)
	case *log.EventEntryAdded:
		if strings.Contains(e.Entry.Text, "Content Security Policy") {
			n.problems = append(n.problems, e.Entry.Text)
		}
	}
}

func (n *tab) takeProblems() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	taken := n.problems
	n.problems = nil
	return taken
}

// visit opens a page of the application.
func (n *tab) visit(t *testing.T, path string) {
	t.Helper()
	if response := n.Open(t, n.site.URL+path); response.Status != http.StatusOK {
		t.Fatalf("open %s: %+v", path, response)
	}
}

// evaluate runs the body of an async function in the page, and returns the value that the function returns.
func evaluate[T any](t *testing.T, n *tab, format string, args ...any) T {
	t.Helper()
	return chromiumtest.Evaluate[T](t, n.Tab, fmt.Sprintf(format, args...))
}

// thrown returns the error with which the promise of an expression is rejected.
func thrown(t *testing.T, n *tab, expression string) string {
	t.Helper()
	return evaluate[string](t, n, "try { await %s; return 'nothing' } catch (e) { return String(e) }", expression)
}
