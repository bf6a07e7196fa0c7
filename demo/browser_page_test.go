package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// shownPage is a page in the browser, after redirects and parsing.
type shownPage struct {
	status int
	url    *url.URL
	root   *html.Node
}

func readPage(status int, address, text string) (*shownPage, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the browser's own address: %w", err)
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("the page: %w", err)
	}
	return &shownPage{status: status, url: u, root: root}, nil
}

// element is an element of a page.
type element struct{ node *html.Node }

// all returns the elements with a test id, in the page's order.
func (p *shownPage) all(testID string) []element { return element{p.root}.all(testID) }

// byID returns the element with an id.
func (p *shownPage) byID(id string) (element, bool) {
	for node := range p.root.Descendants() {
		if (element{node}).attr("id") == id {
			return element{node}, true
		}
	}
	return element{}, false
}

// excerpt returns the text of the page, for messages.
func (p *shownPage) excerpt() string {
	const enough = 600
	text := element{p.root}.text()
	if runes := []rune(text); len(runes) > enough {
		return string(runes[:enough]) + " …"
	}
	return text
}

func (e element) all(testID string) []element {
	var found []element
	for node := range e.node.Descendants() {
		if (element{node}).attr("data-testid") == testID {
			found = append(found, element{node})
		}
	}
	return found
}

// says returns the text of the first element with a test id below this one, or "" without such an element.
func (e element) says(testID string) string {
	for _, found := range e.all(testID) {
		return found.text()
	}
	return ""
}

func (e element) attr(name string) string {
	for _, a := range e.node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (e element) has(name string) bool {
	return slices.ContainsFunc(e.node.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// text returns the element's text with single spaces, without scripts and the head.
func (e element) text() string {
	var words []string
	var collect func(*html.Node)
	collect = func(n *html.Node) {
		if n.DataAtom == atom.Head || n.DataAtom == atom.Script {
			return
		}
		if n.Type == html.TextNode {
			words = append(words, strings.Fields(n.Data)...)
		}
		for child := range n.ChildNodes() {
			collect(child)
		}
	}
	collect(e.node)
	return strings.Join(words, " ")
}
