package clients_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/ginclerk/ginclerk/ginclerk/clerktest"
	"github.com/ginclerk/ginclerk/internal/chromiumtest"
)

// poll is how often a page is asked whether it is ready.
const poll = 25 * time.Millisecond

// avatars is where the pictures of people and organizations are, as Clerk names them. The tests need none of them.
const avatars = "https://img.clerk.com/"

// stage is a browser at the demo program, with Clerk's components on its home page, and a tab beside it for the server-rendered pages.
type stage struct {
	*demoVisit
	t     *testing.T
	clerk *clerktest.Server
}

// newStage starts the demo with the keys of an embedded Clerk, which its proxy /__clerk reaches.
func newStage(t *testing.T, b *chromiumtest.Browser, program, scripts string, options ...func(*clerktest.Config)) *stage {
	t.Helper()
	srv := clerktest.New(t, options...)
	address := between(t, srv)
	d := startDemo(t, program, "CLERK_PUBLISHABLE_KEY="+srv.PublishableKey(), "CLERK_SECRET_KEY="+srv.SecretKey(),
		"CLERK_API_URL="+address+"/backend", "CLERK_FAPI_URL="+address, "CLERK_PROXY_URL=/__clerk", "CLERK_SIGN_IN_URL=/")
	v := newDemoVisit(t, b, d.origin, scripts)
	v.key = srv.PublishableKey()
	return &stage{demoVisit: v, t: t, clerk: srv}
}

// add adds clerk-js and the components to the page that is open, unless it has them.
func (s *stage) add(t *testing.T) {
	t.Helper()
	evaluate[bool](t, s.js, `
		if (window.Clerk?.loaded) return true;
		const add = (file, data) => new Promise((done, failed) => {
			const script = document.createElement('script');
			Object.assign(script, { src: `+quoted(t, s.scripts)+` + file, crossOrigin: null, onload: done, onerror: failed });
			Object.assign(script.dataset, data);
			document.head.append(script);
		});
		await Promise.all([add('/ui/dist/ui.browser.js', {}), add('/clerk-js/dist/clerk.browser.js', {
			clerkPublishableKey: `+quoted(t, s.key)+`, clerkProxyUrl: new URL(`+quoted(t, s.proxyURL)+`, location.origin).href,
		})]);
		await Clerk.load({ ui: { ClerkUI: window.__internal_ClerkUICtor } });
		return true;`)
}

// mount shows one of Clerk's components, such as SignIn, in front of the page that is open. Its steps are behind the # of the address.
func (s *stage) mount(t *testing.T, component, options string) {
	t.Helper()
	s.add(t)
	evaluate[bool](t, s.js, `
		const at = document.createElement('div');
		at.id = 'component';
		document.body.prepend(at);
		Clerk['mount' + `+quoted(t, component)+`](at, { routing: 'hash', ...`+options+` });
		return true;`)
}

// reads waits for a text on the page.
func (s *stage) reads(t *testing.T, text string) {
	t.Helper()
	s.holds(t, "the page reads "+text, `document.body.innerText.includes(`+quoted(t, text)+`)`)
}

// holds waits until an expression holds in the page, or in the one to which it leads.
func (s *stage) holds(t *testing.T, what, expression string) {
	t.Helper()
	ctx, cancel := s.js.Within()
	defer cancel()
	for {
		_, err := chromedp.Run(ctx, chromedp.Poll[bool](`Boolean(`+expression+`)`, chromedp.WithPollingInterval(poll)))
		if err == nil {
			return
		}
		if ctx.Err() != nil { // otherwise the page has gone, and the next one is asked
			t.Fatalf("%s: %v\n%s", what, err, s.shown(t))
		}
	}
}

// shown is what a person sees, for the messages of failures.
func (s *stage) shown(t *testing.T) string {
	t.Helper()
	seen := evaluate[string](t, s.js, `return location.href + '\n' + (document.querySelector('#component') ?? document.body).innerText`)
	return seen + "\n" + strings.Join(s.js.seen.list(), "\n")
}

// element is an expression for the first visible, enabled element of a selector with a text; "" is any.
func element(t *testing.T, selector, text string) string {
	t.Helper()
	return `[...document.querySelectorAll(` + quoted(t, selector) + `)].find(e =>
		e.getClientRects().length > 0 && !e.disabled && e.textContent.includes(` + quoted(t, text) + `))`
}

// press clicks the first element of a selector with a text, when it is there.
func (s *stage) press(t *testing.T, selector, text string) {
	t.Helper()
	s.holds(t, "press "+selector+" "+text, element(t, selector, text))
	evaluate[bool](t, s.js, element(t, selector, text)+`.click(); return true`)
}

// fill replaces the text of a field, when it is there.
func (s *stage) fill(t *testing.T, selector, text string) {
	t.Helper()
	s.holds(t, "fill "+selector, element(t, selector, ""))
	evaluate[bool](t, s.js, `const field = `+element(t, selector, "")+`; field.focus(); field.select?.(); return true`)
	if err := s.js.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})); err != nil {
		t.Fatalf("fill %s: %v", selector, err)
	}
}

