package pagetest

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// WellBuilt checks every page in every state against the rules in the documentation of package templates.
func WellBuilt(t *testing.T, cases []Case) {
	t.Helper()
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
		{"pictures have a size and a text", checkPictures},
		{"ids are unique and references lead to one", checkReferences},
		{"headings skip no level", checkHeadings},
		{"rows carry their session id", checkRows},
	}
	for _, tc := range cases {
		t.Run(tc.Name, func(t *testing.T) {
			t.Parallel()
			doc := Parse(t, tc.Page)
			for _, rule := range rules {
				t.Run(rule.name, func(t *testing.T) { rule.check(t, doc) })
			}
		})
	}
}

func checkLandmarks(t *testing.T, doc *html.Node) {
	t.Helper()
	for _, tag := range []string{"h1", "main", "header"} {
		if n := len(All(doc, tag)); n != 1 {
			t.Errorf("%d <%s>, want 1", n, tag)
		}
	}
	for _, n := range All(doc, "nav") {
		if Attr(n, "aria-label") == "" {
			t.Error("a <nav> has no name")
		}
	}
	for _, n := range All(doc, "h1") {
		if Text(n) == "" {
			t.Error("the <h1> is empty")
		}
	}
}

func checkHead(t *testing.T, doc *html.Node) {
	t.Helper()
	if lang := Attr(All(doc, "html")[0], "lang"); lang != "en" {
		t.Errorf("lang = %q, want en", lang)
	}
	metas := map[string]string{}
	for _, n := range All(doc, "meta") {
		metas[Attr(n, "name")] = Attr(n, "content")
	}
	if metas["viewport"] != "width=device-width, initial-scale=1" || metas["color-scheme"] != "light dark" {
		t.Errorf("meta = %v", metas)
	}
	titles := 0
	for _, n := range All(doc, "title") {
		if n.Namespace == "" && Text(n) != "" {
			titles++
		}
	}
	if titles != 1 {
		t.Errorf("%d titles, want 1", titles)
	}
	sheets := slices.DeleteFunc(All(doc, "link"), func(n *html.Node) bool { return Attr(n, "rel") != "stylesheet" })
	if len(sheets) != 1 || Attr(sheets[0], "href") != Stylesheet {
		t.Errorf("%d style sheets, want the one at %s", len(sheets), Stylesheet)
	}
}

func checkSkipLink(t *testing.T, doc *html.Node) {
	t.Helper()
	first := All(doc, "a")[0]
	if got, want := Attr(first, "href"), "#"+Attr(All(doc, "main")[0], "id"); got != want || got == "#" {
		t.Errorf("the first link leads to %q, want %q", got, want)
	}
}

func checkNothingInline(t *testing.T, doc *html.Node) {
	t.Helper()
	if n := len(All(doc, "style")); n != 0 {
		t.Errorf("%d <style>", n)
	}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
				t.Errorf("<%s> has %s=%q", n.Data, a.Key, a.Val)
			}
		}
	}
	for _, n := range All(doc, "script") {
		if Attr(n, "src") == "" || n.FirstChild != nil {
			t.Error("a <script> is inline")
		}
	}
}

func checkForms(t *testing.T, doc *html.Node) {
	t.Helper()
	for _, f := range All(doc, "form") {
		if want := methodOf(f); Attr(f, "method") != want {
			t.Errorf("method = %q, want %s", Attr(f, "method"), want)
		}
		if !has(f, "action") {
			t.Error("a form has no action")
		}
		inside, beside := len(All(f, "button")), len(buttonsOf(doc, Attr(f, "id")))
		if inside > 1 || inside+beside == 0 {
			t.Errorf("a form has %d buttons, and %d outside of it: want one, or those of a list", inside, beside)
		}
	}
	for _, b := range All(doc, "button") {
		if has(b, "popovertarget") {
			checkOpens(t, doc, b)
			continue
		}
		if Attr(b, "type") != "submit" || Text(b) == "" {
			t.Errorf("the button %q does not submit, or has no name", Text(b))
		}
		if !inside(b, "form") && !has(b, "form") {
			t.Errorf("the button %q is in no form", Text(b))
		}
	}
}

// checkOpens checks a button that opens a part of the page, which takes no script.
func checkOpens(t *testing.T, doc, button *html.Node) {
	t.Helper()
	if Attr(button, "type") != "button" || Text(button) == "" {
		t.Errorf("the button %q submits, or has no name", Text(button))
	}
	for node := range doc.Descendants() {
		if node.Type == html.ElementNode && Attr(node, "id") == Attr(button, "popovertarget") && has(node, "popover") {
			return
		}
	}
	t.Errorf("the button %q opens nothing", Text(button))
}

