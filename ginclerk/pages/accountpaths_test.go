package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"golang.org/x/net/html"

	"github.com/ginclerk/ginclerk/templates"
)

// beside returns an application whose accounts have paths of their own, and a browser with two of them. Ada's is the browser's own. miaAt and adaAt
// are the paths of the accounts.
func beside(t *testing.T, o options) (w *world, b *browser, miaAt, adaAt string) {
	t.Helper()
	w = newWorld(t, o)
	w.front = w.clerk.AccountPaths(w.engine)
	b = w.browser(t, mia, ada)
	miaAt = pathIn(t, b.open(t, "/sessions/accounts"), mia)
	adaAt = pathIn(t, b.open(t, miaAt+"/sessions/accounts"), ada)
	return w, b, miaAt, adaAt
}

// pathIn returns the path of an account to whose page a page of accounts leads.
func pathIn(t *testing.T, p *page, email string) string {
	t.Helper()
	for _, row := range p.all(t, "account-row") {
		if textIn(t, row, "account-email") != email {
			continue
		}
		links := allIn(row, "open-account")
		if len(links) != 1 {
			t.Fatalf("%d links to %s", len(links), email)
		}
		base, same := strings.CutSuffix(attribute(links[0], "href"), "/sessions/accounts")
		if !same || !strings.HasPrefix(base, "/u/") {
			t.Fatalf("the link leads to %s", attribute(links[0], "href"))
		}
		if name := accessibleName(links[0]); !strings.HasPrefix(name, "Open in a new tab") || !strings.Contains(name, email) || attribute(links[0], "target") != "_blank" {
			t.Errorf("the link is called %q", name)
		}
		return base
	}
	t.Fatalf("there is no account of %s", email)
	return ""
}

func wantViewer(t *testing.T, p *page, email string) {
	t.Helper()
	if got := p.text(t, "viewer-email"); got != email {
		t.Errorf("%s shows %s, want %s", p.url, got, email)
	}
}

func TestThePageOfAccountsLeadsToThePagesOfTheOthers(t *testing.T) {
	t.Parallel()
	_, b, miaAt, adaAt := beside(t, options{})
	if miaAt == adaAt {
		t.Fatalf("both are at %s", miaAt)
	}
	for _, at := range []struct{ base, email string }{{"", ada}, {adaAt, ada}, {miaAt, mia}, {"", ada}} {
		p := b.open(t, at.base+"/sessions/accounts").wantPage(t, http.StatusOK, at.base+"/sessions/accounts", "")
		wantViewer(t, p, at.email)
		if links := p.all(t, "open-account"); len(links) != 1 {
			t.Errorf("%s: %d links", p.url, len(links))
		}
		if !strings.Contains(p.content(t), "Each tab can use an account of its own.") {
			t.Errorf("%s: %s", p.url, p.content(t))
		}
	}
}

// Where accounts have no paths, pages are as they were.
func TestWithoutPathsOfAccountsNothingLeadsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, mia, ada)
	p := b.open(t, "/sessions/accounts")
	if len(p.all(t, "account-row")) != 2 || len(p.all(t, "open-account")) != 0 || strings.Contains(p.Body.String(), "/u/") || !strings.Contains(p.content(t), "You use one account at a time.") {
		t.Error(p.content(t))
	}
	for name := range b.cookies {
		if strings.HasPrefix(name, "__Host-ginclerk_account_") {
			t.Errorf("the browser has %s", name)
		}
	}
	w.front = w.clerk.AccountPaths(w.engine)
	if links := w.browser(t, ada).open(t, "/sessions/accounts").all(t, "open-account"); len(links) != 0 {
		t.Errorf("an account alone has %d links", len(links))
	}
}