// next is the main button of a component's form.
const next = ".cl-formButtonPrimary"

// arrives waits for the server-rendered home page of a user, to which a component leads at its end.
func (s *stage) arrives(t *testing.T, email string) {
	t.Helper()
	s.holds(t, "arrive as "+email, `!document.querySelector('#component') &&
		document.querySelector('[data-testid="viewer-email"]')?.textContent.trim() === `+quoted(t, email))
}

// server returns the text of an element on a server-rendered page.
func (s *stage) server(t *testing.T, path, selector string) string {
	t.Helper()
	s.beside.visit(t, path)
	return evaluate[string](t, s.beside, `return document.querySelector(`+quoted(t, selector)+`)?.textContent.trim() ?? ''`)
}

// name returns the name of the current account on a server-rendered page.
func (s *stage) name(t *testing.T) string {
	t.Helper()
	return s.server(t, "/sessions/accounts", `[data-testid="account-row"][aria-current="true"] [data-testid="account-name"]`)
}

// signIn signs a seeded user in, without a component.
func (s *stage) signIn(t *testing.T, email string) {
	t.Helper()
	s.js.visit(t, "/")
	s.add(t)
	s.js.signIn(t, email, seeded(t, s.clerk, email).Password)
}

func plain(*clerktest.Config) {}

func mustChoose(c *clerktest.Config) { c.ForceOrganizationSelection = true }

func TestComponents(t *testing.T) {
	packages := installed(t)
	b, program := browser(t), buildDemo(t)
	scripts := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(packages, "node_modules", "@clerk"))))
	t.Cleanup(scripts.Close)
	for _, story := range []struct {
		name      string
		configure func(*clerktest.Config)
		play      func(*stage)
	}{
		{"SignIn and UserButton", plain, signInStory},
		{"SignUp", plain, signUpStory},
		{"UserProfile", plain, profileStory},
		{"OrganizationSwitcher", plain, switcherStory},
		{"CreateOrganization", plain, createOrganizationStory},
		{"OrganizationProfile", plain, organizationStory},
		{"SignIn with a username", everyWay, usernameStory},
		{"SignIn with a phone number and a code", everyWay, phoneStory},
		{"SignIn resets a password", everyWay, resetStory},
		{"SignIn with a social provider", everyWay, socialStory},
		{"SignIn with a social provider becomes a sign-up", everyWay, socialSignUpStory},
		{"SignUp with a social provider becomes a sign-in", everyWay, socialSignInStory},
		{"SignUp with a username and a phone number", everyWay, signUpWithPhoneStory},
		{"SignIn with the task to choose an organization", mustChoose, taskStory},
	} {
		t.Run(story.name, func(t *testing.T) {
			s := newStage(t, b, program, scripts.URL, story.configure)
			story.play(s)
			for _, complaint := range s.js.seen.list() {
				if !strings.Contains(complaint, scripts.URL) && !strings.Contains(complaint, avatars) {
					t.Errorf("the components: %s", complaint)
				}
			}
		})
	}
}

func signInStory(s *stage) {
	t := s.t
	s.mount(t, "SignIn", "{}")
	s.fill(t, "input[name=identifier]", "ada@example.com")
	s.press(t, next, "")
	s.fill(t, "input[name=password]", "wrong")
	s.press(t, next, "")
	s.reads(t, "The password is incorrect.")
	s.fill(t, "input[name=password]", seeded(t, s.clerk, "ada@example.com").Password)
	s.press(t, next, "")
	s.arrives(t, "ada@example.com")

	s.mount(t, "UserButton", "{}")
	s.holds(t, "the button", `document.querySelector('.cl-userButtonTrigger')`)
	wantBoth(t, s.js, s.beside, "ada@example.com", s.js.clerkJS(t).Current)
	s.press(t, ".cl-userButtonTrigger", "")
	s.reads(t, "ada@example.com")
	s.press(t, ".cl-userButtonPopoverActionButton__signOut", "")
	s.holds(t, "signed out", `!document.querySelector('#component') && !document.querySelector('[data-testid="viewer-email"]')`)
	s.mount(t, "SignIn", "{}")
	wantBoth(t, s.js, s.beside, "")
}

func signUpStory(s *stage) {
	t := s.t
	s.mount(t, "SignUp", "{ appearance: { options: { showOptionalFields: true } } }")
	s.fill(t, "input[name=firstName]", "Nia")
	s.fill(t, "input[name=lastName]", "New")
	s.fill(t, "input[name=emailAddress]", "nia@example.com")
	s.fill(t, "input[name=password]", "a long enough password")
	s.press(t, next, "")
	s.enterCode(t)
	s.arrives(t, "nia@example.com")
	if got := s.name(t); got != "Nia New" {
		t.Errorf("the page of accounts names %q, want Nia New", got)
	}
}

