package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginclerk/ginclerk/templates"
)

// htmx changes a request as htmx sends it from a page of the application.
func htmx(r *http.Request) {
	r.Header.Set("HX-Request", "true")
	r.Header.Set("HX-Current-URL", ownOrigin+"/inbox?page=2")
	r.Header.Set("Accept", "*/*")
	r.Header.Set("Sec-Fetch-Dest", "empty")
}

func TestPartsAreFragments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada, dana)
	for _, row := range []struct{ part, testID, want string }{
		{"user-button", "viewer-email", dana},
		{"session", "part-signed-in", "just now"},
		{"devices", "device-list", "This device"},
		{"accounts", "account-list", ada},
		{"organizations", "organization-switcher", "Your organizations"},
	} {
		p := b.ask(http.MethodGet, w.site.PartURL(row.part), nil, htmx)
		if p.Code != http.StatusOK || strings.Contains(p.Body.String(), "<html") {
			t.Errorf("%s: %d %.200s", row.part, p.Code, p.Body)
		}
		if got := p.text(t, row.testID); !strings.Contains(got, row.want) {
			t.Errorf("%s: %s says %q, want %q", row.part, row.testID, got, row.want)
		}
	}
}

func TestAVisitorGetsALinkToSignInAndBackToThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	p := w.browser(t).ask(http.MethodGet, w.site.PartURL("user-button"), nil, htmx)
	links := p.all(t, "sign-in")
	if len(links) != 1 {
		t.Fatalf("%d links to sign-in: %s", len(links), p.Body)
	}
	address, err := url.Parse(attribute(links[0], "href"))
	if err != nil || address.Query().Get("redirect_url") != ownOrigin+"/inbox?page=2" {
		t.Errorf("the link %s does not lead back to the page that shows the button (%v)", address, err)
	}
	refused := w.browser(t).ask(http.MethodGet, w.site.PartURL("devices"), nil, htmx)
	if refused.Code != http.StatusUnauthorized || !strings.Contains(refused.Header().Get("HX-Redirect"), "/sign-in") {
		t.Errorf("signed out, the devices answer %d with %v", refused.Code, refused.Header())
	}
}

// An action that htmx sends is answered with the part that it belongs to, or has htmx open a page.
func TestActionsOfPartsAnswerHTMX(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	other := w.browser(t, ada).current(t)
	b := w.browser(t, ada)
	form := url.Values{"session_id": {other}}
	got := b.ask(http.MethodPost, "/sessions/devices/revoke?part=devices", form, htmx)
	if notice := got.text(t, "notice"); got.Code != http.StatusOK || !strings.HasPrefix(notice, "Done.") || len(got.all(t, "part-device")) != 1 {
		t.Errorf("%d, notice %q: %.400s", got.Code, notice, got.Body)
	}
	if again := b.ask(http.MethodPost, "/sessions/devices/revoke?part=devices", form, htmx); again.Code != http.StatusOK || again.text(t, "notice") == "" {
		t.Errorf("a device that is signed out already: %d %.300s", again.Code, again.Body)
	}
	b.open(t, "/sessions").wantNotice(t, "") // the part has told it
	unknown := b.ask(http.MethodPost, "/sessions/devices/revoke?part=other", url.Values{"session_id": {"sess_none"}}, htmx)
	if unknown.Code != http.StatusNoContent || unknown.Header().Get("HX-Redirect") != "/sessions/devices" || unknown.Header().Get("Location") != "" {
		t.Errorf("without a part: %d %v", unknown.Code, unknown.Header())
	}
	left := b.ask(http.MethodPost, "/sessions/sign-out?part=session", nil, htmx)
	if left.Code != http.StatusNoContent || left.Header().Get("HX-Redirect") == "" {
		t.Errorf("signing out: %d %v", left.Code, left.Header())
	}
	b.open(t, "/sessions/devices").wantPage(t, http.StatusOK, "/sign-in", "")
}

func TestASwitchOfTheOrganizationComesBackToThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	b := w.browser(t, ada)
	part := b.ask(http.MethodGet, w.site.PartURL("organizations"), nil, htmx)
	var target string
	for node := range part.dom(t).Descendants() {
		if attribute(node, "name") == "redirect_url" {
			target = attribute(node, "value")
		}
	}
	if !strings.HasSuffix(target, "/inbox?page=2") {
		t.Fatalf("the switch leads to %q: %s", target, part.Body)
	}
	got := b.ask(http.MethodPost, "/sessions/organizations/switch?part=organizations", url.Values{"organization_id": {""}, "redirect_url": {target}}, htmx)
	if to := got.Header().Get("HX-Redirect"); got.Code != http.StatusNoContent || to == "" {
		t.Errorf("%d, htmx opens %q: %s", got.Code, to, got.Body)
	}
}

// A page of the application shows parts without htmx.
func TestPartsOnAPageOfTheApplication(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.engine.GET("/inbox", w.clerk.RequireSession(), func(c *gin.Context) {
		parts := w.site.Parts(c)
		card, err := parts.SessionCard()
		if err != nil {
			t.Error(err)
		}
		devices, err := parts.DeviceList()
		if err != nil {
			t.Error(err)
		}
		_ = parts.Head().Render(parts.Context(), c.Writer)
		_ = templates.UserButton(parts.UserButton()).Render(parts.Context(), c.Writer)
		_ = templates.SessionCard(card).Render(parts.Context(), c.Writer)
		_ = templates.DeviceList(devices).Render(parts.Context(), c.Writer)
	})
	w.browser(t, dana)
	b := w.browser(t, dana)
	p := b.open(t, "/inbox").wantPage(t, http.StatusOK, "/inbox", "")
	if got := p.text(t, "viewer-email"); got != dana {
		t.Errorf("the button shows %q", got)
	}
	assets := 0
	for node := range p.dom(t).Descendants() {
		if isAsset(node.Data) {
			checkAsset(t, w, attribute(node, "href")+attribute(node, "src"))
			assets++
		}
	}
	if assets != 2 {
		t.Errorf("the page has %d assets, want style sheet and script", assets)
	}
	rows := p.all(t, "part-device")
	if len(rows) != 5 || attribute(rows[0], "aria-current") != "true" {
		t.Errorf("%d devices, want five, this one first", len(rows))
	}
	names := map[string]bool{}
	for _, row := range rows {
		names[accessibleName(allIn(row, "part-sign-out")[0])] = true
	}
	if got := p.text(t, "part-all-devices"); got != "Show all 6 sign-ins" {
		t.Errorf("the link to all devices says %q", got)
	}
	if !names["Sign out Firefox 142 on Android, Nairobi, Kenya, 1 minute ago"] || len(names) != len(rows) {
		t.Errorf("buttons are named %v", names)
	}
}
