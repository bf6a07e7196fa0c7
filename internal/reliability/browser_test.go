package reliability

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// browser is a browser of the application: it keeps cookies and follows redirects.
type browser struct {
	world   *world
	agent   *clerktest.Browser
	cookies map[string]string
}

// browser returns a browser in which the users are signed in; the last one is current.
func (w *world) browser(emails ...string) *browser {
	w.tb.Helper()
	w.wire.sync()
	b := &browser{world: w, agent: w.server.NewBrowser(), cookies: map[string]string{}}
	for _, email := range emails {
		if _, err := b.agent.SignIn(email); err != nil {
			w.tb.Fatal(err)
		}
	}
	cookies, err := b.agent.Cookies(ownOrigin)
	if err != nil {
		w.tb.Fatal(err)
	}
	for _, cookie := range cookies {
		b.cookies[cookie.Name] = cookie.Value
	}
	return b
}

// ask sends a request and keeps the cookies of the answer.
func (b *browser) ask(method, target string, form url.Values, changes ...func(*http.Request)) *reply {
	r := httptest.NewRequestWithContext(context.Background(), method, target, strings.NewReader(form.Encode()))
	r.Host, r.RemoteAddr = "localhost:8080", "198.51.100.9:4711"
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Sec-Fetch-Dest", "document")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", ownOrigin)
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for _, change := range changes {
		change(r)
	}
	begun := time.Now()
	answer := &reply{ResponseRecorder: httptest.NewRecorder(), url: r.URL}
	answer.brokenOff = serve(b.world.engine, answer, r)
	answer.longest = time.Since(begun)
	answer.Body.Truncate(min(answer.Body.Len(), mostRead))
	for _, cookie := range answer.Result().Cookies() {
		if cookie.MaxAge < 0 && (cookie.Path != "" && cookie.Path != "/" || cookie.Domain != "") {
			continue // it expires another cookie than the one that the browser has for the whole host
		}
		if cookie.MaxAge < 0 || cookie.Value == "" {
			delete(b.cookies, cookie.Name)
			continue
		}
		b.cookies[cookie.Name] = cookie.Value
	}
	return answer
}

// serve serves a request as net/http does, and reports whether the connection was broken off.
func serve(handler http.Handler, w http.ResponseWriter, r *http.Request) (brokenOff bool) {
	defer func() {
		if value := recover(); value != nil {
			if value != http.ErrAbortHandler { //nolint:errorlint // as net/http compares it
				panic(value)
			}
			brokenOff = true
		}
	}()
	handler.ServeHTTP(w, r)
	return false
}

// program sends a request of a program with a token.
func (w *world) program(method, target, token string) *reply {
	b := &browser{world: w, cookies: map[string]string{}}
	return b.ask(method, target, nil, func(r *http.Request) {
		r.Header = http.Header{"Accept": {"application/json"}, "Authorization": {"Bearer " + token}}
	})
}

const (
	mostHops = 12
	mostRead = 1 << 20 // of an answer, in bytes
)

// open navigates, and follows the redirects within the application and its proxy of Clerk.
func (b *browser) open(target string) *reply { return b.follow(b.ask(http.MethodGet, target, nil)) }

func (b *browser) follow(p *reply) *reply {
	for {
		location, _, _ := strings.Cut(p.Header().Get("Location"), "#") // a browser keeps the fragment to itself
		target, own := strings.CutPrefix(location, ownOrigin)
		if p.Code < 300 || p.Code > 399 || !own && !strings.HasPrefix(target, "/") || p.hops > mostHops || p.brokenOff {
			return p
		}
		before := p
		p = b.ask(http.MethodGet, target, nil)
		p.hops, p.longest = before.hops+1, max(p.longest, before.longest)
	}
}

// current returns the session of the browser's token.
func (b *browser) current() string {
	for name, value := range b.cookies {
		if name == "__session" {
			return sessionOf(value)
		}
	}
	return ""
}

// reply is an answer of the application.
type reply struct {
	*httptest.ResponseRecorder
	url *url.URL
	// longest is how long the longest request took of those that led here.
	longest time.Duration
	hops    int
	// brokenOff: the connection ended in the middle of the answer.
	brokenOff bool
}

// signedIn reports whether the application took the request for one of a user.
func (r *reply) signedIn() bool {
	return strings.HasPrefix(r.Body.String(), "signed in as ")
}

// problem is the reason that a JSON answer names.
func (r *reply) problem() string {
	var p struct{ Reason, Error string }
	_ = json.Unmarshal(r.Body.Bytes(), &p)
	return p.Reason
}

// text returns the text of the first element with the test id.
func (r *reply) text(testID string) string {
	node := r.find(testID)
	if node == nil {
		return ""
	}
	var words []string
	for n := range node.Descendants() {
		if n.Type == html.TextNode {
			words = append(words, strings.Fields(n.Data)...)
		}
	}
	return strings.Join(words, " ")
}

func (r *reply) find(testID string) *html.Node {
	doc, err := html.Parse(strings.NewReader(r.Body.String()))
	if err != nil {
		return nil
	}
	for node := range doc.Descendants() {
		if attribute(node, "data-testid") == testID {
			return node
		}
	}
	return nil
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// press sends the form of a button.
func (b *browser) press(p *reply, testID string) *reply {
	form := p.find(testID)
	for form != nil && form.Data != "form" {
		form = form.Parent
	}
	if form == nil {
		return p
	}
	values := url.Values{}
	for node := range form.Descendants() {
		if node.Data == "input" && attribute(node, "type") == "hidden" {
			values.Add(attribute(node, "name"), attribute(node, "value"))
		}
	}
	return b.ask(http.MethodPost, attribute(form, "action"), values)
}