// enterCode fills in the code of e-mails and text messages.
func (s *stage) enterCode(t *testing.T) {
	t.Helper()
	s.fill(t, "input[autocomplete=one-time-code]", "424242")
}

func profileStory(s *stage) {
	t := s.t
	s.signIn(t, "dana@example.com")
	s.mount(t, "UserProfile", "{}")
	s.press(t, ".cl-profileSectionPrimaryButton__profile", "")
	s.fill(t, "input[name=firstName]", "Danielle")
	s.press(t, next, "Save")
	s.reads(t, "Danielle Reyes")
	if got := s.name(t); got != "Danielle Reyes" {
		t.Errorf("the page of accounts names %q, want Danielle Reyes", got)
	}

	s.press(t, ".cl-navbarButton__security", "")
	s.holds(t, "five devices", `document.querySelectorAll('.cl-activeDevice').length === 5`)
	if got := s.devices(t); got != 5 {
		t.Errorf("the page of devices has %d, want 5", got)
	}
	s.press(t, ".cl-activeDeviceListItem:not(.cl-activeDeviceListItem__current) .cl-menuButton", "")
	s.press(t, ".cl-menuItem", "Sign out")
	s.holds(t, "the sign-out", `performance.getEntriesByType('resource').some(r => r.name.includes('/revoke'))`)
	if got := s.devices(t); got != 4 {
		t.Errorf("after the sign-out the page of devices has %d, want 4", got)
	}
}

// devices returns how many devices the server-rendered page lists.
func (s *stage) devices(t *testing.T) int {
	t.Helper()
	s.beside.visit(t, "/sessions/devices")
	return evaluate[int](t, s.beside, `return document.querySelectorAll('[data-testid="device-row"]').length`)
}

// organization returns the name of the active organization on a server-rendered page.
func (s *stage) organization(t *testing.T) string {
	t.Helper()
	return s.server(t, "/sessions/organizations", `[data-testid="organization-row"][aria-current] [data-testid="organization-name"]`)
}

func switcherStory(s *stage) {
	t := s.t
	s.signIn(t, "grace@example.com")
	if got := s.organization(t); got != "Globex" {
		t.Fatalf("the page has %q, want Globex", got)
	}
	s.mount(t, "OrganizationSwitcher", "{}")
	s.press(t, ".cl-organizationSwitcherTrigger", "Globex")
	s.press(t, ".cl-organizationSwitcherPreviewButton", "Acme")
	s.holds(t, "Acme is active", `Clerk.organization?.slug === 'acme'`)
	if got := s.organization(t); got != "Acme" {
		t.Errorf("the page has %q, want Acme", got)
	}
}

func createOrganizationStory(s *stage) {
	t := s.t
	s.signIn(t, "mia@example.com")
	s.mount(t, "CreateOrganization", "{ skipInvitationScreen: true }")
	s.fill(t, "input[name=name]", "Initech")
	s.press(t, next, "")
	s.arrives(t, "mia@example.com")
	if got := s.organization(t); got != "Initech" {
		t.Errorf("the page has %q, want Initech", got)
	}
}

func organizationStory(s *stage) {
	t := s.t
	s.signIn(t, "ada@example.com")
	s.mount(t, "OrganizationProfile", "{}")
	s.press(t, ".cl-profileSectionPrimaryButton__organizationProfile", "")
	s.fill(t, "input[name=name]", "Acme Labs")
	s.press(t, next, "Save")
	s.holds(t, "the new name", `Clerk.organization.name === 'Acme Labs'`)
	if got := s.organization(t); got != "Acme Labs" {
		t.Errorf("the page has %q, want Acme Labs", got)
	}
	s.press(t, ".cl-navbarButton__members", "")
	s.reads(t, "bob@example.com")
	s.press(t, ".cl-membersPageInviteButton", "")
	s.fill(t, ".cl-tagInputContainer input", "eve@example.com")
	evaluate[bool](t, s.js, `document.activeElement.blur(); return true`) // which ends the address
	s.press(t, next, "Send invitations")
	s.holds(t, "the form is gone", `!document.querySelector('.cl-tagInputContainer')`)
	s.press(t, "button[role=tab]", "Invitations")
	s.reads(t, "eve@example.com")
	s.press(t, "tr:has(.cl-menuButton) .cl-menuButton", "")
	s.press(t, ".cl-menuItem", "Revoke")
	s.reads(t, "No invitations to display")

	s.press(t, "button[role=tab]", "Members")
	s.reads(t, "bob@example.com")
	s.holds(t, "Bob's row", `(window.bob = [...document.querySelectorAll('tr')].find(r => r.innerText.includes('bob@example.com')))`)
	evaluate[bool](t, s.js, `window.bob.querySelector('.cl-menuButton__member').click(); return true`)
	s.press(t, ".cl-menuItem", "Remove")
	s.holds(t, "Bob has left", `!document.body.innerText.includes('bob@example.com')`)
}
