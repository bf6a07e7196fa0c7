package clerktest_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
)

// visitor is a person with a browser without JavaScript, at an application that shows the portal.
type visitor struct {
	srv    *clerktest.Server
	app    string
	client *http.Client
	// language is what the browser asks for, empty for none.
	language string
	// at is the browser's address, shown is its page.
	at     *url.URL
	status int
	header http.Header
	text   string
	page   *html.Node
}

func newVisitor(t *testing.T, options ...func(*clerktest.Config)) *visitor {
	t.Helper()
	srv := clerktest.New(t, options...)
	mux := http.NewServeMux()
	for _, path := range []string{"/sign-in", "/sign-in/", "/sign-up", "/sign-up/"} {
		mux.Handle(path, srv.Portal())
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "the application") })
	app := httptest.NewServer(mux)
	t.Cleanup(app.Close)
	return (&visitor{srv: srv, app: app.URL}).anew(t)
}

// anew returns another browser of the same application.
func (v *visitor) anew(t *testing.T) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	return &visitor{srv: v.srv, app: v.app, client: &http.Client{Jar: jar, Transport: transport}}
}

func (v *visitor) open(t *testing.T, path string) *visitor {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, v.app+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v.send(t, req)
}

// submit fills in the form with the test id and sends it like a browser.
func (v *visitor) submit(t *testing.T, testID string, fields ...string) *visitor {
	t.Helper()
	form := find(v.page, func(n *html.Node) bool { return n.Data == "form" && attr(n, "data-testid") == testID })
	if form == nil {
		t.Fatalf("no form %q at %s: %s", testID, v.at, v.text)
	}
	values := url.Values{}
	walk(form, func(n *html.Node) {
		if n.Data == "input" {
			values.Set(attr(n, "name"), attr(n, "value"))
		}
	})
	for i := 0; i+1 < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	action, err := v.at.Parse(attr(form, "action"))
	if err != nil {
		t.Fatal(err)
	}
	return v.post(t, action.String(), values, map[string]string{"Sec-Fetch-Site": "same-origin"})
}

func (v *visitor) post(t *testing.T, address string, values url.Values, header map[string]string) *visitor {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(values.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, value := range header {
		req.Header.Set(name, value)
	}
	return v.send(t, req)
}

func (v *visitor) send(t *testing.T, req *http.Request) *visitor {
	t.Helper()
	if v.language != "" {
		req.Header.Set("Accept-Language", v.language)
	}
	res, err := v.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	v.at, v.status, v.header, v.text = res.Request.URL, res.StatusCode, res.Header, string(raw)
	if v.page, err = html.Parse(strings.NewReader(v.text)); err != nil {
		t.Fatal(err)
	}
	return v
}

func (v *visitor) wantAt(t *testing.T, path string) *visitor {
	t.Helper()
	if v.at.Path != path {
		t.Fatalf("at %s, want %s: %s", v.at, path, v.text)
	}
	return v
}

func (v *visitor) wantText(t *testing.T, text string) *visitor {
	t.Helper()
	if !strings.Contains(html.UnescapeString(v.text), text) {
		t.Fatalf("%s doesn't say %q: %s", v.at, text, v.text)
	}
	return v
}

// devBrowser returns the browser's credential from its cookie.
func (v *visitor) devBrowser() string {
	u, err := url.Parse(v.app)
	if err != nil {
		return ""
	}
	for _, cookie := range v.client.Jar.Cookies(u) {
		if cookie.Name == "__clerk_db_jwt" {
			return cookie.Value
		}
	}
	return ""
}

// current returns the e-mail address of the browser's current account from the Frontend API.
func (v *visitor) current(t *testing.T) string {
	t.Helper()
	me := (&page{srv: v.srv, dev: v.devBrowser()}).get(t, "/v1/me").want(t, http.StatusOK)
	return me.text(t, "response", "email_addresses", 0, "email_address")
}

func (v *visitor) signIn(t *testing.T, email string) *visitor {
	t.Helper()
	v.open(t, "/sign-in/add-account").submit(t, "form", "identifier", email).wantAt(t, "/sign-in/factor-one")
	return v.submit(t, "form", "password", user(t, v.srv, email).Password).wantAt(t, "/")
}

func walk(n *html.Node, visit func(*html.Node)) {
	visit(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func find(n *html.Node, match func(*html.Node) bool) (found *html.Node) {
	walk(n, func(c *html.Node) {
		if found == nil && match(c) {
			found = c
		}
	})
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