// The list of accounts on a page of the application leads to the same page, also where htmx asks for the list alone.
func TestTheListOfAccountsLeadsToTheSamePage(t *testing.T) {
	t.Parallel()
	w, b, miaAt, adaAt := beside(t, options{})
	w.engine.GET("/inbox", w.clerk.RequireSession(), func(c *gin.Context) {
		parts := w.site.Parts(c)
		list, err := parts.AccountList()
		if err != nil {
			t.Error(err)
		}
		if err := templates.AccountList(list).Render(parts.Context(), c.Writer); err != nil {
			t.Error(err)
		}
	})
	byHTMX := func(shown string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("HX-Request", "true")
			r.Header.Set("HX-Current-URL", ownOrigin+shown)
		}
	}
	for base, other := range map[string]string{"": miaAt, adaAt: miaAt, miaAt: adaAt} {
		for name, p := range map[string]*page{
			"the page": b.ask(http.MethodGet, base+"/inbox?page=2", nil),
			"the part": b.ask(http.MethodGet, base+w.site.PartURL("accounts"), nil, byHTMX(base+"/inbox?page=2")),
		} {
			links := p.all(t, "part-open")
			if len(links) != 1 || attribute(links[0], "href") != other+"/inbox?page=2" {
				t.Errorf("%s below %q: %v", name, base, hrefs(links))
			}
		}
	}
}

func hrefs(links []*html.Node) []string {
	var all []string
	for _, link := range links {
		all = append(all, attribute(link, "href"))
	}
	return all
}

// Who signs an account out at its path is told what is true: others stay signed in, and nothing leads back to the path.
func TestSigningOutAtThePathOfAnAccountSaysThatOthersStay(t *testing.T) {
	t.Parallel()
	for name, form := range map[string]string{"by the page of the session": "/sign-out", "by the page of accounts": "/accounts/sign-out", "by the page of devices": "/devices/revoke"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, b, miaAt, adaAt := beside(t, options{})
			mias := w.server.Sessions(w.userID(t, mia))[0].ID
			answer := b.ask(http.MethodPost, miaAt+w.base+form, url.Values{"session_id": {mias}})
			p := b.follow(t, answer).wantPage(t, http.StatusOK, "/sessions/accounts", "").
				wantNotice(t, "Done. Signed out of "+mia+". Other accounts in this browser are still signed in.")
			wantViewer(t, p, ada)
			if w.statusOf(t, mias) == "active" {
				t.Error("the session was not ended")
			}
			wantViewer(t, b.open(t, adaAt+"/sessions/accounts").wantPage(t, http.StatusOK, adaAt+"/sessions/accounts", ""), ada)
			if got := b.ask(http.MethodGet, miaAt+"/sessions/accounts", nil); got.Code != http.StatusUnauthorized {
				t.Errorf("the path of the account: %d", got.Code)
			}
		})
	}
	t.Run("the browser's own account", func(t *testing.T) {
		t.Parallel()
		w, b, _, adaAt := beside(t, options{})
		answer := b.ask(http.MethodPost, adaAt+w.base+"/sign-out", nil)
		if answer.Code != http.StatusSeeOther || strings.Contains(answer.Header().Get("Location"), "accounts") {
			t.Errorf("%d %s", answer.Code, answer.Header().Get("Location"))
		}
	})
}

// Clerk changes the organization of another session than the browser's own only by making it the browser's own: the page says so before.
func TestTheOrganizationOfAnotherAccountIsNotChangedAtItsPath(t *testing.T) {
	t.Parallel()
	const fixed = "This tab has an account of its own."
	w, b, miaAt, adaAt := beside(t, options{})
	own := b.current(t)
	if text := b.open(t, miaAt+"/sessions/organizations").content(t); !strings.Contains(text, fixed) {
		t.Errorf("another account's page says %s", text)
	}
	if text := b.open(t, adaAt+"/sessions/organizations").content(t); strings.Contains(text, fixed) {
		t.Errorf("the own account's page says %s", text)
	}
	touches := w.server.Calls()["POST /v1/client/sessions/{session_id}/touch"]
	got := b.ask(http.MethodPost, miaAt+w.base+"/organizations/switch", url.Values{"organization_id": {""}})
	if p := b.follow(t, got); !strings.Contains(p.Body.String(), "alert") && !strings.Contains(p.Body.String(), "notice") {
		t.Errorf("%d %s", p.Code, p.content(t))
	}
	if w.server.Calls()["POST /v1/client/sessions/{session_id}/touch"] != touches || b.current(t) != own {
		t.Error("the browser's own account was changed")
	}
	wantViewer(t, b.open(t, "/sessions/accounts"), ada)
	wantViewer(t, b.open(t, miaAt+"/sessions/accounts"), mia)
}