// methodOf is the method that a form has: a search changes nothing.
func methodOf(form *html.Node) string {
	if Attr(form, "role") == "search" {
		return "get"
	}
	return "post"
}

// buttonsOf returns the buttons outside of a form that belong to it.
func buttonsOf(doc *html.Node, formID string) []*html.Node {
	var found []*html.Node
	for _, b := range All(doc, "button") {
		if formID != "" && Attr(b, "form") == formID {
			found = append(found, b)
		}
	}
	return found
}

func checkInputs(t *testing.T, doc *html.Node) {
	t.Helper()
	for _, n := range All(doc, "input") {
		if Attr(n, "type") != "hidden" && Attr(n, "aria-label") == "" && !inside(n, "label") {
			t.Errorf("the input %q is neither hidden nor labelled", Attr(n, "name"))
		}
		names := []string{"session_id", "verification", "factor", "username", "form", "account", "organization_id", "redirect_url", "return_to", "position", "address"}
		if Attr(n, "type") == "hidden" && !slices.Contains(names, Attr(n, "name")) {
			t.Errorf("the hidden input is named %q", Attr(n, "name"))
		}
	}
}

func checkControls(t *testing.T, doc *html.Node) {
	t.Helper()
	for _, tag := range []string{"a", "button"} {
		for _, n := range All(doc, tag) {
			if Attr(n, "data-testid") == "" && !inside(n, "ul") {
				t.Errorf("<%s> %q has no data-testid", tag, Text(n))
			}
			if Text(n) == "" && !hasAlternative(n) {
				t.Errorf("<%s data-testid=%q> has no text", tag, Attr(n, "data-testid"))
			}
			if tag == "a" && Attr(n, "href") == "" {
				t.Errorf("the link %q leads nowhere", Text(n))
			}
		}
	}
}

// hasAlternative reports whether n has a picture with a text.
func hasAlternative(n *html.Node) bool {
	return slices.ContainsFunc(All(n, "img"), func(picture *html.Node) bool { return Attr(picture, "alt") != "" })
}

// checkPictures finds pictures that move the page when they arrive, or that say nothing of themselves.
func checkPictures(t *testing.T, doc *html.Node) {
	t.Helper()
	for _, n := range All(doc, "img") {
		if Attr(n, "width") == "" || Attr(n, "height") == "" || !has(n, "alt") {
			t.Errorf("the picture %s has no width, height or alt", Attr(n, "src"))
		}
	}
}

func checkReferences(t *testing.T, doc *html.Node) {
	t.Helper()
	ids := map[string]int{}
	for n := range doc.Descendants() {
		if has(n, "id") {
			ids[Attr(n, "id")]++
		}
	}
	for id, count := range ids {
		if count != 1 {
			t.Errorf("id %q is used %d times", id, count)
		}
	}
	for n := range doc.Descendants() {
		for _, key := range []string{"aria-labelledby", "aria-describedby", "for", "form"} {
			for ref := range strings.FieldsSeq(Attr(n, key)) {
				if ids[ref] == 0 {
					t.Errorf("%s=%q leads to no element", key, ref)
				}
			}
		}
	}
}

func checkHeadings(t *testing.T, doc *html.Node) {
	t.Helper()
	if n := len(All(doc, "h3")) + len(All(doc, "h4")); n != 0 {
		t.Errorf("%d headings below h2", n)
	}
	for _, n := range All(doc, "h2") {
		if Text(n) == "" {
			t.Error("an <h2> is empty")
		}
	}
}

// idsOf are the sessions that a row names: its own, and the sign-ins of the same device.
func idsOf(row *html.Node) []string {
	var ids []string
	for n := range row.Descendants() {
		if has(n, "data-session-id") {
			ids = append(ids, Attr(n, "data-session-id"))
		}
	}
	return append(ids, Attr(row, "data-session-id"))
}

func checkRows(t *testing.T, doc *html.Node) {
	t.Helper()
	current := 0
	for n := range doc.Descendants() {
		testID := Attr(n, "data-testid")
		if testID != "account-row" && testID != "device-row" {
			continue
		}
		id := Attr(n, "data-session-id")
		if id == "" {
			t.Errorf("a %s has no data-session-id", testID)
		}
		if Attr(n, "aria-current") == "true" {
			current++
		}
		for _, input := range All(n, "input") {
			if !slices.Contains(idsOf(n), Attr(input, "value")) && !slices.Contains(strings.Fields(Attr(input, "value")), id) {
				t.Errorf("a form in row %q sends %q", id, Attr(input, "value"))
			}
		}
	}
	if current > 1 {
		t.Errorf("%d rows are current", current)
	}
}
