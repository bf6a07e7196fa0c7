package pages_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/net/html"

	"github.com/ginclerk/ginclerk/ginclerk"
	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/ginclerk/token"
)

const (
	tess         = "tess@example.com" // has a second factor
	tessPassword = "correct horse"
	testCode     = "424242"
)

// vault is a world with pages that ask for proof. It records the requests that arrive there.
type vault struct {
	*world

	mu      sync.Mutex
	arrived []string
}

func newVault(t *testing.T, o options) *vault {
	t.Helper()
	v := &vault{}
	o.pages.Replay = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { v.engine.ServeHTTP(w, r) })
	before := o.before
	o.before = func(w *world) {
		v.world = w
		for path, guard := range map[string]gin.HandlerFunc{
			"/strict":  w.clerk.Require(ginclerk.Reverified(token.PresetStrict)),
			"/mfa":     w.clerk.Require(ginclerk.Reverified(token.PresetStrictMFA)),
			"/young":   w.clerk.MaxSessionAge(time.Hour),
			"/orders":  w.clerk.RequireSession(),
			"/proudly": func(c *gin.Context) { c.Redirect(http.StatusSeeOther, "/sessions/verify?redirect_url=/proudly") },
		} {
			w.engine.GET(path, guard, v.arrive)
			w.engine.POST(path, guard, v.arrive)
		}
		if before != nil {
			before(w)
		}
	}
	newWorld(t, o)
	if _, err := v.server.AddUser(clerktest.User{
		Email: tess, Password: tessPassword, TOTP: true, BackupCodes: []string{"backup-1", "backup-2"},
	}); err != nil {
		t.Fatal(err)
	}
	return v
}

func (v *vault) arrive(c *gin.Context) {
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		c.AbortWithStatus(http.StatusBadRequest)
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.arrived = append(v.arrived, strings.TrimSpace(c.Request.Method+" "+c.Request.URL.RequestURI()+" "+string(body)))
	c.String(http.StatusOK, "arrived as "+ginclerk.From(c).UserID)
}

func (v *vault) wantArrived(t *testing.T, want ...string) {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if strings.Join(v.arrived, "\n") != strings.Join(want, "\n") {
		t.Errorf("arrived: %q, want %q", v.arrived, want)
	}
}

func (v *vault) password(t *testing.T, email string) string {
	t.Helper()
	u, err := v.server.UserByEmail(email)
	if err != nil {
		t.Fatal(err)
	}
	return u.Password
}

// stale returns a browser with a fresh token, whose factors were verified an hour ago.
func (v *vault) stale(t *testing.T, emails ...string) *browser {
	t.Helper()
	b := v.browser(t, emails...)
	v.clock.Advance(time.Hour)
	b.open(t, "/sessions").wantPage(t, http.StatusOK, "/sessions", "Your session")
	return b
}

// fill sends the page's only form with the test id, or the only form whose button has it, with its hidden fields and the given
// fields. Then it follows the redirects.
func (b *browser) fill(t *testing.T, p *page, testID string, fields ...string) *page {
	t.Helper()
	return b.follow(t, b.press(t, p, testID, fields...))
}

// press is fill without following redirects.
func (b *browser) press(t *testing.T, p *page, testID string, fields ...string) *page {
	t.Helper()
	found := p.all(t, testID)
	if len(found) == 0 {
		t.Fatalf("%s has no %q: %.2000s", p.url, testID, p.Body)
	}
	return b.submit(t, formAround(t, found[0]), fields...)
}

func (b *browser) submit(t *testing.T, form *html.Node, fields ...string) *page {
	t.Helper()
	values := url.Values{}
	for node := range form.Descendants() {
		if node.Data == "input" && attribute(node, "type") == "hidden" {
			values.Add(attribute(node, "name"), attribute(node, "value"))
		}
	}
	for i := 0; i < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	return b.ask(http.MethodPost, attribute(form, "action"), values)
}

func formAround(t *testing.T, node *html.Node) *html.Node {
	t.Helper()
	for ; node != nil; node = node.Parent {
		if node.Data == "form" {
			return node
		}
	}
	t.Fatal("in no form")
	return nil
}

// choose presses the choice whose text has the word.
func (b *browser) choose(t *testing.T, p *page, word string) *page {
	t.Helper()
	for _, choice := range p.all(t, "choice") {
		if text := choice.FirstChild; strings.Contains(renderText(text), word) {
			return b.follow(t, b.submit(t, formAround(t, choice)))
		}
	}
	t.Fatalf("no choice %q: %.2000s", word, p.Body)
	return nil
}

func renderText(node *html.Node) string {
	var b strings.Builder
	if node.Type == html.TextNode {
		b.WriteString(node.Data)
	}
	for child := range node.Descendants() {
		if child.Type == html.TextNode {
			b.WriteString(child.Data)
		}
	}
	return b.String()
}
