package templates_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestPagesAreWellBuilt holds every page in every state against the rules that doc.go states.
func TestPagesAreWellBuilt(t *testing.T) {
	t.Parallel()
	rules := []struct {
		name  string
		check func(t *testing.T, doc *html.Node)
	}{
		{"it has one h1 and the landmarks", checkLandmarks},
		{"its head names language, viewport, color scheme, title and style", checkHead},
		{"the skip link leads to main", checkSkipLink},
		{"it has no inline script, style or handler", checkNothingInline},
		{"forms are plain POST with a named button", checkForms},
		{"inputs are hidden or labelled", checkInputs},
		{"links and buttons have a name, a target and a test id", checkControls},
		{"ids are unique and references lead to one", checkReferences},
		{"headings skip no level", checkHeadings},
		{"rows carry their session id", checkRows},
	}
	for _, tc := range cases() {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			doc, err := html.Parse(bytes.NewReader(render(t, tc)))
			if err != nil {
				t.Fatal(err)
			}
			for _, rule := range rules {
				t.Run(rule.name, func(t *testing.T) { rule.check(t, doc) })
			}
		})
	}
}

func checkLandmarks(t *testing.T, doc *html.Node) {
	t.Helper()
	for _, tag := range []string{"h1", "main", "header"} {
		if n := len(all(doc, tag)); n != 1 {
			t.Errorf("%d <%s>, want 1", n, tag)
		}
	}
	for _, n := range all(doc, "nav") {
		if attr(n, "aria-label") == "" {
			t.Error("a <nav> has no name")
		}
	}
	for _, n := range all(doc, "h1") {
		if text(n) == "" {
			t.Error("the <h1> is empty")
		}
	}
}

func checkHead(t *testing.T, doc *html.Node) {
	t.Helper()
	if lang := attr(all(doc, "html")[0], "lang"); lang != "en" {
		t.Errorf("lang = %q, want en", lang)
	}
	metas := map[string]string{}
	for _, n := range all(doc, "meta") {
		metas[attr(n, "name")] = attr(n, "content")
	}
	if metas["viewport"] != "width=device-width, initial-scale=1" || metas["color-scheme"] != "light dark" {
		t.Errorf("meta = %v", metas)
	}
	titles := 0
	for _, n := range all(doc, "title") {
		if n.Namespace == "" && text(n) != "" {
			titles++
		}
	}
	if titles != 1 {
		t.Errorf("%d titles, want 1", titles)
	}
	sheets := slices.DeleteFunc(all(doc, "link"), func(n *html.Node) bool { return attr(n, "rel") != "stylesheet" })
	if len(sheets) != 1 || attr(sheets[0], "href") != stylesheet {
		t.Errorf("%d style sheets, want the one at %s", len(sheets), stylesheet)
	}
}

func checkSkipLink(t *testing.T, doc *html.Node) {
	t.Helper()
	first := all(doc, "a")[0]
	if got, want := attr(first, "href"), "#"+attr(all(doc, "main")[0], "id"); got != want || got == "#" {
		t.Errorf("the first link leads to %q, want %q", got, want)
	}
}

func checkNothingInline(t *testing.T, doc *html.Node) {
	t.Helper()
	if n := len(all(doc, "style")); n != 0 {
		t.Errorf("%d <style>", n)
	}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
				t.Errorf("<%s> has %s=%q", n.Data, a.Key, a.Val)
			}
		}
	}
	for _, n := range all(doc, "script") {
		if attr(n, "src") == "" || n.FirstChild != nil {
			t.Error("a <script> is inline")
		}
	}
}

func checkForms(t *testing.T, doc *html.Node) {
	t.Helper()
	for _, f := range all(doc, "form") {
		if attr(f, "method") != "post" {
			t.Errorf("method = %q, want post", attr(f, "method"))
		}
		if !has(f, "action") {
			t.Error("a form has no action")
		}
		buttons := all(f, "button")
		if len(buttons) != 1 || attr(buttons[0], "type") != "submit" || text(buttons[0]) == "" {
			t.Errorf("a form has %d buttons, want one that submits and has a name", len(buttons))
		}
	}
	for _, b := range all(doc, "button") {
		if !inside(b, "form") {
			t.Errorf("the button %q is in no form", text(b))
		}
	}
}

func checkInputs(t *testing.T, doc *html.Node) {
	t.Helper()
	for _, n := range all(doc, "input") {
		if attr(n, "type") != "hidden" && attr(n, "aria-label") == "" && !inside(n, "label") {
			t.Errorf("the input %q is neither hidden nor labelled", attr(n, "name"))
		}
		names := []string{"session_id", "verification", "factor", "username", "form", "account"}
		if attr(n, "type") == "hidden" && !slices.Contains(names, attr(n, "name")) {
			t.Errorf("the hidden input is named %q", attr(n, "name"))
		}
	}
}

func checkControls(t *testing.T, doc *html.Node) {
	t.Helper()
	for _, tag := range []string{"a", "button"} {
		for _, n := range all(doc, tag) {
			if attr(n, "data-testid") == "" && !inside(n, "ul") {
				t.Errorf("<%s> %q has no data-testid", tag, text(n))
			}
			if text(n) == "" && attr(n, "data-testid") != "viewer" {
				t.Errorf("<%s data-testid=%q> has no text", tag, attr(n, "data-testid"))
			}
			if tag == "a" && attr(n, "href") == "" {
				t.Errorf("the link %q leads nowhere", text(n))
			}
		}
	}
}

func checkReferences(t *testing.T, doc *html.Node) {
	t.Helper()
	ids := map[string]int{}
	for n := range doc.Descendants() {
		if has(n, "id") {
			ids[attr(n, "id")]++
		}
	}
	for id, count := range ids {
		if count != 1 {
			t.Errorf("id %q is used %d times", id, count)
		}
	}
	for n := range doc.Descendants() {
		for _, key := range []string{"aria-labelledby", "aria-describedby", "for"} {
			for ref := range strings.FieldsSeq(attr(n, key)) {
				if ids[ref] == 0 {
					t.Errorf("%s=%q leads to no element", key, ref)
				}
			}
		}
	}
}

func checkHeadings(t *testing.T, doc *html.Node) {
	t.Helper()
	if n := len(all(doc, "h3")) + len(all(doc, "h4")); n != 0 {
		t.Errorf("%d headings below h2", n)
	}
	for _, n := range all(doc, "h2") {
		if text(n) == "" {
			t.Error("an <h2> is empty")
		}
	}
}

func checkRows(t *testing.T, doc *html.Node) {
	t.Helper()
	current := 0
	for n := range doc.Descendants() {
		testID := attr(n, "data-testid")
		if testID != "account-row" && testID != "device-row" {
			continue
		}
		id := attr(n, "data-session-id")
		if id == "" {
			t.Errorf("a %s has no data-session-id", testID)
		}
		if attr(n, "aria-current") == "true" {
			current++
		}
		for _, input := range all(n, "input") {
			if attr(input, "value") != id {
				t.Errorf("a form in row %q sends %q", id, attr(input, "value"))
			}
		}
	}
	if current > 1 {
		t.Errorf("%d rows are current", current)
	}
}

// all returns the elements named tag below n, in order.
func all(n *html.Node, tag string) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == tag {
			found = append(found, d)
		}
	}
	return found
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func inside(n *html.Node, tag string) bool {
	for a := range n.Ancestors() {
		if a.Data == tag {
			return true
		}
	}
	return false
}

// text is what a reader of n gets to hear, white space collapsed.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
