package pagetest

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

// Parse renders a page and returns its document.
func Parse(t *testing.T, page templ.Component) *html.Node {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(Render(t, page)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// ByTestID returns the elements below n that have this data-testid, in order.
func ByTestID(n *html.Node, id string) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if Attr(d, "data-testid") == id {
			found = append(found, d)
		}
	}
	return found
}

// All returns the elements named tag below n, in order.
func All(n *html.Node, tag string) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == tag {
			found = append(found, d)
		}
	}
	return found
}

// Attr returns the value of an attribute; "" where n does not have it.
func Attr(n *html.Node, key string) string {
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

// Text is the text of n, with one space in place of each run of white space.
func Text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Shape lists the elements of pages, each with the names of its attributes.
func Shape(t *testing.T, pages ...templ.Component) []string {
	t.Helper()
	var found []string
	for _, page := range pages {
		for n := range Parse(t, page).Descendants() {
			if n.Type == html.ElementNode {
				names := []string{n.Data}
				for _, a := range n.Attr {
					names = append(names, a.Key)
				}
				found = append(found, strings.Join(names, " "))
			}
		}
	}
	return found
}
